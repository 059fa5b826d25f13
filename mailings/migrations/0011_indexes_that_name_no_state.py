from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mailings", "0010_delivery_doubtful")]

    operations = [
        migrations.RemoveIndex("delivery", "delivery_queued"),
        migrations.RemoveIndex("delivery", "delivery_in_hand"),
        migrations.RemoveIndex("delivery", "delivery_open"),
    ]
