"""A crew with a thread for each line: for ways out that wait inside calls of their own, such as a provider's API."""

import logging
import threading
from collections.abc import Sequence

from mailings.crew import Crew, Mine
from mailings.plain import PlainLine

log = logging.getLogger(__name__)


class Threads(Crew):
    def __init__(self, lines: Sequence[PlainLine]) -> None:
        super().__init__(lines)
        self.work = threading.Condition(self.lock)  # the lines wait for rows
        self.threads: list[threading.Thread] = []
        for line in self.lines:
            self._start(line, only_urgent=False)

    def close(self, patience: float) -> None:
        with self.lock:
            self.is_closing = True
            self._rouse()
        for thread in self.threads:
            thread.join(patience)
        for thread, line in zip(self.threads, self.lines, strict=True):
            if thread.is_alive():
                line.cut()
        for thread in self.threads:
            thread.join(30)

    def _start(self, line: PlainLine, *, only_urgent: bool) -> None:
        name = f"line {len(self.threads)}"
        thread = threading.Thread(target=self._work, args=(line, only_urgent), name=name, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _rouse(self) -> None:
        self.work.notify_all()

    def _work(self, line: PlainLine, only_urgent: bool) -> None:
        try:
            while mine := self._next(only_urgent):
                row = mine.first
                try:
                    line.carry(row, mine)
                except Exception:  # a bug: nobody knows how far this mail came
                    log.exception("Delivery %s, attempt %s: the line broke", row.id, row.attempt)
                    mine.doubt()
                finally:
                    self._done(mine)
        finally:
            line.close()

    def _next(self, only_urgent: bool) -> Mine | None:
        with self.lock:
            self.work.wait_for(lambda: self.urgent or (self.others and not only_urgent) or self.is_closing)
            return self._take(only_urgent)
