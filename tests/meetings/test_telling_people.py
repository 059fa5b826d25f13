"""Invitations, moves and cancellations as they reach a mailbox: who, what, and the entry in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailings.models import Exclusion, Mailing
from meetings import audience
from meetings.models import Announcement, DatePoll, Invitation, Meeting, What
from members.models import Suppression
from pods.models import Appointment, GroupMembership
from tests import factories
from tests.meetings.calendar_lines import Component, read
from tests.meetings.conftest import at
from trust.models import Entry

ADA, BEN = "ada@example.org", "ben@example.org"


def entry_of(mail) -> tuple[str, Component]:
    """The entry among a mail's alternatives and its METHOD; the attached one is the same."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    (attached,) = [part for part in mail.iter_attachments() if part.get_filename() == "invite.ics"]
    raw = part.get_payload(decode=True)
    assert attached.get_payload(decode=True) == raw
    assert part.get("Content-Disposition") is None
    return part.get_param("method"), read(raw)


def subjects(mails) -> list[tuple[str, str]]:
    return sorted((to, subject.split(":")[1].strip()[:9]) for to, subject in mails)


def mail_to(found, address: str, words: str):
    (mail,) = [mail for (to, subject), mail in found.items() if to == address and words in subject]
    return mail


def test_everybody_in_the_group_is_invited_in_a_mail_of_their_own(meeting, mails, settings):
    settings.INBOX_URL = "maildir:///inbox"
    found = mails()
    assert subjects(found) == [(ADA, "meeting o"), (BEN, "meeting o")]
    mail = mail_to(found, BEN, "meeting on")
    assert mail["From"].addresses[0].addr_spec == meeting.organiser
    method, calendar = entry_of(mail)
    event = calendar.only("VEVENT")
    assert method == calendar.one("METHOD").value == "REQUEST"
    assert event.one("UID").value == meeting.uid and event.one("SEQUENCE").value == "0"
    (asked,) = event.all("ATTENDEE")
    assert (asked.value, asked.parameters["CN"], asked.parameters["RSVP"]) == (f"mailto:{BEN}", "Ben", "TRUE")
    assert event.one("ORGANIZER").value == f"mailto:{meeting.organiser}"
    assert ADA not in mail.as_string() and "/r/" in mail.get_body(("plain",)).get_content()
    local = timezone.localtime(meeting.starts_at)
    assert (event.one("DTSTART").parameters, event.one("DTSTART").value) == (
        {"TZID": "Europe/London"},
        f"{local:%Y%m%dT%H%M%S}",
    )
    assert calendar.only("VTIMEZONE").one("TZID").value == "Europe/London"


def test_where_nobody_reads_the_mailbox_the_entry_is_plain(meeting, mails, settings):
    settings.INBOX_URL = ""
    method, calendar = entry_of(mail_to(mails(), BEN, "meeting on"))
    event = calendar.only("VEVENT")
    assert (method, calendar.one("METHOD").value, event.all("ATTENDEE")) == ("PUBLISH", "PUBLISH", [])


def test_a_move_and_a_cancellation_keep_the_uid_and_raise_the_sequence(meeting, ada, mails, settings):
    settings.INBOX_URL = "maildir:///inbox"
    mails()
    meeting.move(starts_at=at(30), by=ada, sequence=0)
    moved = mail_to(mails(), BEN, "moved")
    method, calendar = entry_of(moved)
    assert (method, calendar.only("VEVENT").one("SEQUENCE").value) == ("REQUEST", "1")
    assert "Until now:" in moved.get_body(("plain",)).get_content()
    meeting.cancel(by=ada, reason="The hall is flooded")
    cancelled = mail_to(mails(), BEN, "cancelled")
    method, calendar = entry_of(cancelled)
    event = calendar.only("VEVENT")
    assert (method, calendar.one("METHOD").value, event.one("STATUS").value) == ("CANCEL", "CANCEL", "CANCELLED")
    assert (event.one("UID").value, event.one("SEQUENCE").value) == (meeting.uid, "2")
    assert "The hall is flooded" in cancelled.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "title",
    [
        "x" * 150,
        "é" * 75 + "漢" * 70,
        'a;b,c\\d:e"f\r\nATTENDEE:mailto:evil@example.org',
        "END:VEVENT\nBEGIN:VEVENT",
        "\u202eworra",
    ],
)
def test_hostile_titles_stay_one_value(meeting, ben, mails, settings, title):
    settings.INBOX_URL = "maildir:///inbox"
    ben.name = ('"Ben\r\nEND:VEVENT ' + "é" * 90)[:80]
    ben.save()
    Meeting.objects.update(title=title[:150], place=title, access=title)
    (mail,) = [mail for (to, _), mail in mails().items() if to == BEN]
    _, calendar = entry_of(mail)
    event = calendar.only("VEVENT")
    assert len(event.all("ATTENDEE")) == 1 and event.one("ATTENDEE").value == f"mailto:{BEN}"
    assert "\n" not in event.one("SUMMARY").text


