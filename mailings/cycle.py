"""One cycle of a run: one short transaction that writes results and hands over the next rows.

The order of locks is always sender, route, mailing, delivery. Every statement can be repeated: after a
deadlock, a busy database or a COMMIT without an answer the whole cycle is done again, or found done.
Only when it has committed do the rows go to the connections.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db import transaction

from lcep.site import today
from mailings import crash
from mailings.blank import Blank
from mailings.dialect import dialect
from mailings.due import Errands, due_rows, few
from mailings.limits import Allowance
from mailings.replies import Trouble
from mailings.verdicts import BACK, DOUBT, FAULT, SENT, Result, settle

LEASE = 60  # seconds; a permit (10 s) is shorter, so a run that lost its lease begins nothing
AT_ONCE = 64  # mailings looked at in one cycle
CUTS = 3  # connections cut without an answer, in a row, before marketing waits for a person
CUT_OFF = (
    "Three connections in a row broke before the answer came. Somebody should look at the mail server "
    "before more is sent, because nobody can say whether those three mails arrived."
)


@dataclass(slots=True)
class InHand:
    """A row handed to this run: what a line carries."""

    id: int
    attempt: int
    public_id: str
    address: str
    member_id: int | None
    slots: dict[str, str]
    mailing: Errands
    blank: Blank
    permit: float = 0.0

    @property
    def mailing_id(self) -> int:
        return self.mailing.id

    @property
    def is_urgent(self) -> bool:
        return self.mailing.priority <= 1

    def fill(self) -> bytes:
        return self.blank.fill(self)

    def wire(self) -> list[bytes]:
        return self.blank.wire(self)


@dataclass
class Report:
    """What a run tells its cycle: results, with the mailings they belong to, and the state of the way out."""

    results: list[Result] = field(default_factory=list)
    mailings: dict[int, Errands] = field(default_factory=dict)  # by id of the delivery
    trouble: Trouble | None = None
    storms: set[int] = field(default_factory=set)  # mailings that are refused as such


@dataclass
class Outcome:
    """What a cycle did. Fenced: the run's Sender row has ended, nothing was handed over, nothing may be."""

    number: int = 0
    is_fenced: bool = False
    is_closed: bool = False
    is_probing: bool = False
    frees_in: float | None = None  # a limit holds up mail that is due; so many seconds until it may take more
    handed: list[InHand] = field(default_factory=list)
    skipped: int = 0


