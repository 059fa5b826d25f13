"""What stands in the pack of a Steering meeting, read from the rows of the partnership in a fixed number of queries.

Decisions first, in the Chair's order; then what is to be read, what is due, who comes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.timezone import localdate

from meetings.models import Meeting, MinutesRevision, PodReport
from pods.models import Appointment, Group
from steering.balance import Balance
from steering.models import Action, Decision, Pack, PlanUpdate, ReportNote, State, YouthVoice
from steering.plan import Plan, counted
from steering.quorum import Quorum

FIRST_TIME = timedelta(days=183)  # how far back the first pack looks
SOON = timedelta(days=183)  # terms of office that end within six months are spoken of
DUE_SOON = timedelta(days=42)  # task & finish groups, and answers to young people


@dataclass
class ReportLine:
    """A group's report: its words, nothing to report, or to come with the next meeting."""

    group: Group
    report: PodReport | None
    noted: bool = False
    carried: bool = False
    before: date | None = None

    @property
    def standing(self) -> str:
        if self.report and self.report.is_nothing:
            return "Nothing to report this time."
        if self.report:
            return ""
        told = f" It last told us on {self.before:%-d %B}." if self.before else ""
        return f"Its news comes with the next meeting.{told}" if self.carried else f"Its news is still to come.{told}"


@dataclass
class Change:
    """What changed about one action since Steering met: how it stood then, how it stands now."""

    action: Action
    was: str
    now: str
    words: str
    was_due: date | None = None

    @property
    def in_words(self) -> str:
        if not self.was:
            return f"New: {State(self.now).label}"
        if self.was == self.now:
            return f"Still {State(self.now).label}"
        return f"{State(self.was).label.capitalize()}, now {State(self.now).label}"


