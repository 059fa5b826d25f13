"""Another partnership's data, an appointment that ended, tokens of another meeting: nothing opens, nothing changes."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lcep.site import today
from meetings.models import DatePoll, FollowUp, Invitation, Meeting, PollAnswer
from pods.models import Appointment, GroupMembership
from tests import factories
from tests.meetings.conftest import at, passed
from tests.meetings.tables import rows
from tests.partnerships.files import PDF
from trust.tokens import FEED, POLL, REPLY

OF_GROUP = ["desk", "plan", "details", "poll", "word", "report", "wishes", "shelf"]
OF_MEETING = [
    "moving",
    "cancellation",
    "venue",
    "agenda",
    "papers",
    "record",
    "minutes",
    "sheet",
    "invitation",
    "places",
]
POISON = {
    "reason": "x", "wish": "agree", "seen": "0", "text": "x", "words": "x", "nothing": "1", "day": "14 jan",
    "time": "4pm",    "minutes": "90", "mode": "in person", "place": "x", "points": "x", "title": "x", "url": "https://example.org",
    "outcomes": "x", "others": "1", "outcome": "x", "answer": "begin 1", "capacity": "1", "sequence": "0",
}  # fmt: skip


def every_door(theirs, pod, leeds) -> list[str]:
    doors = [reverse(f"meetings:{name}", args=[pod.ref]) for name in OF_GROUP]
    doors += [reverse("meetings:ending", args=[theirs["task"].ref])]
    for meeting in (theirs["meeting"], theirs["event"]):
        doors += [reverse(f"meetings:{name}", args=[meeting.ref]) for name in OF_MEETING]
    doors += [reverse(f"meetings:{name}", args=[theirs["paper"].ref]) for name in ("paper", "paper_file")]
    doors += [
        reverse("meetings:new_event", args=[leeds.slug]),
        reverse("meetings:proposing", args=[leeds.slug, pod.slug]),
        reverse("pods:inside", args=[leeds.slug, pod.slug]),
        reverse("pods:choosing", args=[leeds.slug]),
    ]
    return doors


@pytest.mark.parametrize("who", ["cy", "eve", "nobody"])
def test_another_partnership_opens_and_changes_nothing(as_member, client, theirs, pod, leeds, cy, eve, who):
    browser = {"cy": lambda: as_member(cy), "eve": lambda: as_member(eve), "nobody": lambda: client}[who]()
    before, heard = rows(), {}
    for door in every_door(theirs, pod, leeds):
        for answer in (browser.get(door), browser.post(door, POISON)):
            said = "login" if "/accounts/login/" in answer.headers.get("Location", "") else answer.status_code
            heard.setdefault(said, []).append(door)
            assert b"Ben" not in answer.content and b"Book" not in answer.content, door
    browser.post(reverse("meetings:guest", args=[theirs["event"].ref]))
    browser.post(reverse("meetings:follow_up", args=[theirs["follow_up"].pk]), {"wish": "done"})
    browser.post(reverse("pods:membership", args=[leeds.slug, pod.slug]), {"wish": "join"})
    assert set(heard) <= ({403, 404, 405} if who != "nobody" else {"login", 405}), heard
    assert rows() == before


def test_a_leader_of_one_group_touches_no_other(as_member, theirs, leeds, cy):
    """Even with the number of another group's wish, proposal, poll date, member or follow-up."""
    own = factories.GroupFactory(partnership=leeds)
    factories.membership(cy, leeds)
    own.join(cy)
    Appointment.appoint(cy, own, "lead")
    mine = passed(Meeting.schedule(own, starts_at=at(20), by=cy, seen=0))
    poll = DatePoll.open(own, [at(50), at(51)], closes_on=at(9).date(), by=cy)
    browser = as_member(cy)
    for answer in (f"let-in {theirs['wish'].pk}", f"begin {theirs['proposal'].pk}", "begin 0", "let-in ²", "x"):
        browser.post(reverse("meetings:wishes", args=[own.ref]), {"answer": answer})
    other_option = theirs["poll"].options.first()
    assert browser.post(reverse("meetings:poll", args=[own.ref]), {"option": other_option.pk}).status_code == 404
    for odd in ("x", "²", "-1", "9" * 30):
        assert browser.post(reverse("meetings:poll", args=[own.ref]), {"option": odd}).status_code == 404
    outsider = Invitation.objects.filter(meeting=theirs["meeting"]).first().member
    browser.post(
        reverse("meetings:record", args=[mine.ref]),
        {"there": [outsider.pk], f"follow-up-{theirs['follow_up'].pk}": "done", "what-0": "x", "who-0": outsider.pk},
    )
    theirs["wish"].refresh_from_db()
    theirs["proposal"].refresh_from_db()
    theirs["follow_up"].refresh_from_db()
    assert theirs["wish"].answered_at is None and theirs["proposal"].answered_at is None
    assert theirs["follow_up"].is_open and not mine.attendances.exists()
    assert FollowUp.objects.get(group=own).owner is None
    assert poll.is_open


