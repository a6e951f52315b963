"""Charted rows and the audit trail refuse UPDATE and DELETE from here on."""

from django.db import migrations

from tracker.insert_only import protect


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_first")]

    operations = [
        protect("tracker_auditentry", "tracker_round", "tracker_roundvalue", "tracker_retraction", "tracker_staymove"),
    ]