def test_a_long_address_is_folded(meeting, leeds, pod, mails, settings):
    settings.INBOX_URL = "maildir:///inbox"
    address = f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.org"
    pod.join(factories.member(address, "Long"))
    Invitation.objects.invite(meeting)
    _, calendar = entry_of(mail_to(mails(), address, "meeting on"))
    assert calendar.only("VEVENT").one("ATTENDEE").value == f"mailto:{address}"


def test_who_is_not_told_and_why(meeting, pod, ada, ben, mails):
    cleo = factories.member("cleo@example.org", "Cleo")
    pod.join(cleo)
    Invitation.objects.invite(meeting)
    Suppression.add(bytes(ben.key), Suppression.Reason.ASKED, pod.partnership)
    GroupMembership.objects.filter(member=cleo).update(dates="none")
    assert audience.count_of(pod) == 1
    assert [to for to, _ in mails()] == [ADA]
    assert dict(Exclusion.objects.values_list("member__name", "reason")) == {
        "Ben": audience.BLOCKED,
        "Cleo": audience.NOTHING,
    }


def test_whoever_joins_later_is_invited_and_nobody_twice(meeting, pod, ada, mails):
    mails()
    pod.join(factories.member("cleo@example.org", "Cleo"))
    assert Invitation.objects.invite(meeting) == 1
    Announcement.make(What.INVITATION, meeting=meeting, by=ada, again="newcomers 1")
    assert sorted(to for to, _ in mails()) == [ADA, BEN, "cleo@example.org"]


def test_nobody_gets_a_fifth_mail_about_a_meeting_unless_it_changes(meeting, ada, mails):
    for number in range(5):
        Announcement.make(What.REMINDER, meeting=meeting, by=ada, again=str(number))
        mails()
        Mailing.objects.update(started_at=timezone.now() - timedelta(days=8 + number))
    told = Mailing.objects.filter(announcement__what="reminder").order_by("pk")
    assert [mailing.prepared for mailing in told] == [2, 2, 2, 0, 0]
    assert set(Exclusion.objects.values_list("reason", flat=True)) == {audience.ENOUGH}
    meeting.move(starts_at=at(31), by=ada, sequence=0)
    mails()
    assert Mailing.objects.get(announcement__what="moved").prepared == 2


def test_the_fourth_mail_of_a_week_waits_for_friday(pod, ada, ben, mails):
    groups = [factories.GroupFactory(partnership=pod.partnership) for _ in range(4)]
    for number, group in enumerate(groups):
        group.join(ben)
        Meeting.schedule(group, starts_at=at(28 + number), by=ada, seen=0)
        mails()
    held_back = Exclusion.objects.get(reason=audience.ON_FRIDAY)
    assert held_back.member == ben
    late = held_back.mailing.announcement
    Announcement.make(What.INVITATION, meeting=late.meeting, by=None, again="friday", follows=late.mailing)
    assert len([to for to, _ in mails() if to == BEN]) == 4


def test_a_poll_is_asked_and_the_outcome_told_to_all_asked(pod, ada, ben, mails):
    poll = DatePoll.open(pod, [at(20), at(21)], closes_on=at(7).date(), by=ada)
    found = mails()
    assert sorted(to for to, _ in found) == [ADA, BEN]
    assert "/p/" in mail_to(found, BEN, "which of").get_body(("plain",)).get_content()
    poll.fix(poll.options.first(), by=ada)
    assert len(mails()) == 4


def test_an_executive_meeting_is_told_to_its_members_alone(leeds, ben, dee, mails):
    board = factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed", slug="board")
    Appointment.appoint(ben, board, "chair")
    meeting = Meeting.schedule(board, starts_at=at(20), by=ben, seen=0)
    found = mails()
    assert [to for to, _ in found] == [BEN] and str(mail_to(found, BEN, "meeting")["Reply-To"]) == BEN
    meeting.cancel(by=ben, reason="Later")
    mails()
    assert not Mailing.objects.for_steward(dee).exists()
    about_it = Entry.objects.filter(subject="meetings.meeting", subject_id=str(meeting.pk))
    assert about_it.count() == 2 and not about_it.for_steward(dee).exists()
