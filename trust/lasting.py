"""What people asked for that must outlast a restored backup: leaving a list, being forgotten.

A backup is of yesterday; who left today is on the list in it. So each such wish is also written to a
file beside the database, `LCEP_VAR/lasting.jsonl`, as a time, a verb and ids: no name, no address. After
a restore the wishes made since the backup are fulfilled again. An app registers how in `AppConfig.ready`.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

NAME = "lasting.jsonl"
KEPT_FOR = timedelta(days=400)  # longer than anybody keeps a backup

# verb -> what fulfils it: fulfil(**ids). Doing it a second time changes nothing.
verbs: dict[str, Callable[..., None]] = {}


def note(verb: str, **ids: int | str) -> None:
    """Write a wish to the file once its transaction is over. Never keeps the wish itself from being fulfilled."""
    assert verb in verbs, verb
    at = timezone.now().isoformat()
    transaction.on_commit(lambda: _append({"at": at, "verb": verb, **ids}), robust=True)


def since(moment: datetime, files: Iterable[Path] = ()) -> list[dict[str, Any]]:
    """Return the wishes noted at or after a moment, oldest first, from this place's file and from others.

    A line that was cut short by a crash is passed over. Raises FileNotFoundError for a file that was named
    and is not there.
    """
    found: dict[str, dict[str, Any]] = {}
    own = _own()
    for path in [*([own] if own.exists() else []), *files]:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            wish = _read(line)
            if wish and _noted_at(wish) >= moment:
                found.setdefault(line, wish)
    return sorted(found.values(), key=lambda wish: wish["at"])


def fulfil(wishes: Iterable[dict[str, Any]]) -> int:
    """Do again what was asked for. Return how many wishes there were."""
    count = 0
    for wish in wishes:
        ids = {name: value for name, value in wish.items() if name not in {"at", "verb"}}
        verbs[wish["verb"]](**ids)
        count += 1
    return count


def tidy() -> int:
    """Take out what no backup is old enough to need. Return how many lines went."""
    path = _own()
    if not path.exists():
        return 0
    oldest = timezone.now() - KEPT_FOR
    with path.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        lines = file.read().splitlines()
        kept = [line for line in lines if (wish := _read(line)) and _noted_at(wish) >= oldest]
        if len(kept) < len(lines):
            file.seek(0)
            file.writelines(f"{line}\n" for line in kept)
            file.truncate()
            os.fsync(file.fileno())
    return len(lines) - len(kept)


def _append(wish: dict[str, Any]) -> None:
    path = _own()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(json.dumps(wish) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _read(line: str) -> dict[str, Any] | None:
    try:
        wish = json.loads(line)
        _noted_at(wish)
        known = wish["verb"] in verbs
    except (ValueError, TypeError, KeyError):
        return None
    return wish if known else None


def _noted_at(wish: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(wish["at"])


def _own() -> Path:
    return Path(settings.LCEP_VAR) / NAME
