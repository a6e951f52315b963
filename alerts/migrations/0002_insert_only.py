"""The history of alerts refuses UPDATE and DELETE from here on."""

from django.db import migrations

from tracker.insert_only import protect


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_first")]

    operations = [protect("alerts_alertevent")]
