"""Alerts about the system itself: a sweep that is late, a channel that fails. They have no patient."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from tracker import clock, poke
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.models import Ward

from ..causes import shortened
from ..models import Alert
from ..poking import STEPS
from ..policy_queries import policy_in_force
from ..states import AlertHappened, AlertKind, AlertState, check_alert_move
from ._events import insert_event
from ._steps import plan_steps

RELEASE = "The system sees that it works again."
SOURCE = "The system's own watch"


@action("raise_system_alert", None, quiet=True)
def raise_system_alert(*, by: Actor, trail: Trail, cause: str, headline: str, ward: Ward | None = None) -> Alert:
    """One open alert for each cause and ward, or for the site. Calling it again only joins new words to it.

    Audit: the alert when it is raised.
    """
    now = clock.now()
    headline = shortened(headline, 400)
    found = open_system_alert(cause, ward)
    if found is None:
        try:
            with transaction.atomic():
                found = Alert.objects.create(
                    kind=AlertKind.SYSTEM,
                    cause=cause,
                    ward=ward,
                    headline=headline,
                    release=RELEASE,
                    source=SOURCE,
                    cause_at=now,
                    raised_at=now,
                )
        except IntegrityError:  # another process saw the same at the same moment
            return Alert.objects.exclude(state=AlertState.RESOLVED).get(cause=cause, ward=ward, cycle=None)
        insert_event(found, AlertHappened.RAISED, now, words=headline)
        plan_steps(found, now, policy_in_force(now))
        trail.about(object_type="alert", object_id=found.pk)
        trail.done(action="alert_raised", after={"kind": "system", "cause": cause, "headline": headline})
        poke.nudge(STEPS)
    elif found.headline != headline:
        Alert.objects.filter(pk=found.pk).update(headline=headline)
        insert_event(found, AlertHappened.EVIDENCE, now, words=headline)
        found.headline = headline
    return found


@action("resolve_system_alert", None, quiet=True)
def resolve_system_alert(
    *, by: Actor, trail: Trail, cause: str, ward: Ward | None = None, why: str = "It works again."
) -> bool:
    """The cause is gone. False when no such alert is open. Audit: the alert when it is resolved."""
    found = open_system_alert(cause, ward)
    if found is None:
        return False
    now, before = clock.now(), found.state
    check_alert_move(AlertState(before), AlertState.RESOLVED)
    Alert.objects.filter(pk=found.pk, state=before).update(state=AlertState.RESOLVED, resolved_at=now)
    insert_event(found, AlertHappened.RESOLVED, now, words=why)
    trail.about(object_type="alert", object_id=found.pk)
    trail.done(action="alert_resolved", before={"state": before}, after={"cause": cause, "why": why})
    return True


def open_system_alert(cause: str, ward: Ward | None) -> Alert | None:
    """The open alert of this cause, locked."""
    found = Alert.objects.select_for_update(of=("self",)).exclude(state=AlertState.RESOLVED)
    return found.filter(kind=AlertKind.SYSTEM, cause=cause, ward=ward).first()
