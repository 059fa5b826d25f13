"""A fire drill: bring a backup back in a place that is made for it and thrown away, and say how long that took."""

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from django.conf import settings

from trust.backups.reading import BadBackupError, checked, opened

# A place has its own; and what was under way waits for a person in any place that nobody has adopted.
OF_A_PLACE = {"rows/mailings.site.jsonl", "rows/mailings.sender.jsonl"}
WAITING = {"rows/mailings.mailing.jsonl", "rows/mailings.delivery.jsonl"}


@dataclass(frozen=True)
class Drill:
    """What came back, and the seconds it took: to make the tables, to bring the rows, to compare them."""

    taken_at: str
    rows: int
    files: int
    tables: float
    restore: float
    compare: float


def drill(path: Path) -> Drill:
    """Restore a backup into a SQLite database in a temporary folder, back that up again, and compare the two.

    Nothing of this site's database or folders is touched, and the place mails nobody. Raises BadBackupError
    where the file is no whole backup, cannot be restored, or does not come back as it was.
    """
    with opened(path) as bundle, tempfile.TemporaryDirectory(prefix="lcep-drill-") as folder:
        manifest = checked(bundle)
        place, again = _Place(Path(folder)), Path(folder) / "again.zip"
        tables = place.manage("migrate", "--verbosity", "0")
        restore = place.manage("restore", str(path.resolve()))
        began = time.monotonic()
        place.manage("backup", str(again))
        with opened(again) as copy:
            for name in manifest["parts"]:
                _compare(bundle, copy, name)
        parts = manifest["parts"]
        rows = sum(part.get("rows", 0) for part in parts.values())
        files = sum(name.startswith("files/") for name in parts)
        return Drill(manifest["taken_at"], rows, files, tables, restore, round(time.monotonic() - began, 2))


class _Place:
    """A site in a folder of its own, with this site's keys, whose relay is a port where nobody answers."""

    def __init__(self, folder: Path) -> None:
        self.env = os.environ | {
            "LCEP_VAR": str(folder / "var"),
            "DATABASE_URL": f"sqlite:///{folder / 'drill.sqlite3'}",
            "EMAIL_URL": "smtp://localhost:1",
            "SECRET_KEY": settings.SECRET_KEY,
            "TOKEN_KEYS": ",".join(settings.TOKEN_KEYS),
            "ADDRESS_KEY": settings.ADDRESS_KEY,
            "REDIS_URL": "",
            "INBOX_URL": "",
        }

    def manage(self, *words: str) -> float:
        """Run a command there and return its seconds. Raises BadBackupError with what it said."""
        began = time.monotonic()
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=self.env, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise BadBackupError(f"In the drill, `manage.py {words[0]}` failed: {done.stderr.strip()[-500:]}")
        return round(time.monotonic() - began, 2)


def _compare(was: zipfile.ZipFile, now: zipfile.ZipFile, name: str) -> None:
    """Raise BadBackupError unless a part came back: the same rows, however their JSON is ordered, or the same bytes."""
    if name in OF_A_PLACE:
        return
    try:
        with was.open(name) as ours, now.open(name) as theirs:
            read = json.loads if name.startswith("rows/") else bytes
            same = all(
                one is not None and other is not None and (name in WAITING or one == other or read(one) == read(other))
                for one, other in zip_longest(ours, theirs)
            )
    except KeyError:
        same = False
    if not same:
        raise BadBackupError(f"What came back is not what was there: {name} differs.")
