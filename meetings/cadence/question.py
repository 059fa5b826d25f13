"""What a suggestion depends on, and what is suggested."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from meetings.cadence.school import Calendar


@dataclass(frozen=True)
class Booking:
    """Another meeting of the partnership. `people` are those of ours who are bound to be there."""

    starts: datetime
    ends: datetime
    title: str
    people: frozenset[str] = frozenset()
    is_steering: bool = False


@dataclass(frozen=True)
class Rhythm:
    """How a group likes to meet. `usual` are (weekday, time) pairs, Monday being 0; `notice` is in days."""

    gap_min: int = 8
    gap_max: int = 12
    usual: tuple[tuple[int, time], ...] = ((1, time(16)), (2, time(16)), (3, time(16)))
    minutes: int = 90
    notice: int = 21
    pauses_in_summer: bool = False
    avoids_school_holidays: bool = True

    @property
    def weekdays(self) -> set[int]:
        return {weekday for weekday, _ in self.usual}

    def times(self, weekday: int) -> list[time]:
        """Return the usual times of a weekday; of a weekday that is not usual, the times of any."""
        own = [at for usual, at in self.usual if usual == weekday]
        return own or list(dict.fromkeys(at for _, at in self.usual))


@dataclass(frozen=True)
class Question:
    """Everything a suggestion depends on.

    `last_held` is when the last meeting that took place began: cancelled ones never count. `begins_on`
    is the first day of a group that has not met. `cancelled` is when a meeting since then would have
    been. `refusals` gives, for a weekday, the share of regulars (0 to 1) who refused it in past polls.
    """

    today: date
    calendar: Calendar
    rhythm: Rhythm = Rhythm()
    last_held: datetime | None = None
    begins_on: date | None = None
    cancelled: datetime | None = None
    bookings: tuple[Booking, ...] = ()
    refusals: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggestion:
    """A date with what speaks for it and against it, and `weeks` since the last meeting, if there was one."""

    starts: datetime
    score: float
    weeks: float | None
    reasons: tuple[str, ...]
    drawbacks: tuple[str, ...]

    @property
    def day(self) -> date:
        return self.starts.date()


@dataclass(frozen=True)
class Window:
    """The days among which the next meeting should be. `weeks_late` counts from its proper end to its first day."""

    first: date
    last: date
    weeks_late: int = 0

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Answer:
    """The suggestions, best first; `ruled_out` gives the days of the window that cannot be, by reason.

    `is_wider` says that the window held fewer than three days and was stretched by two weeks on each
    side; `is_empty` that it held none, so that the last open day before and the first after are offered.
    """

    window: Window
    suggestions: tuple[Suggestion, ...]
    ruled_out: Mapping[str, tuple[date, ...]]
    is_wider: bool = False
    is_empty: bool = False
