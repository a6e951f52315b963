"""When time alone may change what a person must be told: the next dose, the next vital signs, the next look. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dosing.rules.facts import Facts
from dosing.rules.picture import picture_at
from dosing.rules.required import required_inputs
from dosing.schedule import SlotState, by_then, last_slot, refusals, slot_state, slot_times, starts

ASKED_BEFORE = timedelta(minutes=60)  # missing data is asked for this long before a dose
OVERDUE_AFTER = timedelta(minutes=15)
LAPSING_BEFORE = timedelta(minutes=30)
# Some findings come by time alone (a run of 48 h, a window of 8 h that goes stale): nothing is later than this.
LOOK_AT_LEAST = timedelta(minutes=5)
LOOK_AT_PRESCRIBED = timedelta(hours=24)
# Limits include their own instant ("more than 15 minutes"), so the look comes just after.
JUST_AFTER = timedelta(seconds=1)

# A round of vital signs is one with a pressure: hypotension is what the drug does first.
PRESSURE = "systolic_bp"
NEVER_GIVEN = frozenset({"course_cap", "cycle_cap", "cycle_window", "cell_window", "not_active", "rest_period"})


@dataclass(frozen=True, slots=True)
class NextDose:
    """The first dose that nobody has answered and that has not lapsed.

    `due_at` is its planned time, or later when the interval to the last start is not over by then. `possible` is
    False when the schedule will refuse it whatever the patient's state.
    """

    slot: int
    planned_at: datetime
    due_at: datetime
    lapses_at: datetime
    possible: bool


def next_dose(facts: Facts, at: datetime) -> NextDose | None:
    """The next dose as it stands at that instant, None when no dose is left."""
    plan, events = facts.plan, by_then(facts.events, at)
    slots = range(1, last_slot(plan) + 1)
    slot = next((number for number in slots if slot_state(plan, events, number, at) is SlotState.OPEN), None)
    if slot is None:
        return None
    times = slot_times(plan, events, slot)
    due_at = max(times.planned_at, times.opens_at)
    barred = NEVER_GIVEN.intersection(refusals(plan, events, slot, max(at, due_at)))
    return NextDose(slot, times.planned_at, due_at, times.lapses_at, possible=not barred and due_at <= times.lapses_at)


def lapsing_from(dose: NextDose) -> datetime:
    """From here on the dose is about to lapse: the last half hour, less where the whole time is short."""
    return dose.lapses_at - min(LAPSING_BEFORE, (dose.lapses_at - dose.due_at) / 2)


def lapsed_by(facts: Facts, at: datetime) -> tuple[int, ...]:
    """Every dose that was lost without an answer, in order; the last like any other."""
    slots = range(1, last_slot(facts.plan) + 1)
    return tuple(slot for slot in slots if slot_state(facts.plan, facts.events, slot, at) is SlotState.LAPSED)


def newest_pressure_at(facts: Facts, at: datetime) -> datetime | None:
    """When the newest blood pressure was observed."""
    newest = picture_at(facts, at).history.newest(PRESSURE)
    return None if newest is None else newest.at


def observations_due_at(facts: Facts, at: datetime) -> datetime:
    """When the next vital signs are due: as often as a dose needs them, from the first dose on."""
    given = starts(by_then(facts.events, at))
    begins = min([facts.plan.first_dose_at, *given])
    newest = newest_pressure_at(facts, at)
    if newest is None:
        return begins
    return max(begins, newest + timedelta(minutes=facts.plan.settings.max_age_min.vitals))


def next_look(facts: Facts, at: datetime, *, active: bool) -> datetime:
    """The next instant at which time alone may change what stands, or by when it is looked at in any case."""
    instants = [at + (LOOK_AT_LEAST if active else LOOK_AT_PRESCRIBED)]
    dose = next_dose(facts, at)
    if dose is not None:
        instants.append(dose.lapses_at + JUST_AFTER)
        if active:
            instants += [dose.due_at - ASKED_BEFORE, dose.due_at, dose.due_at + OVERDUE_AFTER + JUST_AFTER]
            instants.append(lapsing_from(dose))
            instants += _go_stale(facts, dose, at)
    if active:
        instants.append(observations_due_at(facts, at) + JUST_AFTER)
    return min(instant for instant in instants if instant > at)


def _go_stale(facts: Facts, dose: NextDose, at: datetime) -> Iterator[datetime]:
    for each in required_inputs(facts, slot=dose.slot, at=at):
        if each.observed_at is not None:
            yield each.observed_at + each.max_age + JUST_AFTER
