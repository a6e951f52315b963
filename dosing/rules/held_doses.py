"""Which doses of a cycle count as held, and when there are too many of them."""

from __future__ import annotations

from dosing import schedule
from dosing.rules.facts import DoseEvent, EventKind
from dosing.rules.limit import Number, number_words
from dosing.rules.picture import Picture
from dosing.rules.rule import Hit, Judge
from dosing.rules.verdict import Verdict

# Writing "omitted" on a dose that a finding had refused must not make it count less than letting it lapse.
LOST = (schedule.SlotState.LAPSED, schedule.SlotState.OMITTED)


def held_slots(picture: Picture) -> dict[int, DoseEvent]:
    """The held doses so far, each with the event that made it one.

    A slot with an accepted hold, whatever its reason; or one that was lost after a give, tried while the slot was
    open, was refused under a verdict of hold or above. Retractions undo neither.
    """
    held: dict[int, DoseEvent] = {}
    tried: dict[int, DoseEvent] = {}
    for event in picture.events:
        if event.kind is EventKind.HELD:
            held[event.slot] = event
        elif event.kind is EventKind.REFUSED and event.open and event.under(Verdict.HOLD):
            tried.setdefault(event.slot, event)
    for slot, event in tried.items():
        if schedule.slot_state(picture.plan, picture.events, slot, picture.at) in LOST:
            held.setdefault(slot, event)
    last = schedule.last_slot(picture.plan)
    return {slot: event for slot, event in held.items() if 1 <= slot <= last}


def held_times(doses: Number) -> Judge:
    """So many doses held in this cycle stop it."""
    limit = f"{number_words(doses)} or more in this cycle"

    def judge(picture: Picture) -> Hit | None:
        held = held_slots(picture)
        if len(held) < doses:
            return None
        newest = max(event.at for event in held.values())
        return Hit(Verdict.STOP_CYCLE, {"held_doses": len(held)}, newest, limit, latched=True)

    return judge
