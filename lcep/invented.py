"""A real site never starts on a demonstration's database: its people are invented, and its doors stand open.

Without DEMO the demonstration's app is not installed, but its table is still there, with what was told in it.
"""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

TOLD = "demo_chapter"  # where the demonstration writes down what it has told
REFUSAL = (
    "This database holds the demonstration: its people and all they did are invented. A real site begins with an "
    "empty one: name it with DATABASE_URL, or another folder with LCEP_VAR. To show the demonstration again, set "
    "DEMO=1."
)


def refusal() -> str:
    """Return why a real site stays shut on this database, or ''. A database that is away is no reason."""
    if settings.DEMO:
        return ""
    try:
        if TOLD not in connection.introspection.table_names():
            return ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {TOLD} LIMIT 1")  # noqa: S608  (a constant)
            return REFUSAL if cursor.fetchone() else ""
    except DatabaseError:
        return ""


def refuse() -> None:
    """Raise ImproperlyConfigured, with a sentence for whoever starts the site, where all is invented.

    For a process that starts: it leaves no connection open.
    """
    reason = refusal()
    connection.close()
    if reason:
        raise ImproperlyConfigured(reason)


@register(Tags.database)
def nothing_invented(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[Error]:
    """Refuse a demonstration's database (`check --database default`, and before every migration)."""
    reason = refusal() if "default" in (databases or []) else ""
    return [Error(reason, id="lcep.E001")] if reason else []
