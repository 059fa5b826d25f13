"""Meetings, events and small groups of the story are plausible on any day, also in August."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from demo import story
from lcep.site import today
from meetings.board import Board
from meetings.models import FollowUp, Invitation, Meeting, MinutesRevision, Paper
from partnerships.models import BankHoliday, HalfTerm, Partnership
from pods.models import Group

LONDON = ZoneInfo("Europe/London")
DAYS = {
    "today": date.today(),
    "in August": date(2027, 8, 11),
    "at Christmas": date(2026, 12, 27),
    "the first day of school": date(2027, 9, 1),
}


def is_school_day(day: date) -> bool:
    in_term = HalfTerm.objects.filter(place__slug="leeds", first_on__lte=day, last_on__gte=day).exists()
    return in_term and day.weekday() < 5 and not BankHoliday.objects.filter(day=day).exists()


@pytest.mark.once
@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())
def test_told_on_any_day_it_could_have_been_so(day, db):
    with time_machine.travel(datetime.combine(day, time(11), tzinfo=LONDON)):
        story.load()
        leeds = Partnership.objects.get(slug="leedscep")
        meetings = Meeting.objects.filter(partnership=leeds)
        assert all(is_school_day(timezone.localdate(meeting.starts_at)) for meeting in meetings)
        assert not meetings.waiting_for_their_record().exists()
        assert_the_past_is_past_and_the_future_ahead(meetings)
        assert_groups_keep_their_rhythm(leeds)
        assert_events_and_small_groups(leeds, meetings)


def assert_the_past_is_past_and_the_future_ahead(meetings) -> None:
    now = timezone.now()
    for meeting in meetings:
        assert (meeting.starts_at < now) == meeting.is_held and meeting.made_at <= now and meeting.revised_at <= now
    answers = Invitation.objects.exclude(replied_at=None)
    assert all(answer.replied_at <= now and answer.replied_at < answer.meeting.starts_at for answer in answers)
    assert all(each.done_on <= today() for each in FollowUp.objects.exclude(done_on=None))
    assert all(each.due_on and is_school_day(each.due_on) for each in FollowUp.objects.all())
    assert all(minutes.at <= now for minutes in MinutesRevision.objects.all())


def assert_groups_keep_their_rhythm(leeds) -> None:
    """No two meetings of a pod closer than seven weeks, and at least one group that is about to choose a date."""
    for group in leeds.groups.pods():
        held = sorted(timezone.localdate(each.starts_at) for each in group.meetings.past())
        gaps = [later - earlier for earlier, later in pairwise(held)]
        assert len(held) >= 2 and all(timedelta(weeks=7) <= gap <= timedelta(weeks=17) for gap in gaps)
    board = Board.of(leeds)
    assert any(line.wants_a_date for line in board.lines) and any(line.planned for line in board.lines)
    assert all(line.standing for line in board.lines)


def assert_events_and_small_groups(leeds, meetings) -> None:
    coming = meetings.events().upcoming().get()
    assert coming.invitations.coming().count() == coming.capacity and coming.invitations.waiting().count() > 2
    assert meetings.events().past().get().attendances.count() > 10
    tasks = leeds.groups.filter(kind=Group.Kind.TASK_AND_FINISH)
    assert [task.is_finished for task in tasks.order_by("until_on")].count(True) == 1
    assert all(task.from_on < today() and task.parent for task in tasks)
    assert all(task.outcome for task in tasks if task.is_finished)
    assert tasks.get(until_on=None).finish_by > today()
    papers = Paper.objects.filter(group__kind=Group.Kind.POD)
    assert sorted(paper.versions.count() for paper in papers) == [1, 2]
    assert meetings.with_public_minutes().count() >= 2
