"""Which causes stand at one instant: case tables that a nurse can read aloud. Hour 0 is the planned time of dose 1."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.causes import Cause, causes_at
from alerts.states import AlertKind
from alerts.watching import LOOK_AT_LEAST, lapsed_by, next_dose, next_look
from tests.rules.journey import Journey, hour

BERLIN = ZoneInfo("Europe/Berlin")
BOTH = ("label-2023", "consensus-2014")


@pytest.fixture(autouse=True)
def _quick_settings() -> None:
    """Pure: nothing of the site is set up."""


def causes(journey: Journey, at: object) -> dict[str, Cause]:
    return {cause.key: cause for cause in causes_at(journey.facts, hour(at), BERLIN)}


def kinds(journey: Journey, at: object) -> dict[str, str]:
    return {key: cause.kind.value for key, cause in causes(journey, at).items()}


def well(*sets: str, **more: object) -> Journey:
    """A patient with everything fresh half an hour before dose 1."""
    return Journey(*(sets or BOTH), **more).well("-0:30")


# --- findings ---------------------------------------------------------------------------------------------------------

FINDINGS = {
    # what is charted at -0:10: the causes and the kind of each
    "nothing": ({}, {}),
    "pressure of 84": ({"systolic_bp": 84}, {"L-CV-SBP": "hold"}),
    "pressure of 90": ({"systolic_bp": 90}, {}),
    "two at once": (
        {"systolic_bp": 84, "creatinine": "2.7"},
        {"L-CV-SBP": "hold", "C-REN-CREATININE": "hold"},
    ),
    "one relative criterion": ({"creatinine": "2.7"}, {"C-REN-CREATININE": "hold"}),
    "three relative criteria stop the cycle, each of them": (
        {"creatinine": "2.7", "platelets": 40_000, "weight": 82},
        {"C-REN-CREATININE": "stop_cycle", "C-BLEED-PLATELETS": "stop_cycle", "C-MSK-WEIGHT": "stop_cycle"},
    ),
    "an absolute one stops the cycle, the relative one beside it holds": (
        {"creatinine": "3.2", "platelets": 40_000},
        {"C-REN-CREATININE": "stop_cycle", "C-BLEED-PLATELETS": "hold"},
    ),
    "liver": ({"ast": 201}, {"L-HEP-TOX": "stop_course"}),
    "tamponade": ({"tamponade": "yes"}, {"L-CV-TAMPONADE": "discontinue"}),
}


@pytest.mark.parametrize(("charted", "expected"), FINDINGS.values(), ids=list(FINDINGS))
def test_each_finding_that_keeps_a_dose_back_is_a_cause_of_its_own(charted, expected):
    journey = well().well("-0:10", **charted)
    assert kinds(journey, "-0:05") == expected


COUNTS = {
    # hold_at, stop_at; one relative criterion
    "one holds": ((1, 3), {"C-REN-CREATININE": "hold"}),
    "one is fewer than two": ((2, 3), {}),
    "one stops": ((1, 1), {"C-REN-CREATININE": "stop_cycle"}),
}


@pytest.mark.parametrize(("counting", "expected"), COUNTS.values(), ids=list(COUNTS))
def test_a_relative_criterion_raises_nothing_below_the_hospitals_count(counting, expected):
    journey = well(counting=counting).well("-0:10", creatinine="2.7")
    assert kinds(journey, "-0:05") == expected


def test_sets_are_counted_each_for_itself():
    journey = well("label-2023", "consensus-2014", "institution-2015", counting=(2, 3)).well(
        "-0:10", creatinine="2.7", platelets=40_000
    )
    assert set(kinds(journey, "-0:05").values()) == {"hold"}
    assert len(kinds(journey, "-0:05")) == 4


def test_a_hold_says_what_when_and_how_it_ends():
    cause = causes(well().well("-0:10", systolic_bp=84), "-0:05")["L-CV-SBP"]
    assert cause.headline == "Do not give dose 1: systolic 84\N{THIN SPACE}mmHg at 08:50, below 90."
    assert "90" in cause.release
    assert "prescribing information" in cause.source
    assert (cause.cause_at, cause.slot) == (hour("-0:10"), 1)
    assert cause.finding["because"] == {"systolic_bp": 84}


def test_a_value_of_yesterday_is_worded_with_its_day():
    journey = well().given(1, 0).chart(12, systolic_bp=84).chart(22, systolic_bp=118)
    assert "Mon 21:00" in causes(journey, 23)["L-CV-SBP"].headline


def test_one_of_three_says_so():
    journey = well().well("-0:10", creatinine="2.7", platelets=40_000, weight=82)
    assert "(one of 3 relative criteria)" in causes(journey, "-0:05")["C-MSK-WEIGHT"].headline


def test_a_stop_that_nobody_answered_is_a_cause():
    journey = well().well("-0:10", creatinine="3.2").refused(1, 0, "stop_cycle").well("0:20")
    assert kinds(journey, "0:25")["X-STOPPED"] == "stop_cycle"


def test_evidence_compares_equal_to_itself_through_the_database():
    cause = causes(well().well("-0:10", creatinine="2.7"), "-0:05")["C-REN-CREATININE"]
    assert json.loads(json.dumps(cause.finding)) == cause.finding
    assert cause.finding["because"] == {"creatinine": "2.7"}


def test_with_no_dose_left_only_what_outlives_the_cycle_stands():
    journey = Journey(*BOTH)
    for slot in range(1, 15):
        journey.well((slot - 1) * 8 - 1).given(slot, (slot - 1) * 8)
    journey.well(105, systolic_bp=84)
    assert kinds(journey, 106) == {}
    journey.chart("106:30", tamponade="yes")
    assert kinds(journey, 107) == {"L-CV-TAMPONADE": "discontinue"}


# --- doses overdue ----------------------------------------------------------------------------------------------------

OVERDUE = {"due now": (0, False), "15 minutes late": ("0:15", False), "16 minutes late": ("0:16", True)}
OVERDUE |= {"as the window ends": (2, True), "lapsed": ("2:01", False)}


@pytest.mark.parametrize(("at", "stands"), OVERDUE.values(), ids=list(OVERDUE))
def test_a_dose_is_overdue_after_15_minutes_until_it_lapses(at, stands):
    journey = well().well(0).well(1)
    assert ("overdue-1" in causes(journey, at)) is stands


@pytest.mark.parametrize("answer", ["given", "held", "omitted"])
def test_an_answered_dose_is_not_overdue(answer):
    journey = well().well(0)
    getattr(journey, answer)(1, "0:10")
    assert "overdue-1" not in causes(journey, "0:30")


def test_overdue_over_midnight_is_told_with_the_right_minutes_and_day():
    """T06: dose 3 is due at 23:50 in Berlin; at 00:10 it is 20 minutes late."""
    journey = Journey(*BOTH).well(-2).well(6).well(14).given(1, "-1:10").given(2, "6:50")
    journey.plan = replace(journey.plan, first_dose_at=hour("-1:10"))
    assert "overdue-3" not in causes(journey, "15:05")
    cause = causes(journey, "15:10")["overdue-3"]
    assert cause.headline == "Dose 3 was due at Mon 23:50 and is not given, held or omitted. It lapses at 01:50."


def test_after_a_late_dose_the_next_is_overdue_only_once_it_may_be_given():
    """Grid: dose 1 at 1:50 instead of 0:00, so dose 2 opens at 9:20 although it is planned for 8:00."""
    journey = well().well(1).given(1, "1:50").well(9)
    assert "overdue-2" not in causes(journey, "9:35")
    assert causes(journey, "9:36")["overdue-2"].cause_at == hour("9:20")


def test_a_dose_that_moves_with_a_late_start_is_due_when_it_moved_to():
    journey = well(policy="shift").well(1).given(1, "1:50").well("9:30")
    assert "overdue-2" not in causes(journey, "10:05")
    assert causes(journey, "10:06")["overdue-2"].cause_at == hour("9:50")


@pytest.mark.parametrize("charted", [{"ast": 201}, {"tamponade": "yes"}])
def test_a_dose_that_nobody_can_give_is_neither_overdue_nor_lacks_data(charted):
    journey = well().chart("-0:10", **charted)
    assert set(causes(journey, "1:59")) & {"overdue-1", "missing-1"} == set()


def test_a_dose_after_the_days_of_the_cycle_is_not_overdue():
    journey = Journey(*BOTH, late=1200).well(-1).given(1, 0).well("119:30")
    assert next_dose(journey.facts, hour("120:30")).possible is False
    assert set(kinds(journey, "120:30")) == set()


def test_a_held_dose_is_still_overdue_because_somebody_must_answer_it():
    journey = well().well("-0:10", systolic_bp=84)
    assert set(causes(journey, "0:20")) == {"L-CV-SBP", "overdue-1"}


# --- data missing -----------------------------------------------------------------------------------------------------

MISSING = {
    # hour of the last round, hour asked at, missing before dose 1
    "61 minutes before, nothing ever charted": (None, "-1:01", False),
    "60 minutes before, nothing ever charted": (None, "-1:00", True),
    "all fresh at the time of the dose": ("-2:00", "-0:30", False),
    "fresh now, too old by then": ("-2:01", "-0:30", True),
    "fresh then, too old now that the dose is late": ("-1:50", "0:11", True),
}


@pytest.mark.parametrize(("charted", "at", "stands"), MISSING.values(), ids=list(MISSING))
def test_data_missing_is_asked_for_from_60_minutes_before_the_dose(charted, at, stands):
    journey = Journey(*BOTH)
    if charted:
        journey.well(charted)
    assert ("missing-1" in causes(journey, at)) is stands


def test_missing_data_are_named_as_the_ward_names_them():
    journey = Journey(*BOTH).well("-0:50", weight=None, bilirubin=None).chart(-30, weight=70)
    cause = causes(journey, "-0:40")["missing-1"]
    assert cause.headline == "Before dose 1 at 09:00: weight and bilirubin are missing or too old."
    assert cause.finding == {"missing": ["bilirubin"], "stale": ["weight"]}
    assert cause.slot == 1


def test_everything_missing_still_fits_its_line():
    cause = causes(Journey(*BOTH), "-0:10")["missing-1"]
    assert len(cause.headline) <= 400
    assert cause.headline.endswith("are missing or too old.")


def test_zero_is_a_value():
    """T13: no urine in 8 hours is known, and so is no oxygen."""
    journey = Journey(*BOTH).well("-0:30").given(1, 0).well("7:30", urine_output=(0, 8), oxygen_flow=0)
    assert "missing-2" not in causes(journey, "7:40")


# --- observations overdue ---------------------------------------------------------------------------------------------

OBSERVED = {
    # last pressure, asked at, overdue
    "long before dose 1 nothing is due": (-5, -1, False),
    "from dose 1 on": (-5, "0:01", True),
    "two hours after the last": (1, 3, False),
    "more than two hours after the last": (1, "3:01", True),
    "never any": (None, "0:01", True),
}


@pytest.mark.parametrize(("last", "at", "stands"), OBSERVED.values(), ids=list(OBSERVED))
def test_vital_signs_are_overdue_after_their_maximum_age(last, at, stands):
    journey = Journey(*BOTH)
    if last is not None:
        journey.well(last)
    assert ("observations" in causes(journey, at)) is stands


def test_a_round_without_a_pressure_is_no_round_of_vital_signs():
    journey = well().given(1, 0).chart(2, temperature="38.4", heart_rate=110)
    cause = causes(journey, "2:10")["observations"]
    assert cause.headline == "No blood pressure since 08:30: vital signs are due every 2 h."
    assert cause.kind == AlertKind.OBSERVATIONS_OVERDUE


def test_a_retracted_round_was_never_taken():
    journey = well().given(1, 0).chart(2, systolic_bp=118).retract(-1, "2:05")
    assert "observations" in causes(journey, "2:10")


# --- lapses and the next look -----------------------------------------------------------------------------------------


def test_the_last_dose_lapses_like_any_other():
    """T05."""
    journey = Journey(*BOTH)
    assert lapsed_by(journey.facts, hour(106)) == tuple(range(1, 14))
    assert lapsed_by(journey.facts, hour("106:01")) == tuple(range(1, 15))


def test_a_later_dose_that_was_given_ends_the_ones_before_it():
    journey = Journey(*BOTH, late=600).given(2, 8)
    assert lapsed_by(journey.facts, hour("8:01")) == (1,)


LOOKS = {
    # asked at, what happened before, next look
    "far from a dose: within five minutes": (1, lambda j: j.given(1, 0).well("0:50"), hour(1) + LOOK_AT_LEAST),
    "data missing is asked 60 minutes before": ("6:57", lambda j: j.given(1, 0).well("6:50"), hour(7)),
    "the dose is due": ("7:58", lambda j: j.given(1, 0).well("7:50"), hour(8)),
    "the dose is overdue": ("0:14", lambda j: j.well(0), hour("0:15") + timedelta(seconds=1)),
    "the dose lapses": ("1:58", lambda j: j.well(1), hour(2) + timedelta(seconds=1)),
    "the vitals go stale": ("1:27", lambda j: j.given(1, 0), hour("1:30") + timedelta(seconds=1)),
}


@pytest.mark.parametrize(("at", "tell", "expected"), LOOKS.values(), ids=list(LOOKS))
def test_the_next_look_is_the_next_instant_at_which_time_alone_changes_something(at, tell, expected):
    assert next_look(tell(well()).facts, hour(at), active=True) == expected


def test_a_prescribed_cycle_is_looked_at_when_a_dose_lapses():
    assert next_look(well().facts, hour("-0:10"), active=False) == hour(2) + timedelta(seconds=1)


def test_at_every_look_the_next_one_is_later():
    journey = well().given(1, 0)
    at = hour(0)
    for _ in range(200):
        later = next_look(journey.facts, at, active=True)
        assert at < later <= at + LOOK_AT_LEAST
        at = later
