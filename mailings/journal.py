"""What a run did to each mail, in a local file that outlives the run when it is killed.

`H id attempt` is written before a body begins, `A id attempt` after the relay said 250. No fsync: a
write() is in the kernel when it returns and survives kill -9; the boot id in the first line says when
that is not enough. The file is locked for as long as the run lives, so whoever gets the lock knows
that the run is dead.
"""

import fcntl
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from mailings import crash

SIZE = 16 * 1024 * 1024  # a run ends when its journal has grown to this
VERSION = "J1"


class Full(Exception):
    """A line could not be written whole: the disk is full, or nearly. Nothing more may be begun."""


def folder() -> Path:
    """Where this machine's journals are; on a volume that outlives the container."""
    path = settings.LCEP_VAR / "senders"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def boot_id() -> str:
    """Return what changes when the machine starts anew; '-' where nobody can say (then nothing is assumed)."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip() or "-"
    except OSError:
        return "-"


class Journal:
    """The journal of one run that lives. Made in the process that sends, after its last fork."""

    def __init__(self, run: uuid.UUID) -> None:
        self.path = folder() / f"{run}.journal"
        draft = self.path.with_suffix(".new")
        self.file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        self.size = 0
        self.is_broken = False
        self._write(f"{VERSION} {boot_id()}\n")
        draft.rename(self.path)  # under its final name it is locked, or its run is dead
        crash.point("journal_created")

    def begun(self, number: int, attempt: int, accepted: tuple[int, int] | None = None) -> None:
        """Note that a body is about to begin, and in the same breath which mail was accepted before it.

        Raises Full; then the body must not begin.
        """
        crash.point("before_H")
        before = "A {} {}\n".format(*accepted) if accepted else ""
        if crash.wants("torn_A") and accepted:
            self._write(before, torn="torn_A")
            before = ""
        self._write(f"{before}H {number} {attempt}\n", torn="torn_H")
        if accepted:
            crash.point("after_A")
        crash.point("after_H")

    def accepted(self, number: int, attempt: int) -> None:
        """Note that the relay took the mail. Raises Full; the mail is gone all the same."""
        self._write(f"A {number} {attempt}\n", torn="torn_A")
        crash.point("after_A")

    @property
    def is_long(self) -> bool:
        return self.size >= SIZE

    def close(self, *, finished: bool) -> None:
        """Let go of the lock; the file goes too when everything in it is in the database."""
        crash.point("end_before_unlink")
        if finished:
            self.path.unlink(missing_ok=True)
        crash.point("end_after_unlink")
        os.close(self.file)

    def _write(self, line: str, torn: str = "") -> None:
        raw = line.encode()
        if self.is_broken:
            raise Full
        if torn and crash.is_next(torn):
            os.write(self.file, raw[: len(raw) - 4])
            crash.die(torn)
        try:
            whole = os.write(self.file, raw) == len(raw)
        except OSError:
            whole = False
        if not whole:
            self.is_broken = True
            raise Full
        self.size += len(raw)


@dataclass
class Notes:
    """A journal as it is read: what was begun and what was accepted, by (id, attempt)."""

    boot: str = ""
    begun: set[tuple[int, int]] = field(default_factory=set)
    accepted: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def read(cls, raw: bytes) -> "Notes":
        """Read up to the last newline: a torn line counts as not written, which is right for both kinds."""
        notes = cls()
        lines = raw[: raw.rfind(b"\n") + 1].decode("ascii", "replace").splitlines()
        if lines and lines[0].startswith(f"{VERSION} "):
            notes.boot = lines[0].removeprefix(f"{VERSION} ")
        for line in lines[1:]:
            kind, _, rest = line.partition(" ")
            number, _, attempt = rest.partition(" ")
            if kind in {"H", "A"} and number.isdecimal() and attempt.isdecimal():
                (notes.begun if kind == "H" else notes.accepted).add((int(number), int(attempt)))
        return notes

    @property
    def is_of_this_boot(self) -> bool:
        """Whether the absence of a line proves anything: nothing was fsynced, so only without a restart since."""
        return self.boot not in {"", "-"} and self.boot == boot_id()
