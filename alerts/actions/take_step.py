"""Carry out one step of an alert: write whom it tells, the deliveries, and the alert's new state, all at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker import clock, poke
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor

from ..causes import shortened
from ..duty_queries import people_for, stand_ins_for
from ..escalation import DUTY_WORDS, NOBODY
from ..models import Alert, AlertStep
from ..poking import DELIVER
from ..states import UNANSWERED, AlertHappened, AlertState, check_alert_move
from ._events import insert_event
from ._telling import names_of, tell


@action("take_step", None, quiet=True)
def take_step(*, by: Actor, trail: Trail, step_id: int) -> bool:
    """Tell those who have the duty of this step. False when nobody is to be told any more, or not yet.

    The row of the alert is locked, so that of two workers, or of a worker and a nurse who answers, one is first.
    Audit: who was told, by which ways.
    """
    step = AlertStep.objects.filter(pk=step_id).first()
    if step is None:
        return False
    alert = Alert.objects.select_for_update(of=("self",)).select_related("patient", "ward").get(pk=step.alert_id)
    now = clock.now()
    step.refresh_from_db()
    if not _counts(step, alert, now):
        return False
    people = people_for(alert, step.duty, now)
    if _is_repetition(step):  # it reaches the stand-ins too
        people = [*people, *stand_ins_for(alert, step.duty, now, people)]
    told = names_of(people) if people else NOBODY
    AlertStep.objects.filter(pk=step.pk, done_at=None).update(done_at=now, told=shortened(told, 300))
    sent = tell(alert, step, people, alert.ward, now)
    happened = _move(alert)
    insert_event(alert, happened, now, words=f"{DUTY_WORDS[step.duty]}: {told}")
    _next(alert, step, now, nobody=not people)
    trail.about(patient=alert.patient, object_type="alert", object_id=alert.pk)
    trail.done(
        action=f"alert_{happened.value}",
        after={"state": alert.state, "duty": step.duty, "told": told, "deliveries": sent, "headline": alert.headline},
    )
    if sent:
        poke.nudge(DELIVER)
    return True


def _is_repetition(step: AlertStep) -> bool:
    """The last of the line were told before, by the step that this one follows."""
    before = AlertStep.objects.filter(alert=step.alert_id, raising=step.raising, number__lt=step.number)
    return step.again_min is not None and before.filter(again_min__isnull=False).exists()


def _counts(step: AlertStep, alert: Alert, now: datetime) -> bool:
    """Not done, due, of this raising, and still nobody has answered."""
    waits = alert.state in UNANSWERED and alert.muted_by_id is None and alert.raising == step.raising
    return waits and step.done_at is None and step.due_at <= now


def _move(alert: Alert) -> AlertHappened:
    """The first telling notifies, every later one escalates; an alert that is escalated stays so."""
    before = AlertState(alert.state)
    after = AlertState.NOTIFIED if before is AlertState.RAISED else AlertState.ESCALATED
    if before is not after:
        check_alert_move(before, after)
        Alert.objects.filter(pk=alert.pk).update(state=after)
        alert.state = after
    return AlertHappened(after.value)


def _next(alert: Alert, step: AlertStep, now: datetime, *, nobody: bool) -> None:
    """The last step repeats itself; when nobody has the duty the one after is not waited for."""
    if step.again_min is not None:
        AlertStep.objects.create(
            alert=alert,
            raising=step.raising,
            number=step.number + 1,
            duty=step.duty,
            due_at=now + timedelta(minutes=step.again_min),
            again_min=step.again_min,
        )
    elif nobody:
        hurry(alert, now)


def hurry(alert: Alert, now: datetime) -> bool:
    """Those before could not be reached: the next in line are told now."""
    waiting = AlertStep.objects.filter(alert=alert, raising=alert.raising, done_at=None, due_at__gt=now)
    following = waiting.order_by("number").first()
    return following is not None and AlertStep.objects.filter(pk=following.pk, done_at=None).update(due_at=now) == 1
