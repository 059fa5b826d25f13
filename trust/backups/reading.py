"""Restoring a backup into an empty place: all of it, or nothing."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from lcep import site
from trust import lasting
from trust.backups import contents

CHUNK = 1 << 20
ROWS = 500
ALONE = ("members.member", "partnerships.partnership")  # a place where one of these has rows is not empty


class BadBackupError(Exception):
    """This file cannot be restored here; says why, in words."""


@dataclass(frozen=True)
class Restored:
    """What came back: rows, uploaded files, and how many leaves and erasures since the backup were done again."""

    taken_at: str
    rows: int
    files: int
    replayed: int


def restore(path: Path, journals: Iterable[Path] = ()) -> Restored:
    """Bring the site back from a backup, then do again what the journals say people asked for since.

    The database must have the tables of the backup and no members or partnerships. Nothing is sent from
    the restored place until somebody adopts it. Raises BadBackupError, and changes nothing.
    """
    with opened(path) as bundle:
        manifest = checked(bundle)
        _refuse_other_tables(manifest)
        _refuse_a_full_place()
        wishes = lasting.since(datetime.fromisoformat(manifest["taken_at"]), journals)
        before: list[Path] = []
        try:
            with transaction.atomic():
                rows = _fill(bundle, manifest)
                files = _bring_files(bundle, manifest, before)
                for after in site.restored:
                    after()
                replayed = lasting.fulfil(wishes)
        except BaseException:
            for file in before:
                file.unlink(missing_ok=True)
            raise
    return Restored(manifest["taken_at"], rows, files, replayed)


def checked(bundle: zipfile.ZipFile) -> dict[str, Any]:
    """Return the manifest of a backup whose every part is whole. Raises BadBackupError."""
    try:
        manifest = json.loads(bundle.read(contents.MANIFEST))
        parts = manifest["parts"]
        if manifest["version"] != contents.VERSION:
            raise BadBackupError(f"This backup has version {manifest['version']}; here {contents.VERSION} is read.")
    except (KeyError, ValueError):
        raise BadBackupError("This file is not a backup of this software: it has no readable manifest.") from None
    names = set(bundle.namelist()) - {contents.MANIFEST}
    if missing := sorted(set(parts) - names):
        raise BadBackupError(f"The backup is not whole: {missing[0]} is missing.")
    for name, said in parts.items():
        digest = hashlib.sha256()
        try:
            with bundle.open(name) as part:
                while chunk := part.read(CHUNK):
                    digest.update(chunk)
        except (zipfile.BadZipFile, EOFError, OSError):
            raise BadBackupError(f"The backup is damaged: {name} cannot be read.") from None
        if digest.hexdigest() != said["sha256"]:
            raise BadBackupError(f"The backup is damaged: {name} is not what was written.")
    return manifest


def opened(path: Path) -> zipfile.ZipFile:
    """Open a backup to read. Raises BadBackupError where it is none, or is not there."""
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError:
        raise BadBackupError(f"There is no file {path}.") from None
    except (zipfile.BadZipFile, OSError) as error:
        raise BadBackupError(f"{path} cannot be read as a backup: {error}.") from None


def _refuse_other_tables(manifest: dict[str, Any]) -> None:
    """Rows go into the tables they came from; a newer version upgrades them afterwards."""
    here, there = set(contents.migrations()), set(manifest["migrations"])
    if here - there:
        raise BadBackupError(
            "The backup was made by an older version. Restore it with that version, then upgrade. "
            f"New here: {', '.join(sorted(here - there)[:3])}."
        )
    if there - here:
        raise BadBackupError(
            "The backup was made by a newer version, or the tables are not made yet: run manage.py migrate. "
            f"Missing here: {', '.join(sorted(there - here)[:3])}."
        )


def _refuse_a_full_place() -> None:
    for model in contents.tables():
        if model._meta.label_lower in ALONE and model._base_manager.exists():
            raise BadBackupError(
                f"There are {model._meta.verbose_name_plural} here already. Restore into an empty database."
            )


def _fill(bundle: zipfile.ZipFile, manifest: dict[str, Any]) -> int:
    count = 0
    with connection.constraint_checks_disabled():
        for model in contents.tables():
            _empty(model)
            name = f"rows/{model._meta.label_lower}.jsonl"
            with bundle.open(name) as part:
                count += _fill_one(model, part, name)
    connection.check_constraints()
    contents.go_on_from(manifest["last_ids"])
    return count


def _empty(model: type[models.Model]) -> None:
    """Take away what a new place wrote by itself while it was being set up."""
    if model._base_manager.exists():
        model._base_manager.all()._raw_delete(using=connection.alias)


def _fill_one(model: type[models.Model], part: Iterable[bytes], name: str) -> int:
    count, rows = 0, _rows(model, part, name)
    while some := list(islice(rows, ROWS)):
        try:
            model._base_manager.bulk_create(some)
        except IntegrityError as error:
            raise BadBackupError(f"{name}: near line {count + 1}, {error}") from None
        count += len(some)
    return count


def _rows(model: type[models.Model], part: Iterable[bytes], name: str) -> Iterator[models.Model]:
    for number, line in enumerate(part, 1):
        try:
            yield contents.row(model, line)
        except (KeyError, ValueError, TypeError, ValidationError) as error:
            raise BadBackupError(f"{name}: line {number} is no row of this table ({error}).") from None


def _bring_files(bundle: zipfile.ZipFile, manifest: dict[str, Any], written: list[Path]) -> int:
    """Write the uploaded files back; each is noted before it is written, so that a failure can take it away."""
    root, count = Path(settings.MEDIA_ROOT), 0
    for name in manifest["parts"]:
        if not name.startswith("files/"):
            continue
        inside = PurePosixPath(name).relative_to("files")
        if inside.is_absolute() or ".." in inside.parts:
            raise BadBackupError(f"{name} would lie outside the folder of uploaded files.")
        path = root / inside
        if path.exists():
            raise BadBackupError(f"There is a file {path} already. Restore into an empty place.")
        path.parent.mkdir(parents=True, exist_ok=True)
        written.append(path)
        with bundle.open(name) as part, path.open("wb") as file:
            while chunk := part.read(CHUNK):
                file.write(chunk)
        count += 1
    return count
