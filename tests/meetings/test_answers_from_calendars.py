"""A calendar program answers by mail: kept for the invited, put to a person for anybody else."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from mailings.inbox import Post
from mailings.models import Mailing
from meetings import itip
from meetings.models import Invitation
from tests.meetings.conftest import at


def reply(
    meeting, *, who="ben@example.org", said="ACCEPTED", sequence=None, minutes=5, method="REPLY", **changes
) -> Post:
    """As Outlook writes it: no ORGANIZER."""
    stamp = f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR", "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", "VERSION:2.0",
        f"METHOD:{method}", "BEGIN:VEVENT", f"ATTENDEE;PARTSTAT={said};CN=Somebody:MAILTO:{who}",
        f"DTSTAMP:{changes.get('stamp', stamp)}", f"SEQUENCE:{meeting.sequence if sequence is None else sequence}",
        f"UID:{changes.get('uid', meeting.uid)}", *changes.get("more", []), "END:VEVENT",
        "END:VCALENDAR", "",
    ]  # fmt: skip
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = changes.get("sender", who), meeting.organiser, "Accepted"
    mail.set_content("Accepted.")
    mail.add_alternative("\r\n".join(lines).encode(), maintype="text", subtype="calendar", params={"method": method})
    return Post(mail.as_bytes())


@pytest.mark.parametrize(("said", "kept"), [("ACCEPTED", "yes"), ("TENTATIVE", "maybe"), ("DECLINED", "no")])
def test_an_answer_is_kept_with_where_it_came_from(meeting, ben, said, kept):
    for _ in range(2):
        assert itip.read(reply(meeting, said=said, who="Ben@Example.org"))
    invitation = Invitation.objects.get(member=ben)
    assert (invitation.reply, invitation.source) == (kept, "calendar")


def test_an_answer_to_the_old_time_does_not_count(meeting, ada, ben):
    meeting.move(starts_at=at(30), by=ada, sequence=0)
    assert itip.read(reply(meeting, sequence=0))
    assert not Invitation.objects.get(member=ben).reply
    assert itip.read(reply(meeting, sequence=1)) and Invitation.objects.get(member=ben).reply == "yes"


def test_an_older_mail_does_not_undo_a_newer_answer(meeting, ben):
    Invitation.objects.get(member=ben).answer("no", source="page")
    assert itip.read(reply(meeting, minutes=-60))
    assert Invitation.objects.get(member=ben).reply == "no"


def test_an_alias_of_the_attendee_is_found_by_the_writer(meeting, ben):
    assert itip.read(reply(meeting, who="old.alias@example.org", sender="Ben <ben@example.org>"))
    assert Invitation.objects.get(member=ben).reply == "yes"


def test_somebody_who_is_not_on_the_list_is_put_to_a_person_once(meeting, cy):
    post = reply(meeting, who="cy@example.org")
    for _ in range(2):
        assert itip.read(post)
    assert not Invitation.objects.filter(member=cy).exists()
    letter = Mailing.objects.get(kind="for-leaders")
    assert [row.address for row in letter.deliveries.all()] == ["ada@example.org"]


@pytest.mark.parametrize(
    "bent",
    [
        {"stamp": "99999999T999999Z"},
        {"uid": "a\x00b"},
        {"who": "be\x00n@example.org", "sender": "x@example.org"},
        {"sequence": "9" * 5000},
        {"more": ["UID:another", "DTSTAMP:20270101T000000"]},
        {"more": ["BEGIN:VEVENT"] * 3000},
    ],
)
def test_a_reply_made_to_break_whoever_reads_it_holds_up_nothing(meeting, ben, bent):
    """PostgreSQL refuses a NUL, and an inbox whose database fails waits for it: nothing of the kind is asked."""
    for _ in range(2):
        assert itip.read(reply(meeting, **bent)) in {True, False}
    assert Invitation.objects.get(member=ben).reply in {"", "yes"}


def test_what_is_no_answer_of_ours_is_left_alone(meeting, ben):
    assert not itip.read(reply(meeting, uid="meeting-x@elsewhere.example.org"))
    assert not itip.read(reply(meeting, method="REQUEST"))
    assert not itip.read(reply(meeting, said="NEEDS-ACTION"))
    assert not itip.read(Post(b"From: x@example.org\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n"))
    assert not itip.read(Post(b""))
    assert not Invitation.objects.exclude(reply="").exists()
