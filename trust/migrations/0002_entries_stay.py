from django.db import migrations

from trust.models import ENTRIES


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: ENTRIES.guard(editor.connection), lambda apps, editor: ENTRIES.unguard(editor.connection)
        )
    ]
