"""The few places where the sender's SQL differs between PostgreSQL and SQLite (3.35 or later).

Times are the database's: a host whose clock is wrong must not delay a mail, or send one twice.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

COLUMNS = ("id", "attempt", "code", "reply", "reason")


class Kept:
    """A cursor whose statements the server parses once and keeps; values travel apart from them.

    Django's own writes every value into the text, which the server then reads and plans anew each time: two
    thirds of what a cycle cost. Errors are Django's.
    """

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall

    @property
    def rowcount(self) -> int:
        return self.cursor.rowcount

    def execute(self, sql: str, params: Sequence[Any]) -> None:
        with connection.wrap_database_errors:
            self.cursor.execute(sql, params, prepare=True)


class Postgres:
    writes_alone = False  # whether one transaction that writes keeps all others waiting
    now = "statement_timestamp()"  # as Django's Now(); now() would be the start of the transaction
    epoch = "extract(epoch FROM statement_timestamp())"  # seconds since 1970
    share_lock = " FOR SHARE"
    row_lock = " FOR UPDATE"
    skip_locked = " FOR UPDATE SKIP LOCKED"

    @staticmethod
    def after(seconds: str) -> str:
        """Return the SQL of now and so many seconds (SQL)."""
        return f"statement_timestamp() + ({seconds}) * interval '1 second'"

    @staticmethod
    def since(column: str) -> str:
        """Return the SQL of the seconds since a time."""
        return f"extract(epoch FROM statement_timestamp() - {column})"

    @staticmethod
    def text_of(column: str) -> str:
        return f"{column}::text"

    @staticmethod
    def rows(values: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
        """Return a relation r(id, attempt, code, reply, reason) and its parameters."""
        named = [dict(zip(COLUMNS, value, strict=True)) for value in values]
        types = "id bigint, attempt int, code smallint, reply text, reason text"
        return f"json_to_recordset(%s::json) AS r({types})", [json.dumps(named)]

    @staticmethod
    def any_of(column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        return f"{column} = ANY(%s)", [list(values)]

    @staticmethod
    def uuid(value: uuid.UUID) -> Any:
        return value

    @staticmethod
    @contextmanager
    def cursor() -> Iterator[Any]:
        """A cursor for statements that come again and again, inside a transaction."""
        import psycopg

        with psycopg.Cursor(connection.connection) as cursor:
            yield Kept(cursor)


class Sqlite:
    writes_alone = True
    now = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"
    epoch = "((julianday('now') - 2440587.5) * 86400.0)"
    share_lock = row_lock = skip_locked = ""  # BEGIN IMMEDIATE: one writer at a time

    @staticmethod
    def after(seconds: str) -> str:
        return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', ({seconds}) || ' seconds')"

    @staticmethod
    def since(column: str) -> str:
        return f"((julianday('now') - julianday({column})) * 86400.0)"

    @staticmethod
    def text_of(column: str) -> str:
        return column

    @staticmethod
    def rows(values: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
        columns = ", ".join(f"json_extract(value, '$[{at}]') AS {name}" for at, name in enumerate(COLUMNS))
        return f"(SELECT {columns} FROM json_each(%s)) AS r", [json.dumps(values)]

    @staticmethod
    def any_of(column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        return f"{column} IN ({', '.join(['%s'] * len(values))})", list(values)

    @staticmethod
    def uuid(value: uuid.UUID) -> Any:
        return value.hex

    @staticmethod
    def cursor() -> Any:
        return connection.cursor()


def dialect() -> type[Postgres] | type[Sqlite]:
    return Postgres if connection.vendor == "postgresql" else Sqlite
