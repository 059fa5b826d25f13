"""Every slot of some days, ruled out or scored, with the reasons in words."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cached_property

from meetings.cadence.question import Booking, Question, Suggestion, Window
from meetings.cadence.school import DAY, WEEK, days, every
from meetings.cadence.window import after


class Search:
    """Every slot of some days, scored, and the days that hold none, with the reason."""

    def __init__(self, question: Question, window: Window) -> None:
        self.question = question
        self.calendar = question.calendar
        self.rhythm = question.rhythm
        self.window = window
        self._ruled_out: dict[str, list[date]] = {}

    @cached_property
    def _opens_and_closes(self) -> tuple[date, date]:
        return after(self.question, self.rhythm.gap_min), after(self.question, self.rhythm.gap_max)

    @property
    def ruled_out(self) -> dict[str, tuple[date, ...]]:
        return {reason: tuple(days) for reason, days in self._ruled_out.items()}

    def within(self, first: date, last: date) -> list[Suggestion]:
        """Return the best slot of each possible day."""
        return [best for day in days(first, last) if (best := self.best_of(day))]

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
            opens, closes = self._opens_and_closes
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
        between = every(cancelled.date() + WEEK, day - WEEK, WEEK)
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
        ahead = sum(map(self.calendar.is_working_day, days(day + DAY, steering.starts.date())))
        if ahead >= 10:
            yield 10, f"{ahead} working days before Steering on {steering.starts:%-d %B}"
        elif ahead < 5:
            yield -10, f"only {_working_days(ahead)} before Steering on {steering.starts:%-d %B}"


def _days_in_words(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _working_days(count: int) -> str:
    return "1 working day" if count == 1 else f"{count} working days"
