"""Reads every running cycle on a person's wards, in a fixed number of queries whatever their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.models import Stay, User
from tracker.permissions import stays_within_reach

from .gather import assess_facts, facts_of
from .models import Cycle, DoseEvent, Slot
from .overrides import signed_override
from .permissions import cycles_with_facts
from .queries import GIVING, events_of, next_number, slots_prefetched
from .rules.assess import Assessment
from .rules.facts import Facts
from .rules.verdict import Verdict
from .states import CycleState, Happened

OPEN = (CycleState.PRESCRIBED, CycleState.ACTIVE)
BARRING = (Verdict.STOP_COURSE, Verdict.DISCONTINUE)


@dataclass(frozen=True)
class Running:
    """One cycle that has not ended, with the verdict on its next dose (on its last one when none is left)."""

    stay: Stay
    cycle: Cycle
    facts: Facts
    slots: tuple[Slot, ...]
    events: tuple[DoseEvent, ...]
    slot: Slot | None
    assessment: Assessment

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.stay.ward.timezone)

    @property
    def barred(self) -> bool:
        """No further dose of this cycle may be given for good."""
        return self.assessment.verdict in BARRING

    @property
    def overridden(self) -> bool:
        """A signed override covers all that stands in the way of the next dose."""
        if self.slot is None or not self.assessment.verdict.may_be_overridden:
            return False
        signed = [each for each in self.events if each.kind == Happened.OVERRIDE and each.slot_id == self.slot.pk]
        return bool(signed) and signed_override(signed[-1]).covers(self.assessment)


def running_cycles(user: User, now: datetime) -> list[Running]:
    """Every prescribed or active cycle of patients on this person's wards."""
    stays = {stay.patient_id: stay for stay in stays_within_reach(user).filter(patient__cycles__state__in=OPEN)}
    cycles = list(cycles_with_facts().filter(patient__in=stays, state__in=OPEN).prefetch_related(slots_prefetched()))
    for cycle in cycles:
        cycle.patient = stays[cycle.patient_id].patient
    facts = facts_of(cycles)
    events = events_of(cycles, kinds=(*GIVING, Happened.OVERRIDE))
    return [_running(stays[cycle.patient_id], cycle, facts[cycle.pk], events[cycle.pk], now) for cycle in cycles]


def _running(stay: Stay, cycle: Cycle, facts: Facts, events: Iterable[DoseEvent], now: datetime) -> Running:
    slots = tuple(cycle.slots.all())
    number = next_number(facts, now)
    slot = next((each for each in slots if each.number == number), None)
    return Running(
        stay=stay,
        cycle=cycle,
        facts=facts,
        slots=slots,
        events=tuple(events),
        slot=slot,
        assessment=assess_facts(facts, cycle, slot=(slot or slots[-1]).number, at=now),
    )
