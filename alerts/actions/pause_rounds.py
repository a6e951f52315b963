"""Note that a patient leaves the ward for a while: rounds wait, and the overdue alert says why."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict
from tracker.models import ChartState, Stay
from tracker.permissions import stay_for
from tracker.roles import Perm
from tracker.times import not_after, read_instant

from ..models import Alert, CycleWatch, RoundPause
from ..pause_queries import newest_pause
from ..pauses import LENGTHS_MIN, PAUSE_REASONS, reason_words
from ..policy_queries import policy_in_force
from ..states import UNANSWERED, AlertHappened, AlertKind, AlertState
from ._events import insert_event

NOTE_LENGTH = 200


@action("pause_rounds", Perm.RECORD_ROUND)
def pause_rounds(
    *,
    by: Actor,
    trail: Trail,
    patient_id: int,
    reason_code: str,
    minutes: int,
    since: str | datetime | None = None,
    note: str = "",
) -> RoundPause:
    """Rounds of this patient wait for at most the longest of the lengths; no verdict is touched by it.

    An overdue alert that nobody has answered is answered by this.
    Raises: NotFound, BadInput, Conflict already_away, discharged. Audit: reason, time, expected return.
    """
    stay = stay_for(by.user, patient_id)
    trail.about(patient=stay.patient)
    now = clock.now()
    note = _read(reason_code, minutes, note)
    began_at = not_after(read_instant(since or now, field="since"), now=now, field="since")
    back_by = began_at + timedelta(minutes=minutes)
    _check_times(stay, began_at, back_by, now)
    ChartState.objects.select_for_update().get(patient_id=patient_id)
    last = newest_pause(patient_id)
    if last is not None and last.open:
        raise Conflict(
            "already_away", "This patient is already noted as off the ward.", remedy="Note the return first."
        )
    pause = RoundPause.objects.create(
        patient=stay.patient,
        stay=stay,
        number=RoundPause.objects.filter(patient=stay.patient).count() + 1,
        reason_code=reason_code,
        note=note,
        began_at=began_at,
        back_by=back_by,
        recorded_at=now,
        by=by.user,
    )
    look_again(patient_id, now)
    _answer_overdue(pause, now, by)
    trail.about(object_type="pause", object_id=pause.pk)
    trail.done(after={"began_at": began_at, "back_by": back_by, "reason_code": reason_code}, reason=note)
    return pause


def look_again(patient_id: int, now: datetime) -> None:
    """The cycle is due to be looked at: the row that makes the work due, whatever becomes of a nudge."""
    CycleWatch.objects.filter(cycle__patient=patient_id, look_at__gt=now).update(look_at=now)


def _read(reason_code: str, minutes: int, note: str) -> str:
    note = (note or "").strip()
    if reason_code not in PAUSE_REASONS:
        raise BadInput("unknown_reason", "Say why.", field="reason_code", remedy="Choose one of the reasons.")
    if reason_code == "other" and not note:
        raise BadInput("missing_note", "The reason is missing.", field="note", remedy="Write it in a few words.")
    if len(note) > NOTE_LENGTH:
        raise BadInput("long_note", f"The note is longer than {NOTE_LENGTH} characters.", field="note")
    if minutes not in LENGTHS_MIN:
        raise BadInput("bad_length", "Say for how long.", field="minutes", remedy="Choose one of the lengths.")
    return note


def _check_times(stay: Stay, began_at: datetime, back_by: datetime, now: datetime) -> None:
    if stay.discharged_at is not None:
        raise Conflict("discharged", "The patient is discharged.", remedy="Nothing needs to be paused.")
    if began_at < stay.admitted_at:
        raise BadInput("before_admission", "The patient was not here yet.", field="since", remedy="Check the time.")
    if back_by <= now:
        raise BadInput(
            "already_over", "That pause would already be over.", field="since", remedy="Check the time or the length."
        )


def _answer_overdue(pause: RoundPause, now: datetime, by: Actor) -> None:
    """Who notes that the patient is away has seen that the round is overdue."""
    words = f"Off the ward: {reason_words(pause.reason_code, pause.note)}"
    overdue = Alert.objects.filter(
        patient=pause.patient, kind=AlertKind.OBSERVATIONS_OVERDUE, state__in=list(UNANSWERED)
    )
    until = max(now + policy_in_force(now).answer_lasts(AlertKind.OBSERVATIONS_OVERDUE), pause.back_by)
    for alert in overdue.select_for_update():
        answer = {
            "state": AlertState.ACKNOWLEDGED,
            "acknowledged_at": now,
            "acknowledged_by": by.user,
            "acknowledged_until": until,
        }
        if Alert.objects.filter(pk=alert.pk, state=alert.state).update(**answer) == 1:
            insert_event(alert, AlertHappened.ACKNOWLEDGED, now, by=by.user, words=words)
