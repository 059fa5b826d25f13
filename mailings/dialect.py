"""The few places where the sender's SQL differs between PostgreSQL and SQLite (3.35 or later).

Times are the database's: a host whose clock is wrong must not delay a mail, or send one twice.
"""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection


class Postgres:
    now = "statement_timestamp()"  # as Django's Now(); now() would be the start of the transaction
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
        columns = [list(column) for column in zip(*values, strict=True)]
        types = ("bigint", "int", "smallint", "text", "text")
        arrays = ", ".join(f"%s::{name}[]" for name in types)
        return f"unnest({arrays}) AS r(id, attempt, code, reply, reason)", columns

    @staticmethod
    def any_of(column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        return f"{column} = ANY(%s)", [list(values)]

    @staticmethod
    def uuid(value: uuid.UUID) -> Any:
        return value


class Sqlite:
    now = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"
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
        names = ("id", "attempt", "code", "reply", "reason")
        columns = ", ".join(f"json_extract(value, '$[{at}]') AS {name}" for at, name in enumerate(names))
        return f"(SELECT {columns} FROM json_each(%s)) AS r", [json.dumps(values)]

    @staticmethod
    def any_of(column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        return f"{column} IN ({', '.join(['%s'] * len(values))})", list(values)

    @staticmethod
    def uuid(value: uuid.UUID) -> Any:
        return value.hex


def dialect() -> type[Postgres] | type[Sqlite]:
    return Postgres if connection.vendor == "postgresql" else Sqlite
