"""Hold a dose with a reason, now or in advance."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import Conflict
from tracker.reasons import check_reason
from tracker.roles import Perm

from ..gather import assess_slot
from ..models import DoseEvent
from ..permissions import slot_for
from ..schedule import SlotState
from ..states import Happened
from ..wording import REFUSALS
from ._cycle import check_active, insert_event, move_slot, touch


@action("hold_dose", Perm.HOLD_DOSE)
def hold_dose(*, by: Actor, trail: Trail, slot_id: int, reason: str) -> DoseEvent:
    """Withhold one dose for good: a held dose is lost, never made up.

    Raises: NotFound, BadInput missing_reason, Conflict not_active, slot_lapsed or what else became of the dose.
    Audit: the verdict at that moment and the reason.
    """
    reached = slot_for(by.user, slot_id, lock=True)
    cycle, slot = reached.cycle, reached.slot
    trail.about(patient=cycle.patient, object_type="slot", object_id=slot.pk)
    reason = check_reason(reason, what="Holding a dose")
    check_active(cycle)
    assessment = assess_slot(cycle, slot=slot.number, at=clock.now())
    if slot.state == SlotState.OPEN and "slot_lapsed" in assessment.refusals:
        raise Conflict("slot_lapsed", f"Dose {slot.number} has lapsed.", remedy=REFUSALS["slot_lapsed"][1])
    move_slot(slot, SlotState.HELD)
    event = insert_event(
        Happened.HELD, cycle=cycle, slot=slot, by=by.user, reason=reason, assessment=assessment, stay=reached.stay
    )
    touch(cycle)
    trail.done(
        before={"state": SlotState.OPEN.value},
        after={
            "state": SlotState.HELD.value,
            "dose": slot.number,
            "verdict": assessment.verdict.value,
            "explain": event.decision["explain"],
        },
        reason=reason,
    )
    return event
