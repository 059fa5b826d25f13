"""A run's row in Sender: the connections it holds of its way out, and the last of its cycles that was committed."""

import contextlib
import time
import uuid
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction

from mailings.cycle import LEASE
from mailings.dialect import dialect

SPARE = 4  # from so many free connections on, one is left for urgent mail while the others stand still
FROZEN = "10s"  # an open transaction of a process that stands still holds its locks for so long at most


class Registration:
    """Written by the thread that owns the database; every other process reads it."""

    def __init__(self, run: uuid.UUID, route: int) -> None:
        self.run, self.route = run, route
        self.connections = 0
        self.leaves_some = False  # whether connections stayed free of which this process may not have more

    def sign_on(self, wanted: int | None) -> bool:
        """Take so many connections under the route's lock, else all but a spare one; False where none is free."""
        sql = dialect()
        with transaction.atomic(), connection.cursor() as cursor:
            free = self._free(cursor)
            spare = 1 if free >= SPARE and not wanted else 0
            taken = min(wanted or free - spare, free)
            if taken < 1:
                return False
            cursor.execute(
                "INSERT INTO mailings_sender (id, route_id, cycle, lease_until, ended_how, in_hand, connections) "
                f"VALUES (%s, %s, 0, {sql.after(str(LEASE))}, '', 0, %s)",
                [sql.uuid(self.run), self.route, taken],
            )
        self.connections, self.leaves_some = taken, bool(wanted) and free > taken
        return True

    def take_one_more(self) -> bool:
        """Take one connection more, if the run lives and one is free; with the database away there is none."""
        with contextlib.suppress(DatabaseError, InterfaceError):
            return self._take_one_more()
        return False

    @transaction.atomic
    def _take_one_more(self) -> bool:
        sql, mine = dialect(), dialect().uuid(self.run)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM mailings_sender WHERE id = %s AND ended_at IS NULL" + sql.row_lock, [mine])
            if not cursor.fetchone() or self._free(cursor) < 1:
                return False
            cursor.execute("UPDATE mailings_sender SET connections = connections + 1 WHERE id = %s", [mine])
        return True

    def sign_off(self) -> None:
        """Say that the run ended cleanly, and give its connections back."""
        sql = dialect()
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE mailings_sender SET ended_at = {sql.now}, ended_how = 'clean', in_hand = 0 "
                "WHERE id = %s AND ended_at IS NULL",
                [sql.uuid(self.run)],
            )
            if connection.vendor == "postgresql":
                cursor.execute("RESET idle_in_transaction_session_timeout")

    def guard(self) -> None:
        """Let the server end a transaction that this process froze in: it would hold its locks for ever."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET idle_in_transaction_session_timeout = '{FROZEN}'")

    def was_committed(self, number: int, give_up_at: float) -> bool:
        """Whether a cycle that broke off was committed after all, asked on a new connection until there is an answer.

        The old transaction, if it still lives in the server, holds the row's lock, so the answer is
        final. Raises the database's error at `give_up_at`, in seconds of `time.monotonic`.
        """
        while True:
            try:
                return self._last_cycle() == number
            except (DatabaseError, InterfaceError):
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.5)

    def _last_cycle(self) -> int | None:
        sql = dialect()
        connection.close()
        self.guard()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT cycle FROM mailings_sender WHERE id = %s{sql.row_lock}", [sql.uuid(self.run)])
            row = cursor.fetchone()
        return row[0] if row else None

    def _free(self, cursor: Any) -> int:
        """Lock the route and return how many connections nobody has."""
        cursor.execute(f"SELECT connections FROM mailings_route WHERE id = %s{dialect().row_lock}", [self.route])
        (limit,) = cursor.fetchone()
        cursor.execute(
            "SELECT coalesce(sum(connections), 0) FROM mailings_sender WHERE ended_at IS NULL AND route_id = %s",
            [self.route],
        )
        return limit - int(cursor.fetchone()[0])
