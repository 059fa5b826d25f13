"""Which place this is. A database that was restored, moved or cloned must not go on sending by itself.

The fingerprint is a hash of the site's host and of the database's own identity: on PostgreSQL the
system identifier of the cluster and the oid of the database, on SQLite the device and inode of the file.
"""

import hashlib
import logging
import os
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from mailings.models import Delivery, Mailing, Sender, Site
from members.models import Member
from trust.models import Entry

log = logging.getLogger(__name__)

ELSEWHERE = (
    "This is a copy of the site, or a backup that was restored. These people were waiting when it was made. "
    "Go on only if you know that they did not get it."
)


def here() -> str:
    """Return the fingerprint of the present place, 64 characters."""
    parts = [str(settings.SITE_HOST), connection.vendor, *_identity()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def site() -> Site:
    """Return the site's one row; the first process that looks adopts the place where it is."""
    row = Site.objects.filter(pk=1).first()
    if row is None:
        Site.objects.bulk_create([Site(pk=1, fingerprint=here())], ignore_conflicts=True)
        row = Site.objects.get(pk=1)
    return row


def is_adopted() -> bool:
    """Whether marketing may leave from here: this is the place that was adopted. Looks, and changes nothing."""
    return site().fingerprint == here()


def check() -> bool:
    """Look where we are; at the first look in a new place stop what was under way. Returns is_adopted()."""
    row, place = site(), here()
    if row.fingerprint == place or row.found == place:
        return row.fingerprint == place
    with transaction.atomic():
        first = Site.objects.filter(pk=1, fingerprint=row.fingerprint, found=row.found).update(
            found=place, found_at=Now()
        )
        if first:
            log.warning(
                "This database was copied, moved or restored: newsletters wait until somebody adopts the new place."
            )
            _halt()
    return False


def unsettle() -> None:
    """Forget which place was adopted, because these rows came from a backup: even the same file is another place."""
    Site.objects.update_or_create(pk=1, defaults={"fingerprint": "", "found": "", "found_at": None})
    check()


def adopt(by: Member | None = None) -> bool:
    """Say that this place is the right one; paused mailings stay paused, each for a person to decide."""
    row, place = site(), here()
    if row.fingerprint == place:
        return False
    check()
    with transaction.atomic():
        Site.objects.filter(pk=1).update(fingerprint=place, found="", found_at=None)
        Entry.record("adopted the new place of the site", row, by=by)
    return True


def _halt() -> None:
    """Pause all marketing, end every run, and make what was in hand uncertain: nobody here knows how far it came."""
    open_states = ["scheduled", "preparing", "sending"]
    Mailing.objects.filter(marketing=True, state__in=open_states).update(state="paused", reason=ELSEWHERE)
    Sender.objects.filter(ended_at=None).update(ended_at=Now(), ended_how=Sender.End.COPIED)
    Delivery.objects.filter(state=Delivery.State.HANDED).update(
        state=Delivery.State.UNCERTAIN,
        faults=F("faults") + 1,
        reason="It was under way when this database was copied or its backup made.",
    )


def _identity() -> list[str]:
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        try:
            found = os.stat(name)
        except OSError:  # in memory: as old as this process
            return [name]
        return [str(found.st_dev), str(found.st_ino)]
    return [_cluster(), *map(str, _row("SELECT oid FROM pg_database WHERE datname = current_database()"))]


def _cluster() -> str:
    """The system identifier of the cluster; some hosts of databases do not tell, then its name and start must do."""
    try:
        with transaction.atomic():
            return str(_row("SELECT system_identifier FROM pg_control_system()")[0])
    except DatabaseError:
        return "unknown"


def _row(statement: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()
