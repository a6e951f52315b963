"""What the bedside ticks off: each condition of a release with its words, whether it is met, and the value of now."""

from __future__ import annotations

import pytest

from dosing.rules.registry import resolve
from dosing.rules.rule import Term
from tests.rules.journey import Journey, hour
from tests.rules.test_every_rule import LABEL

URINE = "Urine above 10 mL/h over 8 hours since"
SINUS = "Sinus rhythm or sinus tachycardia recorded since"
NO_SYMPTOM = "No cardiac symptom"
CREATININE = "Creatinine more than 1.5 mg/dL below its peak, or below 1.5 mg/dL"


def terms(journey: Journey, rule_id: str, at: object) -> list[Term]:
    """The conditions as they stand, with ordinary spaces."""
    found = journey.finding(rule_id, at)
    return [Term(plain(term.text), term.met, plain(term.now), term.now_at) for term in found.release_terms]


def plain(text: str) -> str:
    return text.replace("\u2009", " ")


def oliguria() -> Journey:
    """Triggered at hour 16: 100 mL in 16 h, creatinine from 1 to 5."""
    journey = Journey("label-2023").well(0, urine_output=None).chart(8, urine_output=(50, 8), creatinine=1)
    return journey.chart(16, urine_output=(50, 8), creatinine=5)


def test_oliguria_with_nothing_recorded_since() -> None:
    assert terms(oliguria(), "L-REN-OLIGURIA", 16) == [
        Term(URINE, False, "not known since", None),
        Term(CREATININE, False, "not recorded since", None),
    ]


def test_oliguria_with_the_urine_back() -> None:
    journey = oliguria().chart(24, urine_output=(600, 8))
    assert terms(journey, "L-REN-OLIGURIA", 24) == [
        Term(URINE, True, "600 mL in 8 h", hour(24)),
        Term(CREATININE, False, "not recorded since", None),
    ]


def test_oliguria_with_the_creatinine_back() -> None:
    journey = oliguria().chart(20, creatinine="3.4")
    assert terms(journey, "L-REN-OLIGURIA", 20) == [
        Term(URINE, False, "not known since", None),
        Term(CREATININE, True, "3.4 mg/dL", hour(20)),
    ]


def test_oliguria_with_both_below_the_mark() -> None:
    journey = oliguria().chart(24, urine_output=(80, 8), creatinine="3.5")
    assert terms(journey, "L-REN-OLIGURIA", 24) == [
        Term(URINE, False, "80 mL in 8 h", hour(24)),
        Term(CREATININE, False, "3.5 mg/dL", hour(24)),
    ]


def creatinine(**more: object) -> Journey:
    return Journey("label-2023").well(0, creatinine=5, **more)


def test_high_creatinine_without_a_baseline() -> None:
    assert terms(creatinine(), "L-REN-CREATININE", 1) == [
        Term("Creatinine below 1.5 mg/dL", False, "not recorded since", None),
        Term("Fluids and electrolytes recorded stable", False, "not recorded since", None),
    ]


def test_high_creatinine_with_a_baseline() -> None:
    journey = Journey("label-2023").chart(-1, baseline=True, creatinine="1.8").well(0, creatinine=5)
    journey.chart(2, creatinine="1.9", fluid_electrolytes_stable="yes")
    assert terms(journey, "L-REN-CREATININE", 2) == [
        Term("Creatinine below 1.5 mg/dL or no more than the baseline (1.8 mg/dL)", False, "1.9 mg/dL", hour(2)),
        Term("Fluids and electrolytes recorded stable", True, "yes", hour(2)),
    ]


def test_low_pressure_with_each_condition_in_words() -> None:
    journey = Journey("label-2023").well(0, systolic_bp=84).chart(1, systolic_bp=96)
    assert terms(journey, "L-CV-SBP", 1) == [
        Term("Systolic 90 mmHg or more", True, "96 mmHg", hour(1)),
        Term(SINUS, False, "not recorded since", None),
        Term(NO_SYMPTOM, True, "none recorded", None),
    ]
    journey.chart(2, rhythm="atrial_fibrillation", cardiac_symptoms="present")
    assert [(term.met, term.now_at) for term in terms(journey, "L-CV-SBP", 2)][1:] == [
        (False, hour(2)),
        (False, hour(2)),
    ]


def test_a_symptom_from_before_the_trigger_counts_too() -> None:
    journey = Journey("label-2023").chart(-1, cardiac_symptoms="none").well(0, systolic_bp=84)
    assert terms(journey, "L-CV-SBP", 1)[2] == Term(NO_SYMPTOM, True, "none", hour(-1))


