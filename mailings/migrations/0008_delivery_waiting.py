from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0007_what_waits_and_what_is_in_doubt")]

    operations = [
        migrations.AddIndex(
            "delivery",
            models.Index(
                fields=["mailing", "leaves_at", "id"],
                condition=models.Q(leaves_at__isnull=False),
                name="delivery_waiting",
            ),
        ),
    ]
