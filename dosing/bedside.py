"""Gathers what a bedside page is about: the patient, the cycle, the dose it speaks of, and the verdict on it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tracker import clock
from tracker.errors import NotFound
from tracker.models import Round, Stay, User
from tracker.permissions import stay_for

from .gather import assess_facts, facts_for
from .models import Cycle, DoseEvent, Slot
from .overrides import signed_override
from .permissions import Reached
from .queries import events_of, infusing, latest_cycle_of, newest_override, next_number, one_round, unended_give
from .rules.assess import Assessment, may_give
from .rules.facts import Facts
from .states import CycleState


@dataclass(frozen=True)
class Bedside:
    """One patient at one instant. Without a cycle the rest is empty; without an open dose `slot` is None.

    `runs` is the giving whose infusion runs now, `unended` one whose end was never recorded.
    """

    stay: Stay
    now: datetime
    tz: ZoneInfo
    cycle: Cycle | None = None
    facts: Facts | None = None
    slots: tuple[Slot, ...] = ()
    events: tuple[DoseEvent, ...] = ()
    slot: Slot | None = None
    assessment: Assessment | None = None
    override: DoseEvent | None = None
    runs: DoseEvent | None = None
    unended: DoseEvent | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(self.tz).date()

    @property
    def discharged(self) -> bool:
        return self.stay.discharged_at is not None

    @property
    def overridden(self) -> bool:
        """A prescriber's override covers all that stands in the way of this dose."""
        if self.override is None or self.assessment is None or not self.assessment.verdict.may_be_overridden:
            return False
        return signed_override(self.override).covers(self.assessment)

    @property
    def can_give(self) -> bool:
        """The same questions that the giving asks; it asks them again."""
        if self.assessment is None or self.slot is None or self.discharged or self.runs is not None:
            return False
        return may_give(self.assessment, overridden=self.overridden)


def bedside_for(user: User, patient_id: int) -> Bedside:
    """The patient's bedside: the newest cycle and its next dose.

    Raises: NotFound no_such_patient.
    """
    stay = stay_for(user, patient_id)
    cycle = latest_cycle_of(stay.patient)
    if cycle is None:
        return Bedside(stay=stay, now=clock.now(), tz=ZoneInfo(stay.ward.timezone))
    cycle.patient = stay.patient
    return _with_cycle(stay, cycle)


def bedside_at(reached: Reached) -> Bedside:
    """The bedside of one named dose, for the pages that act on it."""
    return _with_cycle(reached.stay, reached.cycle, reached.slot)


def _with_cycle(stay: Stay, cycle: Cycle, slot: Slot | None = None) -> Bedside:
    now = clock.now()
    facts = facts_for(cycle)
    slots = tuple(cycle.slots.order_by("number"))
    events = tuple(events_of([cycle])[cycle.pk])
    if slot is None and cycle.state != CycleState.ENDED:
        number = next_number(facts, now)
        slot = next((each for each in slots if each.number == number), None)
    spoken_of = slot or slots[-1]
    return Bedside(
        stay=stay,
        now=now,
        tz=ZoneInfo(stay.ward.timezone),
        cycle=cycle,
        facts=facts,
        slots=slots,
        events=events,
        slot=slot,
        assessment=assess_facts(facts, cycle, slot=spoken_of.number, at=now),
        override=newest_override(slot) if slot else None,
        runs=infusing(cycle, events, at=now),
        unended=unended_give(events),
    )


def round_for(user: User, round_id: int) -> tuple[Round, Stay]:
    """One round of the chart with the stay of its patient.

    Raises: NotFound no_such_round.
    """
    found = one_round(round_id)
    if found is not None:
        with suppress(NotFound):
            return found, stay_for(user, found.patient_id)
    raise NotFound("no_such_round", "There is no such round on your wards.")
