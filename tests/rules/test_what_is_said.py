"""What the rules say beside the verdict: notes, limits, lengths, and the sentences of what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.rules.registry import bound, resolve
from dosing.rules.required import Input, InputState, required_inputs
from tests.rules.journey import Journey, hour
from tracker.errors import BadInput

FIRST = "Correct first: the heart rate does not count as it stands, because "
REASONS = {
    "the temperature is 38 °C or more": {"temperature": "38"},
    "temperature was not taken with it": {"temperature": None},
    "systolic pressure is below 90": {"systolic_bp": 89},
    "blood pressure was not taken with it": {"systolic_bp": None},
    "dopamine is running": {"dopamine_rate": "0.1"},
}


@pytest.mark.parametrize(("reason", "chart"), REASONS.items(), ids=list(REASONS))
def test_why_a_fast_heart_rate_does_not_count_yet(reason: str, chart: dict) -> None:
    said = Journey("consensus-2014").well(0, heart_rate=110, **chart).ask(0)
    assert [(note.id, note.text) for note in said.notes] == [("C-CV-TACHYCARDIA", f"{FIRST}{reason}.")]
    assert said.findings == ()


def test_every_reason_at_once() -> None:
    said = Journey("consensus-2014").well(0, heart_rate=110, temperature="38.4", systolic_bp=84, dopamine_rate=2).ask(0)
    assert said.notes[0].text == (
        f"{FIRST}the temperature is 38 °C or more, systolic pressure is below 90 and dopamine is running."
    )


@pytest.mark.parametrize(
    ("set_id", "rate", "notes"),
    [("consensus-2014", 99, 0), ("consensus-2014", 100, 1), ("institution-2015", 119, 0), ("institution-2015", 120, 1)],
)
def test_a_rate_that_would_not_count_anyway_needs_no_note(set_id: str, rate: int, notes: int) -> None:
    assert len(Journey(set_id).well(0, heart_rate=rate, temperature="38.4").ask(0).notes) == notes


def test_a_rate_that_counts_needs_no_note() -> None:
    assert Journey("consensus-2014").well(0, heart_rate=110).ask(0).notes == ()
    assert Journey("consensus-2014").chart(0, temperature="39").ask(0).notes == ()


# --- limits and lengths -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("set_id", "chart", "rule_id", "limit", "over"),
    [
        ("consensus-2014", {"bilirubin": 8}, "C-GI-BILIRUBIN", "above 7", ""),
        ("consensus-2014", {"heart_rate": 110}, "C-CV-TACHYCARDIA", "within 100 to 130", ""),
        ("consensus-2014", {"heart_rate": 140}, "C-CV-TACHYCARDIA", "above 130", ""),
        (
            "consensus-2014",
            {"heart_rate": 140, "temperature": 39},
            "C-CV-TACHYCARDIA",
            "above 130, to be corrected first",
            "",
        ),
        ("consensus-2014", {"urine_output": (100, 8)}, "C-REN-URINE", "within 80 to 160 mL", "in 8 h"),
        ("consensus-2014", {"urine_output": (79, 8)}, "C-REN-URINE", "below 80 mL", "in 8 h"),
        ("consensus-2014", {"diarrhea_volume": (1000, 8)}, "C-GI-DIARRHEA", "1000 or more mL", "in 8 h"),
        (
            "consensus-2014",
            {"diarrhea_volume": (2000, 16)},
            "C-GI-DIARRHEA",
            "the second shift of 1000 mL or more",
            "in 8 h",
        ),
        ("institution-2015", {"diarrhea_volume": (1001, 8)}, "I-GI-DIARRHEA", "above 1000 mL", "in 8 h"),
        ("consensus-2014", {"weight": "80.6"}, "C-MSK-WEIGHT", "a gain of 15.1 % on the dosing weight, above 15 %", ""),
        ("consensus-2014", {"phenylephrine_rate": "1.2"}, "C-HEM-PRESSOR", "at dosing, above 0.8", ""),
        ("consensus-2014", {"phenylephrine_rate": "0.6"}, "C-HEM-PRESSOR", "at dosing, above 0.5", ""),
        ("consensus-2014", {"phenylephrine_rate": 2}, "C-HEM-PRESSOR", "highest since the last dose, above 1.5", ""),
        ("consensus-2014", {"platelets": 40_000}, "C-BLEED-PLATELETS", "within 30,000 to 50,000", ""),
        ("institution-2015", {"mental_status": "mild_change"}, "I-NEURO-STATUS", "not normal", ""),
        ("institution-2015", {"mood": "mild_anxiety"}, "I-NEURO-MOOD", "not normal", ""),
        ("label-2023", {"mental_status": "mild_change"}, "L-NEURO-STATUS", "not normal", ""),
        ("consensus-2014", {"ischemia": "ecg_change"}, "C-CV-ECG", "", ""),
        ("consensus-2014", {"oxygen_flow": 6, "oxygen_fio2": 60}, "C-PULM-OXYGEN", "above 4, 40 or more", ""),
        ("til-2024", {"urine_output": (279, 8)}, "T-REN-URINE", "below 4 mL/kg", "in 8 h"),
        ("label-2023", {"systolic_bp": 84}, "L-CV-SBP", "below 90", ""),
        ("label-2023", {"mental_status": "coma"}, "L-NEURO-COMA", "no dose while it lasts", ""),
        ("label-2023", {"creatinine": "4.6"}, "L-REN-CREATININE", "above 4.5", ""),
        (
            "label-2023",
            {"creatinine": 4, "potassium": 6},
            "L-REN-CREATININE",
            "4 or more with an aggravating finding",
            "",
        ),
        ("label-2023", {"ast": 201}, "L-HEP-TOX", "above 5 times the upper limit of normal (200\u2009U/L)", ""),
    ],
)
def test_the_limit_that_was_crossed(set_id: str, chart: dict, rule_id: str, limit: str, over: str) -> None:
    found = Journey(set_id).well(0, **chart).finding(rule_id, 0)
    assert (found.limit, found.over) == (limit, over)


def test_each_required_value_says_how_old_it_may_be() -> None:
    journey = Journey("label-2023", max_age={"vitals": 90, "neuro": 60, "weight": 600, "labs": 720}).well(0)
    ages = {
        each.code: each.max_age // timedelta(minutes=1) for each in required_inputs(journey.facts, slot=1, at=hour(1))
    }
    assert (ages["spo2"], ages["rhythm"], ages["weight"], ages["platelets"], ages["urine_output"]) == (
        90,
        60,
        600,
        720,
        90,
    )


def urine_input(journey: Journey, at: object) -> Input:
    return next(each for each in required_inputs(journey.facts, slot=2, at=hour(at)) if each.code == "urine_output")


def test_urine_as_the_readiness_page_shows_it() -> None:
    two_hours = timedelta(hours=2)
    known = Journey("label-2023").well(0).given(1, 0).chart(8, urine_output=(500, 8))
    assert urine_input(known, 9) == Input("urine_output", 500, hour(8), timedelta(hours=1), two_hours, InputState.FRESH)
    assert urine_input(known, 10).state == "fresh"
    stale = Input("urine_output", None, hour(8), timedelta(hours=2, minutes=1), two_hours, InputState.STALE)
    assert urine_input(known, "10:01") == stale
    gap = Journey("label-2023").well(0, urine_output=None).given(1, 0).chart(8, urine_output=(500, 7))
    gapped = Input("urine_output", None, hour(8), timedelta(0), two_hours, InputState.MISSING)
    assert urine_input(gap, 8) == gapped
    assert urine_input(gap, 10).state == "missing"  # two hours old is not too old: it is the gap
    never = Journey("label-2023").well(0, urine_output=None).given(1, 0)
    assert urine_input(never, 8) == Input("urine_output", None, None, None, two_hours, InputState.MISSING)
    assert urine_input(never, "7:59") == Input("urine_output", None, None, None, two_hours, InputState.NOT_REQUIRED)


def test_a_missing_value_says_it_too() -> None:
    inputs = required_inputs(Journey("label-2023", max_age={"labs": 720}).facts, slot=1, at=hour(0))
    ages = {each.code: (each.max_age // timedelta(minutes=1), each.state.value) for each in inputs}
    assert (ages["platelets"], ages["spo2"]) == ((720, "missing"), (120, "missing"))


def test_a_phenylephrine_rate_since_the_last_dose() -> None:
    journey = Journey("consensus-2014").well(0, phenylephrine_rate="1.2").chart(1, phenylephrine_rate="0.1")
    found = journey.finding("C-HEM-PRESSOR", 1)
    assert (found.limit, found.observed_at) == ("highest since the last dose, within 1 to 1.5", hour(0))


def test_both_of_two_rates_written_at_the_very_start_of_the_last_dose_count() -> None:
    journey = Journey("consensus-2014").well(0).chart(8, phenylephrine_rate="1.2").chart(8, phenylephrine_rate="0.1")
    found = journey.given(1, 0).given(2, 8).finding("C-HEM-PRESSOR", 9)
    assert (found.klass, found.limit) == ("relative", "highest since the last dose, within 1 to 1.5")


def test_a_mental_status_that_did_not_come_back() -> None:
    journey = Journey("consensus-2014").well(0, mental_status="mild_change").chart(2, mental_status="mild_change")
    found = journey.finding("C-NEURO-STATUS", 2)
    assert (found.because, found.limit) == ({"mental_status": "mild_change"}, "not reversed in 2 h")


def test_the_last_doses_of_a_cycle_count_as_held_like_any_other() -> None:
    journey = Journey("institution-2015").well(0).held(12, 1).held(13, 1).held(14, 1)
    found = journey.finding("I-HELD-THRICE", 2)
    assert (found.because, found.limit, found.observed_at) == ({"held_doses": 3}, "3 or more in this cycle", hour(1))
    assert found.release_terms == ()  # it stays until the cycle ends: nothing can be ticked off


def test_a_slot_that_the_cycle_does_not_have_is_no_held_dose() -> None:
    assert Journey("institution-2015").well(0).held(0, 1).held(14, 1).held(15, 1).finding("I-HELD-THRICE", 2) is None


def test_a_raised_baseline_is_named_as_the_limit() -> None:
    journey = Journey("label-2023").chart(-1, baseline=True, alt=60).well(0, alt=301)
    assert journey.finding("L-HEP-TOX", 0).limit == "above 5 times the baseline (300\u2009U/L)"


def test_a_baseline_at_the_upper_limit_is_normal() -> None:
    journey = Journey("label-2023").chart(-1, baseline=True, ast=40).well(0, ast=201)
    assert journey.finding("L-HEP-TOX", 0).limit == "above 5 times the upper limit of normal (200\u2009U/L)"


def test_two_limits_of_one_round_stand_together() -> None:
    journey = Journey("label-2023", ast_uln=40, alt_uln=50).well(0, ast=201, alt=251)
    found = journey.finding("L-HEP-TOX", 0)
    assert found.because == {"ast": 201, "alt": 251}
    assert found.limit.replace("\u2009", " ") == (
        "above 5 times the upper limit of normal (200 U/L), above 5 times the upper limit of normal (250 U/L)"
    )


def test_oliguria_may_be_met_by_a_round_of_urine_alone() -> None:
    journey = Journey("label-2023").well(0, urine_output=None).chart(8, urine_output=(50, 8), creatinine=2)
    journey.chart(16, urine_output=(50, 8))
    found = journey.finding("L-REN-OLIGURIA", 16)
    assert (found.because, found.observed_at) == ({"urine_output": 100, "creatinine": 2}, hour(16))


# --- two values at one instant: both may trigger ----------------------------------------------------------------------


def test_of_two_creatinines_at_one_instant_both_may_trigger() -> None:
    journey = Journey("label-2023").well(0).chart(1, creatinine=5).chart(1, known=2, creatinine=1)
    found = journey.finding("L-REN-CREATININE", 3)
    assert (found.effect, found.because) == ("hold", {"creatinine": 5})


def test_entered_in_one_second_the_order_of_entry_decides() -> None:
    journey = Journey("consensus-2014").well(0).chart(1, bilirubin=8).chart(1, bilirubin=2)
    assert journey.effect("C-GI-BILIRUBIN", 2) is None
    journey.rounds.reverse()  # however the record hands them over
    assert journey.effect("C-GI-BILIRUBIN", 2) is None


def test_a_sign_and_a_creatinine_of_one_instant_meet() -> None:
    journey = Journey("label-2023").well(0).chart(1, creatinine=4).chart(1, known=2, volume_overload="severe")
    assert journey.finding("L-REN-CREATININE", 3).because == {"creatinine": 4, "volume_overload": "severe"}


def test_a_sign_meets_the_creatinine_that_counts_at_its_own_instant() -> None:
    journey = Journey("label-2023").well(0, creatinine="4.2")
    journey.chart(1, volume_overload="severe").chart(1, known=2, creatinine=1)
    assert journey.effect("L-REN-CREATININE", "1:30") == "hold"
    assert journey.effect("L-REN-CREATININE", 3) is None  # by now the creatinine of that instant was 1


# --- what is refused --------------------------------------------------------------------------------------------------

KNOWN = "Use one of label-2023@1, consensus-2014@1, institution-2015@1, til-2024@1."


@pytest.mark.parametrize("name", ["label-1998", "label-2023@2"])
def test_an_unknown_set_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(BadInput) as refusal:
        resolve(name)
    said = refusal.value
    assert (said.code, said.field, said.remedy) == ("unknown_rule_set", "rules", KNOWN)
    assert said.sentence == f"There is no rule set '{name}'."


def test_no_set_at_all_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        bound(())
    said = refusal.value
    assert (said.code, said.field) == ("no_rule_set", "rules")
    assert (said.sentence, said.remedy) == ("No rule set is bound.", "Bind label-2023 at least.")
