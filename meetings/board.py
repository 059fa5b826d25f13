"""The manager's twelve weeks: every group against its window, what is planned, whose record is to come."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import timezone
from django.utils.timezone import localdate

from lcep.site import today
from meetings.cadence import Question, Window, window_of
from meetings.models import Meeting
from meetings.planning import Planner
from partnerships.models import Partnership
from pods.models import Group

WEEKS = 12
DAY_WIDE = 7  # units of the drawing for one day
LEFT = 190  # units for the names
ROW = 34
TOP = 30


@dataclass
class Line:
    """One group: when it met, when it is to meet, and the window between."""

    group: Group
    window: Window
    last: date | None
    planned: Meeting | None
    polling: bool
    record: Meeting | None

    @property
    def standing(self) -> str:
        """Where it stands, in words that blame nobody."""
        if self.planned and self.planned.starts_at:
            return f"Meets on {timezone.localtime(self.planned.starts_at):%A %-d %B}"
        if self.polling:
            return "A poll is out"
        if self.wants_a_date:
            return "Time to choose a date"
        return f"Next between {self.window.first:%-d %B} and {self.window.last:%-d %B}"

    @property
    def wants_a_date(self) -> bool:
        return self.planned is None and not self.polling and today() >= self.window.first - timedelta(days=28)

    @property
    def rank(self) -> tuple:
        planned = self.planned.starts_at if self.planned else None
        return (not self.wants_a_date, self.window.last if planned is None else localdate(planned), self.group.name)


@dataclass
class Board:
    """The groups of one partnership, those that want something first."""

    partnership: Partnership
    lines: list[Line]
    begins: date

    @classmethod
    def of(cls, partnership: Partnership) -> "Board":
        groups = list(
            Group.objects.current()
            .filter(partnership=partnership)
            .exclude(kind=Group.Kind.EXECUTIVE)
            .select_related("partnership", "priority")
        )
        asked = [Meeting.Status.POLLING, Meeting.Status.SCHEDULED]
        meetings = list(Meeting.objects.filter(group__in=groups, status__in=asked).order_by("starts_at"))
        polling = {row.group_id for row in meetings if row.status == Meeting.Status.POLLING}
        scheduled = [row for row in meetings if row.status == Meeting.Status.SCHEDULED]
        fixed, now = [(row.ends_at, row) for row in scheduled if row.ends_at], timezone.now()
        planned = {row.group_id: row for ends_at, row in reversed(fixed) if ends_at >= now}
        records = {row.group_id: row for ends_at, row in fixed if ends_at < now}
        lines = [
            Line(
                group,
                _window(question),
                question.last_held.date() if question.last_held else None,
                planned.get(group.pk),
                group.pk in polling,
                records.get(group.pk),
            )
            for group, question in Planner(partnership, groups).questions().items()
        ]
        monday = today() - timedelta(days=today().weekday() + 14)
        return cls(partnership, sorted(lines, key=lambda line: line.rank), monday)

    @property
    def wide(self) -> int:
        return LEFT + (WEEKS + 2) * 7 * DAY_WIDE

    @property
    def high(self) -> int:
        return TOP + ROW * len(self.lines)

    @property
    def now(self) -> int:
        return self._at(today())

    def weeks(self) -> Iterator[tuple[int, str]]:
        """Each second Monday, with its day."""
        for week in range(0, WEEKS + 2, 2):
            monday = self.begins + timedelta(weeks=week)
            yield self._at(monday), f"{monday:%-d %b}"

    def drawn(self) -> Iterator[dict]:
        """Each line as it is drawn: its window as a bar, meetings as dots."""
        for number, line in enumerate(self.lines):
            first, last = self._at(line.window.first), self._at(line.window.last)
            top = TOP + ROW * number
            planned = line.planned
            yield {
                "line": line,
                "top": top,
                "middle": top + ROW // 2,
                "bar": (first, max(6, last - first)) if last > LEFT and first < self.wide else None,
                "last": self._at(line.last) if line.last and line.last >= self.begins else None,
                "planned": self._at(localdate(planned.starts_at)) if planned and self._is_shown(planned) else None,
            }

    def _is_shown(self, meeting: Meeting) -> bool:
        return meeting.starts_at is not None and localdate(meeting.starts_at) < self.begins + timedelta(weeks=WEEKS + 2)

    def _at(self, day: date) -> int:
        return min(max(LEFT, LEFT + (day - self.begins).days * DAY_WIDE), self.wide)


def _window(question: Question) -> Window:
    """The weeks in which a group means to meet, whether or not people could still be told."""
    if question.last_held is None:
        return window_of(question)
    rhythm = replace(question.rhythm, notice=0)
    return window_of(replace(question, today=question.last_held.date(), rhythm=rhythm))


def partnerships_of(member) -> list[Partnership]:
    """The partnerships whose groups a manager looks after; an administrator keeps the machine, not the dates."""
    return member.own_partnerships()[:3]
