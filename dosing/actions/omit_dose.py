"""Omit a dose for a reason that is not a finding: the patient refused, was off the ward, and so on."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict
from tracker.reasons import check_reason, read_words
from tracker.roles import Perm

from ..gather import assess_slot
from ..models import DoseEvent
from ..permissions import slot_for
from ..schedule import SlotState
from ..states import OMISSION_REASONS, Happened
from ..wording import REFUSALS
from ._cycle import check_active, insert_event, move_slot, touch


@action("omit_dose", Perm.HOLD_DOSE)
def omit_dose(*, by: Actor, trail: Trail, slot_id: int, reason_code: str, reason: str = "") -> DoseEvent:
    """Record that an open dose will not be given, with a coded reason; "other" needs words.

    Raises: NotFound, BadInput bad_reason_code, Conflict not_active, slot_lapsed or what became of the dose.
    Audit: the reason.
    """
    reached = slot_for(by.user, slot_id, lock=True)
    cycle, slot = reached.cycle, reached.slot
    trail.about(patient=cycle.patient, object_type="slot", object_id=slot.pk)
    if reason_code not in OMISSION_REASONS:
        raise BadInput(
            "bad_reason_code",
            "Choose why the dose is omitted.",
            field="reason_code",
            remedy=f"One of {', '.join(OMISSION_REASONS)}.",
        )
    reason = read_words(reason, what="reason", field="reason")
    if reason_code == "other":
        check_reason(reason, what="Another reason")
    check_active(cycle)
    assessment = assess_slot(cycle, slot=slot.number, at=clock.now())
    if slot.state == SlotState.OPEN and "slot_lapsed" in assessment.refusals:
        raise Conflict("slot_lapsed", f"Dose {slot.number} has lapsed.", remedy=REFUSALS["slot_lapsed"][1])
    move_slot(slot, SlotState.OMITTED)
    attempt = 1 + DoseEvent.objects.filter(slot=slot, kind=Happened.OMITTED).count()
    event = insert_event(
        Happened.OMITTED,
        cycle=cycle,
        slot=slot,
        by=by.user,
        reason_code=reason_code,
        reason=reason,
        attempt=attempt,
        assessment=assessment,
        stay=reached.stay,
    )
    touch(cycle)
    trail.done(
        before={"state": SlotState.OPEN.value},
        after={
            "state": SlotState.OMITTED.value,
            "dose": slot.number,
            "reason_code": reason_code,
            "explain": event.decision["explain"],
        },
        reason=reason or OMISSION_REASONS[reason_code],
    )
    return event
