"""What the bedside ticks off: each condition of a release with its words, whether it is met, and the value of now."""

from __future__ import annotations

from dosing.rules.rule import Term
from tests.rules.journey import Journey, hour

URINE = "Urine above 10 mL/h over 8 hours since"
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
    sinus = "Sinus rhythm or sinus tachycardia recorded since"
    assert terms(journey, "L-CV-SBP", 1) == [
        Term("Systolic 90 mmHg or more", True, "96 mmHg", hour(1)),
        Term(sinus, False, "not recorded since", None),
        Term("No cardiac symptom", True, "none recorded", None),
    ]
    journey.chart(2, rhythm="atrial_fibrillation", cardiac_symptoms="present")
    assert [(term.met, term.now_at) for term in terms(journey, "L-CV-SBP", 2)][1:] == [
        (False, hour(2)),
        (False, hour(2)),
    ]


def test_a_symptom_from_before_the_trigger_counts_too() -> None:
    journey = Journey("label-2023").chart(-1, cardiac_symptoms="none").well(0, systolic_bp=84)
    assert terms(journey, "L-CV-SBP", 1)[2] == Term("No cardiac symptom", True, "none", hour(-1))


def test_a_momentary_finding_has_the_words_that_would_end_it() -> None:
    journey = Journey("consensus-2014").well(0, bilirubin="7.5")
    assert terms(journey, "C-GI-BILIRUBIN", 1) == [Term("Bilirubin 7 mg/dL or less", False, "7.5 mg/dL", hour(0))]
