"""Dose events and signed settings refuse UPDATE and DELETE from here on."""

from django.db import migrations

from tracker.insert_only import protect


class Migration(migrations.Migration):
    dependencies = [("dosing", "0001_first")]

    operations = [protect("dosing_doseevent", "dosing_sitesettings")]
