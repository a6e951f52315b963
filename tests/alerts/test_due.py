"""What is due in a bed and when: rounds, urine, weight, labs and doses, from a cycle told step by step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.due import Due, DueKind, due_list, due_of
from alerts.pauses import Pause
from tests.alerts.beds import UTC, bed, running
from tests.rules.journey import Journey, hour


def due(journey: Journey, at: object, pause: Pause | None = None, **more: object) -> list[Due]:
    return due_of(bed(journey, at, **more), pause, hour(at), UTC)


def one(items: list[Due], title: str) -> Due:
    (found,) = (item for item in items if item.title == title)
    return found


def titles(items) -> list[str]:
    return [item.title for item in items]


# --- rounds -----------------------------------------------------------------------------------------------------------


def test_a_round_is_due_two_hours_after_the_last():
    item = one(due(running(1), 1), "Round")
    assert item.at == hour(2) and not item.late(hour(1)) and item.late(hour("2:01"))
    assert "systolic_bp" in item.codes and "mental_status" not in item.codes


def test_the_oldest_of_the_vital_signs_counts():
    journey = running(1).chart(1, systolic_bp=110)
    assert one(due(journey, "1:30"), "Round").at == hour(2)


def test_a_hospital_that_wants_younger_vital_signs_is_asked_more_often():
    journey = running(1, max_age={"vitals": 60})
    assert one(due(journey, "0:30"), "Round").at == hour(1)


def test_the_round_before_a_dose_is_due_an_hour_before_it_and_takes_the_neuro_check_along():
    journey = running(1).well("5:30")
    item = one(due(journey, 6), "Round before dose 2")
    assert item.at == hour(7) and "mental_status" in item.codes and "Round" not in titles(due(journey, 6))


def test_an_early_round_and_the_one_before_the_dose_are_both_due():
    items = due(running(1).well(3), 4)
    assert one(items, "Round").at == hour(5) and one(items, "Round before dose 2").at == hour(7)


def test_when_all_is_fresh_for_the_dose_only_the_next_round_is_due():
    items = due(running(1).well("7:15"), "7:20")
    assert one(items, "Round").at == hour("9:15") and "Round before dose 2" not in titles(items)


def test_after_hypotension_the_pressure_is_due_again_in_half_an_hour():
    journey = running(1).well(1, systolic_bp=84)
    item = one(due(journey, "1:10"), "Blood pressure again")
    assert item.at == hour("1:30") and item.codes == ("systolic_bp", "diastolic_bp", "heart_rate")
    assert one(due(journey, "1:10"), "Round").at == hour(3)


def test_what_was_never_measured_is_due_now():
    journey = Journey().given(1, 0)
    item = one(due(journey, 1), "Round")
    assert item.at == hour(1) and item.detail.startswith("Never recorded:")


# --- urine, weight, labs ----------------------------------------------------------------------------------------------


def test_urine_is_due_before_the_dose_that_needs_it_and_says_until_when_it_is_known():
    journey = running(1).chart(5, urine_output=(300, 5))
    item = one(due(journey, 6), "Urine")
    assert item.at == hour(7) and item.detail == "Recorded until 13:00." and item.codes == ("urine_output",)


def test_t14_urine_never_recorded_is_said_so():
    journey = Journey().well(0, urine_output=None).given(1, 0)
    assert one(due(journey, 6), "Urine").detail == "Nothing recorded yet."


@pytest.mark.parametrize(("taken", "due_at"), [("0", hour(24)), ("-0:30", hour(23))])
def test_weight_and_labs_are_due_after_a_day_and_in_time_for_the_dose(taken, due_at):
    daily = ("weight", "creatinine", "bilirubin", "ast", "alt", "platelets", "bicarbonate")
    journey = Journey().well(taken).given(1, 0)
    for number, at in ((2, 8), (3, 16)):
        journey.well(at, **dict.fromkeys(daily)).given(number, at)
    items = due(journey, 21)
    assert one(items, "Weight").at == one(items, "Labs").at == due_at
    assert set(one(items, "Labs").codes) == {*daily} - {"weight"}


def test_labs_that_nobody_drew_are_due_now():
    journey = Journey().well(0, platelets=None).given(1, 0)
    labs = one(due(journey, 1), "Labs")
    assert labs.at == hour(1) and labs.codes == ("platelets",) and labs.detail == "Never recorded: platelets."


# --- doses ------------------------------------------------------------------------------------------------------------


def test_a_dose_carries_the_verdict_of_the_rules():
    item = one(due(running(1).well(7, systolic_bp=84), "7:10"), "Dose 2")
    assert (item.at, item.verdict) == (hour(8), "hold") and "below 90" in item.detail


def test_a_dose_beyond_the_horizon_is_not_listed_and_one_at_its_edge_is():
    assert "Dose 2" not in titles(due(running(1), "3:59"))
    assert "Dose 2" in titles(due(running(1), 4))


def test_an_infusion_is_due_to_end():
    item = one(due(running(1), "0:05", infusing=1), "End of the infusion of dose 1")
    assert item.at == hour("0:15") and item.kind is DueKind.INFUSION


def test_a_patient_who_is_barred_still_has_rounds_and_no_dose():
    items = due(running(1).well(1, cardiac_enzymes="raised", ischemia="chest_pain"), 2)
    assert "Round" in titles(items) and not any(item.kind is DueKind.DOSE for item in items)


def test_before_the_start_the_values_for_dose_1_are_due():
    items = due(Journey().chart(-3, weight=70), -2, started=False)
    assert one(items, "Values before dose 1").at == hour(-1) and one(items, "Dose 1").at == hour(0)


def test_the_list_is_sorted_by_time():
    late = (bed(running(1), "2:30", label="09"), None)
    soon = (bed(running(1).well(1, systolic_bp=84), "2:30", label="03"), None)
    items = due_list([late, soon], hour("2:30"), UTC)
    assert [item.at for item in items] == sorted(item.at for item in items) and items[0].late(hour("2:30"))


# --- off the ward -----------------------------------------------------------------------------------------------------


def away(since: object, back_by: object, ended: object = None) -> Pause:
    return Pause(1, hour(since), hour(back_by), "CT", "Nina Nurse", None if ended is None else hour(ended))


def test_while_away_what_is_measured_waits_in_one_line():
    items = due(running(1), "2:10", away("1:30", "2:30"))
    back = next(item for item in items if item.kind is DueKind.BACK)
    assert back.title == "Off the ward since 09:30, CT" and back.at == hour("2:30")
    assert back.detail == "Expected back by 10:30. On return: round." and "Round" not in titles(items)


def test_while_away_the_dose_stays_as_it_is():
    journey = running(1)
    with_pause = one(due(journey, "7:30", away(7, 9)), "Dose 2")
    without = one(due(journey, "7:30"), "Dose 2")
    assert (with_pause.at, with_pause.verdict, with_pause.detail) == (without.at, without.verdict, without.detail)
    assert with_pause.verdict == "incomplete"


def test_who_does_not_come_back_in_time_is_overdue():
    back = next(item for item in due(running(1), 3, away("1:30", "2:30")) if item.kind is DueKind.BACK)
    assert back.late(hour(3))


def test_after_the_return_what_fell_due_meanwhile_is_marked():
    items = due(running(1), "2:40", away("1:30", "3", ended="2:30"))
    assert one(items, "Round").while_away and not any(item.kind is DueKind.BACK for item in items)
    assert not any(item.while_away for item in items if item.title != "Round")


@pytest.mark.parametrize("minutes", [0, 1, 45, 119, 121, 300])
def test_every_item_lies_within_the_horizon(minutes):
    now = hour(0) + timedelta(minutes=minutes)
    items = due_of(bed(running(1), f"{minutes // 60}:{minutes % 60:02d}"), None, now, UTC)
    assert items and all(item.at <= now + timedelta(hours=4) for item in items)
