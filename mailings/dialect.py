"""The few places where the sender's SQL differs between PostgreSQL and SQLite (3.35 or later).

Times are the database's: a host whose clock is wrong must not delay a mail, or send one twice.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import ProgrammingError, connection

COLUMNS = ("id", "attempt", "code", "reply", "reason")
TYPES = ("bigint", "int", "smallint", "text", "text")
STRANGE_STATEMENT = ("26000", "42P05")  # a session knows no kept statement of this name, or one of another's


class Kept:
    """A cursor whose statements the server reads and plans once and keeps; values travel apart from them.

    Django's own writes every value into the text, and asks psycopg to keep nothing. Errors are Django's. Behind a
    pooler that gives each transaction another session a kept statement is not found again: from then on this
    process keeps none, and the cycle that met it is repeated.
    """

    may_keep: ClassVar[bool] = True

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall

    @property
    def rowcount(self) -> int:
        return self.cursor.rowcount

    def execute(self, sql: str, params: Sequence[Any]) -> None:
        try:
            with connection.wrap_database_errors:
                self.cursor.execute(sql, params, prepare=Kept.may_keep)
        except ProgrammingError as error:
            if getattr(error.__cause__, "sqlstate", "") in STRANGE_STATEMENT:
                Kept.may_keep = False
            raise


class Postgres:
    writes_alone = False  # whether one transaction that writes keeps all others waiting
    between = 0.05  # seconds between cycles, unless half of what is in hand is done: each costs two milliseconds
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
        """Return a relation r(id, attempt, code, reply, reason) and its parameters: an array for each column."""
        arrays = ", ".join(f"%s::{kind}[]" for kind in TYPES)
        return f"unnest({arrays}) AS r({', '.join(COLUMNS)})", [_array(column) for column in zip(*values, strict=True)]

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

        session = connection.connection
        usual, session.prepare_threshold = session.prepare_threshold, 0 if Kept.may_keep else None
        try:
            with psycopg.Cursor(session) as cursor:
                yield Kept(cursor)
        finally:
            session.prepare_threshold = usual


class Sqlite:
    writes_alone = True
    between = 0.01  # the web never waits longer than for what has come together in so long
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


def _array(values: Iterable[int | str | None]) -> str:
    """Return values as PostgreSQL reads an array (8.15.6): psycopg would adapt each value of a list by itself."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: int | str | None) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "NULL" if value is None else str(value)
