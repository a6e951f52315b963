"""Why something was not recorded is a coded reason in a row of its own. Notes of older rounds stay as they are."""

import django.db.models.deletion
from django.db import migrations, models

from tracker.insert_only import protect


class Migration(migrations.Migration):
    dependencies = [("tracker", "0006_given_password")]

    operations = [
        migrations.CreateModel(
            name="NotDone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=20)),
                ("words", models.CharField(blank=True, max_length=300)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="not_done", to="tracker.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "code"), name="tracker_not_done_once_per_round")
                ],
            },
        ),
        protect("tracker_notdone"),
    ]
