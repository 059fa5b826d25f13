"""Files kept here beside rows: on the disk before their row, taken away when no row came of it."""

import os
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils import timezone

if TYPE_CHECKING:
    from partnerships.uploads import Upload

A_DAY = timedelta(days=1)  # longer than any transaction between a file and its row


def forced_to_disk(path: str) -> None:
    """Wait until the file and its name outlive a power cut, as the row beside it will (fsync(2))."""
    for each in (path, os.path.dirname(path)):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def keep(version: Any, upload: "Upload") -> None:
    """Write an uploaded file to the disk, then its row, an unsaved version of something: no row, no file."""
    for name in ("filename", "kind", "size", "sha256"):
        setattr(version, name, getattr(upload, name))
    version.file.save(upload.filename, ContentFile(upload.content), save=False)
    try:
        forced_to_disk(version.file.path)
        version.save(force_insert=True)
    except BaseException:
        version.file.delete(save=False)
        raise


def sweep(rows: QuerySet, folder: str) -> int:
    """Take away the files of a folder, of yesterday and before, that no row's `file` names; return how many."""
    storage = rows.model._meta.get_field("file").storage  # type: ignore[union-attr]
    with suppress(FileNotFoundError):
        names = {f"{folder}/{name}" for name in storage.listdir(folder)[1]}
        strays = names - set(rows.filter(file__in=names).values_list("file", flat=True))
        old = [name for name in strays if storage.get_modified_time(name) < timezone.now() - A_DAY]
        for name in old:
            storage.delete(name)
        return len(old)
    return 0
