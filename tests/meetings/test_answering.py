"""Answers from the link in a mail, signed out; what a scanner may open; feeds."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.models import CalendarKey, DatePoll, Invitation, Meeting, PollAnswer
from pods.models import Appointment
from tests import factories
from tests.meetings.calendar_lines import read
from tests.meetings.conftest import at, passed
from trust.tokens import FEED, POLL, REPLY


def link(meeting, member) -> str:
    return reverse("meetings:reply", args=[REPLY.sign(meeting.pk, member.pk)])


def test_yes_in_one_press_then_the_way_in(client, meeting, ben):
    Meeting.objects.update(mode="online", join_url="https://meet.example.org/room")
    meeting.agenda.create(position=0, title="Who hosts")
    page = client.get(link(meeting, ben)).content.decode()
    assert "Who hosts" in page and "meet.example.org" not in page and "Ben" in page
    page = client.post(link(meeting, ben), {"reply": "yes"}, follow=True).content.decode()
    assert "meet.example.org" in page and f"{link(meeting, ben)}event.ics" in page
    invitation = Invitation.objects.get(member=ben)
    assert (invitation.reply, invitation.source) == ("yes", "page")
    client.post(link(meeting, ben), {"reply": "no"})
    assert "meet.example.org" not in client.get(link(meeting, ben)).content.decode()


def test_opening_changes_nothing_and_signs_nobody_in(client, meeting, ben):
    before = Invitation.objects.values_list().order_by("pk")
    rows = list(before)
    for method in (client.get, client.head, client.get):
        assert method(link(meeting, ben)).status_code == 200
    assert list(before) == rows and "sessionid" not in client.cookies
    assert Client(enforce_csrf_checks=True).post(link(meeting, ben), {"reply": "yes"}).status_code == 403


def test_needs_are_kept_for_thirty_days(client, meeting, ben):
    from meetings import daily

    client.post(link(meeting, ben), {"reply": "yes"})
    client.post(link(meeting, ben), {"reply": "yes", "needs": "Step-free", "note": "Late by ten"})
    client.post(link(meeting, ben), {"reply": "maybe"})
    invitation = Invitation.objects.get(member=ben)
    assert (invitation.reply, invitation.needs, invitation.note) == ("maybe", "Step-free", "Late by ten")
    passed(meeting, 29)
    daily.forget_needs()
    assert Invitation.objects.get(member=ben).needs
    passed(meeting, 32)
    daily.forget_needs()
    assert not Invitation.objects.get(member=ben).needs


def test_the_page_works_until_thirty_days_after(client, meeting, ben):
    passed(meeting, 29)
    assert client.get(link(meeting, ben)).status_code == 200
    assert b"Answers are closed" in client.post(link(meeting, ben), {"reply": "yes"}).content
    passed(meeting, 32)
    assert client.get(link(meeting, ben)).status_code == 410


@pytest.mark.parametrize("token", ["x", "A" * 40, "a-b_c", "0" * 400])
def test_a_broken_link_says_so(client, db, token):
    for name in ("reply", "poll_reply"):
        assert client.get(reverse(f"meetings:{name}", args=[token])).status_code == 410
    assert client.get(reverse("meetings:own_calendar", args=[token])).status_code == 404


def test_one_link_is_worth_nothing_elsewhere(client, meeting, ben, cy):
    assert client.get(link(meeting, cy)).status_code == 410
    for name in ("poll_reply", "own_calendar"):
        address = reverse(f"meetings:{name}", args=[REPLY.sign(meeting.pk, ben.pk)])
        assert client.get(address).status_code in {404, 410}
    Invitation.objects.get(member=ben).withdraw(by=None)
    assert client.get(link(meeting, ben)).status_code == 410


def test_a_moved_meeting_asks_again(client, meeting, ada, ben):
    client.post(link(meeting, ben), {"reply": "yes"})
    meeting.move(starts_at=at(30), by=ada, sequence=0)
    page = client.get(link(meeting, ben)).content.decode()
    assert "The date has changed" in page
    client.post(link(meeting, ben), {"reply": "yes"})
    assert "The date has changed" not in client.get(link(meeting, ben)).content.decode()


def test_papers_of_an_executive_never_stand_behind_a_link(client, leeds, ben):
    board = factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed", slug="board")
    Appointment.appoint(ben, board, "chair")
    meeting = Meeting.schedule(board, starts_at=at(20), by=ben, seen=0)
    meeting.papers.create(title="Pay", url="https://example.org/pay")
    meeting.agenda.create(position=0, title="The manager's pay")
    page = client.get(link(meeting, ben)).content.decode()
    assert "Pay" not in page and "pay" not in page.replace("payload", "")
    assert client.get(reverse("meetings:event_ics", args=[meeting.ref])).status_code == 404


def test_a_poll_is_answered_by_link(client, pod, ada, ben, cy):
    poll = DatePoll.open(pod, [at(20), at(21)], closes_on=at(7).date(), by=ada)
    address = reverse("meetings:poll_reply", args=[POLL.sign(poll.pk, ben.pk)])
    first, second = poll.options.all()
    assert client.get(address).status_code == 200 and not PollAnswer.objects.exists()
    client.post(address, {f"option-{first.pk}": "yes", f"option-{second.pk}": "perhaps"})
    assert list(PollAnswer.objects.values_list("option", "answer")) == [(first.pk, "yes")]
    client.post(address, {"none": "1"})
    assert set(PollAnswer.objects.values_list("answer", flat=True)) == {"no"}
    assert client.get(reverse("meetings:poll_reply", args=[POLL.sign(poll.pk, cy.pk)])).status_code == 410


def test_feeds_are_the_same_bytes_until_something_changes(
    client, meeting, leeds, pod, ada, django_assert_max_num_queries
):
    address = reverse("meetings:calendar", args=[leeds.slug])
    first = client.get(address)
    calendar = read(first.content)
    assert calendar.only("VEVENT").one("UID").value == meeting.uid and not calendar.all("METHOD")
    assert not calendar.only("VEVENT").all("ATTENDEE") and b"join" not in first.content
    assert client.get(address).content == first.content
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.cookies and "Vary" not in first
    meeting.cancel(by=ada, reason="Snow")
    changed = client.get(address, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200 and read(changed.content).only("VEVENT").one("STATUS").value == "CANCELLED"
    Meeting.objects.update(cancelled_at=timezone.now() - timedelta(days=31))
    assert b"VEVENT" not in client.get(address).content


def test_a_feed_of_five_hundred_meetings(client, leeds, pod):
    starts = timezone.now() + timedelta(days=1)
    Meeting.objects.bulk_create(
        Meeting(
            group=pod,
            status="scheduled",
            starts_at=starts + timedelta(hours=number),
            ends_at=starts + timedelta(hours=number + 1),
            **Meeting.named(leeds),
        )
        for number in range(500)
    )
    answer = client.get(reverse("meetings:group_calendar", args=[leeds.slug, pod.slug]))
    assert len(read(answer.content).parts) == 501


def test_the_private_feed_has_ones_own_dates_and_can_be_renewed(client, as_member, meeting, ben, cy, elsewhere):
    other = factories.GroupFactory(partnership=elsewhere)
    Meeting.schedule(other, starts_at=at(10), by=cy, seen=0)
    address = reverse("meetings:own_calendar", args=[FEED.sign(ben.pk, CalendarKey.turn_of(ben))])
    answer = client.get(address)
    assert read(answer.content).only("VEVENT").one("UID").value == meeting.uid
    assert "private" in answer["Cache-Control"] and not answer.cookies
    browser = as_member(ben)
    assert address in browser.get("/me/").content.decode() and not CalendarKey.objects.exists()
    browser.post(reverse("meetings:renewal"))
    assert client.get(address).status_code == 404 and address not in browser.get("/me/").content.decode()


def test_the_time_zone_agrees_with_the_tz_database_on_both_nights(meeting):
    """RFC 5545 3.6.5: an onset is written in the time before it."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from dateutil.rrule import rrulestr

    from meetings import ics

    zone = read(ics.feed("x", [ics.Shown.of(meeting)]).encode()).only("VTIMEZONE")
    onsets = []
    for part in zone.parts:
        start = datetime.strptime(part.one("DTSTART").value, "%Y%m%dT%H%M%S")
        offsets = [part.one(name).value for name in ("TZOFFSETFROM", "TZOFFSETTO")]
        before, after = (timedelta(hours=int(value[:3])) for value in offsets)
        rule = rrulestr(part.one("RRULE").value, dtstart=start)
        onsets += [(onset - before, after) for onset in rule.between(datetime(2026, 1, 1), datetime(2030, 1, 1))]
    onsets.sort()
    for moment, offset in onsets:
        for minutes, expected in ((-1, timedelta(hours=1) - offset), (1, offset)):
            utc = (moment + timedelta(minutes=minutes)).replace(tzinfo=ZoneInfo("UTC"))
            assert utc.astimezone(ZoneInfo("Europe/London")).utcoffset() == expected
