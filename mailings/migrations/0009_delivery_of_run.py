from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0008_delivery_waiting")]

    operations = [
        migrations.AddIndex(
            "delivery",
            models.Index(fields=["sender"], condition=models.Q(sender__isnull=False), name="delivery_of_run"),
        ),
    ]
