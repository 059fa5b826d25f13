"""Freeing a SQLite database from a sender that froze inside a cycle: it holds the one lock for writing.

PostgreSQL ends such a transaction itself (`idle_in_transaction_session_timeout`). On SQLite every page that
saves would wait until somebody wakes the process or kills it. Reading still works there, so whoever sweeps
can see that a lease is long over, ask the kernel who holds the journal of that run, and kill exactly that
process: a killed sender loses nothing, because its journal is read next.
"""

import logging
import os
import signal
from pathlib import Path

from django.db import connection

from mailings.dialect import dialect
from mailings.journal import folder

log = logging.getLogger(__name__)

OVERDUE = 30  # seconds past its lease; a run that lives extends it with every cycle
LOCKS = Path("/proc/locks")


def free_database() -> list[int]:
    """Kill senders of this machine whose lease has been over for 30 seconds. Returns their process ids.

    Only reads from the database. Does nothing on PostgreSQL, or where the kernel does not tell who holds a lock.
    """
    if connection.vendor != "sqlite":
        return []
    killed = []
    for run in _overdue():
        pid = holder(folder() / f"{run}.journal")
        if pid and pid != os.getpid():
            log.error("The sender in process %s is frozen and keeps everybody from saving; it is ended.", pid)
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
    return killed


def holder(path: Path) -> int | None:
    """Return the process that holds the lock (flock) on a file, as Linux tells it; None when nobody does."""
    try:
        found = os.stat(path)
        lines = LOCKS.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        words = line.split()
        if "FLOCK" in words and words[-3].rpartition(":")[2] == str(found.st_ino) and "->" not in words:
            pid = int(words[-4])
            return pid if pid > 0 and _has_open(pid, path) else None
    return None


def _has_open(pid: int, path: Path) -> bool:
    """Whether that process really has this file open: an inode number alone could be another disk's."""
    try:
        return any(os.path.samefile(file, path) for file in Path(f"/proc/{pid}/fd").iterdir() if file.exists())
    except OSError:
        return False


def _overdue() -> list[str]:
    sql = dialect()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM mailings_sender WHERE ended_at IS NULL AND lease_until < {sql.after(str(-OVERDUE))}", []
        )
        return [_dashed(row[0]) for row in cursor.fetchall()]


def _dashed(run: str) -> str:
    return f"{run[:8]}-{run[8:12]}-{run[12:16]}-{run[16:20]}-{run[20:]}" if len(run) == 32 else run
