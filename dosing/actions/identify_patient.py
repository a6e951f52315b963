"""Compare at once whose wristband was scanned, or whose number was typed, before anything else is checked."""

from __future__ import annotations

from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.roles import Perm

from ..bedside_checks import BedsideChecks, record_read
from ..permissions import slot_for
from ._bedside import check_patient


@action("identify_patient", Perm.GIVE_DOSE)
def identify_patient(*, by: Actor, trail: Trail, slot_id: int, checks: BedsideChecks) -> None:
    """Whether what was read is this patient's. It opens nothing: the giving asks again, with everything else.

    Raises: NotFound, BadInput not_identified, unreadable_wristband; Conflict wrong_patient. Audit: what was read from.
    """
    reached = slot_for(by.user, slot_id)
    trail.about(patient=reached.cycle.patient, object_type="slot", object_id=slot_id)
    seen, field = record_read(checks)
    check_patient(by, reached, seen, field)
    trail.done(after={"dose": reached.slot.number, "read_from": field})
