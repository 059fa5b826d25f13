"""A run: one stretch of sending by one process, with one row in Sender and one journal.

The coordinator (the thread that calls `send`) owns the database; the crew, on another thread, owns the
connections. No transaction is open while anybody speaks to the relay.
"""

import contextlib
import logging
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable
from typing import ClassVar

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
)

from mailings import crash, fingerprint
from mailings.crew import Crew
from mailings.cycle import Cycle, InHand, Outcome, Report
from mailings.dialect import dialect
from mailings.exchange import Exchange
from mailings.journal import Journal
from mailings.pace import brisk
from mailings.plain import PlainLine
from mailings.registration import Registration
from mailings.relay import Relay
from mailings.threads import Threads
from mailings.verdicts import SENT
from mailings.wire import NO_NOTES, Line, boottime

log = logging.getLogger(__name__)

PERMIT = 10.0  # a body begins only this long after the start of the cycle that handed its row over
HOLD = 256  # rows in hand at most: a cycle may take as long as half of them (ADR 14)
AHEAD = 0.25  # seconds of mail in hand
URGENT = 16  # rows of service mail that may be in hand beyond that
IDLE = 0.25
BREATH = 0.1  # seconds that others are left for writing, at most, where one transaction writes at a time
HELD = 2.0  # a limit that takes more within so many seconds is waited for
PATIENCE = 8.0  # how long a stop waits for answers that are under way
ANSWERS = 60.0  # and how long a run that is over by itself: no relay that thinks over a mail for so long is cut
AWAY = 300.0  # how long a run waits for its database
# Errors that no repetition mends; every other one counts as "the database is away".
FAULTS = (ProgrammingError, DataError, IntegrityError, NotSupportedError)
STORM, OF_LAST = 3, 100  # so many refusals of our mail as such, among so many, pause the mailing


