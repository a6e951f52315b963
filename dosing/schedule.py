"""Slot arithmetic: when each dose is planned, opens and lapses, and why the schedule refuses a start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dosing.regimen import regimen
from dosing.rules.facts import DoseEvent, EventKind, LateDosePolicy, Plan, in_utc

# Numbers beyond any cycle are asked about too, and refused; the calendar ends before the largest of them.
FARTHEST_SLOT = 10_000


class SlotState(StrEnum):
    """What has become of one slot at one instant."""

    OPEN = "open"
    GIVEN = "given"
    HELD = "held"
    OMITTED = "omitted"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class SlotTimes:
    """Planned time as moved by late starts, the first allowed instant and the last one (both included)."""

    planned_at: datetime
    opens_at: datetime
    lapses_at: datetime


def by_then(events: Iterable[DoseEvent], at: datetime) -> tuple[DoseEvent, ...]:
    """The events that had happened by that instant, in the order of their time."""
    return tuple(sorted((event for event in events if event.at <= at), key=lambda event: event.at))


def starts(events: Iterable[DoseEvent]) -> list[datetime]:
    """The actual starts, first to last."""
    return sorted(event.at for event in events if event.kind is EventKind.GIVEN)


def planned_at(plan: Plan, events: Iterable[DoseEvent], slot: int) -> datetime:
    """When the slot is planned: first + (n-1) x interval, moved by `shift` after each start later than planned."""
    moved_from, anchor, slot = 1, plan.first_dose_at, min(slot, FARTHEST_SLOT)
    if plan.settings.late_dose_policy is LateDosePolicy.SHIFT:
        for event in sorted(events, key=lambda event: event.at):
            if event.kind is EventKind.GIVEN and event.slot < slot:
                planned = anchor + (event.slot - moved_from) * plan.interval
                if event.at > planned:
                    moved_from, anchor = event.slot, event.at
    return anchor + (slot - moved_from) * plan.interval


def planned_times(plan: Plan, events: Iterable[DoseEvent] = ()) -> dict[int, datetime]:
    """The planned time of every slot of the cycle, as moved so far."""
    known = tuple(events)
    return {slot: planned_at(plan, known, slot) for slot in range(1, last_slot(plan) + 1)}


def slot_times(plan: Plan, events: Iterable[DoseEvent], slot: int) -> SlotTimes:
    """Planned time, opening and lapse of one slot.

    The opening also keeps the interval to the last actual start, and for the first dose the time after the cells.
    """
    known = tuple(events)
    planned = planned_at(plan, known, slot)
    opens = planned
    started = starts(known)
    if started:
        opens = max(opens, started[-1] + plan.interval)
    opens -= plan.settings.tolerance
    cells = _cell_window(plan)
    if cells is not None and not started:
        opens = max(opens, cells[0])
    return SlotTimes(planned, opens, planned + plan.settings.late_window)


def slot_state(plan: Plan, events: Iterable[DoseEvent], slot: int, at: datetime) -> SlotState:
    """What has become of the slot. A later dose or the end of its late window closes a slot that nobody answered."""
    at = in_utc(at)
    known = by_then(events, at)
    for kind, state in _ANSWERS.items():
        if any(event.kind is kind and event.slot == slot for event in known):
            return state
    if any(event.kind is EventKind.GIVEN and event.slot > slot for event in known):
        return SlotState.LAPSED
    if at > planned_at(plan, known, slot) + plan.settings.late_window:
        return SlotState.LAPSED
    return SlotState.OPEN


_ANSWERS = {
    EventKind.GIVEN: SlotState.GIVEN,
    EventKind.HELD: SlotState.HELD,
    EventKind.OMITTED: SlotState.OMITTED,
    EventKind.LAPSED: SlotState.LAPSED,
}


def last_slot(plan: Plan) -> int:
    """The number of the cycle's last slot."""
    return regimen(plan.regimen).doses_per_cycle


def ended_at(events: Iterable[DoseEvent]) -> datetime | None:
    """When the cycle was ended, None while it runs."""
    return min((event.at for event in events if event.kind is EventKind.ENDED), default=None)


def refusals(plan: Plan, events: Iterable[DoseEvent], slot: int, at: datetime) -> tuple[str, ...]:
    """Every reason of time or count against starting this slot now, sorted; empty when the schedule allows it."""
    at = in_utc(at)
    known = by_then(events, at)
    state = slot_state(plan, known, slot, at)
    found = {"not_active"} if ended_at(known) is not None else set()
    if state is SlotState.GIVEN:
        return tuple(sorted(found | {"already_given"}))
    if state is not SlotState.OPEN:
        found.add("slot_lapsed")
    elif at < slot_times(plan, known, slot).opens_at:
        found.add("too_early")
    found.update(_caps(plan, known, slot))
    found.update(_windows(plan, known, at))
    return tuple(sorted(found))


def _caps(plan: Plan, known: Sequence[DoseEvent], slot: int) -> Iterable[str]:
    rules = regimen(plan.regimen)
    if not 1 <= slot <= rules.doses_per_cycle:
        yield "cycle_cap"
    given = plan.prior.doses_given_in_course + len(starts(known))
    if given >= rules.doses_per_course or plan.prior.cycle_number > rules.cycles_per_course:
        yield "course_cap"


def _windows(plan: Plan, known: Sequence[DoseEvent], at: datetime) -> Iterable[str]:
    rules = regimen(plan.regimen)
    started = starts(known)
    cells = _cell_window(plan)
    # The source prints no later first dose than this, whichever slot it would be.
    if cells is not None and not started and at > cells[1]:
        yield "cell_window"
    if rules.cycle_window is not None and started and at >= started[0] + rules.cycle_window:
        yield "cycle_window"
    if rules.rest_between_first_starts is not None and plan.prior.cycle_number == 2:
        first = plan.prior.cycle_1_first_dose_at
        # Without the first start of cycle 1 nobody can tell whether the rest is over.
        if first is None or at < first + rules.rest_between_first_starts:
            yield "rest_period"


def _cell_window(plan: Plan) -> tuple[datetime, datetime] | None:
    """The first and the last instant at which the first dose may start after the cells, both included."""
    return None if plan.cells_at is None else regimen(plan.regimen).first_dose_window(plan.cells_at)


def may_hold(plan: Plan, events: Iterable[DoseEvent], slot: int, at: datetime) -> bool:
    """A hold marks an open slot of an active cycle, also in advance."""
    at = in_utc(at)
    known = by_then(events, at)
    if not 1 <= slot <= last_slot(plan) or ended_at(known) is not None:
        return False
    return slot_state(plan, known, slot, at) is SlotState.OPEN


def lost_slots(plan: Plan, events: Iterable[DoseEvent], at: datetime) -> tuple[int, ...]:
    """Slots neither given nor held nor omitted that can no longer be given; all that were left when the cycle ended."""
    at = in_utc(at)
    known = by_then(events, at)
    lost = (SlotState.LAPSED,) if ended_at(known) is None else (SlotState.LAPSED, SlotState.OPEN)
    slots = range(1, last_slot(plan) + 1)
    return tuple(slot for slot in slots if slot_state(plan, known, slot, at) in lost)
