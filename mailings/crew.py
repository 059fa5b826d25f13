"""The connections of a run: threads that carry rows to the relay and know nothing of the database.

One pair of queues serves all of them, urgent rows first. When the way out fails, what is not begun
comes back at once, never begun.
"""

import logging
import threading
from collections import deque
from typing import Protocol

from mailings.cycle import CUTS, InHand
from mailings.replies import Judgement, Reply, Trouble
from mailings.verdicts import BACK, DOUBT, DOUBTFUL, Result
from mailings.wire import Office

log = logging.getLogger(__name__)

Found = tuple[InHand, Result, bool]  # the row, what became of it, and whether they refuse our mail as such


class Carrier(Protocol):
    def carry(self, errand: InHand, office: Office) -> None: ...
    def close(self) -> None: ...
    def cut(self) -> None: ...


class Crew:
    """Threads, their queues, and what they have to report. All shared state is under one lock."""

    def __init__(self, lines: list[Carrier]) -> None:
        self.lines = lines
        self.lock = threading.Lock()
        self.work = threading.Condition(self.lock)  # the lines wait for rows
        self.news = threading.Condition(self.lock)  # the coordinator waits for results
        self.urgent: deque[InHand] = deque()
        self.others: deque[InHand] = deque()
        self.results: list[Found] = []
        self.awaited = 1  # results for which the coordinator is worth waking
        self.trouble: Trouble | None = None
        self.is_closing = False
        self.cuts = 0
        self.threads = [
            threading.Thread(target=self._work, args=(line,), name=f"line {at}", daemon=True)
            for at, line in enumerate(lines)
        ]
        for thread in self.threads:
            thread.start()

    # For the coordinator

    def give(self, rows: list[InHand]) -> None:
        if not rows:
            return
        with self.lock:
            for row in rows:
                (self.urgent if row.is_urgent else self.others).append(row)
            self.work.notify_all()

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
        """Let every line finish what it carries, cut those that take longer, and wait until all threads ended."""
        with self.lock:
            self.is_closing = True
            self.work.notify_all()
        for thread in self.threads:
            thread.join(patience)
        for thread, line in zip(self.threads, self.lines, strict=True):
            if thread.is_alive():
                line.cut()
        for thread in self.threads:
            thread.join(30)

    # For the lines

    def at_hand(self) -> InHand | None:
        with self.lock:
            return self._pop()

    def put_back(self, errand: InHand) -> None:
        """Take back a row that a line had taken and not begun: another line may carry it, if there is time."""
        with self.lock:
            if self.is_closing:
                self.results.append(_not_begun(errand))
            else:
                (self.urgent if errand.is_urgent else self.others).appendleft(errand)
                self.work.notify()

    def report(self, errand: InHand, judgement: Judgement, reply: Reply | None) -> None:
        code, words = (reply.code, reply.text) if reply else (None, "")
        result = Result(errand.id, errand.attempt, judgement.verdict, code, words, judgement.reason)
        with self.lock:
            self.results.append((errand, result, judgement.is_policy))
            self.cuts = self.cuts + 1 if result.verdict == DOUBT else 0
            # Three doubts in a row: what is still in hand must not be turned into doubts one by one.
            if judgement.trouble is not None or self.cuts >= CUTS:
                self.trouble = judgement.trouble or self.trouble
                self._take_back()
            elif len(self.results) >= self.awaited:
                self.news.notify()

    def _work(self, line: Carrier) -> None:
        try:
            while row := self._next():
                mine = _Mine(self, row)
                try:
                    line.carry(row, mine)
                except Exception:  # a bug: nobody knows how far these mails came
                    log.exception("Delivery %s, attempt %s: the line broke", row.id, row.attempt)
                    line.cut()
                    mine.doubt()
        finally:
            line.close()

    def _next(self) -> InHand | None:
        with self.lock:
            self.work.wait_for(lambda: self.urgent or self.others or self.is_closing)
            return self._pop()

    def _pop(self) -> InHand | None:
        if self.urgent:
            return self.urgent.popleft()
        return self.others.popleft() if self.others else None

    def _take_back(self) -> None:
        for queue in (self.urgent, self.others):
            while queue:
                self.results.append(_not_begun(queue.popleft()))
        self.news.notify()


class _Mine:
    """The office as one line sees it: it remembers which rows are in that line's hands."""

    def __init__(self, crew: Crew, first: InHand) -> None:
        self.crew = crew
        self.taken = {first.id: first}

    def at_hand(self) -> InHand | None:
        row = self.crew.at_hand()
        if row is not None:
            self.taken[row.id] = row
        return row

    def put_back(self, errand: InHand) -> None:
        del self.taken[errand.id]
        self.crew.put_back(errand)

    def report(self, errand: InHand, judgement: Judgement, reply: Reply | None) -> None:
        del self.taken[errand.id]
        self.crew.report(errand, judgement, reply)

    def doubt(self) -> None:
        for row in list(self.taken.values()):
            self.report(row, Judgement(DOUBT, DOUBTFUL), None)


def _not_begun(row: InHand) -> Found:
    return row, Result(row.id, row.attempt, BACK), False
