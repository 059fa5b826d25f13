"""The plan, the pack and the book of evidence of the story, on four days: plausible, and their numbers are true.

The numbers are worked out a second time here, from plain rows, without anything of steering but its tables.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils.timezone import localdate

from demo import story
from lcep.site import today
from mailings.models import Delivery
from meetings.models import Attendance, Invitation, Meeting, PodReport
from members.models import Membership
from newsletters.models import Newsletter
from partnerships.models import Organisation, Partnership, Place
from partnerships.models.organisations import Sector
from pods.models import Appointment
from steering.models import Action, Decision, EvidenceBook, Pack, PlanUpdate, YouthVoice
from steering.pack import Papers
from steering.plan import Plan

LONDON = ZoneInfo("Europe/London")
DAYS = {
    "in November": date(2026, 11, 24),
    "in August": date(2026, 8, 12),
    "on 1 January": date(2027, 1, 1),
    "beyond the dates of the file": date(2029, 5, 1),
}


@pytest.mark.once
@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())
def test_told_on_any_day_its_numbers_are_true(day, db):
    with time_machine.travel(datetime.combine(day, time(11), LONDON), tick=False):
        story.load()
        leeds = Partnership.objects.get(slug="leedscep")
        _plausible(leeds)
        _book_is_true(leeds, EvidenceBook.objects.get(partnership=leeds))
        _pack_is_true(leeds)


def _plausible(leeds):
    told = list(PlanUpdate.objects.all())
    assert len(told) > 20 and all(row.at <= datetime.now(LONDON) for row in told)
    for action in Action.objects.all():
        days = [row.at for row in action.updates.order_by("pk")]
        assert days == sorted(days)
    shown = Plan(leeds)
    assert {line.state for line in shown.lines} == {"on-track", "help", "stuck", "done", "not-started"}
    assert len(shown.chapters) == 4
    assert all(line.action.due_on >= today() for line in shown.lines if not line.is_done)
    assert all(voice.heard_on <= today() for voice in YouthVoice.objects.all())
    assert "Dee" not in " ".join([line.words for line in shown.lines] + [str(line.action) for line in shown.lines])


def _book_is_true(leeds, book):
    said = {row["label"]: row["value"] for row in book.figures["numbers"]}
    first, last = book.first_on, book.last_on

    def inside(moment) -> bool:
        return moment is not None and first <= localdate(moment) <= last

    here = [
        row
        for row in Membership.objects.filter(partnership=leeds).select_related("member")
        if localdate(row.joined_at) <= last
        and (row.left_at is None or localdate(row.left_at) > last)
        and row.member.erased_at is None
    ]
    held = [
        row
        for row in Meeting.objects.filter(partnership=leeds, status="held").select_related("group")
        if inside(row.starts_at) and not (row.group and row.group.kind == "executive")
    ]
    came = [
        row
        for meeting in held
        for row in Attendance.objects.filter(meeting=meeting)
        if row.how in ("in person", "online")
    ]
    issues = [row for row in Newsletter.objects.filter(partnership=leeds).select_related("mailing") if row.is_published]
    issues = [row for row in issues if inside(row.mailing.started_at)]
    done = 0
    for action in Action.objects.all():
        before = [row.state for row in action.updates.order_by("pk") if localdate(row.at) < first]
        until = [row.state for row in action.updates.order_by("pk") if localdate(row.at) <= last]
        done += bool(until and until[-1] == "done" and (not before or before[-1] != "done"))
    decided = [row for row in Decision.objects.filter(partnership=leeds) if row.decided_on and row.decided_on >= first]
    heard = [row.headcount for row in YouthVoice.objects.all() if first <= row.heard_on <= last]

    assert said["Members on the last day"] == len(here) > 50
    assert said["New members in the period"] == len({row.member_id for row in _joined(leeds, inside)})
    assert said["Organisations"] == sum(row.partnership_id == leeds.pk for row in Organisation.objects.all())
    assert said["Meetings held"] == len(held) > 5 and said["Times a member came to a meeting"] == len(came)
    assert said["Different members who came"] == len({row.member_id for row in came})
    assert said["Actions of the plan done"] == done > 0
    assert said["Decisions of Steering"] == len(decided) == 2
    assert said["Newsletters sent"] == len(issues) > 0
    assert said["Young people heard, in groups of 5 or more"] == sum(count for count in heard if count >= 5)
    for row, issue in zip(
        book.figures["newsletters"], sorted(issues, key=lambda each: each.mailing.started_at), strict=True
    ):
        assert row["value"] == sum(each.state == "sent" for each in Delivery.objects.filter(mailing=issue.mailing))
    _table_is_true(book, "Members by sector", Counter(row.member.sector for row in here))
    _table_is_true(book, "Attendance by sector", Counter(row.sector for row in came))
    busy = {area.pk for row in here for area in row.member.areas.all()}
    busy |= {area.pk for row in Organisation.objects.filter(partnership=leeds) for area in row.areas.all()}
    wards = Place.objects.filter(inside__in=leeds.places.all())
    assert book.figures["empty_areas"] == sorted(ward.name for ward in wards if ward.pk not in busy)


def _joined(leeds, inside):
    return [row for row in Membership.objects.filter(partnership=leeds) if inside(row.joined_at)]


def _table_is_true(book, title, counts):
    table = next(each for each in book.figures["tables"] if each["title"] == title)
    labels = {str(label): code for code, label in Sector.choices} | {"Not given": ""}
    assert table["total"] == sum(counts.values())
    assert {labels[row["label"]] for row in table["rows"]} == {code for code, count in counts.items() if count}
    for row in table["rows"]:
        count = counts[labels[row["label"]]]
        assert row["value"] == count if row["value"] is not None else True
        assert row["value"] is None if count < 5 else True


def _pack_is_true(leeds):
    meeting = Pack.objects.get(closed_at=None).meeting
    papers = Papers(meeting)
    last = Pack.objects.exclude(closed_at=None).get().meeting
    assert papers.before == last
    assert [row.question for row in papers.decisions] == [
        row.question for row in sorted(Decision.objects.filter(decided_on=None), key=lambda each: each.position)
    ]
    changed = {row.action_id for row in PlanUpdate.objects.all() if row.at > last.starts_at}
    assert {change.action.pk for change in papers.changes} == changed != set()
    sent = {row.group_id for row in PodReport.objects.all() if row.sent_at and row.sent_at > last.starts_at}
    assert {line.group.pk for line in papers.reports if line.report} == sent
    assert len(papers.reports) == 4
    seated = {
        row.member_id
        for row in Appointment.objects.filter(group=meeting.group, until_on=None)
        if row.role in ("chair", "vice", "member")
    }
    yes = {row.member_id for row in Invitation.objects.filter(meeting=meeting) if row.reply == "yes"}
    assert len(papers.quorum.places) == len(seated)
    assert {place.appointment.member_id for place in papers.quorum.places if place.comes} == seated & yes
    ending = {
        row.pk
        for row in Appointment.objects.filter(group=meeting.group, until_on=None)
        if row.term_ends and row.term_ends <= localdate(meeting.starts_at) + timedelta(days=183)
    }
    assert {row.pk for row in papers.terms} == ending
