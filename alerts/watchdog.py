"""Asks the database whether each sweep has done its work: one check a sweep, each a sentence or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from dosing.models import Cycle
from dosing.states import CycleState
from tracker.models import ChartState, Round

from .models import Alert, AlertStep, CycleWatch, Delivery
from .outbox import DeliveryState
from .states import UNANSWERED, AlertState

WITHIN = timedelta(seconds=60)


def reviews(now: datetime) -> str:
    """Every change of a chart is looked at within a minute. One that goes on changing is not thereby on time."""
    limit = now - WITHIN
    waits = Round.objects.filter(patient=OuterRef("pk"), seq__gt=OuterRef("reviewed_seq"), recorded_at__lt=limit)
    due = ChartState.objects.filter(seq__gt=F("reviewed_seq"))
    late = due.filter(Q(changed_at__lt=limit) | Q(changed_at__isnull=True) | Exists(waits)).count()
    return _words(late, "changed chart was not looked at", "changed charts were not looked at")


def looks(now: datetime) -> str:
    """Every open cycle is looked at when time may have changed something."""
    limit = now - WITHIN
    late = CycleWatch.objects.filter(look_at__lt=limit).count()
    unwatched = Cycle.objects.exclude(state=CycleState.ENDED).filter(watch__isnull=True, prescribed_at__lt=limit)
    late += unwatched.filter(patient__chart__seq=F("patient__chart__reviewed_seq")).count()
    return _words(late, "running cycle was not looked at", "running cycles were not looked at")


def steps(now: datetime) -> str:
    """Every open alert has an answer that counts, or a next step in the future, or a graver alert that says more."""
    limit = now - WITHIN
    to_do = AlertStep.objects.filter(alert=OuterRef("pk"), raising=OuterRef("raising"), done_at__isnull=True)
    waiting = Alert.objects.filter(state__in=UNANSWERED, muted_by__isnull=True, raised_at__lt=limit)
    without = waiting.exclude(Exists(to_do)).count()
    overdue = waiting.filter(Exists(to_do.filter(due_at__lt=limit))).count()
    lapsed = Alert.objects.filter(state=AlertState.ACKNOWLEDGED, acknowledged_until__lt=limit).count()
    stuck = without + overdue + lapsed
    return _words(stuck, "open alert has no next step", "open alerts have no next step")


def deliveries(now: datetime) -> str:
    """Every notice that is due is out, or has failed for good and was told to the next in line."""
    late = Delivery.objects.filter(state=DeliveryState.TO_DELIVER, due_at__lt=now - WITHIN).count()
    return _words(late, "notice was not sent", "notices were not sent")


CHECKS: dict[str, Callable[[datetime], str]] = {
    "reviews": reviews,
    "looks": looks,
    "steps": steps,
    "deliveries": deliveries,
}


def _words(count: int, one: str, many: str) -> str:
    if count == 0:
        return ""
    return f"{count} {one if count == 1 else many} within {WITHIN.total_seconds():.0f} s."
