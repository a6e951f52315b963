"""A prescriber signs that one dose may be given against a hold or a stopped cycle."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import Conflict
from tracker.reasons import check_reason
from tracker.roles import Perm
from tracker.signatures import Signature, check_fresh, check_own

from ..gather import assess_slot
from ..lines import as_line
from ..models import DoseEvent
from ..overrides import check_may_override
from ..permissions import slot_for
from ..rules.verdict import Verdict
from ..schedule import SlotState
from ..states import Happened, check_slot_move
from ..wording import VERDICTS
from ._cycle import check_active, check_admitted, insert_event, touch


@action("override_hold", Perm.OVERRIDE_HOLD)
def override_hold(*, by: Actor, trail: Trail, slot_id: int, reason: str, signature: Signature) -> DoseEvent:
    """Let one open dose pass the findings that stand now. It changes no finding and never goes past missing data;
    a finding that comes up later, or a graver verdict, is not covered.

    Raises: NotFound, BadInput missing_reason, NotAllowed, Conflict nothing_to_override or cannot_override.
    Audit: the findings that were overridden and the reason.
    """
    reached = slot_for(by.user, slot_id, lock=True)
    cycle, slot = reached.cycle, reached.slot
    trail.about(patient=cycle.patient, object_type="slot", object_id=slot.pk)
    reason = check_reason(reason, what="An override")
    check_own(by, signature)
    check_fresh(signature, field="secret")
    check_admitted(reached.stay)
    check_active(cycle)
    check_may_override(cycle, by.user)
    check_slot_move(slot.number, SlotState(slot.state), SlotState.GIVEN)
    assessment = assess_slot(cycle, slot=slot.number, at=clock.now())
    line = as_line(assessment, event="override", given=False)
    if assessment.verdict in (Verdict.STOP_COURSE, Verdict.DISCONTINUE):
        sentence, remedy = VERDICTS[assessment.verdict]
        raise Conflict(
            "cannot_override", sentence.format(slot=slot.number, missing=""), remedy=remedy, extra={"assessment": line}
        )
    if not assessment.verdict.may_be_overridden:
        raise Conflict(
            "nothing_to_override",
            "No hold stands in the way of this dose.",
            remedy="Record what is missing."
            if assessment.verdict is Verdict.INCOMPLETE
            else "The dose can be given without an override.",
            extra={"assessment": line},
        )
    event = insert_event(
        Happened.OVERRIDE, cycle=cycle, slot=slot, by=by.user, reason=reason, assessment=assessment, stay=reached.stay
    )
    touch(cycle)
    trail.done(
        after={
            "dose": slot.number,
            "verdict": assessment.verdict.value,
            "findings": [finding.id for finding in assessment.findings],
            "still_missing": sorted(assessment.missing),
            "explain": event.decision["explain"],
        },
        reason=reason,
    )
    return event
