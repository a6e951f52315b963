"""After the clock was set back: what was promised for a time that lies too far ahead now is pulled in."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor

from ..models import Alert, AlertStep, Delivery
from ..outbox import LONGEST_PAUSE, DeliveryState
from ..policy import longest_wait
from ..policy_queries import policy_in_force
from ..states import UNANSWERED, AlertKind, AlertState

# Two machines need not agree to the second.
SLACK = timedelta(minutes=1)


@action("pull_in_steps", None, quiet=True)
def pull_in_steps(*, by: Actor, trail: Trail) -> int:
    """A step that is due later than any hospital may let it wait was written by a clock that was ahead: it is due now.

    Somebody is told too soon, which is better than an hour late. Returns how many. Audit: nothing, the telling is.
    """
    now, pulled = clock.now(), 0
    waiting = AlertStep.objects.filter(done_at=None, raising=F("alert__raising"), alert__state__in=list(UNANSWERED))
    ahead = waiting.filter(due_at__gt=now + SLACK).values_list("id", "alert__kind", "duty", "again_min", "due_at")
    for step_id, kind, duty, again_min, due_at in ahead:
        if due_at > now + longest_wait(AlertKind(kind), duty, again_min) + SLACK:
            pulled += AlertStep.objects.filter(pk=step_id, done_at=None, due_at=due_at).update(due_at=now)
    return pulled


@action("pull_in_answers", None, quiet=True)
def pull_in_answers(*, by: Actor, trail: Trail) -> int:
    """An answer that was given later than now counts from now on for its length, not for the hour more.

    Returns how many. Audit: nothing; that it lapsed is told when it does.
    """
    now, pulled = clock.now(), 0
    policy = policy_in_force(now)
    ahead = Alert.objects.filter(state=AlertState.ACKNOWLEDGED, acknowledged_at__gt=now + SLACK)
    for alert_id, kind, until in ahead.values_list("id", "kind", "acknowledged_until"):
        latest = now + policy.answer_lasts(AlertKind(kind))
        if until is not None and until > latest:
            pulled += Alert.objects.filter(pk=alert_id, acknowledged_until=until).update(acknowledged_until=latest)
    return pulled


@action("pull_in_deliveries", None, quiet=True)
def pull_in_deliveries(*, by: Actor, trail: Trail) -> int:
    """A notice that waits for longer than between any two tries is due now. Returns how many. Audit: nothing."""
    now = clock.now()
    waiting = Delivery.objects.filter(state=DeliveryState.TO_DELIVER, due_at__gt=now + LONGEST_PAUSE + SLACK)
    return waiting.update(due_at=now)
