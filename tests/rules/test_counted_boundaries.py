"""`consensus-2014` and `institution-2015` side by side: every row, just below, at and just above each boundary.

R is a relative criterion, A an absolute one, - none. A row that one of the sets does not have is marked "no row".
"""

from __future__ import annotations

import pytest

from tests.rules.journey import Journey

NO_ROW = "no row"
CLASSES = {"R": "relative", "A": "absolute", "-": None, NO_ROW: None}

# row, what one round shows, consensus-2014, institution-2015
CASES = [
    ("CV-ECG", {"ischemia": "none", "rhythm": "sinus"}, "-", "-"),
    ("CV-ECG", {"rhythm": "sinus_tachycardia"}, "-", "-"),
    ("CV-ECG", {"rhythm": "bradycardia_treated"}, "-", "-"),
    ("CV-ECG", {"ischemia": "ecg_change"}, "A", "A"),
    ("CV-ECG", {"ischemia": "chest_pain"}, "A", "A"),
    ("CV-ECG", {"rhythm": "atrial_fibrillation"}, "A", "A"),
    ("CV-ECG", {"rhythm": "supraventricular_tachycardia"}, "A", "A"),
    ("CV-ECG", {"rhythm": "ventricular_ectopy"}, "A", "A"),
    ("CV-ECG", {"rhythm": "ventricular_tachycardia_sustained"}, "A", "A"),
    ("CV-ECG", {"rhythm": "uncontrolled_arrhythmia"}, "A", "A"),
    ("CV-ENZYMES", {"cardiac_enzymes": "normal"}, "-", "-"),
    ("CV-ENZYMES", {"cardiac_enzymes": "raised"}, "A", "A"),
    ("SKIN-DESQUAMATION", {"moist_desquamation": "absent"}, "-", "-"),
    ("SKIN-DESQUAMATION", {"moist_desquamation": "present"}, "R", "A"),
    ("GI-DIARRHEA", {"diarrhea_volume": (999, 8)}, "-", "-"),
    ("GI-DIARRHEA", {"diarrhea_volume": (1000, 8)}, "R", "-"),
    ("GI-DIARRHEA", {"diarrhea_volume": (1001, 8)}, "R", "R"),
    ("GI-DISTENSION", {"abdominal_distension": "none"}, "-", "-"),
    ("GI-DISTENSION", {"abdominal_distension": "present"}, "R", "A"),
    ("GI-DISTENSION", {"abdominal_distension": "affecting_breathing"}, "A", "A"),
    ("GI-VOMITING", {"vomiting_refractory": "no"}, "-", "-"),
    ("GI-VOMITING", {"vomiting_refractory": "yes"}, "A", "A"),
    ("GI-PAIN", {"abdominal_pain_unrelenting": "no"}, "-", "-"),
    ("GI-PAIN", {"abdominal_pain_unrelenting": "yes"}, "A", "A"),
    ("GI-BILIRUBIN", {"bilirubin": "6.9"}, "-", NO_ROW),
    ("GI-BILIRUBIN", {"bilirubin": 7}, "-", NO_ROW),
    ("GI-BILIRUBIN", {"bilirubin": "7.1"}, "R", NO_ROW),
    ("BLEED-HEME", {"stool_blood": "negative", "sputum_or_emesis_blood": "none"}, "-", "-"),
    ("BLEED-HEME", {"stool_blood": "heme_positive"}, "R", "R"),
    ("BLEED-HEME", {"sputum_or_emesis_blood": "heme_positive"}, "R", "R"),
    ("BLEED-HEME", {"stool_blood": "frank"}, "A", "A"),
    ("BLEED-HEME", {"sputum_or_emesis_blood": "frank"}, "A", "A"),
    ("BLEED-HEME", {"stool_blood": "heme_positive", "sputum_or_emesis_blood": "frank"}, "A", "A"),
    ("BLEED-PLATELETS", {"platelets": 50_001}, "-", "-"),
    ("BLEED-PLATELETS", {"platelets": 50_000}, "R", "R"),
    ("BLEED-PLATELETS", {"platelets": 49_999}, "R", "R"),
    ("BLEED-PLATELETS", {"platelets": 30_000}, "R", "R"),
    ("BLEED-PLATELETS", {"platelets": 29_999}, "A", "A"),
    ("INF", {"infection": "none"}, "-", "-"),
    ("INF", {"infection": "suspected"}, "A", "A"),
    ("INF", {"infection": "documented"}, "A", "A"),
    ("MSK-WEIGHT", {"weight": "80.49"}, "-", "-"),
    ("MSK-WEIGHT", {"weight": "80.5"}, "-", "R"),
    ("MSK-WEIGHT", {"weight": "80.51"}, "R", "R"),
    ("MSK-TIGHTNESS", {"limb_tightness": "none"}, "-", "-"),
    ("MSK-TIGHTNESS", {"limb_tightness": "tightness"}, "-", "-"),
    ("MSK-TIGHTNESS", {"limb_tightness": "extreme_tightness"}, "R", "R"),
    ("MSK-TIGHTNESS", {"limb_tightness": "extreme_paresthesia"}, "A", "A"),
    ("NEURO-DREAMS", {"vivid_dreams": "no", "hallucinations_grade": 0}, "-", "-"),
    ("NEURO-DREAMS", {"vivid_dreams": "yes"}, "R", "A"),
    ("NEURO-DREAMS", {"hallucinations_grade": 1}, "A", "A"),
    ("NEURO-DREAMS", {"vivid_dreams": "yes", "hallucinations_grade": 2}, "A", "A"),
    ("NEURO-MOOD", {"mood": "normal"}, "-", "-"),
    ("NEURO-MOOD", {"mood": "mild_anxiety"}, "R", "A"),
    ("NEURO-MOOD", {"mood": "persistent_crying"}, "A", "A"),
    ("NEURO-STATUS", {"mental_status": "normal"}, "-", "-"),
    ("NEURO-STATUS", {"mental_status": "mild_change"}, "-", "A"),
    ("NEURO-STATUS", {"mental_status": "coma"}, "-", "A"),
    ("NEURO-TASKS", {"serial_sevens": "able", "spell_world_backward": "able"}, "-", "-"),
    ("NEURO-TASKS", {"serial_sevens": "unable", "spell_world_backward": "able"}, "A", "A"),
    ("NEURO-TASKS", {"serial_sevens": "able", "spell_world_backward": "unable"}, "A", "A"),
    ("PULM-OXYGEN", {"oxygen_flow": 0}, "-", "-"),
    ("PULM-OXYGEN", {"oxygen_flow": "2.9"}, "-", "-"),
    ("PULM-OXYGEN", {"oxygen_flow": 3}, "R", "R"),
    ("PULM-OXYGEN", {"oxygen_flow": 4}, "R", "R"),
    ("PULM-OXYGEN", {"oxygen_flow": "4.1"}, "A", "A"),
    ("PULM-OXYGEN", {"oxygen_flow": 3, "spo2": 90}, "R", "R"),
    ("PULM-OXYGEN", {"oxygen_fio2": 21}, "-", "-"),
    ("PULM-OXYGEN", {"oxygen_fio2": "39.9"}, "-", "-"),
    ("PULM-OXYGEN", {"oxygen_fio2": 40}, "A", "A"),
    ("PULM-OXYGEN", {"oxygen_flow": 0, "intubated": "yes"}, "A", "A"),
    ("PULM-DYSPNEA", {"resting_dyspnea": "no"}, "-", "-"),
    ("PULM-DYSPNEA", {"resting_dyspnea": "yes"}, "R", "R"),
    ("PULM-RALES", {"rales": "none"}, "-", "-"),
    ("PULM-RALES", {"rales": "below_one_third"}, "-", "-"),
    ("PULM-RALES", {"rales": "one_third_to_half"}, "R", "R"),
    ("PULM-RALES", {"rales": "half_or_more"}, "A", "A"),
    ("REN-URINE", {"urine_output": ("160.1", 8)}, "-", "-"),
    ("REN-URINE", {"urine_output": (160, 8)}, "R", "R"),
    ("REN-URINE", {"urine_output": (80, 8)}, "R", "R"),
    ("REN-URINE", {"urine_output": ("79.9", 8)}, "A", "A"),
    ("REN-URINE", {"urine_output": (0, 8)}, "A", "A"),
    ("REN-URINE", {"urine_output": (0, "7.9")}, "-", "-"),
    ("REN-CREATININE", {"creatinine": "2.49"}, "-", "-"),
    ("REN-CREATININE", {"creatinine": "2.5"}, "R", "R"),
    ("REN-CREATININE", {"creatinine": "2.99"}, "R", "R"),
    ("REN-CREATININE", {"creatinine": "3.0"}, "A", "A"),
    ("REN-CREATININE", {"creatinine": 5}, "A", "A"),
    ("REN-BICARBONATE", {"bicarbonate": "18.1"}, "-", NO_ROW),
    ("REN-BICARBONATE", {"bicarbonate": 18}, "A", NO_ROW),
    ("REN-BICARBONATE", {"bicarbonate": 17}, "A", NO_ROW),
    ("HEM-PRESSOR", {"phenylephrine_rate": 0}, "-", "-"),
    ("HEM-PRESSOR", {"phenylephrine_rate": "0.01"}, "-", "A"),
    ("HEM-PRESSOR", {"dopamine_rate": 2}, "-", "A"),
    ("HEM-PRESSOR", {"norepinephrine_rate": "0.1"}, "-", "A"),
]


