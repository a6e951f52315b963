"""What was checked at the bedside, pauses of an infusion, and the bags that were prepared."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tracker.insert_only import protect

KINDS = [
    'started', 'given', 'paused', 'resumed', 'infusion_ended', 'refused', 'held', 'omitted', 'lapsed', 'override',
    'voided', 'went_on', 'ended',
]

# SQLite builds the table anew for another constraint, and a table built anew has lost its triggers.
_events = protect("dosing_doseevent")


class Migration(migrations.Migration):

    dependencies = [
        ('dosing', '0003_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(_events.reverse_code, _events.code),
        migrations.RemoveConstraint(
            model_name='doseevent',
            name='dosing_event_kind_is_known',
        ),
        migrations.AddField(
            model_name='doseevent',
            name='checks',
            field=models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True),
        ),
        migrations.AlterField(
            model_name='doseevent',
            name='kind',
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='doseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', KINDS)), name='dosing_event_kind_is_known'),
        ),
        migrations.CreateModel(
            name='PreparedBag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prepared_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('lot', models.CharField(blank=True, max_length=40)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bags', to='dosing.slot')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='preparedbag',
            constraint=models.CheckConstraint(condition=models.Q(('prepared_at__lte', models.F('recorded_at'))), name='dosing_bag_was_prepared'),
        ),
        protect("dosing_doseevent", "dosing_preparedbag"),
    ]
