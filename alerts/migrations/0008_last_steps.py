"""Steps that wait repeat as they did; the hospital's alert settings refuse UPDATE and DELETE from here on."""

from django.db import migrations
from django.db.models import Max

from alerts.escalation import ROUTES, again_min
from alerts.states import AlertKind
from tracker.insert_only import protect


def let_the_last_repeat(apps, schema_editor):
    """The last step of each raising, done or not, carries after how long it is followed by one like itself."""
    Alert, AlertStep = apps.get_model("alerts", "Alert"), apps.get_model("alerts", "AlertStep")
    for alert in Alert.objects.exclude(state="resolved"):
        of_raising = AlertStep.objects.filter(alert=alert, raising=alert.raising)
        last = of_raising.aggregate(last=Max("number"))["last"]
        of_raising.filter(number=last).update(again_min=again_min(ROUTES[AlertKind(alert.kind)]))


class Migration(migrations.Migration):
    dependencies = [("alerts", "0007_policy_and_notices")]

    operations = [
        migrations.RunPython(let_the_last_repeat, migrations.RunPython.noop),
        protect("alerts_policyversion", "alerts_policyversionevent"),
    ]
