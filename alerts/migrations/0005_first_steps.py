"""Open alerts get the steps that they would have, and silences of the sound refuse UPDATE and DELETE from here on."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

from alerts.escalation import ANSWER_LASTS_MIN, ROUTES, steps_from
from alerts.states import AlertKind
from tracker.insert_only import protect


def give_steps(apps, schema_editor):
    """Alerts that nobody had answered are told from the first in line on; answers lapse from now on."""
    Alert, AlertStep = apps.get_model("alerts", "Alert"), apps.get_model("alerts", "AlertStep")
    now = timezone.now()
    for alert in Alert.objects.filter(state="raised"):
        for due in steps_from(ROUTES[AlertKind(alert.kind)], now):
            AlertStep.objects.create(alert=alert, raising=1, number=due.number, duty=due.duty.value, due_at=due.due_at)
    for alert in Alert.objects.filter(state="acknowledged"):
        alert.acknowledged_until = now + timedelta(minutes=ANSWER_LASTS_MIN[AlertKind(alert.kind)])
        alert.save(update_fields=["acknowledged_until"])


class Migration(migrations.Migration):
    dependencies = [("alerts", "0004_escalation")]

    operations = [
        migrations.RunPython(give_steps, migrations.RunPython.noop),
        protect("alerts_soundsilence"),
    ]
