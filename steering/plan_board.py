"""The plan as a picture: each action a bar from its beginning to its day, over a year around today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from lcep.site import today
from steering.plan import Chapter, Line, Plan

BACK, AHEAD = 4, 8  # months
LEFT, RIGHT = 330, 100  # units for what is done, and for how it stands
DAY_WIDE = 1.6
ROW, HEAD, TOP = 30, 34, 34


@dataclass
class Board:
    """The bars of a plan; the table beside it says the same in words."""

    plan: Plan

    def __post_init__(self) -> None:
        self.begins = _month(today(), -BACK)
        self.ends = _month(today(), AHEAD)

    @property
    def wide(self) -> int:
        return self._at(self.ends) + RIGHT

    @property
    def high(self) -> int:
        return TOP + sum(HEAD + ROW * len(chapter.lines) for chapter in self.plan.chapters if chapter.lines) + 8

    @property
    def now(self) -> int:
        return self._at(today())

    def months(self) -> Iterator[tuple[int, str]]:
        """Where each second month begins, and its name."""
        for number in range(0, BACK + AHEAD, 2):
            first = _month(self.begins, number)
            yield self._at(first), f"{first:%b %Y}" if first.month < 3 or number == 0 else f"{first:%b}"

    def drawn(self) -> Iterator[dict[str, Any]]:
        """Each priority with the top of its row, and its bars."""
        top = TOP
        for chapter in self.plan.chapters:
            if not chapter.lines:
                continue
            yield {"chapter": chapter, "text": top + 24, "bars": list(self._bars(chapter, top + HEAD))}
            top += HEAD + ROW * len(chapter.lines)

    def _bars(self, chapter: Chapter, top: int) -> Iterator[dict[str, Any]]:
        for number, line in enumerate(chapter.lines):
            first, last = self._span(line)
            yield {
                "line": line,
                "top": top + ROW * number + 6,
                "text": top + ROW * number + 20,
                "x": first,
                "width": max(6, last - first),
                "after": self.wide - RIGHT + 8,
            }

    def _span(self, line: Line) -> tuple[int, int]:
        """From when it was put on the plan until it is due; when done, until it was; without a day, to the edge."""
        until = line.told_on if line.is_done else line.action.due_on or self.ends
        return self._at(localdate(line.action.made_at)), self._at(until)

    def _at(self, day: date) -> int:
        shown = min(max(day, self.begins), self.ends)
        return round(LEFT + (shown - self.begins).days * DAY_WIDE)


def _month(day: date, later: int) -> date:
    """The first day of the month so many months later."""
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
