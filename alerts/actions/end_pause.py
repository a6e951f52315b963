"""Note that a patient is back on the ward: what was due meanwhile is to be caught up."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import Conflict
from tracker.models import ChartState
from tracker.permissions import stay_for
from tracker.roles import Perm

from ..models import RoundPauseEnd
from ..pause_queries import newest_pause
from .pause_rounds import look_again


@action("end_pause", Perm.RECORD_ROUND)
def end_pause(*, by: Actor, trail: Trail, patient_id: int) -> RoundPauseEnd:
    """The patient is back now.

    Raises: NotFound, Conflict not_away. Audit: since when the patient was away.
    """
    stay = stay_for(by.user, patient_id)
    trail.about(patient=stay.patient)
    ChartState.objects.select_for_update().get(patient_id=patient_id)
    now = clock.now()
    last = newest_pause(patient_id)
    if last is None or not last.open:
        raise Conflict("not_away", "This patient is not noted as off the ward.", remedy="Nothing needs to be done.")
    ended = RoundPauseEnd.objects.create(pause_id=last.id, ended_at=now, recorded_at=now, by=by.user)
    look_again(patient_id, now)
    trail.about(object_type="pause", object_id=last.id)
    trail.done(before={"began_at": last.since, "back_by": last.back_by}, after={"ended_at": now})
    return ended
