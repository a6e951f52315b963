"""What a worker does for the steps of alerts: those that are due, and answers whose time is over."""

from __future__ import annotations

from django.db.models import F, QuerySet

from tracker import clock
from tracker.audit.record import SYSTEM

from .actions.lapse_answer import lapse_answer
from .actions.pull_in import pull_in_answers, pull_in_steps
from .actions.take_step import take_step
from .models import Alert, AlertStep
from .states import UNANSWERED, AlertState
from .sweeps import Count, apart, catch_up


def sweep_steps() -> Count:
    """Every step that is due, the longest due first."""
    pull_in_steps(by=SYSTEM)
    return _take(due_steps())


def take_steps_of(patient_id: int) -> Count:
    """The same for one patient, at once after the review."""
    return _take(due_steps().filter(alert__patient=patient_id))


def sweep_answers() -> Count:
    """Answers whose time is over. First the patient's alerts are brought up to date: what has no cause is resolved."""
    count = Count()
    pull_in_answers(by=SYSTEM)
    over = Alert.objects.filter(state=AlertState.ACKNOWLEDGED, acknowledged_until__lte=clock.now())
    for alert_id, patient_id in over.order_by("acknowledged_until", "id").values_list("id", "patient_id"):
        with apart(f"the answer to alert {alert_id}", count):
            count.looked_at += 1
            if patient_id is not None:
                catch_up(patient_id)
            count.caught_up += lapse_answer(by=SYSTEM, alert_id=alert_id)
    return count


def due_steps() -> QuerySet[AlertStep]:
    """Steps to be carried out now: of an alert that nobody has answered, at its present raising, and not muted."""
    return AlertStep.objects.filter(
        done_at=None,
        due_at__lte=clock.now(),
        raising=F("alert__raising"),
        alert__state__in=list(UNANSWERED),
        alert__muted_by=None,
    ).order_by("due_at", "id")


def _take(steps: QuerySet[AlertStep]) -> Count:
    count = Count()
    for step_id in list(steps.values_list("id", flat=True)):
        with apart(f"step {step_id}", count):
            count.looked_at += 1
            count.caught_up += take_step(by=SYSTEM, step_id=step_id)
    return count
