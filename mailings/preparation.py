"""Who gets a mailing and what it says, settled in one transaction: killed anywhere, nothing or all is done.

Every candidate becomes a delivery or an exclusion with its reason, and the counts must balance before
the first mail leaves (a constraint of the table). Rows are made by the database from the audience's
own query; no list of people passes through Python.
"""

import hashlib
import logging
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from mailings import crash
from mailings.kinds import BULK
from mailings.message import Message
from mailings.models.domains import MailDomain
from mailings.models.mailings import Mailing, Rendition

log = logging.getLogger(__name__)

COLUMNS = "public_id, mailing_id, member_id, address, key, slots, state, attempt, faults, reply, reason"
# Where more rows than this were made, the database is told to look at its tables anew.
MANY = 1000


class Preparation:
    """One mailing of a bulk kind, in state preparing."""

    def __init__(self, mailing: Mailing) -> None:
        self.mailing = mailing

    def make(self) -> None:
        """Prepare the mailing and set it to sending. A mailing in another state is left as it is.

        What cannot be built is paused, with a sentence for the manager; a database that is away is
        tried again by the next sweep.
        """
        try:
            with transaction.atomic():
                made = self._make()
                crash.point("prepare_before_commit")
            crash.point("prepare_after_commit")
        except OperationalError:
            raise
        except Exception as error:
            log.exception("Mailing %s cannot be prepared", self.mailing.pk)
            counted = isinstance(error, DatabaseError)
            why = "the numbers of people do not add up" if counted else "its text or its list cannot be built"
            self.mailing.pause(
                None, f"Not sent: {why}. Nobody has been written to. Please tell whoever looks after this site."
            )
        else:
            if made and made > MANY:
                self._look_anew()

    def _make(self) -> int:
        locked = Mailing.objects.select_for_update().filter(pk=self.mailing.pk, state=Mailing.State.PREPARING).first()
        if locked is None:
            return 0
        kind = BULK[locked.kind]
        if locked.to_missed:  # the very bytes the others got
            rendition, audience = locked.first.rendition, locked.missed.people()
        else:
            rendition, audience = self._rendition(kind.rendition(locked)), kind.audience(locked)
        candidates, prepared, excluded = self._fill(audience)
        Mailing.objects.filter(pk=locked.pk).update(
            rendition=rendition,
            candidates=candidates,
            prepared=prepared,
            excluded=excluded,
            state=Mailing.State.SENDING,
            started_at=Now(),
            reason="",
        )
        return prepared

    def _rendition(self, message: Message) -> Rendition:
        message.own_address = message.own_address or MailDomain.address_of(message.partnership)
        body = message.rendition
        return Rendition.objects.create(body=body, sha256=hashlib.sha256(body).hexdigest())

    def _fill(self, audience: QuerySet) -> tuple[int, int, int]:
        """Make the deliveries and exclusions and return (candidates, prepared, excluded)."""
        statements = _Postgres if connection.vendor == "postgresql" else _Sqlite
        own = [name for name in ("slots",) if name in audience.query.annotations]
        rows = audience.order_by().values_list("pk", "mail_to", "key", "name", "excluded", *own)
        sql, params = rows.query.sql_with_params()
        people = f"WITH listed ({', '.join(['id', 'mail_to', 'key', 'name', 'why', *own])}) AS ({sql})"
        with connection.cursor() as cursor:
            return statements.fill(cursor, self.mailing.pk, people, params, slots=bool(own))

    def _look_anew(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE mailings_delivery")


# Somebody without an address has been forgotten, whatever the audience says.
LEFT_OUT = "CASE WHEN why = '' AND mail_to = '' THEN 'asked to be forgotten' ELSE why END AS excluded"


class _Postgres:
    """One statement, so that all three see the same people at the same moment.

    Rows are made in the order of their keys: an index that grows at its end stays in memory, one that grows
    everywhere does not, and a million rows took five times as long as ten times a hundred thousand. The sort
    of a million people may have 128 MB of memory, for this transaction alone.
    """

    @staticmethod
    def fill(cursor: Any, mailing: int, people: str, params: tuple, *, slots: bool) -> tuple[int, int, int]:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        filled = "jsonb_build_object('name', name)" + (" || slots" if slots else "")
        cursor.execute(
            f"{people}, q AS MATERIALIZED (SELECT *, {LEFT_OUT} FROM listed), "
            "once AS (SELECT DISTINCT ON (key) * FROM q WHERE excluded = '' ORDER BY key), "
            f"made AS (INSERT INTO mailings_delivery ({COLUMNS}) "
            f"SELECT gen_random_uuid(), %s, id, mail_to, key, {filled}, 'queued', 0, 0, '', '' FROM once RETURNING 1), "
            "left_out AS (INSERT INTO mailings_exclusion (mailing_id, member_id, reason) "
            "SELECT %s, id, excluded FROM q WHERE excluded <> '' "
            "ON CONFLICT (mailing_id, member_id) DO NOTHING RETURNING 1) "
            "SELECT (SELECT count(*) FROM (SELECT DISTINCT id FROM q) AS every), "
            "(SELECT count(*) FROM made), (SELECT count(*) FROM left_out)",
            [*params, mailing, mailing],
        )
        return cursor.fetchone()


class _Sqlite:
    """Three statements: the write lock is held from the first, so nothing changes between them."""

    @staticmethod
    def fill(cursor: Any, mailing: int, people: str, params: tuple, *, slots: bool) -> tuple[int, int, int]:
        rows = f"{people}, q AS (SELECT *, {LEFT_OUT} FROM listed) "
        filled = "json_object('name', name)"
        filled = f"json_patch({filled}, slots)" if slots else filled
        cursor.execute(rows + "SELECT count(DISTINCT id) FROM q", params)
        (candidates,) = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO mailings_delivery ({COLUMNS}) "
            + rows
            + f"SELECT lower(hex(randomblob(16))), %s, id, mail_to, key, {filled}, "
            "'queued', 0, 0, '', '' FROM q WHERE excluded = '' ORDER BY key ON CONFLICT DO NOTHING",
            [*params, mailing],
        )
        prepared = cursor.rowcount
        cursor.execute(
            "INSERT INTO mailings_exclusion (mailing_id, member_id, reason) "
            + rows
            + "SELECT %s, id, excluded FROM q WHERE excluded <> '' ON CONFLICT DO NOTHING",
            [*params, mailing],
        )
        return candidates, prepared, cursor.rowcount
