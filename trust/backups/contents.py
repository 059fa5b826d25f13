"""What a backup holds, and how a row is written down.

A backup is a zip of `rows/<app>.<model>.jsonl` (one row a line, by column), `files/` (what was uploaded)
and `manifest.json`: version, time, site, applied migrations, next ids, and the rows and SHA-256 of each
part. Rows are the same from SQLite and from PostgreSQL, so a backup of one restores into the other.

Left out: sessions (a sign-in code lies in one while it is valid), Django's own tables of content types and
permissions, and what a model's `for_backup()` blanks: the text of secret mails. Keys are settings, not
rows, and are not in it.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

VERSION = 1
MANIFEST = "manifest.json"
LEFT_OUT = {"sessions.session", "contenttypes.contenttype", "auth.permission", "auth.group", "auth.group_permissions"}


def tables() -> list[type[models.Model]]:
    """Every table of the site that a backup holds, also those between two others."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and model._meta.label_lower not in LEFT_OUT]


def columns(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def lines(model: type[models.Model]) -> Iterator[bytes]:
    """Yield each row of a table as a line of JSON, in the order of its key."""
    fields = columns(model)
    blank = getattr(model, "for_backup", None)
    for row in model._base_manager.order_by("pk").iterator(2000):
        if blank:
            blank(row)
        values = {field.attname: _plain(field, row) for field in fields}
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def row(model: type[models.Model], line: bytes) -> models.Model:
    """Return the unsaved row that a line stands for. Raises KeyError, ValueError or ValidationError."""
    values = json.loads(line)
    return model(**{field.attname: _meant(field, values[field.attname]) for field in columns(model)})


def migrations() -> list[str]:
    """The migrations that made the tables as they are."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def last_ids() -> dict[str, int]:
    """The last id each table gave out: an id that stands in a link must not be given to somebody else."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            return dict(cursor.fetchall())
        found = {}
        for model in tables():
            for sequence in connection.introspection.get_sequences(cursor, model._meta.db_table):
                cursor.execute("SELECT last_value FROM pg_sequences WHERE sequencename = %s", [sequence["name"]])
                if (last := cursor.fetchone()) and last[0]:
                    found[model._meta.db_table] = last[0]
        return found


def go_on_from(last: dict[str, int]) -> None:
    """Give out ids only above those of the backup."""
    with connection.cursor() as cursor:
        for model in tables():
            table, number = model._meta.db_table, last.get(model._meta.db_table)
            if not number:
                continue
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
                continue
            for sequence in connection.introspection.get_sequences(cursor, table):
                cursor.execute("SELECT setval(%s::regclass, %s)", [f'"{sequence["name"]}"', number])


def _plain(field: Any, row: models.Model) -> Any:
    """A value as JSON knows it, without losing the last digit of a time or a sum."""
    value = getattr(row, field.attname)
    if value is None or isinstance(value, bool | int | float | str) or isinstance(field, models.JSONField):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value / timedelta(microseconds=1)
    if isinstance(value, Decimal | UUID):
        return str(value)
    return field.value_to_string(row)


def _meant(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.DurationField):
        return timedelta(microseconds=value)
    return field.to_python(value)
