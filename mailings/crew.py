"""The connections of a run: lines that carry rows to the relay and know nothing of the database.

One pair of queues serves all of them, urgent rows first. When the way out fails, what is not begun
comes back at once, never begun. Who drives the lines is another matter: `exchange` for SMTP, `threads`
for any other way out.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from mailings.cycle import CUTS, InHand
from mailings.replies import Judgement, Reply, Trouble
from mailings.verdicts import BACK, DOUBT, DOUBTFUL, Result

STUCK = 2.0  # seconds without an answer, after which a line keeps urgent mail from nobody
Found = tuple[InHand, Result, bool]  # the row, what became of it, and whether they refuse our mail as such


class Crew:
    """Lines, their queues, and what they have to report. All shared state is under one lock.

    Who drives the lines says how they begin (`_start`), are woken (`_rouse`) and end (`close`).
    """

    def __init__(self, lines: Sequence[Any]) -> None:
        self.lines = list(lines)
        self.lock = threading.Lock()
        self.news = threading.Condition(self.lock)  # the coordinator waits for results
        self.urgent: deque[InHand] = deque()
        self.others: deque[InHand] = deque()
        self.results: list[Found] = []
        self.awaited = 1  # results for which the coordinator is worth waking
        self.trouble: Trouble | None = None
        self.is_closing = self.is_helped = False
        self.cuts = 0
        self.under_way: set[Mine] = set()

    # For the coordinator

    def needs_help(self) -> bool:
        """Whether urgent mail waits while every line has been without an answer for two seconds, and has no helper.

        An urgent row that such a line has taken and not begun is taken from it first.
        """
        with self.lock:
            before = time.monotonic() - STUCK
            stuck = [mine for mine in self.under_way if mine.heard_at < before and not mine.only_urgent]
            if self.is_closing or len(stuck) < len(self.lines) - self.is_helped:
                return False
            for mine in stuck:
                self.urgent.extend(mine.urgent_not_begun())
            self._rouse()
            return bool(self.urgent) and not self.is_helped

    def help(self, line: Any) -> None:
        """Let one line more carry urgent mail, and nothing else."""
        with self.lock:
            self.is_helped = True
            self.lines.append(line)
        self._start(line, only_urgent=True)

    def give(self, rows: list[InHand]) -> None:
        if not rows:
            return
        with self.lock:
            for row in rows:
                (self.urgent if row.is_urgent else self.others).append(row)
            self._rouse()

    def take_back(self) -> None:
        """Report everything that no line has taken yet as never begun."""
        with self.lock:
            self._take_back()

    def reports(self) -> tuple[list[Found], Trouble | None]:
        """Return what has been found out since the last call, and what is wrong with the way out."""
        with self.lock:
            found, self.results = self.results, []
            trouble, self.trouble = self.trouble, None
        return found, trouble

    def wait(self, results: int, seconds: float) -> None:
        """Wait until so many results are there, or something is wrong, or the time is over."""
        with self.lock:
            self.awaited = results
            self.news.wait_for(lambda: len(self.results) >= results or self.trouble is not None, max(0.0, seconds))

    def close(self, patience: float) -> None:
        """Let every line finish what it carries, cut those that take longer, and wait until all have ended."""
        raise NotImplementedError

    # For the lines, through what is `Mine`

    def put_back(self, errand: InHand) -> None:
        """Take back a row that a line had taken and not begun: another line may carry it, if there is time.

        The caller holds the lock.
        """
        if self.is_closing:
            self.results.append(_not_begun(errand))
        else:
            (self.urgent if errand.is_urgent else self.others).appendleft(errand)
            self._rouse()

    def report(self, errand: InHand, judgement: Judgement, reply: Reply | None) -> None:
        """Note what became of a row. The caller holds the lock."""
        code, words = (reply.code, reply.text) if reply else (None, "")
        result = Result(errand.id, errand.attempt, judgement.verdict, code, words, judgement.reason)
        self.results.append((errand, result, judgement.is_policy))
        self.cuts = self.cuts + 1 if result.verdict == DOUBT else 0
        # Three doubts in a row: what is still in hand must not be turned into doubts one by one.
        if judgement.trouble is not None or self.cuts >= CUTS:
            self.trouble = judgement.trouble or self.trouble
            self._take_back()
        elif len(self.results) >= self.awaited:
            self.news.notify()

    # For whoever drives the lines

    def _start(self, line: Any, *, only_urgent: bool) -> None:
        """Let one line more carry what is at hand."""
        raise NotImplementedError

    def _rouse(self) -> None:
        """Tell idle lines that there may be something to do. The caller holds the lock."""
        raise NotImplementedError

    def _take(self, only_urgent: bool) -> "Mine | None":
        """Return the next row as one line's own, None when there is none. The caller holds the lock."""
        row = self.pop(only_urgent)
        if row is None:
            return None
        mine = Mine(self, row, only_urgent=only_urgent)
        self.under_way.add(mine)
        return mine

    def _done(self, mine: "Mine") -> None:
        with self.lock:
            self.under_way.discard(mine)

    def pop(self, only_urgent: bool = False) -> InHand | None:
        """Return the next row, an urgent one first. The caller holds the lock."""
        if self.urgent:
            return self.urgent.popleft()
        return self.others.popleft() if self.others and not only_urgent else None

    def _take_back(self) -> None:
        for queue in (self.urgent, self.others):
            while queue:
                self.results.append(_not_begun(queue.popleft()))
        self.news.notify()


class Mine:
    """The office as one line sees it: it remembers which rows are in that line's hands."""

    def __init__(self, crew: Crew, first: InHand, *, only_urgent: bool = False) -> None:
        self.crew, self.first, self.only_urgent = crew, first, only_urgent
        self.taken = {first.id: first}
        self.begun = 0  # the row whose body has begun
        self.heard_at = time.monotonic()

    def at_hand(self) -> InHand | None:
        with self.crew.lock:
            row = self.crew.pop(self.only_urgent)
            if row is not None:
                self.taken[row.id] = row
            return row

    def ahead(self) -> InHand | None:
        with self.crew.lock:
            if self.only_urgent or self.crew.urgent or len(self.crew.others) <= len(self.crew.lines):
                return None  # a line that always has one filled would never ask for what is urgent
            row = self.crew.others.popleft()
            self.taken[row.id] = row
            return row

    def begin(self, errand: InHand) -> bool:
        with self.crew.lock:
            if errand.id not in self.taken:
                return False
            self.begun = errand.id
            return True

    def put_back(self, errand: InHand) -> None:
        with self.crew.lock:
            if self._let_go(errand):
                self.crew.put_back(errand)

    def report(self, errand: InHand, judgement: Judgement, reply: Reply | None) -> None:
        with self.crew.lock:
            if self._let_go(errand):
                self.crew.report(errand, judgement, reply)

    def urgent_not_begun(self) -> list[InHand]:
        """Take back what may be carried by another line. The caller holds the lock."""
        found = [row for row in self.taken.values() if row.is_urgent and row.id != self.begun]
        for row in found:
            del self.taken[row.id]
        return found

    def _let_go(self, errand: InHand) -> bool:
        """Whether the row is still this line's: one taken back is another's to report. The caller holds the lock."""
        self.heard_at = time.monotonic()
        return self.taken.pop(errand.id, None) is not None

    def doubt(self) -> None:
        for row in list(self.taken.values()):
            self.report(row, Judgement(DOUBT, DOUBTFUL), None)


def _not_begun(row: InHand) -> Found:
    return row, Result(row.id, row.attempt, BACK), False
