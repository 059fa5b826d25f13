"""What becomes of rows in the hand of a run that died: its journal is read, or its lease runs out."""

import fcntl
import json
import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from mailings import crash
from mailings.dialect import dialect
from mailings.journal import Notes, folder
from mailings.limits import WINDOWS, Allowance
from mailings.verdicts import DOUBT, DOUBTFUL, FAULT, SENT, UNRECORDED, Result, settle

log = logging.getLogger(__name__)

STOPPED = "The sender was stopped before this mail was begun."


def replay() -> int:
    """Read every journal of a dead run on this machine and settle its rows. Returns how many journals were read."""
    return sum(_replay(path) for path in sorted(folder().glob("*.journal")))


def strange() -> list[Path]:
    """Journals of runs this database has never heard of: they are kept for a person to look at."""
    return sorted((folder() / "strange").glob("*.journal"))


def expire() -> int:
    """End every run whose lease is over, on whatever machine, and settle its rows. Returns how many."""
    sql = dialect()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE mailings_sender SET ended_at = {sql.now}, ended_how = 'expired' WHERE id IN ("
            f"SELECT id FROM mailings_sender WHERE ended_at IS NULL AND lease_until < {sql.now}{sql.skip_locked}) "
            "RETURNING id",
            [],  # with no parameters at all Django would leave %% as it is
        )
        ended = [_uuid(row[0]) for row in cursor.fetchall()]
        for run in ended:
            notes = _present_notes(run)
            results = [_judged(row, notes, is_dead=False) for row in _rows(cursor, run)]
            _count(cursor, run, results)
            settle(cursor, results)
        if ended:
            crash.point("expire_before_commit")
    return len(ended)


def _replay(path: Path) -> bool:
    with _locked(path) as file:
        if file is None:
            return False
        notes = Notes.read(os.pread(file, os.fstat(file).st_size, 0))
        crash.point("replay_read")
        try:
            run = uuid.UUID(path.stem)
        except ValueError:
            return False
        known = _settle(run, notes)
        crash.point("replay_after_commit")
        if known or not (notes.begun or notes.accepted):
            path.unlink(missing_ok=True)
        else:
            _put_aside(path)
    return True


def _settle(run: uuid.UUID, notes: Notes) -> bool:
    """End the run and settle its rows, in one transaction. False when this database knows no such run."""
    sql = dialect()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE mailings_sender SET ended_how = CASE WHEN ended_at IS NULL THEN 'replayed' ELSE ended_how END, "
            f"ended_at = coalesce(ended_at, {sql.now}) WHERE id = %s RETURNING ended_how",
            [sql.uuid(run)],
        )
        found = cursor.fetchone()
        if not found:
            return False
        # In a copied database the absence of a line says nothing: the file tells of another life.
        is_dead = found[0] != "copied"
        results = [_judged(row, notes, is_dead=is_dead) for row in _rows(cursor, run)]
        _count(cursor, run, results)
        settle(cursor, results)
        crash.point("replay_before_commit")
    return True


def _judged(row: tuple[int, int], notes: Notes, *, is_dead: bool) -> Result:
    """Judge a row by the notes. Only of a run known to be dead, on the same boot, absence proves anything."""
    if row in notes.accepted:
        return Result(*row, SENT, code=250)
    if row in notes.begun:
        return Result(*row, DOUBT, reason=DOUBTFUL)
    if is_dead and notes.is_of_this_boot:
        return Result(*row, FAULT, reason=STOPPED)
    return Result(*row, DOUBT, reason=UNRECORDED)


def _count(cursor: Any, run: uuid.UUID, results: list[Result]) -> None:
    """Count what a dead run has, or may have, handed over among what its way out took: limits hold across kills."""
    gone = sum(result.verdict in {SENT, DOUBT} for result in results)
    if not gone:
        return
    sql = dialect()
    cursor.execute(
        f"SELECT id, used, {sql.epoch}, {', '.join(WINDOWS)} FROM mailings_route WHERE id = "
        f"(SELECT route_id FROM mailings_sender WHERE id = %s){sql.row_lock}",
        [sql.uuid(run)],
    )
    route, used, now, *limits = cursor.fetchone()
    allowance = Allowance(dict(zip(WINDOWS, limits, strict=True)), 0, json.loads(used), float(now))
    if allowance:
        allowance.count(gone)
        cursor.execute("UPDATE mailings_route SET used = %s WHERE id = %s", [json.dumps(allowance.used), route])


def _rows(cursor: Any, run: uuid.UUID) -> list[tuple[int, int]]:
    cursor.execute(
        "SELECT id, attempt FROM mailings_delivery WHERE sender_id = %s AND state IN ('handed', 'uncertain') "
        "ORDER BY id",
        [dialect().uuid(run)],
    )
    return [(row[0], row[1]) for row in cursor.fetchall()]


def _present_notes(run: uuid.UUID) -> Notes:
    """The journal of a run that may still live here, locked or not: an accepted mail is a fact."""
    try:
        return Notes.read((folder() / f"{run}.journal").read_bytes())
    except OSError:
        return Notes()


@contextmanager
def _locked(path: Path) -> Iterator[int | None]:
    """Open a journal and take its lock; None when its run lives (or is frozen), or somebody else was first."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield file if _is_still(path, file) else None
    except BlockingIOError:
        yield None
    finally:
        os.close(file)


def _is_still(path: Path, file: int) -> bool:
    try:
        return os.stat(path).st_ino == os.fstat(file).st_ino
    except FileNotFoundError:
        return False


def _put_aside(path: Path) -> None:
    target = folder() / "strange"
    target.mkdir(mode=0o700, exist_ok=True)
    path.rename(target / path.name)
    log.warning("The journal %s belongs to no run of this database; it is kept in %s.", path.name, target)


def _uuid(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
