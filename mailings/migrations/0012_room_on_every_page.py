from django.db import migrations

TABLE = "mailings_delivery"


def leave_room(apps, schema_editor):
    """Leave half of each page free for the row that is handed over and the row that is settled (PostgreSQL only).

    What is settled then stays on its page, and no index hears of it; the indexes every row is in have room for
    the row that was handed over, and need not look for dead ones first. Pages that are there already stay full.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(f"ALTER TABLE {TABLE} SET (fillfactor = 50)")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexdef NOT LIKE '%% WHERE %%'", [TABLE])
        whole = [name for (name,) in cursor.fetchall()]
    for name in whole:
        schema_editor.execute(f'ALTER INDEX "{name}" SET (fillfactor = 45)')


class Migration(migrations.Migration):
    dependencies = [("mailings", "0011_indexes_that_name_no_state")]

    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]
