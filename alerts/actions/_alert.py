"""Carries out the changes of a review: the alert's row, the step in its history, and the audit entry."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from dosing.schedule import SlotState, slot_state
from dosing.states import CycleState
from tracker.audit.gate import Trail

from ..causes import Cause
from ..changes import SHOWN, Changes
from ..models import Alert
from ..queries import Situation
from ..severity import is_graver, known_lately
from ..states import NOTED, UNANSWERED, AlertHappened, AlertKind, AlertState, check_alert_move
from ._events import insert_event, told_so_far
from ._steps import NotSettled, mute_children, plan_steps

ASKED_ANEW = {
    "acknowledged_at": None,
    "acknowledged_by": None,
    "acknowledged_until": None,
    "resolved_at": None,
    "muted_by_id": None,
}


def settle(situation: Situation, changes: Changes, now: datetime, trail: Trail) -> int:
    """Carry out the changes, gravest first; returns how many alerts were raised, grew graver or were resolved.

    Raises: NotSettled.
    """
    hovering_joins(changes, now)
    told_anew = [_raise(situation, cause, now, trail) for cause in changes.raised]
    for alert, cause in changes.returned:
        _raise_anew(situation, alert, cause, now, trail, AlertHappened.RAISED, "alert_raised")
    unanswered = {alert.pk for alert, _ in changes.graver if alert.state in UNANSWERED}
    for alert, cause in changes.graver:
        _raise_anew(situation, alert, cause, now, trail, AlertHappened.GRAVER, "alert_graver")
    for alert, cause in changes.evidence:
        _write(alert, _as_columns(situation, cause))
        insert_event(alert, AlertHappened.EVIDENCE, now, words=cause.headline, data=_as_data(cause))
    for alert, cause in changes.reworded:
        _write(alert, _as_columns(situation, cause))
    for alert in changes.resolved:
        _resolve(situation, alert, now, trail)
    if changes:
        planned = mute_children([*situation.alerts, *told_anew], now, situation.policy)
        for alert in [*told_anew, *(alert for alert, _ in [*changes.returned, *changes.graver])]:
            if alert.pk not in planned:
                plan_steps(alert, now, situation.policy, none_later=alert.pk in unanswered)
    return sum(map(len, (changes.raised, changes.returned, changes.graver, changes.resolved)))


def hovering_joins(changes: Changes, now: datetime) -> None:
    """A value that is graver than the one before but was as grave within the hour was told then: it joins quietly."""
    for alert, cause in list(changes.graver):
        if cause.kind.gravity > AlertKind(alert.kind).gravity:
            continue
        if not is_graver(cause.finding, known_lately(told_so_far(alert), now)):
            changes.graver.remove((alert, cause))
            changes.evidence.append((alert, cause))


def _raise(situation: Situation, cause: Cause, now: datetime, trail: Trail) -> Alert:
    cycle = situation.cycle
    try:
        with transaction.atomic():
            alert = Alert.objects.create(
                patient_id=cycle.patient_id,
                cycle=cycle,
                cause=cause.key,
                state=AlertState.RAISED,
                raised_at=now,
                **_as_columns(situation, cause),
            )
    except IntegrityError as problem:
        raise NotSettled from problem
    insert_event(alert, AlertHappened.RAISED, now, words=cause.headline, data=_as_data(cause))
    _audit(trail, situation, alert, "alert_raised", after=_as_audit(alert))
    return alert


def _raise_anew(
    situation: Situation,
    alert: Alert,
    cause: Cause,
    now: datetime,
    trail: Trail,
    happened: AlertHappened,
    name: str,
) -> None:
    """The cause is back, or graver than it was: whoever has answered is asked again."""
    before = _as_audit(alert)
    columns = {**_as_columns(situation, cause), "raising": alert.raising + 1}
    if alert.state != AlertState.RAISED:
        check_alert_move(AlertState(alert.state), AlertState.RAISED)
        columns.update(state=AlertState.RAISED)
    if alert.state not in UNANSWERED:  # who waited for an answer still waits since then
        columns.update(ASKED_ANEW, raised_at=now)
    _write(alert, columns)
    insert_event(alert, happened, now, words=cause.headline, data=_as_data(cause))
    _audit(trail, situation, alert, name, before=before, after=_as_audit(alert))


def _resolve(situation: Situation, alert: Alert, now: datetime, trail: Trail) -> None:
    before = _as_audit(alert)
    check_alert_move(AlertState(alert.state), AlertState.RESOLVED)
    _write(alert, {"state": AlertState.RESOLVED, "resolved_at": now, "muted_by_id": None})
    why = _why_gone(situation, alert, now)
    insert_event(alert, AlertHappened.RESOLVED, now, words=why)
    _audit(trail, situation, alert, "alert_resolved", before=before, after={**_as_audit(alert), "why": why})


def _write(alert: Alert, columns: dict) -> None:
    """Change the row only from the state that was read: a person may have answered in this very moment."""
    try:
        with transaction.atomic():
            written = Alert.objects.filter(pk=alert.pk, state=alert.state).update(**columns)
    except IntegrityError as problem:
        raise NotSettled from problem
    if written != 1:
        raise NotSettled
    for name, value in columns.items():
        setattr(alert, name, value)


def _why_gone(situation: Situation, alert: Alert, now: datetime) -> str:
    if situation.stay.discharged_at is not None:
        return "The patient was discharged."
    if situation.cycle.state == CycleState.ENDED:
        return "The cycle ended."
    if alert.kind in NOTED:
        return "A person has taken note of it."
    if alert.kind in (AlertKind.DOSE_OVERDUE, AlertKind.DOSE_LAPSING, AlertKind.DATA_MISSING):
        number = next((number for number, slot in situation.slots.items() if slot.pk == alert.slot_id), 0)
        became = slot_state(situation.facts.plan, situation.facts.events, number, now) if number else SlotState.OPEN
        if became is not SlotState.OPEN:
            return f"Dose {number} {_BECAME[became]}."
        return "All of it is there." if alert.kind == AlertKind.DATA_MISSING else "The dose is not overdue any more."
    if alert.kind == AlertKind.OBSERVATIONS_OVERDUE:
        return "Vital signs were recorded."
    if alert.kind == AlertKind.LABS_OVERDUE:
        return "The labs were recorded."
    return "The finding does not stand any more."


_BECAME = {
    SlotState.GIVEN: "was given",
    SlotState.HELD: "was held",
    SlotState.OMITTED: "was omitted",
    SlotState.LAPSED: "has lapsed",
}


# --- as columns, as history, as audit ---------------------------------------------------------------------------------


def _as_columns(situation: Situation, cause: Cause) -> dict:
    slot = situation.slots.get(cause.slot)
    return {
        "kind": cause.kind,
        "finding": cause.finding,
        "slot_id": slot.pk if slot else None,
        "ward_id": situation.stay.ward_id,
        **{name: getattr(cause, name) for name in SHOWN},
    }


def _as_data(cause: Cause) -> dict:
    return {"kind": cause.kind.value, "finding": cause.finding, "cause_at": cause.cause_at}


def _as_audit(alert: Alert) -> dict:
    return {
        "state": str(alert.state),
        "kind": str(alert.kind),
        "cause": alert.cause,
        "cycle": alert.cycle_id,
        "headline": alert.headline,
        "finding": alert.finding,
    }


def _audit(trail: Trail, situation: Situation, alert: Alert, name: str, **more: dict) -> None:
    trail.about(patient=situation.cycle.patient, object_type="alert", object_id=alert.pk)
    trail.done(action=name, **more)
