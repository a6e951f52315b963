"""Gathers the whole record of one cycle: its doses, everything that happened to them, and the chart's corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.models import Retraction, User

from .bedside import Bedside, bedside_at
from .models import Cycle, DoseEvent
from .permissions import Reached, cycle_for
from .queries import events_of
from .states import Happened

CORRECTIONS_SHOWN = 50


@dataclass(frozen=True)
class CycleRecord:
    """One cycle at one instant. `bedside` speaks of its next dose; `events` are all, struck entries included."""

    reached: Reached
    bedside: Bedside
    events: tuple[DoseEvent, ...]
    corrections: tuple[Retraction, ...]

    @property
    def cycle(self) -> Cycle:
        return self.reached.cycle

    @property
    def now(self) -> datetime:
        return self.bedside.now

    def of_slot(self, number: int) -> tuple[DoseEvent, ...]:
        """What happened to one dose, in the order in which it was entered."""
        return tuple(event for event in self.events if event.slot is not None and event.slot.number == number)

    def answers(self, event: DoseEvent, kind: Happened) -> DoseEvent | None:
        """The later entry of that kind which refers to this one: the end of an infusion, or the striking."""
        return next((each for each in self.events if each.refers_to_id == event.pk and each.kind == kind), None)


def cycle_record(user: User, cycle_id: int) -> CycleRecord:
    """The cycle's record, a fixed number of queries whatever happened in it.

    Raises: NotFound no_such_cycle.
    """
    reached = cycle_for(user, cycle_id)
    reached.cycle.patient = reached.stay.patient
    events = tuple(events_of([reached.cycle], kinds=list(Happened))[reached.cycle.pk])
    return CycleRecord(reached, bedside_at(reached), events, _corrections(reached.cycle))


def _corrections(cycle: Cycle) -> tuple[Retraction, ...]:
    """Rounds struck since the cycle was prescribed, with the rounds that replaced them, newest first."""
    found = Retraction.objects.filter(patient=cycle.patient_id, at__gte=cycle.prescribed_at)
    if cycle.ended_at is not None:
        found = found.filter(round__observed_at__lte=cycle.ended_at)
    rows = found.select_related("by", "round__corrected_by").prefetch_related(
        "round__values", "round__corrected_by__values"
    )
    return tuple(rows.order_by("-at")[:CORRECTIONS_SHOWN])