def both() -> Journey:
    return Journey("consensus-2014", "institution-2015")


@pytest.mark.parametrize(("row", "shows", "consensus", "institution"), CASES)
def test_row(row: str, shows: dict, consensus: str, institution: str) -> None:
    journey = both().chart(0, **shows)
    assert journey.effect(f"C-{row}", 0) == CLASSES[consensus]
    assert journey.effect(f"I-{row}", 0) == CLASSES[institution]


@pytest.mark.parametrize(
    ("row", "shows", "consensus", "institution"), [case for case in CASES if {"R", "A"} & set(case[2:])]
)
def test_nothing_latches_and_a_retraction_undoes(row: str, shows: dict, consensus: str, institution: str) -> None:
    journey = both().chart(0, **shows)
    well = {"urine_output": (640, 8), "creatinine": 1, "bicarbonate": 24, "bilirubin": 1, "weight": 70}
    well |= {"platelets": 200_000, "oxygen_flow": 0, "oxygen_fio2": 21, "intubated": "no", "rales": "none"}
    well |= {"resting_dyspnea": "no", "serial_sevens": "able", "spell_world_backward": "able", "mood": "normal"}
    well |= {"mental_status": "normal", "vivid_dreams": "no", "hallucinations_grade": 0, "limb_tightness": "none"}
    well |= {"infection": "none", "stool_blood": "negative", "sputum_or_emesis_blood": "none", "rhythm": "sinus"}
    well |= {"abdominal_pain_unrelenting": "no", "vomiting_refractory": "no", "abdominal_distension": "none"}
    well |= {"diarrhea_volume": (0, 8), "moist_desquamation": "absent", "cardiac_enzymes": "normal", "ischemia": "none"}
    well |= {"phenylephrine_rate": 0, "dopamine_rate": 0, "norepinephrine_rate": 0}
    journey.chart(8, **well)
    assert journey.ask(8).findings == ()
    journey.retract(-1, 9).retract(0, 10)
    still = journey.ask("9:30").findings
    assert (journey.effect(f"C-{row}", "9:30") or journey.effect(f"I-{row}", "9:30")) or row in (
        "REN-URINE",  # its window ended more than 2 h ago, so it is unknown
        "GI-DIARRHEA",  # its newest entry is more than 8 h old
    ), still
    assert journey.ask(10).findings == ()


def test_every_row_of_both_sets_is_in_the_table_or_has_its_own_test() -> None:
    from dosing.rules.registry import resolve

    rows = {row for row, *_ in CASES}
    own = {"CV-TACHYCARDIA", "HELD-THRICE"}
    assert {rule.id[2:] for rule in resolve("consensus-2014").rules} <= rows | own
    institution = {rule.id[2:] for rule in resolve("institution-2015").rules}
    assert institution <= rows | own
    assert not institution & {row for row, _, _, said in CASES if said == NO_ROW}


def test_the_newest_momentary_value_counts_however_old() -> None:
    journey = both().chart(0, mood="persistent_crying")
    assert journey.effect("C-NEURO-MOOD", 500) == "absolute"


def test_a_code_never_recorded_triggers_nothing() -> None:
    assert both().chart(0, respiratory_rate=16).ask(0).findings == ()
