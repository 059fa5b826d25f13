from django.db import migrations, models


class Migration(migrations.Migration):
    """Writes the whole table anew, twice: the last time that is done, before the first site with a million rows."""

    dependencies = [("mailings", "0006_lighter_deliveries")]

    operations = [
        migrations.AddField(
            "delivery",
            "leaves_at",
            models.GeneratedField(
                expression=models.Case(models.When(state="queued", then=models.F("due_at"))),
                output_field=models.DateTimeField(),
                db_persist=True,
            ),
        ),
        migrations.AddField(
            "delivery",
            "is_doubtful",
            models.GeneratedField(
                expression=models.Case(models.When(state="uncertain", then=models.Value(True))),
                output_field=models.BooleanField(),
                db_persist=True,
            ),
        ),
    ]
