"""The days of a place as far as they are known: half terms, bank holidays, training days, exams."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
SUMMER = range(7, 9)  # the month in which the long holiday has most of its days
LONG_HOLIDAY = 28  # days: only the summer's is as long


@dataclass(frozen=True)
class Term:
    """A half term of school, first and last school day included."""

    name: str
    first_on: date
    last_on: date

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True)
class Calendar:
    """What is known of the days of a place. `insets` and `observances` make a day worse, never impossible."""

    terms: tuple[Term, ...] = ()
    bank_holidays: Mapping[date, str] = field(default_factory=dict)
    insets: frozenset[date] = frozenset()
    observances: Mapping[date, str] = field(default_factory=dict)
    exams: tuple[tuple[date, date], ...] = ()

    def knows(self, day: date) -> bool:
        """Whether term dates for this day are on file."""
        return bool(self.terms) and self.terms[0].first_on <= day <= self.terms[-1].last_on

    def term(self, day: date) -> Term | None:
        return next((term for term in self.terms if day in term), None)

    def why_closed(self, day: date, *, with_schools: bool = True) -> str:
        """Return why nobody can be asked to come on a day; '' when they can."""
        if day.weekday() > 4:
            return "a weekend"
        if day in self.bank_holidays:
            return self.bank_holidays[day]
        if with_schools and self.knows(day) and self.term(day) is None:
            return "school holidays"
        return ""

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.bank_holidays

    def is_edge(self, day: date) -> bool:
        """Whether a day is one of the first or last two school days of its half term."""
        return day in self._edges

    def is_summer_holiday(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self._summers)

    @cached_property
    def _edges(self) -> frozenset[date]:
        edges: set[date] = set()
        for term in self.terms:
            school = list(filter(self.is_working_day, days(term.first_on, term.last_on)))
            edges.update(school[:2], school[-2:])
        return frozenset(edges)

    @cached_property
    def _summers(self) -> list[tuple[date, date]]:
        gaps = [(one.last_on + DAY, two.first_on - DAY) for one, two in zip(self.terms, self.terms[1:], strict=False)]
        return [
            (first, last)
            for first, last in gaps
            if (last - first).days + 1 >= LONG_HOLIDAY and {first.month, last.month} & set(SUMMER)
        ]


def days(first: date, last: date) -> Iterator[date]:
    return every(first, last, DAY)


def every(first: date, last: date, step: timedelta) -> Iterator[date]:
    """Yield days from the first to the last, which are both included, forwards or backwards."""
    while first <= last if step > timedelta() else first >= last:
        yield first
        first += step
