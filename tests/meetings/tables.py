"""Everything that meetings and groups hold, to compare before and after."""

from django.db import connection


def rows() -> list:
    """Everything meetings and groups hold, to compare before and after."""
    tables = [t for t in connection.introspection.table_names() if t.startswith(("meetings_", "pods_"))]
    found = []
    for table in sorted(tables):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            found.append((table, cursor.fetchall()))
    return found
