"""A ward on which everything works and time goes by, for the tests that break the record afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import connection

from alerts import tasks
from alerts.models import Alert, AlertStep
from alerts.proof_queries import proofs
from tracker import clock

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def sweep() -> None:
    """All that the beat asks for, once; what goes out is not sent."""
    tasks.sweep_reviews()
    tasks.sweep_time()
    tasks.sweep_answers()
    tasks.sweep_steps()


def go(at, minutes: int, *, every: int = 1) -> None:
    """Time goes by while the worker does its work."""
    for _ in range(0, minutes, every):
        at.shift(every * MINUTE)
        sweep()


def go_until(at, *, every: int = 5, minutes: int = 720, **alert: object) -> Alert:
    """Until such an alert stands."""
    for _ in range(0, minutes, every):
        if found := Alert.objects.filter(**alert).exclude(state="resolved").first():
            return found
        go(at, every, every=every)
    raise AssertionError(f"within {minutes} minutes no alert {alert}")


def found() -> list[tuple[str, str]]:
    """What is wrong between 07:00 and now."""
    period = proofs(EIGHT - timedelta(hours=1), clock.now(), step=5 * MINUTE, within=MINUTE)
    return [(each.what, each.cause) for proof in period for each in proof.discrepancies]


def proven() -> tuple[int, str]:
    """The command's exit status and what it said."""
    out = StringIO()
    try:
        call_command("prove_alerts", "--from", "2026-03-02T07:00:00Z", "--to", clock.now().isoformat(), stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def unlock(table: str = "alerts_alertevent") -> None:
    """What the product's database refuses, somebody can who owns the tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("delete", "update", "replace"):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"')
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')


def drop_index(name: str) -> None:
    """What keeps two rows of one cause from standing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'DROP INDEX "{name}"')


def remove(alert: Alert) -> None:
    """The alert and all that is known of it."""
    unlock()
    Alert.objects.filter(muted_by=alert).update(muted_by=None)
    rows = [each for each in Alert._meta.related_objects if each.related_model is not Alert]
    for related in sorted(rows, key=lambda each: each.related_model is AlertStep):  # others point at its steps
        related.related_model.objects.filter(**{related.field.name: alert})._raw_delete("default")
    Alert.objects.filter(pk=alert.pk)._raw_delete("default")