class Run:
    """Sends what is due by one relay, for at most `seconds`, or until nothing is due for `linger` seconds.

    It opens so many `connections`, else as many as EMAIL_URL says one process may (`each`), else all that
    the way out has free. Where it leaves some free, and 256 mails were not all, it asks another to join, once.
    """

    _here: ClassVar[threading.Lock] = threading.Lock()

    def __init__(
        self,
        relay: Relay,
        *,
        connections: int | None = None,
        seconds: float = 20.0,
        linger: float = 0.0,
        is_stopping: Callable[[], bool] = lambda: False,
        ask_another: Callable[[], None] = lambda: None,
    ) -> None:
        self.relay, self.linger, self.ask_another = relay, linger, ask_another
        self.wanted = connections or relay.each
        self.is_stopping = is_stopping
        self.id = uuid.uuid4()
        self.until = time.monotonic() + seconds
        self.in_hand: dict[int, InHand] = {}
        self.hold = 0.0
        self.counts: dict[str, int] = defaultdict(int)
        self.refusals: dict[int, deque[bool]] = defaultdict(lambda: deque(maxlen=OF_LAST))
        self.outcome = Outcome()
        self.busy_at = self.turned_at = time.monotonic()
        self.took = 0.0  # seconds of the last cycle
        self.is_ending = self.is_closed = self.is_joinable = False

    def send(self) -> bool:
        """Send. Returns False when nothing could begin: this process sends already, or all connections are taken."""
        if not self._here.acquire(blocking=False):
            return False
        try:
            if not self._begin():
                return False
            with brisk():
                try:
                    while not self._is_over():
                        self._wait()
                        self._turn()
                finally:
                    self._end()
            return True
        finally:
            self._here.release()

    # Beginning and ending

    def _begin(self) -> bool:
        self.route = self.relay.route()
        self.journal = Journal(self.id)
        self.registration = Registration(self.id, self.route.pk)
        try:
            if not self.registration.sign_on(self.wanted):
                self.journal.close(finished=True)
                return False
            crash.point("sender_inserted")
            self.registration.guard()
            self.hold = self.registration.connections + 1.0
            self.is_joinable = self.registration.leaves_some  # without a limit, what is free is for urgent mail
            self.crew: Crew = self._drivers([self._line() for _ in range(self.registration.connections)])
            still = self.crew.lock if dialect().writes_alone else contextlib.nullcontext()
            self.cycle = Cycle(self.id, self.route.pk, may_market=fingerprint.is_adopted(), still=still)
        except BaseException:
            self.journal.close(finished=False)  # whoever reads it next ends the run, should its row be there
            raise
        return True

    def _line(self) -> Line | PlainLine:
        make = PlainLine if self.relay.backend else Line
        return make(self.relay, self.journal, self.route.per_connection)

    @property
    def _drivers(self) -> type[Crew]:
        return Threads if self.relay.backend else Exchange

    def _help(self) -> None:
        """Open one connection more for urgent mail where all others stand still, if the way out has one free."""
        if self.registration.take_one_more():
            self.crew.help(self._line())

    def _end(self) -> None:
        """Stop the lines, write what they found, and sign off; what cannot be written is left to the journal."""
        if not self.is_ending:
            self.is_ending, self.until = True, time.monotonic() + PATIENCE
        self.is_closed = True
        self.crew.take_back()
        self.crew.close(max(0.1, self.until - time.monotonic()))
        finished = False
        with contextlib.suppress(DatabaseError, InterfaceError):
            self._turn()
            if not self.in_hand:
                self.registration.sign_off()
                finished = True
        self.journal.close(finished=finished)

    # The loop

    def _is_over(self) -> bool:
        now, in_haste = time.monotonic(), self._is_in_haste()
        if not self.is_ending and (in_haste or now > self.until):
            self.is_ending = True
            self.crew.take_back()
            self.until = now + ANSWERS
        if in_haste:
            self.until = min(self.until, now + PATIENCE)
        if self.is_ending:
            return not self.in_hand or now > self.until
        idle = not self.in_hand and self.outcome.number > 0 and not self.outcome.handed and not self.outcome.skipped
        idle = idle and (self.outcome.frees_in is None or self.outcome.frees_in > HELD)
        return idle and (self.outcome.is_closed or now - self.busy_at >= self.linger)

    def _is_in_haste(self) -> bool:
        """Whether the run must end now. Else its end waits for what is under way, and codes still go out meanwhile."""
        return self.is_closed or self.is_stopping() or self.outcome.is_fenced or self._has_no_notes()

    def _has_no_notes(self) -> bool:
        return self.journal.is_broken or self.journal.is_long

    def _wait(self) -> None:
        """Wait until a cycle is worth its commit."""
        if self.outcome.number == 0:
            return
        sql, now = dialect(), time.monotonic()
        early, between = min(max(int(self.hold) // 2, 1), len(self.in_hand)), sql.between
        if sql.writes_alone:  # others may write for as long as we did, also where a commit waits for a slow disk
            early, between = HOLD * 8, max(between, min(self.took, BREATH))
        self.crew.wait(early, self.turned_at + between - now)
        frees_in = self.outcome.frees_in
        idle = min(IDLE, frees_in or IDLE)
        if self.in_hand:
            self.crew.wait(1, idle)
        elif not self.outcome.handed:
            self.crew.wait(1, idle if frees_in is not None else min(IDLE, self.linger))

    def _turn(self) -> None:
        """Do one cycle, again and again until it is known to be committed."""
        found, trouble = self.crew.reports()
        report = Report([result for _, result, _ in found], {row.id: row.mailing for row, _, _ in found}, trouble)
        if self.journal.is_broken:
            report.trouble = NO_NOTES
        for row, _, is_policy in found:
            self._note_refusal(row, is_policy, report)
        left = len(self.in_hand) - len(found)
        self._adapt(len(found))
        in_haste = self._is_in_haste()
        room = 0 if self.is_ending else max(int(self.hold) - left, 0)
        urgent_room = 0 if in_haste else min(room, HOLD - left) + URGENT
        started, began = boottime(), time.monotonic()
        outcome = self._done(report, left, room, urgent_room)
        for row, result, _ in found:
            del self.in_hand[row.id]
            self.counts[result.verdict] += 1
        self.counts["skipped"] += outcome.skipped
        for row in outcome.handed:
            row.permit = started + PERMIT
            self.in_hand[row.id] = row
        self.outcome, self.turned_at = outcome, time.monotonic()
        self.took = self.turned_at - began
        if outcome.handed or self.in_hand:
            self.busy_at = self.turned_at
        self.crew.give(outcome.handed)
        if self.is_joinable and outcome.handed and self.counts[SENT] >= HOLD:
            self.is_joinable = False
            self.ask_another()
        if not in_haste and self.crew.needs_help():
            self._help()

    def _note_refusal(self, row: InHand, is_policy: bool, report: Report) -> None:
        if not row.mailing.marketing:
            return
        last = self.refusals[row.mailing.id]
        last.append(is_policy)
        if is_policy and sum(last) >= STORM:
            report.storms.add(row.mailing.id)
            last.clear()

    def _adapt(self, finished: int) -> None:
        """Keep a quarter of a second of mail in hand, by the pace of the last cycles."""
        took = max(time.monotonic() - self.turned_at, 0.001)
        if finished:
            wanted = finished / took * AHEAD
            self.hold += (wanted - self.hold) / 4
        self.hold = min(max(self.hold, self.registration.connections + 1.0), HOLD)

    def _done(self, report: Report, left: int, room: int, urgent_room: int) -> Outcome:
        """Do the cycle until it is known to be committed; while the database is away nothing is handed over.

        Raises the error when it is no passing one, or when the end of the run cannot wait any longer.
        """
        pause, tries, give_up_at = 0.05, 0, time.monotonic() + (PATIENCE if self._is_in_haste() else AWAY)
        while True:
            outcome = Outcome()
            try:
                self.cycle.turn(report, outcome, in_hand=left, room=room, urgent_room=urgent_room)
                return outcome
            except (DatabaseError, InterfaceError) as error:
                tries += 1
                if self.is_stopping():
                    give_up_at = min(give_up_at, time.monotonic() + PATIENCE)
                log.warning("The database did not take a cycle (%s, try %s)", type(error).__name__, tries)
                if time.monotonic() > give_up_at or (isinstance(error, FAULTS) and tries >= 5):
                    raise
            if outcome.number and self.registration.was_committed(outcome.number, give_up_at):
                return outcome
            time.sleep(pause)
            pause = min(2 * pause, 2.0)
