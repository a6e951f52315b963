"""Versions of rule sets signed by the hospital, moves of cycles between them, and who may override."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tracker.insert_only import protect


class Migration(migrations.Migration):

    dependencies = [
        ('dosing', '0002_insert_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='cycle',
            name='amendments',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='sitesettings',
            name='override_by',
            field=models.CharField(max_length=20, null=True),
        ),
        migrations.CreateModel(
            name='CycleMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(max_length=300)),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='dosing.cycle')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RuleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_set', models.CharField(max_length=40)),
                ('base', models.PositiveSmallIntegerField()),
                ('number', models.PositiveSmallIntegerField()),
                ('thresholds', models.JSONField()),
                ('counting', models.JSONField(null=True)),
                ('max_age_min', models.JSONField(null=True)),
                ('effective_from', models.DateTimeField()),
                ('drafted_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=300)),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RuleVersionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('prescriber', 'Signed by a second prescriber'), ('pharmacist', 'Signed by a pharmacist'), ('withdrawn', 'Withdrawn before it was in force')], max_length=12)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='dosing.ruleversion')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='ruleversion',
            constraint=models.UniqueConstraint(fields=('rule_set', 'base', 'number'), name='dosing_rule_version_once'),
        ),
        migrations.AddConstraint(
            model_name='ruleversion',
            constraint=models.CheckConstraint(condition=models.Q(('base__gte', 1), ('number__gte', 1)), name='dosing_rule_version_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='ruleversionevent',
            constraint=models.UniqueConstraint(fields=('version', 'kind'), name='dosing_rule_version_signed_once_by_kind'),
        ),
        migrations.AddConstraint(
            model_name='ruleversionevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['prescriber', 'pharmacist', 'withdrawn'])), name='dosing_rule_event_kind_is_known'),
        ),
        protect("dosing_ruleversion", "dosing_ruleversionevent", "dosing_cyclemove"),
    ]
