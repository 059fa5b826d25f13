from django.db import migrations


def leave_room(apps, schema_editor):
    """A delivery is written four times in its life: leave room on its page (PostgreSQL only)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE mailings_delivery SET (fillfactor = 70)")


class Migration(migrations.Migration):
    initial = True

    dependencies = [("mailings", "0001_initial")]

    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]
