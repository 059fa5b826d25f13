"""The connections of a run: threads that carry rows to the relay and know nothing of the database.

One pair of queues serves all of them, urgent rows first. When the way out fails, what is not begun
comes back at once, never begun.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from mailings.cycle import CUTS, InHand
from mailings.replies import Judgement, Reply, Trouble
from mailings.verdicts import BACK, DOUBT, DOUBTFUL, Result

log = logging.getLogger(__name__)


class Carrier(Protocol):
    def carry(self, errand: InHand) -> tuple[Judgement, Reply | None]: ...
    def close(self) -> None: ...
    def cut(self) -> None: ...


class Crew:
    """Threads, their queues, and what they have to report. All shared state is under one condition."""

    def __init__(self, lines: list[Carrier]) -> None:
        self.lines = lines
        self.changed = threading.Condition()
        self.urgent: deque[InHand] = deque()
        self.others: deque[InHand] = deque()
        self.results: list[tuple[InHand, Result, bool]] = []
        self.trouble: Trouble | None = None
        self.is_closing = False
        self.cuts = 0
        self.threads = [
            threading.Thread(target=self._work, args=(line,), name=f"line {at}", daemon=True)
            for at, line in enumerate(lines)
        ]
        for thread in self.threads:
            thread.start()

    def give(self, rows: list[InHand]) -> None:
        with self.changed:
            for row in rows:
                (self.urgent if row.is_urgent else self.others).append(row)
            self.changed.notify_all()

    def take_back(self) -> None:
        """Report everything that no line has taken yet as never begun."""
        with self.changed:
            for queue in (self.urgent, self.others):
                while queue:
                    row = queue.popleft()
                    self.results.append((row, Result(row.id, row.attempt, BACK), False))
            self.changed.notify_all()

    def reports(self) -> tuple[list[tuple[InHand, Result, bool]], Trouble | None]:
        """Return what has been found out since the last call, and what is wrong with the way out."""
        with self.changed:
            found, self.results = self.results, []
            trouble, self.trouble = self.trouble, None
        return found, trouble

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        with self.changed:
            return self.changed.wait_for(until, timeout=max(0.0, seconds))

    def close(self, patience: float) -> None:
        """Let every line finish what it carries, cut those that take longer, and wait until all threads ended."""
        with self.changed:
            self.is_closing = True
            self.changed.notify_all()
        for thread in self.threads:
            thread.join(patience)
        for thread, line in zip(self.threads, self.lines, strict=True):
            if thread.is_alive():
                line.cut()
        for thread in self.threads:
            thread.join(30)

    def _work(self, line: Carrier) -> None:
        try:
            while row := self._next():
                self._report(row, *self._carried(line, row))
        finally:
            line.close()

    def _next(self) -> InHand | None:
        with self.changed:
            self.changed.wait_for(lambda: self.urgent or self.others or self.is_closing)
            if self.urgent:
                return self.urgent.popleft()
            return self.others.popleft() if self.others else None

    def _carried(self, line: Carrier, row: InHand) -> tuple[Judgement, Reply | None]:
        try:
            return line.carry(row)
        except Exception:  # a bug: nobody knows how far this mail came
            log.exception("Delivery %s, attempt %s: the line broke", row.id, row.attempt)
            line.cut()
            return Judgement(DOUBT, DOUBTFUL), None

    def _report(self, row: InHand, judgement: Judgement, reply: Reply | None) -> None:
        code, words = (reply.code, reply.text) if reply else (None, "")
        result = Result(row.id, row.attempt, judgement.verdict, code, words, judgement.reason)
        with self.changed:
            self.results.append((row, result, judgement.is_policy))
            self.trouble = judgement.trouble or self.trouble
            self.cuts = self.cuts + 1 if result.verdict == DOUBT else 0
            self.changed.notify_all()
        # Three doubts in a row: what is still in hand must not be turned into doubts one by one.
        if judgement.trouble or self.cuts >= CUTS:
            self.take_back()
