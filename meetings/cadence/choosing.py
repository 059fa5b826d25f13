"""The best of what was found: five dates, or both sides of a window that holds none."""

from collections.abc import Iterable, Iterator

from meetings.cadence.question import Answer, Question, Suggestion, Window
from meetings.cadence.school import DAY, WEEK, days, every
from meetings.cadence.search import Search
from meetings.cadence.window import window_of

WIDER = 2 * WEEK
FEW = 3
OFFERED = 5
A_WEEK = 2
SEARCHED = 400  # days: as far as the first open day after a closure is looked for


def suggest(question: Question) -> Answer:
    """Return up to five dates for the next meeting. The same question always gets the same answer."""
    window = window_of(question)
    found = Search(question, window)
    candidates = found.within(window.first, window.last)
    ruled_out = found.ruled_out
    if not candidates:
        return Answer(window, tuple(_two_sides(question, window)), ruled_out, is_empty=True)
    if len({each.day for each in candidates}) >= FEW:
        return Answer(window, tuple(_choose(candidates)), ruled_out)
    soonest = question.today + DAY * question.rhythm.notice
    wider = Search(question, window).within(max(soonest, window.first - WIDER), window.last + WIDER)
    return Answer(window, tuple(_choose(wider)), ruled_out, is_wider=True)


def _two_sides(question: Question, window: Window) -> Iterator[Suggestion]:
    """Yield the last possible day before an empty window, if people can still be told, and the first after it."""
    search = Search(question, window)
    soonest = question.today + DAY * question.rhythm.notice
    before = (search.best_of(day) for day in every(window.first - DAY, soonest, -DAY))
    if question.last_held is not None:
        held = question.last_held.date()
        before = (each for each in before if each is None or each.day > held)
    after = (search.best_of(day) for day in days(window.last + DAY, window.last + DAY * SEARCHED))
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
