"""Making a backup: one moment of the site, in one file."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from trust.backups import contents

CHUNK = 1 << 20


def write(path: Path) -> dict[str, Any]:
    """Write the whole site to a new file that only its owner may read. Return the manifest.

    The rows are those of one moment, whatever is written meanwhile. Half a backup never stands under the
    name that was asked for. Raises FileExistsError.
    """
    if path.exists():
        raise FileExistsError(path)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(half, "xb", opener=_private) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            manifest = _fill(bundle)
        with half.open("rb+") as written:
            os.fsync(written.fileno())
        os.link(half, path)  # unlike a rename, it refuses a file that came meanwhile
    finally:
        half.unlink(missing_ok=True)
    return manifest


def _fill(bundle: zipfile.ZipFile) -> dict[str, Any]:
    parts: dict[str, dict[str, Any]] = {}
    with one_moment():
        taken_at = timezone.now()
        for model in contents.tables():
            name = f"rows/{model._meta.label_lower}.jsonl"
            parts[name] = _put(bundle, name, contents.lines(model))
        last_ids, migrations = contents.last_ids(), contents.migrations()
    for path in sorted(_uploads()):
        name = f"files/{path.relative_to(settings.MEDIA_ROOT).as_posix()}"
        with path.open("rb") as file:
            parts[name] = _put(bundle, name, iter(lambda file=file: file.read(CHUNK), b""))
    manifest = {
        "version": contents.VERSION,
        "taken_at": taken_at.isoformat(),
        "site": settings.SITE_URL,
        "database": connection.vendor,
        "migrations": migrations,
        "last_ids": last_ids,
        "parts": parts,
    }
    bundle.writestr(contents.MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _put(bundle: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
    digest, count, size = hashlib.sha256(), 0, 0
    with bundle.open(name, "w", force_zip64=True) as part:
        for chunk in chunks:
            part.write(chunk)
            digest.update(chunk)
            count, size = count + 1, size + len(chunk)
    kind = {"rows": count} if name.startswith("rows/") else {}
    return kind | {"bytes": size, "sha256": digest.hexdigest()}


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as it is now; nobody waits for us and we wait for nobody."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # Django's own would take the right to write, for as long as we read
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _uploads() -> Iterator[Path]:
    root = Path(settings.MEDIA_ROOT)
    return (path for path in root.rglob("*") if path.is_file()) if root.is_dir() else iter(())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
