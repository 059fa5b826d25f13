from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0009_delivery_of_run")]

    operations = [
        migrations.AddIndex(
            "delivery",
            models.Index(fields=["mailing"], condition=models.Q(is_doubtful__isnull=False), name="delivery_doubtful"),
        ),
    ]