# rule, what triggers it, each condition of its release in the words that the bedside ticks off
RELEASES = [
    ("L-CV-RHYTHM", {"rhythm": "atrial_fibrillation"}, [SINUS, NO_SYMPTOM]),
    ("L-CV-SBP", {"systolic_bp": 84}, ["Systolic 90 mmHg or more", SINUS, NO_SYMPTOM]),
    ("L-RESP-SPO2", {"spo2": 88}, ["Oxygen saturation above 90 %"]),
    ("L-NEURO-STATUS", {"seizure": "single"}, ["Mental status normal"]),
    ("L-NEURO-SOMNOLENCE", {"somnolence_grade": 2}, ["Somnolence grade 0"]),
    ("L-GI-FOBT", {"stool_blood": "frank"}, ["FIT or FOBT negative"]),
    (
        "L-SKIN-BULLOUS",
        {"skin_bullous": "present"},
        ["Bullous dermatitis absent", "Pre-existing skin condition not worse"],
    ),
    ("L-INF-SEPSIS", {"sepsis": "unstable"}, ["Sepsis resolved, stable, infection under treatment"]),
    ("L-RESP-INTUBATION", {"intubated": "yes"}, ["Extubated"]),
    ("L-NEURO-COMA", {"mental_status": "coma"}, ["Neither coma nor toxic psychosis"]),
    ("L-REN-DIALYSIS", {"dialysis": "yes"}, ["Dialysis no longer needed"]),
    (
        "L-REN-CREATININE",
        {"creatinine": 5},
        ["Creatinine below 1.5 mg/dL", "Fluids and electrolytes recorded stable"],
    ),
    ("L-REN-OLIGURIA", {"creatinine": 2, "urine_output": (100, 16)}, [URINE, CREATININE]),
]


@pytest.mark.parametrize(("rule_id", "trigger", "words"), RELEASES)
def test_what_each_hold_of_the_label_waits_for(rule_id: str, trigger: dict, words: list[str]) -> None:
    journey = Journey("label-2023").chart(-16, creatinine=1).chart(0, **trigger)
    assert [term.text for term in terms(journey, rule_id, 0)] == words


def test_every_hold_of_the_label_is_in_the_table() -> None:
    without_terms = {rule.id for rule in resolve("label-2023").rules} - {rule_id for rule_id, _, _ in RELEASES}
    journey = Journey("label-2023")
    for rule_id in without_terms:
        journey.chart(0, **LABEL[rule_id].bad)
    for rule_id in without_terms:
        assert journey.finding(rule_id, 0).release_terms == (), rule_id


# --- states that hold while they last ---------------------------------------------------------------------------------

# rule, code, the state as charted, as read, the longest hours, what is said while it lasts, what once it lasted longer
STATES = [
    ("L-RESP-INTUBATION", "intubated", "yes", "yes", 72, "no dose while intubated", "for more than 72 h"),
    ("L-NEURO-COMA", "mental_status", "coma", "coma", 48, "no dose while it lasts", "for more than 48 h"),
    (
        "L-NEURO-COMA",
        "mental_status",
        "toxic_psychosis",
        "toxic psychosis",
        48,
        "no dose while it lasts",
        "for more than 48 h",
    ),
    ("L-REN-DIALYSIS", "dialysis", "yes", "yes", 72, "no dose while on dialysis", "for more than 72 h"),
]


@pytest.mark.parametrize(("rule_id", "code", "state", "read", "longest", "meanwhile", "too_long"), STATES)
def test_a_state_says_that_it_lasts_and_then_that_it_lasted_too_long(
    rule_id: str, code: str, state: str, read: str, longest: int, meanwhile: str, too_long: str
) -> None:
    journey = Journey("label-2023").chart(0, **{code: state})
    assert journey.finding(rule_id, longest).limit == meanwhile
    (term,) = terms(journey, rule_id, longest)
    assert (term.met, term.now, term.now_at) == (False, read, hour(0))
    over = journey.finding(rule_id, f"{longest}:01")
    assert (over.limit, over.release, over.release_terms) == (too_long, "", ())


def test_a_momentary_finding_of_two_values_shows_both() -> None:
    journey = Journey("institution-2015").well(0, dopamine_rate=2, phenylephrine_rate="0.4")
    assert terms(journey, "I-HEM-PRESSOR", 0) == [
        Term("No pressor running", False, "0.4 mcg/kg/min, 2 mcg/kg/min", hour(0))
    ]


def test_a_momentary_finding_has_the_words_that_would_end_it() -> None:
    journey = Journey("consensus-2014").well(0, bilirubin="7.5")
    assert terms(journey, "C-GI-BILIRUBIN", 1) == [Term("Bilirubin 7 mg/dL or less", False, "7.5 mg/dL", hour(0))]
