"""Interleukin-2 after the cells: six doses, an interval that the prescriber picks, and a first dose 3 to 24 h after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.actions.start_cycle import start_cycle
from dosing.gather import assess_slot
from dosing.models import Slot
from dosing.permissions import cycles_with_facts
from tests.api.caller import Caller, of_problem
from tests.dosing.pages import browser, text_of
from tests.people import admit, as_, full_round, sign_site, signed
from tracker import clock
from tracker.errors import BadInput, Conflict

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def time():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient(time, cast):
    return admit(cast)


def order(cast, patient, *, after, first=0, **more):
    """A cycle whose first dose is planned `first` hours from now and `after` hours after the cells."""
    planned = clock.now() + first * HOUR
    return prescribe_cycle(
        by=as_(cast.olga),
        patient_id=patient.pk,
        regimen="til-il2",
        dosing_weight_kg="70",
        first_dose_at=planned,
        cells_at=planned - after * HOUR,
        **more,
    )


def running(cast, patient, **more):
    cycle = order(cast, patient, **more)
    start_cycle(by=as_(cast.nina), cycle_id=cycle.pk)
    return cycle


def refusals(cycle, number):
    row = cycles_with_facts().get(pk=cycle.pk)
    return list(assess_slot(row, slot=number, at=clock.now()).refusals)


def give(cast, cycle, number):
    slot = Slot.objects.get(cycle=cycle, number=number)
    return give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))


# --- the order --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "allowed"),
    [(2.99, False), (3, True), (3.01, True), (12, True), (23.99, True), (24, True), (24.01, False), (-1, False)],
)
def test_the_first_dose_is_planned_3_to_24_h_after_the_cells(cast, patient, after, allowed):
    if allowed:
        assert order(cast, patient, after=after).prior["cells_at"]
        return
    with pytest.raises(BadInput) as refusal:
        order(cast, patient, after=after)
    assert (refusal.value.code, refusal.value.field) == ("outside_cell_window", "cells_at")
    assert "3 to 24 h after the cells" in refusal.value.sentence


@pytest.mark.parametrize("cells", [None, "", "2026-03-02T02:00:00", "yesterday"])
def test_the_time_of_the_cells_is_asked_for(cast, patient, cells):
    with pytest.raises(BadInput) as refusal:
        prescribe_cycle(
            by=as_(cast.olga), patient_id=patient.pk, regimen="til-il2", dosing_weight_kg="70",
            first_dose_at=clock.now(), cells_at=cells,
        )  # fmt: skip
    assert refusal.value.field == "cells_at"


@pytest.mark.parametrize(("hours", "minutes"), [("8", 480), ("10", 600), ("9.5", 570), (12, 720), (None, 480)])
def test_the_prescriber_picks_the_interval(cast, patient, hours, minutes):
    cycle = order(cast, patient, after=6, interval_h=hours)
    slots = list(Slot.objects.filter(cycle=cycle))
    assert cycle.interval_min == minutes
    assert {(b.planned_at - a.planned_at) // timedelta(minutes=1) for a, b in zip(slots, slots[1:], strict=False)} == {
        minutes
    }


@pytest.mark.parametrize("hours", ["7.9", "12.1", "0", "-8", "x"])
def test_an_interval_outside_8_to_12_h_is_refused(cast, patient, hours):
    with pytest.raises(BadInput) as refusal:
        order(cast, patient, after=6, interval_h=hours)
    assert refusal.value.field == "interval_h"


def test_six_doses_bound_to_the_label_and_the_til_consensus(cast, patient):
    cycle = order(cast, patient, after=6)
    assert (cycle.doses, Slot.objects.filter(cycle=cycle).count()) == (6, 6)
    assert cycle.rule_sets == ["label-2023@1", "til-2024@1"]
    assert cycle.dose_iu == "42000000"


# --- the first dose ---------------------------------------------------------------------------------------------------


def test_the_tolerance_does_not_open_the_first_dose_before_3_h(time, cast, patient):
    cycle = running(cast, patient, after=3, first=1)  # 2 h after the cells now, planned in an hour
    full_round(cast, patient)
    assert "too_early" in refusals(cycle, 1)
    time.shift(HOUR / 2)  # the hospital's tolerance of 30 min would open it here
    assert "too_early" in refusals(cycle, 1)
    time.shift(HOUR / 2)
    assert refusals(cycle, 1) == []


def test_no_first_dose_later_than_24_h_after_the_cells(time, cast, patient):
    sign_site(cast, late_window_min=480)
    cycle = running(cast, patient, after=22)
    full_round(cast, patient)
    time.shift(2 * HOUR)
    assert "cell_window" not in refusals(cycle, 1)
    time.shift(timedelta(seconds=1))
    assert refusals(cycle, 1) == ["cell_window"]
    with pytest.raises(Conflict) as refusal:
        give(cast, cycle, 1)
    assert refusal.value.code == "cell_window"
    full_round(cast, patient)
    page = text_of(browser(cast.nina).get(f"/patients/{patient.pk}/"))
    assert "Give dose 1 is off: a first dose starts within 24 h after the cells" in page


def test_once_a_dose_was_given_the_window_is_over(time, cast, patient):
    cycle = running(cast, patient, after=20)
    full_round(cast, patient)
    give(cast, cycle, 1)
    time.shift(8 * HOUR)
    assert refusals(cycle, 2) == []


def test_a_held_dose_1_does_not_stretch_the_window(time, cast, patient):
    cycle = running(cast, patient, after=20)
    hold_dose(by=as_(cast.nina), slot_id=Slot.objects.get(cycle=cycle, number=1).pk, reason="low pressure")
    time.shift(8 * HOUR)
    assert refusals(cycle, 2) == ["cell_window"]


def test_no_more_than_six_doses(time, cast, patient):
    cycle = running(cast, patient, after=6)
    for number in range(1, 7):
        since = (clock.now() - 8 * HOUR).isoformat()
        full_round(cast, patient, urine_output={"value": "600", "from": since})
        give(cast, cycle, number)
        time.shift(8 * HOUR)
    row = cycles_with_facts().get(pk=cycle.pk)
    assert {"cycle_cap", "course_cap"} <= set(assess_slot(row, slot=7, at=clock.now()).refusals)


# --- pages and API ----------------------------------------------------------------------------------------------------


def test_prescribed_on_the_page_and_shown_on_the_cycle(cast, patient):
    olga = browser(cast.olga)
    typed = {
        "regimen": "til-il2",
        "dosing_weight_kg": "70",
        "first_dose_at": "2026-03-02T10:00",
        "cells_at": "2026-03-02T08:30",
        "interval_h": "10",
    }
    wrong = olga.post(f"/patients/{patient.pk}/prescribe/", typed)
    assert wrong.status_code == 422 and 'href="#cells_at"' in wrong.content.decode()
    done = olga.post(f"/patients/{patient.pk}/prescribe/", {**typed, "cells_at": "2026-03-02T06:30"}, follow=True)
    words = text_of(done)
    assert "Interleukin-2 after lifileucel" in words
    assert "cells ended Mon 2 Mar 06:30" in words
    assert "first dose Mon 09:30 to Tue 3 Mar 06:30, every 10 h" in words


def test_ordered_and_read_through_the_api(cast, patient):
    olga = Caller(cast.olga)
    body = {
        "patient": patient.pk,
        "regimen": "til-il2",
        "dosing_weight_kg": 70,
        "first_dose_at": "2026-03-02T09:00:00Z",
        "cells_at": "2026-03-02T07:00:00Z",
        "interval_h": 12,
    }
    of_problem(olga.post("cycles/", body), 422, "outside_cell_window", "cells_at")
    of_problem(olga.post("cycles/", {**body, "cells_at": None}), 422, "missing_time", "cells_at")
    made = olga.post("cycles/", {**body, "cells_at": "2026-03-02T06:00:00Z"})
    assert made.status == 201
    assert (made["cells_at"], made["interval_min"], made["doses"]) == ("2026-03-02T06:00:00Z", 720, 6)
