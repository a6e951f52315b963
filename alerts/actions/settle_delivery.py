"""The life of a delivery in the outbox: taken by a worker, delivered, tried again, failed for good."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from tracker import clock, poke
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.models import User

from ..causes import shortened
from ..duty_queries import stand_ins_for
from ..models import AppNotice, Delivery
from ..outbox import DELIVERY_MOVES, LEASE, Channel, DeliveryState, wait_after
from ..poking import DELIVER, STEPS
from ..states import UNANSWERED, AlertHappened
from ._events import insert_event
from ._telling import names_of, tell
from .system_alert import raise_system_alert, resolve_system_alert
from .take_step import hurry


@action("claim_delivery", None, quiet=True)
def claim_delivery(*, by: Actor, trail: Trail, delivery_id: int) -> Delivery | None:
    """Take one that is due, so that no other worker does; None when another was faster.

    If this worker is killed before it says how it went, the delivery is due again after the lease: the notice may
    then come twice, and its receiver knows it by its key. Audit: nothing, nobody was told yet.
    """
    now = clock.now()
    due = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.TO_DELIVER, due_at__lte=now)
    if due.update(due_at=now + LEASE, attempts=F("attempts") + 1) != 1:
        return None
    delivery = Delivery.objects.select_related("contact", "alert", "alert__ward").get(pk=delivery_id)
    if delivery.attempts > 1 and delivery.alert.state not in UNANSWERED:
        _move(delivery, DeliveryState.NOT_NEEDED, now, "Answered or resolved meanwhile.")
        return None
    return delivery


@action("delivery_went", None, quiet=True)
def delivery_went(*, by: Actor, trail: Trail, delivery_id: int) -> bool:
    """It is out. Audit: by which way, and after how many tries."""
    delivery = Delivery.objects.select_related("contact", "alert__patient").get(pk=delivery_id)
    if not _move(delivery, DeliveryState.DELIVERED, clock.now(), ""):
        return False
    _audit(trail, delivery, "notice_delivered")
    resolve_system_alert(by=by, cause=cause_of(delivery.contact.channel), why="A notice went out.")
    return True


@action("delivery_failed", None, quiet=True)
def delivery_failed(*, by: Actor, trail: Trail, delivery_id: int, problem: str) -> bool:
    """It did not go out. It is tried again later; after the last try stand-in and next in line are told at once.

    Returns whether it has failed for good. Audit: that it failed for good, and why.
    """
    delivery = Delivery.objects.select_related("contact__user", "step", "alert__patient", "alert__ward").get(
        pk=delivery_id
    )
    now, problem = clock.now(), shortened(problem, 300)
    wait = wait_after(delivery.attempts)
    if wait is not None:
        waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.TO_DELIVER)
        waiting.update(due_at=now + wait, problem=problem)
        return False
    if not _move(delivery, DeliveryState.FAILED, now, problem):
        return False
    alert = delivery.alert
    whom = delivery.contact.user.full_name if delivery.contact.user else "the ward's address"
    words = f"{delivery.contact.channel} to {whom}: not delivered after {delivery.attempts} tries"
    waits = alert.state in UNANSWERED and alert.raising == delivery.step.raising
    instead = _tell_stand_in(delivery, now) if waits else []
    if instead:
        words += f". Told instead: {names_of(instead)}"
    insert_event(alert, AlertHappened.UNDELIVERED, now, words=words)
    if waits and hurry(alert, now):
        poke.nudge(STEPS)
    _audit(trail, delivery, "notice_not_delivered")
    if alert.patient_id is not None:  # a notice about a failing channel that fails itself raises no further one
        raise_system_alert(
            by=by,
            cause=cause_of(delivery.contact.channel),
            headline=f"Notices by {delivery.contact.channel} do not go out. The next in line were told instead.",
        )
    return True


def _tell_stand_in(delivery: Delivery, now: datetime) -> list[User]:
    """Who stands in for the person that could not be reached, and was not told by this step before."""
    user, step = delivery.contact.user, delivery.step
    if user is None:
        return []
    known = set(AppNotice.objects.filter(step=step).values_list("user_id", flat=True))
    found = [each for each in stand_ins_for(delivery.alert, step.duty, now, [user]) if each.pk not in known]
    if found and tell(delivery.alert, step, found, None, now):
        poke.nudge(DELIVER)
    return found


def cause_of(channel: str) -> str:
    """The cause of the system alert about one channel."""
    return f"delivery-{Channel(channel).value}"


def _move(delivery: Delivery, after: DeliveryState, now: datetime, problem: str) -> bool:
    """Only from the state in which it waits; False when another worker was faster."""
    if after not in DELIVERY_MOVES[DeliveryState.TO_DELIVER]:
        raise ValueError(f"a delivery cannot become {after}")
    waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.TO_DELIVER)
    if waiting.update(state=after, done_at=now, problem=shortened(problem, 300)) != 1:
        return False
    delivery.state = after
    return True


def _audit(trail: Trail, delivery: Delivery, name: str) -> None:
    trail.about(patient=delivery.alert.patient, object_type="alert", object_id=delivery.alert_id)
    contact = delivery.contact
    trail.done(
        action=name,
        after={
            "key": str(delivery.key),
            "channel": contact.channel,
            "contact": contact.pk,
            "person": contact.user.full_name if contact.user else "",
            "attempts": delivery.attempts,
            "problem": delivery.problem,
        },
    )
