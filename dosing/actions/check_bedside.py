"""The checks of two people before the start; the giving asks all of them again."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.roles import Perm

from ..bedside_checks import BedsideChecks
from ..permissions import slot_for
from ._bedside import newest_bag, verify
from ._cycle import check_admitted


@action("check_bedside", Perm.GIVE_DOSE)
def check_bedside(*, by: Actor, trail: Trail, slot_id: int, checks: BedsideChecks) -> None:
    """Compare with the record before anybody has seen our result of the arithmetic.

    Raises: NotFound, BadInput, Conflict wrong_patient, no_bag, bag_expired, witness_disagrees. Audit: what agreed.
    """
    reached = slot_for(by.user, slot_id)
    trail.about(patient=reached.cycle.patient, object_type="slot", object_id=slot_id)
    check_admitted(reached.stay)
    kept = verify(by, reached, checks, bag=newest_bag(reached.slot), start=clock.now())
    trail.done(after={"dose": reached.slot.number, **kept})
