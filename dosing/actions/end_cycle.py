"""End a cycle, and a prescriber's signed decision to go on after a stop."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import Conflict
from tracker.reasons import check_reason
from tracker.roles import Perm
from tracker.signatures import Signature, check_fresh, check_own

from ..gather import assess_slot
from ..models import Cycle, DoseEvent
from ..permissions import cycle_for
from ..states import CycleState, Happened, check_cycle_move
from ._cycle import check_active, insert_event, touch

STOPPED = "X-STOPPED"


@action("end_cycle", Perm.END_CYCLE)
def end_cycle(*, by: Actor, trail: Trail, cycle_id: int, reason: str) -> Cycle:
    """End the cycle for good; every dose that was left is lost.

    Raises: NotFound, BadInput missing_reason, Conflict impossible_transition. Audit: the state and the reason.
    """
    cycle = cycle_for(by.user, cycle_id, lock=True).cycle
    trail.about(patient=cycle.patient, object_type="cycle", object_id=cycle.pk)
    reason = check_reason(reason, what="Ending a cycle")
    before = CycleState(cycle.state)
    check_cycle_move(before, CycleState.ENDED)
    insert_event(Happened.ENDED, cycle=cycle, by=by.user, reason=reason)
    touch(cycle, state=CycleState.ENDED, ended_at=clock.now(), end_reason=reason)
    trail.done(before={"state": before.value}, after={"state": cycle.state.value}, reason=reason)
    return cycle


@action("go_on", Perm.OVERRIDE_HOLD)
def go_on(*, by: Actor, trail: Trail, cycle_id: int, reason: str, signature: Signature) -> DoseEvent:
    """A prescriber's signed decision that a stopped cycle goes on: lifts the mark that a stop left, nothing else.

    Raises: NotFound, BadInput, NotAllowed, Conflict nothing_to_answer. Audit: the finding and the reason.
    """
    cycle = cycle_for(by.user, cycle_id, lock=True).cycle
    trail.about(patient=cycle.patient, object_type="cycle", object_id=cycle.pk)
    reason = check_reason(reason, what="Going on after a stop")
    check_own(by, signature)
    check_fresh(signature, field="secret")
    check_active(cycle)
    assessment = assess_slot(cycle, slot=1, at=clock.now())
    if not any(finding.id == STOPPED for finding in assessment.findings):
        raise Conflict(
            "nothing_to_answer", "No stop waits for an answer in this cycle.", remedy="Nothing needs to be done."
        )
    event = insert_event(Happened.WENT_ON, cycle=cycle, by=by.user, reason=reason, assessment=assessment)
    touch(cycle)
    trail.done(
        after={
            "verdict": assessment.verdict.value,
            "lifted": STOPPED,
            "explain": event.decision["explain"],
        },
        reason=reason,
    )
    return event