class Cycle:
    """The cycles of one run. `blanks` are kept from one to the next; everything else is asked anew.

    `still` is held while a cycle's statements run, and let go before the commit.
    """

    def __init__(
        self,
        run: uuid.UUID,
        route_id: int,
        *,
        may_market: bool = True,
        still: AbstractContextManager[Any] | None = None,
    ) -> None:
        self.run, self.route_id, self.may_market = run, route_id, may_market
        self.still = still or nullcontext()
        self.blanks: dict[int, Blank] = {}
        self.statements: dict[tuple[int, bool, date], tuple[str, Sequence[Any]]] = {}
        self.sql = dialect()

    def turn(self, report: Report, outcome: Outcome, *, in_hand: int, room: int, urgent_room: int) -> None:
        """Do one cycle and write into `outcome` what it did; valid once it is known to be committed.

        `room` is how many rows of any kind may be taken, `urgent_room` how many of service mail; with no
        urgent room nothing is handed over.
        """
        with transaction.atomic(), self.still, self.sql.cursor() as cursor:
            outcome.number = self._extend(cursor, in_hand)
            outcome.is_fenced = not outcome.number
            allowance = self._route(cursor, report, outcome)
            crash.point("before_results_commit") if report.results else None
            settle(cursor, report.results)
            self._react(cursor, report)
            if outcome.is_probing:  # after trouble one mail goes first, an urgent one if any waits
                room = urgent_room = min(urgent_room, 1 - in_hand)
            if not outcome.is_fenced and not outcome.is_closed and urgent_room > 0:
                self._hand_over(cursor, outcome, allowance, in_hand, room, urgent_room)
            if outcome.handed:
                crash.point("before_handover_commit")
        if outcome.handed:
            crash.point("after_handover_commit")
        if report.results:
            crash.point("after_results_commit")

    def _extend(self, cursor: Any, in_hand: int) -> int:
        """Lock the Sender row and extend its lease; 0 when the run has been ended by somebody else."""
        cursor.execute(
            f"UPDATE mailings_sender SET lease_until = {self.sql.after(str(LEASE))}, cycle = cycle + 1, in_hand = %s "
            "WHERE id = %s AND ended_at IS NULL RETURNING cycle",
            [in_hand, self.sql.uuid(self.run)],
        )
        found = cursor.fetchone()
        return found[0] if found else 0

    # The way out: is it open, how much does it take?

    def _route(self, cursor: Any, report: Report, outcome: Outcome) -> Allowance:
        """Read the route, note results and trouble in it, and say what it may take."""
        columns = "per_second, per_hour, per_day, reserve, used, closures, doubts"
        select = (
            f"SELECT {columns}, {self.sql.epoch}, closed_until IS NOT NULL AND closed_until > {self.sql.now} "
            "FROM mailings_route WHERE id = %s"
        )
        cursor.execute(select, [self.route_id])
        row = cursor.fetchone()
        limited = any(row[:3])
        changes = limited or report.trouble or row[5] or row[6] or any(r.verdict == DOUBT for r in report.results)
        if changes and self.sql.row_lock:
            cursor.execute(select + self.sql.row_lock, [self.route_id])
            row = cursor.fetchone()
        limits = dict(zip(("per_second", "per_hour", "per_day"), row[:3], strict=True))
        allowance = Allowance(limits, row[3], json.loads(row[4]), float(row[7]))
        taken = any(result.verdict == SENT for result in report.results)
        outcome.is_closed = bool(row[8]) or report.trouble is not None
        outcome.is_probing = row[5] > 0 and not taken
        if changes:
            self._note(cursor, report, allowance, closures=row[5], doubts=row[6])
        return allowance

    def _note(self, cursor: Any, report: Report, allowance: Allowance, *, closures: int, doubts: int) -> None:
        allowance.count(sum(result.verdict not in {BACK, FAULT} for result in report.results))
        taken = any(result.verdict == SENT for result in report.results)
        doubts = (0 if taken else doubts) + sum(result.verdict == DOUBT for result in report.results)
        closed = "closed_until, closed_reason = closed_reason"
        params: list[Any] = []
        if report.trouble is not None:
            wait = 900 if report.trouble.is_ours else min(30 * 2**closures, 900)
            closed, params = f"{self.sql.after(str(wait))}, closed_reason = %s", [report.trouble.reason[:300]]
            closures = min(closures + 1, 10)
        elif taken and closures:
            closed, closures = "NULL, closed_reason = ''", 0
        if doubts >= CUTS:
            self._wait_for_a_person(cursor, CUT_OFF)
            doubts = 0
        cursor.execute(
            f"UPDATE mailings_route SET used = %s, closures = %s, doubts = %s, closed_until = {closed} WHERE id = %s",
            [json.dumps(allowance.used), closures, doubts, *params, self.route_id],
        )

    def _wait_for_a_person(self, cursor: Any, reason: str) -> None:
        """Pause all marketing of this route."""
        cursor.execute(
            "UPDATE mailings_mailing SET state = 'paused', reason = %s "
            "WHERE state = 'sending' AND marketing AND route_id = %s",
            [reason, self.route_id],
        )

    def _react(self, cursor: Any, report: Report) -> None:
        """Pause mailings that are refused as such, and blank what was secret and is over."""
        for mailing in sorted(report.storms):
            cursor.execute(
                "UPDATE mailings_mailing SET state = 'paused', reason = %s WHERE id = %s AND state = 'sending'",
                [
                    "Mail servers refuse this mailing, not single people. Please ask whoever looks after your mail.",
                    mailing,
                ],
            )
        blank(cursor, {mailing.id for mailing in report.mailings.values() if not mailing.marketing})

    # Handing over

    def _hand_over(
        self, cursor: Any, outcome: Outcome, allowance: Allowance, in_hand: int, room: int, urgent_room: int
    ) -> None:
        """Take rows of due mailings, urgent kinds first; equal priority shares what is free equally, in turn."""
        everywhere = self._in_hand_everywhere(cursor) if allowance else 0
        for _, group in groupby(self._due(cursor), key=lambda mailing: mailing.priority):
            mailings = list(group)
            turn = outcome.number % len(mailings)
            mailings = mailings[turn:] + mailings[:turn]
            for at, mailing in enumerate(mailings):
                free = (urgent_room if mailing.priority <= 1 else room) - len(outcome.handed)
                if allowance:
                    left = allowance.left(everywhere + len(outcome.handed), marketing=mailing.marketing)
                    outcome.frees_in = allowance.frees_in() if left < free else outcome.frees_in
                    free = min(free, left)
                share = -(-free // (len(mailings) - at))
                if share > 0:
                    self._take(cursor, outcome, mailing, share)
        if outcome.handed and allowance:  # other runs count these from the same commit on
            cursor.execute(
                "UPDATE mailings_sender SET in_hand = %s WHERE id = %s",
                [in_hand + len(outcome.handed), self.sql.uuid(self.run)],
            )

    def _in_hand_everywhere(self, cursor: Any) -> int:
        """Rows that may be on the wire: of the runs that live. Who ends a dead one settles and counts its rows."""
        cursor.execute(
            "SELECT coalesce(sum(in_hand), 0) FROM mailings_sender WHERE ended_at IS NULL AND route_id = %s",
            [self.route_id],
        )
        return int(cursor.fetchone()[0])

    def _due(self, cursor: Any) -> list[Errands]:
        cursor.execute(
            "SELECT m.id, m.priority, m.marketing, m.purpose, m.partnership_id, m.rendition_id, "
            f"m.when_late = 'skip' AND m.late_after < {self.sql.now} "
            "FROM mailings_mailing m WHERE m.state = 'sending' AND m.route_id = %s AND (%s OR NOT m.marketing) "
            # The last of them: before the first lie all that have left, which PostgreSQL would go through again.
            "AND (SELECT d.id FROM mailings_delivery d WHERE d.mailing_id = m.id "
            f"AND d.leaves_at <= {self.sql.now} ORDER BY d.leaves_at DESC, d.id DESC LIMIT 1) IS NOT NULL "
            f"ORDER BY m.priority, m.id LIMIT {AT_ONCE}",
            [self.route_id, self.may_market],
        )
        return [Errands(*row, is_late=bool(late)) for *row, late in cursor.fetchall()]

    def _take(self, cursor: Any, outcome: Outcome, mailing: Errands, limit: int) -> None:
        """Hand over up to `limit` rows of one mailing, asking again who may be written to."""
        if self.sql.share_lock:  # makes Pause and Stop exact: their UPDATE waits for cycles under way
            still = f"SELECT 1 FROM mailings_mailing WHERE id = %s AND state = 'sending'{self.sql.share_lock}"
            cursor.execute(still, [mailing.id])
            if not cursor.fetchone():
                return
        due, params = self._due_rows(mailing)
        cursor.execute(
            f"{due.format(limit=few(limit))} "
            f"UPDATE mailings_delivery AS d SET attempt = d.attempt + 1, sender_id = %s, handed_at = {self.sql.now}, "
            "state = CASE WHEN judged.why = '' THEN 'handed' ELSE 'skipped' END, reason = judged.why, "
            f"finished_at = CASE WHEN judged.why <> '' THEN {self.sql.now} END "
            "FROM judged WHERE d.id = judged.delivery AND d.state = 'queued' "
            f"RETURNING id, attempt, state, {self.sql.text_of('public_id')}, address, member_id, slots",
            [*params, self.sql.uuid(self.run)],
        )
        rows = sorted(cursor.fetchall())  # by id: RETURNING keeps no order
        taken = [row for row in rows if row[2] == "handed"]
        outcome.skipped += len(rows) - len(taken)
        if not taken:
            return
        blank = self._blank(cursor, mailing.rendition_id)
        slots = json.loads(f"[{','.join(row[6] for row in taken)}]")  # all at once
        for (number, attempt, _, public_id, address, member, _), values in zip(taken, slots, strict=True):
            row = InHand(number, attempt, _dashed(public_id), address, member, values, mailing, blank)
            outcome.handed.append(row)

    def _due_rows(self, mailing: Errands) -> tuple[str, Sequence[Any]]:
        """Return the SQL of `due_rows`, built once a day for each mailing: it takes longer than its execution."""
        wanted = mailing.id, mailing.is_late, today()
        if wanted not in self.statements:
            if len(self.statements) >= AT_ONCE:
                self.statements.clear()
            self.statements[wanted] = due_rows(mailing)
        return self.statements[wanted]

    def _blank(self, cursor: Any, rendition: int) -> Blank:
        if rendition not in self.blanks:
            if len(self.blanks) >= AT_ONCE:
                self.blanks.clear()
            cursor.execute("SELECT body FROM mailings_rendition WHERE id = %s", [rendition])
            self.blanks[rendition] = Blank(cursor.fetchone()[0])
        return self.blanks[rendition]


def _dashed(public_id: str) -> str:
    """Return an id as a uuid is written; SQLite keeps it without dashes."""
    if len(public_id) == 36:
        return public_id
    return f"{public_id[:8]}-{public_id[8:12]}-{public_id[12:16]}-{public_id[16:20]}-{public_id[20:]}"


def blank(cursor: Any, mailings: Iterable[int]) -> None:
    """Empty the renditions of secret kinds of which nobody waits any more."""
    numbers = sorted(mailings)
    if not numbers:
        return
    among, params = dialect().any_of("m.id", numbers)
    cursor.execute(
        "UPDATE mailings_rendition SET body = %s WHERE secret AND length(body) > 0 AND id IN ("
        f"SELECT m.rendition_id FROM mailings_mailing m WHERE {among} AND NOT EXISTS ("
        "SELECT 1 FROM mailings_delivery d WHERE d.mailing_id = m.id AND "
        "d.state IN ('queued', 'handed', 'uncertain')))",
        [b"", *params],
    )
