"""Sending in this process: sweep when it is time, send what is due, and look once more before going home.

Celery's tasks and `run_sender` are both shifts; they differ in how long they stay.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection

from mailings import alarm
from mailings.relay import Relay
from mailings.replay import replay
from mailings.run import Run
from mailings.sweep import Sweep, advance, is_anything_due

log = logging.getLogger(__name__)
AWAY = 2.0  # seconds between looks for a database that is away
PACE = 0.5  # seconds between looks of a sender that stays
TASK = 20.0  # seconds a task may take: a solo worker has other work too


class Shift:
    """`counts` says what became of the mail this shift carried, by verdict."""

    def __init__(self, is_stopping: Callable[[], bool] = lambda: False, *, connections: int | None = None) -> None:
        self.is_stopping, self.connections = is_stopping, connections
        self.counts: Counter[str] = Counter()

    def work(self) -> None:
        """Send for at most 20 seconds, and ring for a successor if there is more. What a task does.

        Where one process takes a part of the connections only, it rings for another beside it too.
        """
        until = time.monotonic() + TASK
        moved = True
        while moved and not self.is_stopping() and time.monotonic() < until:
            moved = self._once(until - time.monotonic(), linger=0.5, ask_another=alarm.ring)
        if moved and not self.is_stopping() and is_anything_due():
            alarm.ring()

    def until_empty(self) -> None:
        """Send until nothing is due: neither queued nor planned for now."""
        Sweep().run()
        while not self.is_stopping():
            if not self._once(TASK):
                if not is_anything_due():
                    break
                time.sleep(PACE)  # due, but not to be had just now: a limit, or another sender
        Sweep().run()

    def stay(self) -> None:
        """Send whatever comes, until told to stop."""
        while not self.is_stopping():
            try:
                moved = self._once(TASK, linger=2.0)
            except (DatabaseError, InterfaceError) as error:
                log.warning("The database is away (%s); nothing is lost, and we look again.", type(error).__name__)
                connection.close()
                moved = False
                time.sleep(AWAY)
            if not moved:
                time.sleep(PACE)

    def _once(self, seconds: float, linger: float = 0.0, ask_another: Callable[[], None] = lambda: None) -> bool:
        """Begin what is planned for now, send what is due, and say whether anything moved."""
        Sweep.if_due()
        replay()
        advance()
        if not is_anything_due():
            return False
        run = Run(
            Relay.of_site(),
            connections=self.connections,
            seconds=seconds,
            linger=linger,
            is_stopping=self.is_stopping,
            ask_another=ask_another,
        )
        began = run.send()
        self.counts.update(run.counts)
        if began:
            Sweep().finish()
        return began and any(run.counts.values())
