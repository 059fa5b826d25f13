"""Mails wait, and meetings change meanwhile: each person hears what is so when the mail goes, and once."""

import pytest
from icalendar import Calendar

from mailings.models import Exclusion, Mailing
from meetings.models import Invitation, Meeting
from tests.meetings.conftest import at, passed


def text(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def entry(mail):
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    (event,) = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    return event


def subjects(found, who: str) -> list[str]:
    return sorted(subject for to, subject in found if to == f"{who}@example.org")


def test_moved_before_its_invitation_went_it_is_told_once_with_the_new_time(meeting, ada, mails, settings):
    settings.INBOX_URL = "maildir:///tmp/nowhere"
    meeting.move(starts_at=at(35), by=ada, sequence=0)
    meeting.move(starts_at=at(36), by=ada, sequence=1)
    (mail,) = [mail for (to, _), mail in mails().items() if to == "ben@example.org"]
    assert mail["Subject"].startswith("Youth Voice: meeting on") and f"{at(36):%-d %b}" in mail["Subject"]
    assert entry(mail)["DTSTART"].dt == at(36) and entry(mail)["SEQUENCE"] == 2


def test_moved_after_it_is_told_with_the_time_they_know(meeting, ada, mails, settings):
    settings.INBOX_URL = "maildir:///tmp/nowhere"
    mails()
    meeting.move(starts_at=at(35), by=ada, sequence=0)
    meeting.move(starts_at=at(36), by=ada, sequence=1)
    first, *more = [mail for (to, subject), mail in mails().items() if to == "ben@example.org" and "moved" in subject]
    assert not more and f"Until now: {at(28):%A %-d %B}" in text(first) and f"{at(36):%-d %b}" in first["Subject"]
    meeting.move(starts_at=at(37), by=ada, sequence=2)
    found = mails()
    assert len([1 for to, subject in found if to == "ben@example.org" and "moved" in subject]) == 2


def test_called_off_before_anybody_heard_of_it_nobody_is_written_to(meeting, ada, mails):
    meeting.move(starts_at=at(35), by=ada, sequence=0)
    meeting.cancel(by=ada, reason="Planned by mistake")
    assert mails() == {}
    reasons = set(Exclusion.objects.values_list("reason", flat=True))
    assert reasons == {"it was called off before this mail went", "had not been told of it"}
    assert set(Mailing.objects.values_list("state", flat=True)) == {"done"}


def test_moved_then_called_off_is_told_as_called_off_alone(meeting, ada, ben, mails, settings):
    settings.INBOX_URL = "maildir:///tmp/nowhere"
    mails()
    meeting.move(starts_at=at(35), by=ada, sequence=0)
    meeting.cancel(by=ada, reason="Snow")
    found = mails()
    assert [each for each in subjects(found, "ben") if "meeting on" not in each] == [
        f"Youth Voice: cancelled, {at(35):%a %-d %b}, 4pm"
    ]
    event = entry(found["ben@example.org", f"Youth Voice: cancelled, {at(35):%a %-d %b}, 4pm"])
    assert event["STATUS"] == "CANCELLED" and event["SEQUENCE"] == 2 and event["DTSTART"].dt == at(35)


def test_who_answered_without_a_mail_hears_that_it_is_off(meeting, ada, ben, mails):
    Invitation.objects.get(member=ben).answer("yes", source="page")
    meeting.cancel(by=ada, reason="Snow")
    assert {to for to, _ in mails()} == {"ben@example.org"}


@pytest.mark.parametrize("what", ["invitation", "moved", "venue"])
def test_what_is_over_is_told_to_nobody(meeting, ada, mails, what):
    if what == "moved":
        meeting.move(starts_at=at(35), by=ada, sequence=0)
    if what == "venue":
        meeting.settle_venue(by=ada, tell=True, place="Town Hall")
    passed(Meeting.objects.get())
    assert mails() == {}
