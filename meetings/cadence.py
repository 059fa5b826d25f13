"""Good dates for a group's next meeting: dates in, ranked suggestions with their reasons out.

Pure: no database, no clock, no time zone. Days are dates, times are wall-clock times of the partnership's
place. A window of weeks opens after the last meeting that was held; days inside it are ruled out or
scored, and what was ruled out is told with its reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
FIRST_MEETING_WITHIN = 6 * WEEK
LATE_WINDOW = 4 * WEEK
WIDER = 2 * WEEK
FEW = 3
OFFERED = 5
A_WEEK = 2
SUMMER = range(7, 9)  # the month in which the long holiday has most of its days
LONG_HOLIDAY = 28  # days: only the summer's is as long
SEARCHED = 400  # days: as far as the first open day after a closure is looked for


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
        term = self.term(day)
        if term is None:
            return False
        days = [each for each in _days(term.first_on, term.last_on) if self.is_working_day(each)]
        return day in {*days[:2], *days[-2:]}

    def is_summer_holiday(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self._summers)

    @cached_property
    def _summers(self) -> list[tuple[date, date]]:
        gaps = [(one.last_on + DAY, two.first_on - DAY) for one, two in zip(self.terms, self.terms[1:], strict=False)]
        return [
            (first, last)
            for first, last in gaps
            if (last - first).days + 1 >= LONG_HOLIDAY and {first.month, last.month} & set(SUMMER)
        ]


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


def suggest(question: Question) -> Answer:
    """Return up to five dates for the next meeting. The same question always gets the same answer."""
    window = window_of(question)
    found = _Search(question, window)
    candidates = found.within(window.first, window.last)
    ruled_out = found.ruled_out
    if not candidates:
        return Answer(window, tuple(_two_sides(question, window)), ruled_out, is_empty=True)
    if len({each.day for each in candidates}) >= FEW:
        return Answer(window, tuple(_choose(candidates)), ruled_out)
    soonest = question.today + DAY * question.rhythm.notice
    wider = _Search(question, window).within(max(soonest, window.first - WIDER), window.last + WIDER)
    return Answer(window, tuple(_choose(wider)), ruled_out, is_wider=True)


def window_of(question: Question) -> Window:
    """Return the days among which the next meeting should be.

    It runs from `gap_min` to `gap_max` weeks after the last meeting, and begins no sooner than people
    can be told. A group that has not met meets within six weeks of its beginning; a window that is over
    is followed by four weeks.
    """
    rhythm = question.rhythm
    soonest = question.today + DAY * rhythm.notice
    if question.last_held is None:
        begins = max(question.begins_on or question.today, question.today)
        return Window(max(soonest, begins), max(begins + FIRST_MEETING_WITHIN, soonest + 2 * WEEK))
    opens = _after(question, rhythm.gap_min)
    closes = _after(question, rhythm.gap_max)
    first = max(opens, soonest)
    if first <= closes:
        return Window(first, closes)
    return Window(first, first + LATE_WINDOW, weeks_late=-(-(first - closes).days // 7))


def _after(question: Question, weeks: int) -> date:
    """Return the day so many weeks after the last meeting; days of a summer that does not count are not counted."""
    assert question.last_held is not None
    day, left = question.last_held.date(), weeks * 7
    if not question.rhythm.pauses_in_summer:
        return day + DAY * left
    while left:
        day += DAY
        left -= not question.calendar.is_summer_holiday(day)
    return day


class _Search:
    """Every slot of some days, scored, and the days that hold none, with the reason."""

    def __init__(self, question: Question, window: Window) -> None:
        self.question = question
        self.calendar = question.calendar
        self.rhythm = question.rhythm
        self.window = window
        self._ruled_out: dict[str, list[date]] = {}

    @property
    def ruled_out(self) -> dict[str, tuple[date, ...]]:
        return {reason: tuple(days) for reason, days in self._ruled_out.items()}

    def within(self, first: date, last: date) -> list[Suggestion]:
        """Return the best slot of each possible day."""
        return [best for day in _days(first, last) if (best := self.best_of(day))]

    def best_of(self, day: date) -> Suggestion | None:
        if closed := self.calendar.why_closed(day, with_schools=self.rhythm.avoids_school_holidays):
            self._ruled_out.setdefault(closed, []).append(day)
            return None
        slots = [datetime.combine(day, at) for at in self.rhythm.times(day.weekday())]
        clashes = {starts: self._clash(starts) for starts in slots}
        free = [starts for starts, clash in clashes.items() if clash is None]
        if not free:
            reason = f"{next(clash.title for clash in clashes.values() if clash)} needs the same people"
            self._ruled_out.setdefault(reason, []).append(day)
            return None
        return max((self._scored(starts) for starts in free), key=lambda each: each.score)

    def _clash(self, starts: datetime) -> Booking | None:
        ends = starts + timedelta(minutes=self.rhythm.minutes)
        bound = [each for each in self.question.bookings if each.people]
        return next((each for each in bound if each.starts < ends and starts < each.ends), None)

    def _scored(self, starts: datetime) -> Suggestion:
        counted = [*self._of_the_window(starts), *self._of_the_day(starts), *self._of_other_meetings(starts.date())]
        return Suggestion(
            starts,
            100 + sum(points for points, _ in counted),
            self._weeks(starts.date()),
            tuple(reason for points, reason in counted if reason and points >= 0),
            tuple(reason for points, reason in counted if reason and points < 0),
        )

    def _weeks(self, day: date) -> float | None:
        last = self.question.last_held
        return round((day - last.date()).days / 7, 1) if last else None

    def _of_the_window(self, starts: datetime) -> Iterator[tuple[float, str]]:
        day, last = starts.date(), self.question.last_held
        if last is None:
            middle = self.window.first + (self.window.last - self.window.first) // 2
        else:
            opens, closes = _after(self.question, self.rhythm.gap_min), _after(self.question, self.rhythm.gap_max)
            middle = opens + (closes - opens) // 2
        yield -abs((day - middle).days) / 2, ""
        if last is None:
            return
        weeks = self._weeks(day)
        if day < opens:
            yield 0, f"{_days_in_words((opens - day).days)} before your {self.rhythm.gap_min} weeks"
        elif day > closes and not self.window.weeks_late:
            yield 0, f"{_days_in_words((day - closes).days)} after your {self.rhythm.gap_max} weeks"
        else:
            yield 0, f"{weeks:g} weeks after the last one"
        if (day.weekday(), starts.time()) == (last.weekday(), last.time()):
            yield 5, "the weekday and time of the last one"

    def _of_the_day(self, starts: datetime) -> Iterator[tuple[float, str]]:
        day, calendar = starts.date(), self.calendar
        if day.weekday() not in self.rhythm.weekdays:
            yield -15, f"{day:%A} is not one of your usual days"
        if calendar.is_edge(day):
            yield -10, "the first or last days of a half term"
        if day in calendar.insets:
            yield -6, "a training day for teachers"
        if day in calendar.observances:
            yield -10, calendar.observances[day]
        if day.weekday() == 4 and starts.hour >= 12:
            yield -5, "a Friday afternoon"
        if any(first <= day <= last for first, last in calendar.exams):
            yield -4, "exams"
        if share := self.question.refusals.get(day.weekday(), 0):
            yield -12 * share, f"{share:.0%} of your regulars could not come on a {day:%A} before"
        if not calendar.knows(day):
            yield 0, "term dates unknown"
        if self._makes_up_for(day):
            yield 10, f"the same weekday as on {self.question.cancelled:%-d %B}, which was cancelled"

    def _makes_up_for(self, day: date) -> bool:
        """Whether this is the weekday of a cancelled meeting in the first week after it that is open."""
        cancelled = self.question.cancelled
        if cancelled is None or day <= cancelled.date() or day.weekday() != cancelled.weekday():
            return False
        between = _every(cancelled.date() + WEEK, day - WEEK, WEEK)
        return all(self.calendar.why_closed(each) for each in between)

    def _of_other_meetings(self, day: date) -> Iterator[tuple[float, str]]:
        others = sorted(self.question.bookings, key=lambda each: each.starts)
        same_day = [each for each in others if each.starts.date() == day]
        monday = day - DAY * day.weekday()
        same_week = [each for each in others if monday <= each.starts.date() < monday + WEEK]
        if same_day:
            yield -25, f"{same_day[0].title} is on that day"
        elif same_week:
            yield -8, f"{same_week[0].title} is in that week"
        steering = next((each for each in others if each.is_steering and each.starts.date() > day), None)
        if steering is None:
            return
        ahead = sum(map(self.calendar.is_working_day, _days(day + DAY, steering.starts.date())))
        if ahead >= 10:
            yield 10, f"{ahead} working days before Steering on {steering.starts:%-d %B}"
        elif ahead < 5:
            yield -10, f"only {_working_days(ahead)} before Steering on {steering.starts:%-d %B}"


def _two_sides(question: Question, window: Window) -> Iterator[Suggestion]:
    """Yield the last possible day before an empty window, if people can still be told, and the first after it."""
    search = _Search(question, window)
    soonest = question.today + DAY * question.rhythm.notice
    before = (search.best_of(day) for day in _every(window.first - DAY, soonest, -DAY))
    if question.last_held is not None:
        held = question.last_held.date()
        before = (each for each in before if each is None or each.day > held)
    after = (search.best_of(day) for day in _days(window.last + DAY, window.last + DAY * SEARCHED))
    for side in (before, after):
        if found := next(filter(None, side), None):
            yield found


def _choose(candidates: Iterable[Suggestion]) -> list[Suggestion]:
    """Return the five best, at most two of a week, on two weekdays at least where there are two; ties by date."""
    ranked = sorted(candidates, key=lambda each: (-each.score, each.starts))
    chosen: list[Suggestion] = []
    for each in ranked:
        if len(chosen) < OFFERED and sum(_week(other) == _week(each) for other in chosen) < A_WEEK:
            chosen.append(each)
    if len({each.day.weekday() for each in chosen}) == 1 and len(chosen) > 1:
        others = [each for each in ranked if each.day.weekday() != chosen[0].day.weekday()]
        kept = chosen[: OFFERED - 1]
        other = next((each for each in others if sum(_week(o) == _week(each) for o in kept) < A_WEEK), None)
        chosen = sorted([*kept, other], key=lambda each: (-each.score, each.starts)) if other else chosen
    return chosen


def _week(suggestion: Suggestion) -> tuple[int, int]:
    return suggestion.day.isocalendar()[:2]


def _days(first: date, last: date) -> Iterator[date]:
    return _every(first, last, DAY)


def _every(first: date, last: date, step: timedelta) -> Iterator[date]:
    """Yield days from the first to the last, which are both included, forwards or backwards."""
    while first <= last if step > timedelta() else first >= last:
        yield first
        first += step


def _days_in_words(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _working_days(count: int) -> str:
    return "1 working day" if count == 1 else f"{count} working days"
