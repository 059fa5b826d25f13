"""The days among which the next meeting should be."""

from datetime import date

from meetings.cadence.question import Question, Window
from meetings.cadence.school import DAY, WEEK

FIRST_MEETING_WITHIN = 6 * WEEK
LATE_WINDOW = 4 * WEEK


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
    opens = after(question, rhythm.gap_min)
    closes = after(question, rhythm.gap_max)
    first = max(opens, soonest)
    if first <= closes:
        return Window(first, closes)
    return Window(first, first + LATE_WINDOW, weeks_late=-(-(first - closes).days // 7))


def after(question: Question, weeks: int) -> date:
    """Return the day so many weeks after the last meeting; days of a summer that does not count are not counted."""
    assert question.last_held is not None
    day, left = question.last_held.date(), weeks * 7
    if not question.rhythm.pauses_in_summer:
        return day + DAY * left
    while left:
        day += DAY
        left -= not question.calendar.is_summer_holiday(day)
    return day
