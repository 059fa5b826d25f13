"""Whether the database answers and is the one this code was written for."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def database() -> str:
    """Return nothing when the database answers, else what is wrong (never its address)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        return f"does not answer ({type(error).__name__})"
    return ""


def migrations() -> str:
    """Return nothing when every migration is applied, else how many wait."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return f"cannot be read ({type(error).__name__})"
    return f"{len(waiting)} not applied: run manage.py migrate" if waiting else ""
