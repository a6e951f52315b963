"""Makes answers from rows: cycles with their preparation, slots with their times, entries with their decisions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tracker import clock
from tracker.models import User
from tracker.permissions import stays_within_reach

from ..gather import cells_at, facts_for
from ..lines import as_line
from ..models import Cycle, DoseEvent, Slot
from ..permissions import Reached
from ..preparation import prepare
from ..regimen import regimen
from ..rules.assess import Assessment
from ..rules.explain import sentences
from ..schedule import SlotState, slot_state, slot_times
from ..states import Happened
from .shapes import CycleSerializer, DecidedEntrySerializer, EntrySerializer

LINE = ("at", "event", "slot", "verdict", "refusals", "findings", "missing", "given")


def cycles_shown(user: User) -> QuerySet[Cycle]:
    """The cycles of the patients within reach, with all that an answer shows."""
    patients = stays_within_reach(user).values("patient_id")
    return Cycle.objects.filter(patient_id__in=patients).select_related("course", "prescribed_by")


class CycleAnswer(CycleSerializer):
    """A cycle with its preparation worked out."""

    def to_representation(self, cycle: Cycle) -> dict:
        ordered = regimen(cycle.regimen).iu_per_kg
        cycle.cells_at = cells_at(cycle)
        cycle.preparation = prepare(Decimal(cycle.dosing_weight_kg), cycle.iu_per_kg, regimen_iu_per_kg=ordered)
        return super().to_representation(cycle)


def slots_shown(cycle: Cycle, slots: Iterable[Slot]) -> list[Slot]:
    """Slots of one cycle with their times, what became of them by now, and their entries."""
    facts, now = facts_for(cycle), clock.now()
    entries = _entries(cycle)
    shown = list(slots)
    for slot in shown:
        times = slot_times(facts.plan, facts.events, slot.number)
        slot.planned_at, slot.opens_at, slot.lapses_at = times.planned_at, times.opens_at, times.lapses_at
        if slot.state == SlotState.OPEN:
            slot.state = slot_state(facts.plan, facts.events, slot.number, now)
        slot.entries = [entry for entry in entries if entry.slot_id == slot.pk]
    return shown


def slot_shown(reached: Reached) -> Slot:
    """One slot with the same."""
    return slots_shown(reached.cycle, [reached.slot])[0]


def _entries(cycle: Cycle) -> list[DoseEvent]:
    entries = list(DoseEvent.objects.filter(cycle=cycle).select_related("by", "witness").order_by("id"))
    struck = {entry.refers_to_id for entry in entries if entry.kind == Happened.VOIDED}
    for entry in entries:
        entry.struck = entry.pk in struck
    return entries


def entry_answer(event: DoseEvent) -> dict:
    """What an action wrote, with the decision behind it where there is one."""
    event.struck = False
    shown = _entry().to_representation(event)
    if event.decision is None:
        return shown
    return {**shown, "assessment": {name: event.decision[name] for name in (*LINE, "explain")}}


@cache
def _entry() -> EntrySerializer:
    """Made once: making its fields anew costs more than reading them."""
    return EntrySerializer()


def assessment_answer(assessment: Assessment, zone: ZoneInfo) -> dict:
    """The eight keys of a decision, and the same in sentences."""
    return {**as_line(assessment, event="ask", given=False), "explain": sentences(assessment, zone)}


__all__ = [
    "CycleAnswer",
    "DecidedEntrySerializer",
    "assessment_answer",
    "cycles_shown",
    "entry_answer",
    "slot_shown",
    "slots_shown",
]
