from django.db import migrations, models

from pods.refs import new_ref


def give_each_its_own(apps, schema_editor):
    for group in apps.get_model("pods", "Group").objects.filter(ref=None):
        group.ref = new_ref()
        group.save(update_fields=["ref"])


class Migration(migrations.Migration):
    dependencies = [("pods", "0001_initial")]

    operations = [
        migrations.AddField("group", "ref", models.CharField(editable=False, max_length=8, null=True)),
        migrations.RunPython(give_each_its_own, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "group", "ref", models.CharField(default=new_ref, editable=False, max_length=8, unique=True)
        ),
    ]
