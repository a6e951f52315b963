"""Answer an alert: a person has seen it and takes it from here."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict
from tracker.review import make_review_due
from tracker.roles import Perm
from tracker.typed import plain_text

from ..models import Alert
from ..permissions import alert_for
from ..policy_queries import policy_in_force
from ..states import NOTED, AlertHappened, AlertKind, AlertState, check_alert_move
from ._events import insert_event

NOTE_LENGTH = 300


@action("acknowledge_alert", Perm.ANSWER_SYSTEM_ALERT)
def acknowledge_alert(*, by: Actor, trail: Trail, alert_id: int, note: str = "", raising: int | None = None) -> Alert:
    """Note who answers the alert, and until when that counts. Until then nobody else is told.

    It stays open until its cause is gone, and asks again when the answer lapses or when it grows graver. What only
    has to be noted is over with the answer. `raising` is the one that the person saw: one that was raised anew since,
    because it grew graver, is answered by nobody who has not read it.

    Every role that carries the permission answers alerts of the system; which alerts about patients a person may
    answer is decided where they are fetched.

    Raises: NotFound no_such_alert, BadInput long_note, Conflict already_acknowledged, alert_resolved, raised_anew.
    Audit: the state before and after, and the note.
    """
    alert = alert_for(by.user, alert_id, lock=True)
    trail.about(patient=alert.patient, object_type="alert", object_id=alert.pk)
    note = _read_note(note)
    _check_open(alert)
    if raising is not None and raising != alert.raising:
        raise Conflict(
            "raised_anew",
            "This alert was raised anew since you saw it.",
            remedy="Read what it says now, and answer that.",
            extra={"raising": alert.raising},
        )
    now = clock.now()
    before = alert.state
    answer = {
        "state": AlertState.ACKNOWLEDGED,
        "acknowledged_at": now,
        "acknowledged_by": by.user,
        "acknowledged_until": now + policy_in_force(now).answer_lasts(AlertKind(alert.kind)),
    }
    if Alert.objects.filter(pk=alert.pk, state=before).update(**answer) != 1:
        raise Conflict("changed_meanwhile", "This alert has just changed.", remedy="Reload the page.")
    for name, value in answer.items():
        setattr(alert, name, value)
    insert_event(alert, AlertHappened.ACKNOWLEDGED, now, by=by.user, words=note)
    trail.done(
        before={"state": before},
        after={
            "state": AlertState.ACKNOWLEDGED.value,
            "cause": alert.cause,
            "headline": alert.headline,
            "until": alert.acknowledged_until,
        },
        reason=note,
    )
    if alert.kind in NOTED and alert.patient_id is not None:
        make_review_due(alert.patient_id)
    return alert


def _read_note(note: str) -> str:
    note = plain_text(note, field="note")
    if len(note) > NOTE_LENGTH:
        raise BadInput(
            "long_note", f"The note is longer than {NOTE_LENGTH} characters.", field="note", remedy="Shorten it."
        )
    return note


def _check_open(alert: Alert) -> None:
    """A clear answer to the second of two people, and to the one whom the resolution overtook."""
    if alert.state == AlertState.ACKNOWLEDGED:
        who = alert.acknowledged_by.full_name
        raise Conflict(
            "already_acknowledged",
            f"{who} has already answered this alert.",
            remedy="Nothing needs to be done.",
            extra={"acknowledged_by": who, "acknowledged_at": alert.acknowledged_at.isoformat()},
        )
    if alert.state == AlertState.RESOLVED:
        raise Conflict(
            "alert_resolved",
            "This alert was resolved: its cause is gone.",
            remedy="Nothing needs to be done. Its history is on the alerts page.",
            extra={"resolved_at": alert.resolved_at.isoformat()},
        )
    check_alert_move(AlertState(alert.state), AlertState.ACKNOWLEDGED)
