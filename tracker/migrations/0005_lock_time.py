"""When a tablet locks is the site's to set; a tablet may be stricter. What was set refuses UPDATE and DELETE."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tracker.insert_only import protect


class Migration(migrations.Migration):
    dependencies = [("tracker", "0004_shared_tablets")]

    operations = [
        migrations.AlterField(
            model_name="device", name="lock_after_min", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.CreateModel(
            name="LockTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.PositiveSmallIntegerField()),
                ("set_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("minutes__range", (1, 15))), name="tracker_lock_time_is_short"
                    )
                ],
            },
        ),
        protect("tracker_locktime"),
    ]
