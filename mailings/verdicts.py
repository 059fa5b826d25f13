"""What is known of a hand-over, and how it is written down.

Evidence is judged by (id, attempt), not by who brings it or when: while the attempt still matches,
nobody has handed the row over since, so a late result is true. It may turn handed or uncertain into
its verdict, and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from mailings.dialect import dialect

SENT = "sent"  # the relay said 250
FAILED = "failed"  # the relay refused this person for good, or we could not build the mail
LATER = "later"  # the relay asks us to come back for this person
BACK = "back"  # no body was begun: nothing happened
FAULT = "fault"  # no whole body left, but the attempt broke something: it goes to the back of the queue
DOUBT = "doubt"  # a body left whole and nobody knows more

REPEATS = 3  # how often service mail in doubt goes again under the same Message-ID
FAULTS = 10  # a row that broke this many attempts is given up
DOUBTFUL = "The connection broke before their mail server answered. It has probably arrived."
UNRECORDED = "The sender stopped and left no notes. It has probably not gone."
OUR_FAULT = "This mail could not be sent through a fault of ours."


@dataclass(slots=True)
class Result:
    """The verdict on one hand-over. `reply` is the relay's own words, `reason` ours."""

    id: int
    attempt: int
    verdict: str
    code: int | None = None
    reply: str = ""
    reason: str = ""

    def row(self) -> tuple:
        return self.id, self.attempt, self.code, one_line(self.reply)[:500], self.reason[:300]


def one_line(text: str) -> str:
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def settle(cursor: Any, results: Iterable[Result]) -> None:
    """Write verdicts, one statement for each sort. Repeating it changes nothing."""
    ordered = sorted(results, key=lambda result: (result.verdict, result.id))
    for verdict, group in groupby(ordered, key=lambda result: result.verdict):
        relation, params = dialect().rows([result.row() for result in group])
        states = "('handed')" if verdict == DOUBT else "('handed', 'uncertain')"
        cursor.execute(
            f"UPDATE mailings_delivery AS d SET {_changes(verdict)} FROM {relation} "
            # Not the state itself: PostgreSQL would go through all rows in hand, and those that were, for each batch.
            f"WHERE d.id = r.id AND d.attempt = r.attempt AND d.state || '' IN {states}",
            params,
        )


def _changes(verdict: str) -> str:
    sql = dialect()
    finished = f"finished_at = {sql.now}, code = r.code, reply = r.reply, reason = r.reason"
    if verdict in {SENT, FAILED}:
        return f"state = '{verdict}', {finished}"
    if verdict == LATER:
        return _later()
    if verdict == BACK:
        return f"{_queued()}, reason = r.reason"
    if verdict == FAULT:
        return _fault()
    return _doubt()


def _queued(otherwise: str = "") -> str:
    """The state of what would be queued: who was forgotten meanwhile is skipped."""
    return f"state = CASE WHEN d.address = '' THEN 'skipped' {otherwise} ELSE 'queued' END"


def _later() -> str:
    """Come back after as long as it has been refused already, within 5 minutes and 4 hours; give up after a day."""
    sql = dialect()
    refused = sql.since(f"coalesce(d.refused_at, {sql.now})")
    wait = f"CASE WHEN {refused} < 300 THEN 300 WHEN {refused} > 14400 THEN 14400 ELSE {refused} END"
    over = f"{refused} >= 86400"
    given_up = f"WHEN {over} THEN 'failed'"
    return (
        f"{_queued(given_up)}, refused_at = coalesce(d.refused_at, {sql.now}), "
        f"due_at = {sql.after(wait)}, code = r.code, reply = r.reply, reason = r.reason, "
        f"finished_at = CASE WHEN {over} THEN {sql.now} END"
    )


def _fault() -> str:
    """A row that breaks what it touches drifts away from its neighbours, and is given up in the end."""
    sql = dialect()
    drift = sql.after("(d.faults + 1) * (d.faults + 1)")
    over = f"d.faults + 1 >= {FAULTS}"
    given_up = f"WHEN {over} THEN 'failed'"
    return (
        f"{_queued(given_up)}, faults = d.faults + 1, "
        f"due_at = CASE WHEN {_of_mailing('priority')} <= 1 THEN {sql.now} ELSE {drift} END, "
        f"reason = CASE WHEN {over} THEN '{OUR_FAULT}' ELSE r.reason END, "
        f"finished_at = CASE WHEN {over} THEN {sql.now} END"
    )


def _doubt() -> str:
    """Marketing waits for a person; service mail goes again under the same Message-ID, three times at most."""
    sql = dialect()
    again = f"{_of_mailing('in_doubt')} = 'repeat' AND d.faults < {REPEATS}"
    return (
        f"state = CASE WHEN NOT ({again}) THEN 'uncertain' WHEN d.address = '' THEN 'skipped' ELSE 'queued' END, "
        f"faults = d.faults + 1, due_at = {sql.now}, reason = r.reason"
    )


def _of_mailing(column: str) -> str:
    return f"(SELECT m.{column} FROM mailings_mailing m WHERE m.id = d.mailing_id)"
