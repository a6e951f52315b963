"""What must be known before each dose: absent or too old is `incomplete`, a value as old as the maximum is fresh."""

from __future__ import annotations

import pytest

from dosing.rules.assess import may_give
from dosing.rules.required import REQUIRED, InputState, required_inputs
from tests.rules.journey import HEALTHY, Journey, hour

NEWEST_2_H = [
    "systolic_bp",
    "heart_rate",
    "respiratory_rate",
    "temperature",
    "spo2",
    "oxygen_flow",
    "mental_status",
    "serial_sevens",
    "spell_world_backward",
    "rhythm",
]
NEWEST_24_H = ["weight", "creatinine", "bilirubin", "ast", "alt", "platelets", "bicarbonate"]
SETS = [("label-2023",), ("consensus-2014",), ("institution-2015",), ("label-2023", "til-2024")]


def test_the_list_is_the_catalogue_of_the_rule() -> None:
    assert sorted([*NEWEST_2_H, *NEWEST_24_H, "urine_output"]) == list(REQUIRED)
    assert set(REQUIRED) == set(HEALTHY)


@pytest.mark.parametrize("sets", SETS)
@pytest.mark.parametrize("code", NEWEST_2_H + NEWEST_24_H)
def test_a_value_never_recorded_is_missing_in_every_set(sets: tuple[str, ...], code: str) -> None:
    said = Journey(*sets).well(0, **{code: None}).ask(0)
    assert (said.verdict, said.missing) == ("incomplete", (code,))


@pytest.mark.parametrize("code", NEWEST_2_H + NEWEST_24_H)
def test_as_old_as_the_maximum_is_fresh(code: str) -> None:
    hours = 2 if code in NEWEST_2_H else 24
    value = {code: HEALTHY[code]}
    journey = Journey("label-2023").chart(0, **value).well(hours, **{code: None})
    assert code not in journey.ask(hours).missing
    journey = Journey("label-2023").chart(0, **value).well(f"{hours}:01", **{code: None})
    assert journey.ask(f"{hours}:01").missing == (code,)


@pytest.mark.parametrize(
    ("group", "code"),
    [("vitals", "spo2"), ("neuro", "rhythm"), ("weight", "weight"), ("labs", "platelets")],
)
def test_the_ages_are_hospital_settings(group: str, code: str) -> None:
    journey = Journey("label-2023", max_age={group: 60}).well(0)
    assert code not in journey.ask(1).missing
    assert code in journey.ask("1:01").missing


def test_a_retracted_value_leaves_the_one_before_with_its_own_time() -> None:
    journey = Journey("label-2023").well(0).chart(2, spo2=96).retract(-1, "2:30")
    assert "spo2" not in journey.ask("2:20").missing
    assert "spo2" in journey.ask("2:30").missing


def test_missing_is_listed_under_a_higher_verdict_too_and_bars_an_override() -> None:
    said = Journey("label-2023").well(0, systolic_bp=80, weight=None, ast=None).ask(0)
    assert (said.verdict, said.missing) == ("hold", ("ast", "weight"))
    assert not may_give(said, overridden=True)


def test_zero_is_a_value() -> None:
    said = Journey("label-2023").well(0, oxygen_flow=0, bilirubin=0, urine_output=(0, 8)).ask(0)
    assert said.missing == ()


def test_baseline_values_serve_dose_1_while_they_are_fresh() -> None:
    labs = {code: HEALTHY[code] for code in NEWEST_24_H}
    rest = dict.fromkeys([*NEWEST_24_H, "urine_output"])
    assert Journey("label-2023").chart(-24, baseline=True, **labs).well(0, **rest).ask(0).verdict == "proceed"
    old = Journey("label-2023").chart("-24:01", baseline=True, **labs).well(0, **rest).ask(0)
    assert old.missing == tuple(sorted(NEWEST_24_H))


# --- urine ------------------------------------------------------------------------------------------------------------


def test_urine_is_not_required_before_the_cycle_is_8_h_old() -> None:
    journey = Journey("label-2023").given(1, 0).well("7:59", urine_output=None).well(8, urine_output=None)
    assert journey.ask("7:59", 2).missing == ()
    assert journey.ask(8, 2).missing == ("urine_output",)


def test_urine_counts_from_the_actual_start_and_not_without_one() -> None:
    late = Journey("label-2023").given(1, 2).well(9, urine_output=None)
    assert late.ask(9, 2).missing == ()
    never = Journey("label-2023").well(16, urine_output=None)
    assert never.ask(16, 3).missing == ()


# entries (end, mL, hours), judged at hour 16, missing?
COVERS = [
    ([(16, 300, 8)], False),
    ([(14, 300, 8)], False),
    ([("13:59", 300, 8)], True),
    ([(16, 300, "7.9")], True),
    ([(12, 100, 4), (16, 100, 4)], False),
    ([(12, 100, 4), (16, 100, "3.9")], True),
    ([(16, 0, 8)], False),
    ([(8, 100, 8), (16, 100, 24)], False),
    ([(15, 400, 30)], False),
    ([(16, 10, 1)], True),
]


@pytest.mark.parametrize(("entries", "missing"), COVERS)
def test_urine_must_cover_the_8_h_up_to_its_newest_entry(entries: list, missing: bool) -> None:
    journey = Journey("label-2023").given(1, 0).well(16, urine_output=None)
    for end, volume, hours in entries:
        journey.chart(end, urine_output=(volume, hours))
    assert (journey.ask(16, 3).missing == ("urine_output",)) is missing


def test_the_length_that_must_be_covered_is_a_hospital_setting() -> None:
    journey = Journey("label-2023", max_age={"urine": 240}).given(1, 0).well(16, urine_output=(100, 4))
    assert journey.ask(16, 3).missing == ()
    journey = Journey("label-2023", max_age={"urine": 600}).given(1, 0).well(16, urine_output=(100, 8))
    assert journey.ask(16, 3).missing == ("urine_output",)


# --- the list on the readiness screen ---------------------------------------------------------------------------------


def test_how_a_required_value_can_stand() -> None:
    assert [each.value for each in InputState] == ["fresh", "stale", "missing", "not_required"]


def test_the_readiness_list_shows_value_time_age_and_state() -> None:
    journey = Journey("label-2023").given(1, 0).well(6, weight=None, urine_output=(200, 6)).chart(9, systolic_bp=101)
    listed = {each.code: each for each in required_inputs(journey.facts, slot=2, at=hour(9))}
    assert set(listed) == set(REQUIRED)
    pressure = listed["systolic_bp"]
    assert (pressure.value, pressure.observed_at, pressure.state) == (101, hour(9), InputState.FRESH)
    assert (listed["spo2"].state, listed["spo2"].age, listed["spo2"].value) == (InputState.STALE, hour(9) - hour(6), 97)
    assert (listed["weight"].state, listed["weight"].value) == (InputState.MISSING, None)
    assert listed["urine_output"].state == InputState.STALE
    assert listed["urine_output"].observed_at == hour(6)


def test_urine_is_marked_not_required_early_and_shows_its_sum_when_known() -> None:
    journey = Journey("label-2023").well(0, urine_output=None)
    urine = {each.code: each for each in required_inputs(journey.facts, slot=1, at=hour(0))}["urine_output"]
    assert urine.state == InputState.NOT_REQUIRED
    journey.chart(0, urine_output=(500, 10))
    urine = {each.code: each for each in required_inputs(journey.facts, slot=1, at=hour(0))}["urine_output"]
    assert (urine.state, urine.value) == (InputState.FRESH, 400)
