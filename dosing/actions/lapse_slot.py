"""Mark an open dose as lapsed once its window has passed. The rules refuse it from that instant on, marked or not."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import Conflict

from ..gather import assess_slot
from ..models import DoseEvent, Slot
from ..permissions import cycles_with_facts
from ..schedule import SlotState
from ..states import Happened
from ._cycle import insert_event, move_slot, touch


@action("lapse_slot", None)
def lapse_slot(*, by: Actor, trail: Trail, slot_id: int) -> DoseEvent:
    """Record that the dose was lost without anybody's answer. Slot 1 and the last slot lapse like any other.

    Raises: Conflict not_lapsed, or what became of the dose. Audit: when it lapsed.
    """
    cycle_id = Slot.objects.values_list("cycle_id", flat=True).get(pk=slot_id)
    cycle = cycles_with_facts().select_for_update(of=("self",)).get(pk=cycle_id)
    slot = Slot.objects.get(pk=slot_id)
    trail.about(patient=cycle.patient, object_type="slot", object_id=slot.pk)
    assessment = assess_slot(cycle, slot=slot.number, at=clock.now())
    if "slot_lapsed" not in assessment.refusals:
        raise Conflict("not_lapsed", f"Dose {slot.number} can still be given.")
    move_slot(slot, SlotState.LAPSED)
    event = insert_event(
        Happened.LAPSED,
        cycle=cycle,
        slot=slot,
        by=by.user,
        at=min(assessment.lapses_at, clock.now()),
        assessment=assessment,
    )
    touch(cycle)
    trail.done(
        before={"state": SlotState.OPEN.value},
        after={
            "state": SlotState.LAPSED.value,
            "dose": slot.number,
            "lapsed_at": assessment.lapses_at,
            "explain": event.decision["explain"],
        },
    )
    return event
