"""Start a prescribed cycle: from now on its doses can be given."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.roles import Perm

from ..courses import check_site_ready
from ..models import Cycle
from ..permissions import cycle_for
from ..states import CycleState, Happened, check_cycle_move
from ._cycle import check_admitted, insert_event, touch


@action("start_cycle", Perm.START_CYCLE)
def start_cycle(*, by: Actor, trail: Trail, cycle_id: int) -> Cycle:
    """Make the cycle active; what was observed up to now is its baseline.

    Raises: NotFound, Conflict discharged, site_not_ready or impossible_transition. Audit: the state before and after.
    """
    reached = cycle_for(by.user, cycle_id, lock=True)
    cycle = reached.cycle
    trail.about(patient=cycle.patient, object_type="cycle", object_id=cycle.pk)
    check_admitted(reached.stay)
    check_site_ready(cycle.settings)
    before = CycleState(cycle.state)
    check_cycle_move(before, CycleState.ACTIVE)
    insert_event(Happened.STARTED, cycle=cycle, by=by.user)
    touch(cycle, state=CycleState.ACTIVE, started_at=clock.now())
    trail.done(before={"state": before.value}, after={"state": cycle.state.value, "started_at": cycle.started_at})
    return cycle
