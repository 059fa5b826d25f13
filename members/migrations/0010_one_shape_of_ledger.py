from django.db import migrations

from members import ledger


def guard_anew(apps, editor):
    """The ledger's trigger had another name on PostgreSQL."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER IF EXISTS members_consent_kept ON members_consent")
    ledger.guard(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("members", "0009_brought_back_from_a_backup")]
    operations = [migrations.RunPython(guard_anew, lambda apps, editor: ledger.unguard(editor.connection))]
