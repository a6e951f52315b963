"""What runs, what is next, and the strip of doses, after what people did."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dosing import queries
from dosing.actions.end_cycle import end_cycle
from dosing.actions.end_infusion import end_infusion
from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.omit_dose import omit_dose
from dosing.actions.override_hold import override_hold
from dosing.actions.strike_entry import strike_entry
from dosing.models import Slot
from dosing.permissions import cycles_with_facts
from tests.people import admit, as_, full_round, running_cycle, signed, urine
from tracker import clock

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 3, 4, 5, 0, tzinfo=ZoneInfo("UTC"))  # 06:00 on the ward


@pytest.fixture
def ward(cast):
    with clock.telling(MORNING):
        patient = admit(cast)
        return cast, patient, running_cycle(cast, patient)


def strip(cycle, at):
    cycle = cycles_with_facts().get(pk=cycle.pk)
    events = queries.events_of([cycle])[cycle.pk]
    return queries.cells_of(cycle, Slot.objects.filter(cycle=cycle), events, at, BERLIN)


def states(cycle, at):
    return [cell.state for cell in strip(cycle, at)]


def give(cast, cycle, number, at, **values):
    with clock.telling(at):
        since = at - timedelta(hours=9)
        full_round(cast, cycle.patient, **{**urine(600, since), **values})
        slot = Slot.objects.get(cycle=cycle, number=number)
        if values:
            override_hold(by=as_(cast.olga), slot_id=slot.pk, reason="well perfused", signature=signed(cast.olga))
        return give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))


def test_before_anything_the_first_is_next_and_midnights_are_wider(ward):
    cast, patient, cycle = ward
    cells = strip(cycle, MORNING)
    assert [cell.state for cell in cells] == ["next"] + ["to_come"] * 13
    assert [cell.number for cell in cells if cell.midnight_before] == [4, 7, 10, 13]  # 06:00, 14:00, 22:00


def test_a_dose_runs_until_its_end_is_recorded(ward):
    cast, patient, cycle = ward
    event = give(cast, cycle, 1, MORNING)
    soon = MORNING + timedelta(minutes=6)
    assert states(cycle, soon)[:2] == ["infusing", "next"]
    assert queries.infusing(cycle, at=soon).pk == event.pk
    with clock.telling(soon):
        end_infusion(by=as_(cast.nina), slot_id=event.slot_id)
    assert states(cycle, soon)[:2] == ["given", "next"]
    assert queries.infusing(cycle, at=soon) is None


def test_an_end_that_nobody_recorded_does_not_hide_the_next_dose(ward):
    cast, patient, cycle = ward
    give(cast, cycle, 1, MORNING)
    later = MORNING + timedelta(hours=2)
    assert queries.infusing(cycle, at=later) is None
    assert states(cycle, later)[0] == "given"


def test_late_overridden_held_omitted_lapsed(ward):
    cast, patient, cycle = ward
    give(cast, cycle, 1, MORNING + timedelta(minutes=45))
    give(cast, cycle, 2, MORNING + timedelta(hours=8, minutes=20), systolic_bp="84")
    with clock.telling(MORNING + timedelta(hours=9)):
        by = as_(cast.nina)
        hold_dose(by=by, slot_id=Slot.objects.get(cycle=cycle, number=3).pk, reason="hypotension")
        omit_dose(by=by, slot_id=Slot.objects.get(cycle=cycle, number=4).pk, reason_code="off_ward")
    at = MORNING + timedelta(hours=36)
    assert states(cycle, at)[:7] == ["given_late", "override", "held", "omitted", "lapsed", "next", "to_come"]
    cycle = cycles_with_facts().get(pk=cycle.pk)
    assert queries.next_slot(cycle, at).number == 6


def test_a_struck_giving_is_open_again(ward):
    cast, patient, cycle = ward
    event = give(cast, cycle, 1, MORNING)
    with clock.telling(MORNING + timedelta(minutes=5)):
        people = {"signer": signed(cast.nina), "witness": signed(cast.noah)}
        strike_entry(by=as_(cast.nina), event_id=event.pk, reason="wrong patient", **people)
    assert states(cycle, MORNING + timedelta(minutes=6))[0] == "next"
    assert queries.infusing(cycle, at=MORNING + timedelta(minutes=6)) is None


def test_an_ended_cycle_has_no_next_dose(ward):
    cast, patient, cycle = ward
    give(cast, cycle, 1, MORNING)
    at = MORNING + timedelta(hours=1)
    with clock.telling(at):
        end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="progressive disease")
    assert queries.open_cycle_of(patient) is None
    ended = queries.latest_cycle_of(patient)
    assert queries.next_slot(ended, at) is None
    assert set(states(cycle, at + timedelta(minutes=1))[1:]) == {"barred"}


def test_witnesses_are_colleagues_of_the_ward_who_may(cast):
    names = [user.username for user in queries.witnesses_for(cast.ward, cast.nina)]
    assert names == ["noah", "olga", "paul"]