def test_one_whose_appointment_ended_leads_no_longer(as_member, theirs, pod, leeds, ada):
    browser = as_member(ada)
    Appointment.objects.get(member=ada, group=pod).step_down(on=today() - timedelta(days=1), reason="Term over")
    before = rows()
    for door in every_door(theirs, pod, leeds):
        if "/lead/" in door or "/meetings/" in door:
            if theirs["task"].ref in door:
                continue
            assert browser.get(door).status_code == 403, door
            assert browser.post(door, POISON).status_code == 403, door
    assert rows() == before
    assert GroupMembership.objects.current().filter(member=ada, group=pod).exists()


def test_one_whose_last_day_is_today_still_leads(as_member, theirs, pod, ada):
    Appointment.objects.get(member=ada, group=pod).step_down(on=today(), reason="Moves away")
    assert as_member(ada).get(reverse("meetings:desk", args=[pod.ref])).status_code == 200


def test_a_token_says_one_thing_of_one_person_at_one_meeting(client, theirs, ben, cy):
    meeting, poll = theirs["meeting"], theirs["poll"]
    wrong = {
        "reply": [REPLY.sign(meeting.pk, cy.pk), REPLY.sign(999_999, ben.pk), POLL.sign(poll.pk, ben.pk),
                  FEED.sign(ben.pk, 1), REPLY.sign(poll.meeting_id, ben.pk),
                  REPLY.sign(meeting.pk, ben.pk)[:-4] + "AAAA"],
        "poll_reply": [POLL.sign(poll.pk, cy.pk), POLL.sign(999_999, ben.pk), REPLY.sign(meeting.pk, ben.pk)],
        "own_calendar": [FEED.sign(ben.pk, 2), FEED.sign(999_999, 1), REPLY.sign(meeting.pk, ben.pk)],
    }  # fmt: skip
    before = rows()
    for name, tokens in wrong.items():
        for token in tokens:
            address = reverse(f"meetings:{name}", args=[token])
            assert client.get(address).status_code in {404, 410}, (name, token)
            assert client.post(address, {"reply": "yes", "none": "1"}).status_code in {404, 405, 410}
    assert rows() == before


def test_an_answer_of_one_poll_fills_no_other(client, theirs, leeds, ada, ben):
    another = factories.GroupFactory(partnership=leeds)
    another.join(ben)
    elsewhere = DatePoll.open(another, [at(60), at(61)], closes_on=at(9).date(), by=ada)
    said = {f"option-{option.pk}": "yes" for option in elsewhere.options.all()}
    client.post(reverse("meetings:poll_reply", args=[POLL.sign(theirs["poll"].pk, ben.pk)]), said)
    assert not PollAnswer.objects.exists()


def test_forms_take_no_file_and_no_page_from_elsewhere(as_member, theirs, ada):
    """A signed-in browser that another site makes post: refused before anything is read."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = as_member(ada).cookies
    before = rows()
    file = SimpleUploadedFile("a.pdf", PDF)
    for door in every_door(theirs, theirs["meeting"].group, theirs["meeting"].partnership):
        assert browser.post(door, POISON | {"file": file}).status_code in {403, 404, 405}, door
    assert rows() == before
