"""Every rule of every set once through its life, and every number of a rule just below, at and just above it.

A rule or a number without a line in these two tables fails here, by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import pytest

from dosing.rules.registry import newest_sets
from tests.rules.journey import Journey

ALL_SETS = tuple(rule_set.id for rule_set in newest_sets())
RULES = {rule.id: rule for rule_set in newest_sets() for rule in rule_set.rules}
LIMITS = {name: limit for rule_set in newest_sets() for name, limit in rule_set.limits.items()}


class Life(NamedTuple):
    """What meets the trigger, what releases it (None: nothing does), what was charted a day before, and how many
    hours the state must last until it is a finding."""

    bad: dict
    good: dict | None
    before: dict = {}
    lasts: int = 0


def momentary(code: str, bad: object, good: object) -> Life:
    return Life({code: bad}, {code: good})


CORRECTED = {"temperature": 37, "systolic_bp": 120}

LABEL = {
    "L-CV-RHYTHM": Life({"rhythm": "atrial_fibrillation"}, {"rhythm": "sinus"}),
    "L-CV-SBP": Life({"systolic_bp": 89}, {"systolic_bp": 90, "rhythm": "sinus"}),
    "L-CV-VT": Life({"rhythm": "ventricular_tachycardia_sustained"}, None),
    "L-CV-UNCONTROLLED": Life({"rhythm": "uncontrolled_arrhythmia"}, None),
    "L-CV-ISCHEMIA": Life({"ischemia": "ecg_change"}, None),
    "L-CV-TAMPONADE": Life({"tamponade": "yes"}, None),
    "L-RESP-SPO2": Life({"spo2": 89}, {"spo2": 91}),
    "L-RESP-INTUBATION": Life({"intubated": "yes"}, {"intubated": "no"}),
    "L-NEURO-STATUS": Life({"mental_status": "mild_change"}, {"mental_status": "normal"}),
    "L-NEURO-SOMNOLENCE": Life({"somnolence_grade": 2}, {"somnolence_grade": 0}),
    "L-NEURO-COMA": Life({"mental_status": "coma"}, {"mental_status": "mild_change"}),
    "L-NEURO-SEIZURE": Life({"seizure": "repetitive_or_uncontrolled"}, None),
    "L-GI-FOBT": Life({"stool_blood": "heme_positive"}, {"stool_blood": "negative"}),
    "L-GI-BOWEL": Life({"bowel_catastrophe": "ischemia_or_perforation"}, None),
    "L-HEP-TOX": Life({"alt": 201}, None),
    "L-HEP-FAILURE": Life({"hepatic_failure": "yes"}, None),
    "L-SKIN-BULLOUS": Life({"skin_bullous": "present"}, {"skin_bullous": "absent", "skin_preexisting_worse": "no"}),
    "L-INF-SEPSIS": Life({"sepsis": "unstable"}, {"sepsis": "resolved_stable_treated"}),
    "L-HYPERSENSITIVITY": Life({"hypersensitivity": "severe"}, None),
    "L-REN-CREATININE": Life({"creatinine": 5}, {"creatinine": "1.4", "fluid_electrolytes_stable": "yes"}),
    "L-REN-OLIGURIA": Life(
        {"creatinine": 2, "urine_output": (100, 16)}, {"creatinine": 1, "urine_output": (400, 8)}, {"creatinine": 1}
    ),
    "L-REN-DIALYSIS": Life({"dialysis": "yes"}, {"dialysis": "no"}),
}
COUNTED = {
    "CV-TACHYCARDIA": Life({"heart_rate": 125, **CORRECTED}, {"heart_rate": 90, **CORRECTED}),
    "CV-ECG": momentary("rhythm", "ventricular_ectopy", "sinus"),
    "CV-ENZYMES": momentary("cardiac_enzymes", "raised", "normal"),
    "HEM-PRESSOR": momentary("phenylephrine_rate", "0.6", 0),
    "SKIN-DESQUAMATION": momentary("moist_desquamation", "present", "absent"),
    "GI-DIARRHEA": momentary("diarrhea_volume", (1001, 8), (0, 1)),
    "GI-DISTENSION": momentary("abdominal_distension", "present", "none"),
    "GI-VOMITING": momentary("vomiting_refractory", "yes", "no"),
    "GI-PAIN": momentary("abdominal_pain_unrelenting", "yes", "no"),
    "GI-BILIRUBIN": momentary("bilirubin", 8, 1),
    "BLEED-HEME": momentary("stool_blood", "heme_positive", "negative"),
    "BLEED-PLATELETS": momentary("platelets", 40_000, 90_000),
    "INF": momentary("infection", "suspected", "none"),
    "MSK-WEIGHT": momentary("weight", 81, 72),
    "MSK-TIGHTNESS": momentary("limb_tightness", "extreme_tightness", "tightness"),
    "NEURO-DREAMS": momentary("vivid_dreams", "yes", "no"),
    "NEURO-MOOD": momentary("mood", "mild_anxiety", "normal"),
    "NEURO-STATUS": Life({"mental_status": "mild_change"}, {"mental_status": "normal"}, lasts=2),
    "NEURO-TASKS": momentary("serial_sevens", "unable", "able"),
    "PULM-OXYGEN": momentary("oxygen_flow", 3, 2),
    "PULM-DYSPNEA": momentary("resting_dyspnea", "yes", "no"),
    "PULM-RALES": momentary("rales", "one_third_to_half", "below_one_third"),
    "REN-URINE": momentary("urine_output", (100, 8), (700, 8)),
    "REN-CREATININE": momentary("creatinine", "2.7", "1.2"),
    "REN-BICARBONATE": momentary("bicarbonate", 17, 22),
}
TIL = {
    "T-BP-REFRACTORY": momentary("hypotension_after_boluses", "yes", "no"),
    "T-BP-PRESSOR": momentary("phenylephrine_rate", "0.6", "0.5"),
    "T-REN-URINE": momentary("urine_output", (200, 8), (700, 8)),
    "T-REN-CREATININE": momentary("creatinine", "2.7", "1.2"),
}
# Rests on what became of doses, not on a value: its life is told in test_standing.py.
OF_DOSES = {"I-HELD-THRICE"}
LIVES = {
    **LABEL,
    **{f"{prefix}-{row}": life for prefix in "CI" for row, life in COUNTED.items() if f"{prefix}-{row}" in RULES},
    **TIL,
}


def test_every_rule_has_a_life() -> None:
    assert set(LIVES) | OF_DOSES == set(RULES)
    assert {row for row in COUNTED if f"C-{row}" not in RULES} == set()


@pytest.mark.parametrize("rule_id", LIVES)
def test_trigger_release_and_retraction(rule_id: str) -> None:
    life = LIVES[rule_id]
    journey = Journey(*ALL_SETS)
    if life.before:
        journey.chart(-24, **life.before)
    assert journey.effect(rule_id, -1) is None
    journey.chart(0, **life.bad)
    met = life.lasts
    assert journey.effect(rule_id, met) is not None
    # A round that says nothing of it changes nothing.
    journey.chart(met + Fraction(1, 4), respiratory_rate=16)
    assert journey.effect(rule_id, met + Fraction(1, 4)) is not None
    # A release of a sum must have the time to be collected after the trigger.
    later = met + (9 if RULES[rule_id].latched else 1)
    journey.chart(later, **(life.good or {"respiratory_rate": 14}))
    assert (journey.effect(rule_id, later) is None) is (life.good is not None)
    journey.retract(-1, later + Fraction(1, 2))
    assert journey.effect(rule_id, later + Fraction(1, 2)) is not None
    journey.retract(1 if life.before else 0, later + 1)
    assert journey.effect(rule_id, later + 1) is None


@pytest.mark.parametrize("rule_id", LIVES)
def test_what_is_entered_late_counts_from_then_on_at_its_own_time(rule_id: str) -> None:
    life = LIVES[rule_id]
    journey = Journey(*ALL_SETS)
    if life.before:
        journey.chart(-24, **life.before)
    known = life.lasts + 1
    journey.chart(0, known=known, **life.bad)
    assert journey.effect(rule_id, known - Fraction(1, 60)) is None
    found = journey.finding(rule_id, known)
    assert found is not None
    assert found.observed_at == journey.rounds[-1].observed_at


# --- numbers ----------------------------------------------------------------------------------------------------------


class Edge(NamedTuple):
    """Three values around a printed number and what the rule says to each. `also` stands beside them in the round;
    `printed` turns a charted value into the unit of the printed number; `before` was charted 16 h earlier."""

    code: str
    values: tuple
    says: tuple
    also: dict = {}
    printed: Callable = Fraction
    before: dict = {}


R, A, H, S = "relative", "absolute", "hold", "stop_cycle"
RATE = "phenylephrine_rate"


def ml(*, per: int = 1) -> Callable[[tuple], Fraction]:
    """The volume of one entry, by so many hours or kilograms."""
    return lambda entry: Fraction(str(entry[0])) / per


def gain(kg: object) -> Fraction:
    """Per cent on the dosing weight of 70 kg."""
    return (Fraction(kg) - 70) * 100 / 70


def volumes(*volumes: object, hours: int = 8) -> tuple:
    return tuple((volume, hours) for volume in volumes)


def counted_edges(prefix: str) -> dict[str, Edge]:
    """The numbers that both counted sets share."""
    rows = {
        "BLEED-PLATELETS.absolute_below": Edge("platelets", (29_999, 30_000, 30_001), (A, R, R)),
        "BLEED-PLATELETS.relative_to": Edge("platelets", (49_999, 50_000, 50_001), (R, R, None)),
        "PULM-OXYGEN.relative_from": Edge("oxygen_flow", ("2.9", 3, "3.1"), (None, R, R)),
        "PULM-OXYGEN.absolute_above": Edge("oxygen_flow", ("3.9", 4, "4.1"), (R, R, A)),
        "PULM-OXYGEN.mask_from": Edge("oxygen_fio2", ("39.9", 40, "40.1"), (None, A, A)),
        "REN-CREATININE.relative_from": Edge("creatinine", ("2.49", "2.5", "2.51"), (None, R, R)),
        "REN-CREATININE.absolute_from": Edge("creatinine", ("2.99", 3, "3.01"), (R, A, A)),
        "CV-TACHYCARDIA.absolute_above": Edge("heart_rate", (129, 130, 131), (R, R, A), CORRECTED),
    }
    return {f"{prefix}-{name}": edge for name, edge in rows.items()}


EDGES = {
    "L-CV-SBP.hold_below": Edge("systolic_bp", (89, 90, 91), (H, None, None)),
    "L-RESP-SPO2.hold_below": Edge("spo2", (89, 90, 91), (H, None, None)),
    "L-REN-CREATININE.alone_above": Edge("creatinine", ("4.49", "4.5", "4.51"), (None, None, H)),
    "L-REN-CREATININE.aggravated_from": Edge("creatinine", ("3.99", 4, "4.01"), (None, H, H), {"potassium": 6}),
    "L-REN-CREATININE.ph_below": Edge("arterial_ph", ("7.34", "7.35", "7.36"), (H, None, None), {"creatinine": 4}),
    "L-REN-CREATININE.potassium_above": Edge("potassium", ("5.4", "5.5", "5.6"), (None, None, H), {"creatinine": 4}),
    "L-REN-OLIGURIA.hold_below": Edge(
        "urine_output",
        volumes(159, 160, 161, hours=16),
        (H, None, None),
        {"creatinine": 2},
        ml(per=16),
        {"creatinine": 1},
    ),
    **counted_edges("C"),
    **counted_edges("I"),
    "C-CV-TACHYCARDIA.relative_from": Edge("heart_rate", (99, 100, 101), (None, R, R), CORRECTED),
    "I-CV-TACHYCARDIA.relative_from": Edge("heart_rate", (119, 120, 121), (None, R, R), CORRECTED),
    # The rate has just been turned down to nothing: only the highest since the last dose counts.
    "C-HEM-PRESSOR.max_relative_from": Edge(RATE, ("0.99", 1, "1.01"), (None, R, R)),
    "C-HEM-PRESSOR.max_absolute_above": Edge(RATE, ("1.49", "1.5", "1.51"), (R, R, A)),
    "C-HEM-PRESSOR.min_relative_above": Edge(RATE, ("0.49", "0.5", "0.51"), (None, None, R)),
    "C-HEM-PRESSOR.min_absolute_above": Edge(RATE, ("0.79", "0.8", "0.81"), (R, R, A)),
    "C-GI-DIARRHEA.shift_from": Edge("diarrhea_volume", volumes(999, 1000, 1001), (None, R, R), printed=ml()),
    "I-GI-DIARRHEA.shift_above": Edge("diarrhea_volume", volumes(999, 1000, 1001), (None, None, R), printed=ml()),
    "C-GI-BILIRUBIN.relative_above": Edge("bilirubin", ("6.9", 7, "7.1"), (None, None, R)),
    "C-MSK-WEIGHT.relative_above": Edge("weight", ("80.4", "80.5", "80.6"), (None, None, R), printed=gain),
    "I-MSK-WEIGHT.relative_from": Edge("weight", ("80.4", "80.5", "80.6"), (None, R, R), printed=gain),
    "C-REN-URINE.absolute_below": Edge("urine_output", volumes(79, 80, 81), (A, R, R), printed=ml()),
    "C-REN-URINE.relative_to": Edge("urine_output", volumes(159, 160, 161), (R, R, None), printed=ml()),
    "I-REN-URINE.absolute_below": Edge("urine_output", volumes(79, 80, 81), (A, R, R), printed=ml(per=8)),
    "I-REN-URINE.relative_to": Edge("urine_output", volumes(159, 160, 161), (R, R, None), printed=ml(per=8)),
    "C-REN-BICARBONATE.absolute_to": Edge("bicarbonate", ("17.9", 18, "18.1"), (A, A, None)),
    "T-BP-PRESSOR.hold_above": Edge(RATE, ("0.49", "0.5", "0.51"), (None, None, H)),
    "T-REN-URINE.hold_below": Edge("urine_output", volumes(279, 280, 281), (H, None, None), printed=ml(per=70)),
    "T-REN-CREATININE.hold_from": Edge("creatinine", ("2.49", "2.5", "2.51"), (None, H, H)),
    "T-REN-CREATININE.stop_from": Edge("creatinine", ("2.99", 3, "3.01"), (H, S, S)),
}


def test_every_number_has_its_edge() -> None:
    of_doses = {name for name in LIMITS if name.partition(".")[0] in OF_DOSES}
    assert set(EDGES) | of_doses == set(LIMITS)


@pytest.mark.parametrize("name", EDGES)
def test_below_at_and_above(name: str) -> None:
    edge, limit, rule_id = EDGES[name], LIMITS[name], name.partition(".")[0]
    below, at, above = (edge.printed(value) for value in edge.values)
    assert below < at == limit.printed < above
    assert above - below <= max(limit.printed / Fraction(20), 2)
    said = []
    for value in edge.values:
        journey = Journey(*ALL_SETS)
        if edge.before:
            journey.chart(-16, **edge.before)
        journey.chart(0, **{edge.code: value}, **edge.also)
        if ".max_" in name:
            journey.chart(1, phenylephrine_rate=0)
        said.append(journey.effect(rule_id, 1))
    assert tuple(said) == edge.says


def test_the_third_held_dose_is_the_edge_of_the_count() -> None:
    assert LIMITS["I-HELD-THRICE.doses"].printed == 3
    journey = Journey("institution-2015")
    said = []
    for slot in (1, 2, 3, 4):
        journey.held(slot, 8 * (slot - 1))
        said.append(journey.effect("I-HELD-THRICE", 8 * (slot - 1) + 1))
    assert said == [None, None, S, S]