class Papers:
    """The contents of one pack."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting, self.partnership = meeting, meeting.partnership
        self.pack = Pack.objects.filter(meeting=meeting).select_related("mailing", "story", "closed_by").first()

    @property
    def day(self) -> date:
        assert self.meeting.starts_at is not None
        return localdate(self.meeting.starts_at)

    @cached_property
    def before(self) -> Meeting | None:
        """The meeting of Steering before this one."""
        earlier = Meeting.objects.past().filter(group=self.meeting.group_id, starts_at__lt=self.meeting.starts_at)
        return earlier.first()

    @cached_property
    def since(self) -> datetime:
        """From when on something is new."""
        if self.before and self.before.starts_at:
            return self.before.starts_at
        assert self.meeting.starts_at is not None
        return self.meeting.starts_at - FIRST_TIME

    @cached_property
    def until(self) -> datetime:
        """Until when it is told of in this pack: the meeting, or now while that is ahead."""
        assert self.meeting.starts_at is not None
        return min(self.meeting.starts_at, timezone.now())

    @cached_property
    def decisions(self) -> list[Decision]:
        rows = Decision.objects.filter(partnership=self.partnership).select_related("asked_by")
        waiting = Decision.objects.waiting_for(self.meeting).select_related("asked_by")
        return [*rows.filter(meeting=self.meeting), *waiting]

    @cached_property
    def minutes(self) -> list[MinutesRevision]:
        """The latest minutes of earlier meetings that are still to be agreed, or were since this one began."""
        revisions = MinutesRevision.objects.filter(meeting__group=self.meeting.group_id)
        revisions = revisions.filter(meeting__starts_at__lt=self.meeting.starts_at, meeting__status="held")
        open_then = Q(meeting__minutes_agreed=None) | Q(meeting__minutes_agreed_at__gte=self.meeting.starts_at)
        latest = MinutesRevision.objects.filter(meeting=OuterRef("meeting")).order_by("-number").values("pk")[:1]
        found = revisions.filter(open_then, pk=Subquery(latest)).select_related("meeting__group")
        return list(found.order_by("-meeting__starts_at")[:3])

    @cached_property
    def reports(self) -> list[ReportLine]:
        """One line for each pod, in the order of the priorities."""
        groups = Group.objects.filter(partnership=self.partnership).pods()
        there = Q(until_on=None) | Q(until_on__gte=self.day)
        groups = groups.filter(Q(from_on=None) | Q(from_on__lte=self.day), there).select_related("partnership")
        sent = PodReport.objects.sent().filter(group__in=groups).select_related("steering").order_by("sent_at")
        notes = {note.group_id: note for note in ReportNote.objects.filter(pack=self.pack)} if self.pack else {}
        now: dict[int, PodReport] = {}
        last: dict[int, date] = {}
        for report in sent:
            if self._is_for_this(report):
                now[report.group_id] = report
            elif report.sent_at and report.sent_at <= self.until:
                last[report.group_id] = localdate(report.sent_at)
        return [self._report(group, now, last, notes) for group in groups]

    def _is_for_this(self, report: PodReport) -> bool:
        """Sent for this meeting; or, since Steering last met, for none that was planned or one that was called off."""
        if report.steering and not report.steering.is_cancelled:
            return report.steering_id == self.meeting.pk
        return report.sent_at is not None and self.since < report.sent_at <= self.until

    def _report(self, group: Group, now: dict, last: dict, notes: dict) -> ReportLine:
        note = notes.get(group.pk)
        report, noted = now.get(group.pk), bool(note and note.report_id)
        return ReportLine(group, report, noted, bool(note and not note.report_id), last.get(group.pk))

    @cached_property
    def changes(self) -> list[Change]:
        """What was said of the plan since Steering last met: for each action how it stood and how it stands."""
        told = PlanUpdate.objects.of(self.partnership).filter(at__gt=self.since, at__lte=self.until)
        before = PlanUpdate.objects.filter(action=OuterRef("action"), at__lte=self.since).order_by("-pk")
        told = told.annotate(was=Subquery(before.values("state")[:1]), was_due=Subquery(before.values("due_on")[:1]))
        told = told.select_related("action__group", "action__owner", "action__objective__priority__partnership")
        latest = {update.action_id: update for update in told.order_by("pk")}
        ordered = sorted(latest.values(), key=lambda row: (row.action.objective.priority.position, row.pk))
        return [Change(row.action, row.was or "", row.state, row.text, row.was_due) for row in ordered]

    @cached_property
    def plan(self) -> Plan:
        return Plan(self.partnership)

    @property
    def plan_in_words(self) -> str:
        return counted(line.state for line in self.plan.lines)

    @cached_property
    def wanting(self) -> list:
        """What needs help or is stuck, and what nobody has spoken of for a half term."""
        return [line for line in self.plan.lines if line.state in {State.HELP, State.STUCK} or line.is_quiet]

    @cached_property
    def task_groups(self) -> list[Group]:
        """Task & finish groups that mean to be done by six weeks after the meeting."""
        groups = Group.objects.filter(partnership=self.partnership, kind=Group.Kind.TASK_AND_FINISH, until_on=None)
        return list(
            groups.filter(finish_by__lte=self.day + DUE_SOON).select_related("partnership").order_by("finish_by")
        )

    @cached_property
    def terms(self) -> list[Appointment]:
        """Terms of office round this table that end within six months of the meeting, or are over already."""
        held = Appointment.objects.on(self.day).filter(group=self.meeting.group_id)
        ending = held.filter(term_ends__lte=self.day + SOON, member__erased_at=None)
        return list(ending.select_related("member").order_by("term_ends"))

    @cached_property
    def voices(self) -> list[YouthVoice]:
        """Young people to whom an answer is promised within six weeks of the meeting."""
        waiting = YouthVoice.objects.waiting().filter(partnership=self.partnership)
        return list(waiting.filter(answer_by__lte=self.day + DUE_SOON))

    @cached_property
    def quorum(self) -> Quorum:
        """Who comes, from the answers; who was there, once the meeting is recorded."""
        return Quorum(self.meeting)

    @cached_property
    def balance(self) -> Balance:
        """The table by sector on the day of the meeting, half a year and a year later."""
        assert self.meeting.group is not None
        return Balance(self.meeting.group, self.day)


def next_pack(group: Group) -> Meeting | None:
    """The next meeting of a Steering Group, annotated with its number of `questions`, and `is_pack_sent`."""
    sent = Exists(Pack.objects.filter(meeting=OuterRef("pk")).exclude(mailing=None))
    upcoming = Meeting.objects.upcoming().filter(group=group).annotate(questions=Count("decisions"), is_pack_sent=sent)
    return upcoming.select_related("partnership").first()
