"""`label-2023`: the trigger of every rule, just below, at and just above each boundary, from one round."""

from __future__ import annotations

import pytest

from tests.rules.journey import Journey

# rule, what one round shows, what the rule says
CASES = [
    ("L-CV-RHYTHM", {"rhythm": "sinus"}, None),
    ("L-CV-RHYTHM", {"rhythm": "sinus_tachycardia"}, None),
    ("L-CV-RHYTHM", {"rhythm": "ventricular_ectopy"}, None),
    ("L-CV-RHYTHM", {"rhythm": "atrial_fibrillation"}, "hold"),
    ("L-CV-RHYTHM", {"rhythm": "supraventricular_tachycardia"}, "hold"),
    ("L-CV-RHYTHM", {"rhythm": "bradycardia_treated"}, "hold"),
    ("L-CV-RHYTHM", {"rhythm": "ventricular_tachycardia_sustained"}, None),
    ("L-CV-SBP", {"systolic_bp": "89.9"}, "hold"),
    ("L-CV-SBP", {"systolic_bp": 89}, "hold"),
    ("L-CV-SBP", {"systolic_bp": 90}, None),
    ("L-CV-SBP", {"systolic_bp": 91}, None),
    ("L-CV-VT", {"rhythm": "ventricular_tachycardia_sustained"}, "discontinue"),
    ("L-CV-VT", {"rhythm": "ventricular_ectopy"}, None),
    ("L-CV-UNCONTROLLED", {"rhythm": "uncontrolled_arrhythmia"}, "discontinue"),
    ("L-CV-UNCONTROLLED", {"rhythm": "atrial_fibrillation"}, None),
    ("L-CV-ISCHEMIA", {"ischemia": "none"}, None),
    ("L-CV-ISCHEMIA", {"ischemia": "ecg_change"}, "discontinue"),
    ("L-CV-ISCHEMIA", {"ischemia": "chest_pain"}, "discontinue"),
    ("L-CV-TAMPONADE", {"tamponade": "no"}, None),
    ("L-CV-TAMPONADE", {"tamponade": "yes"}, "discontinue"),
    ("L-RESP-SPO2", {"spo2": 89}, "hold"),
    ("L-RESP-SPO2", {"spo2": "89.9"}, "hold"),
    ("L-RESP-SPO2", {"spo2": 90}, None),
    ("L-RESP-SPO2", {"spo2": 91}, None),
    ("L-RESP-INTUBATION", {"intubated": "yes"}, "hold"),
    ("L-RESP-INTUBATION", {"intubated": "no"}, None),
    ("L-NEURO-STATUS", {"mental_status": "normal"}, None),
    ("L-NEURO-STATUS", {"mental_status": "mild_change"}, "hold"),
    ("L-NEURO-STATUS", {"mental_status": "moderate_confusion_or_agitation"}, "hold"),
    ("L-NEURO-STATUS", {"mental_status": "severe_change"}, "hold"),
    ("L-NEURO-STATUS", {"mental_status": "toxic_psychosis"}, "hold"),
    ("L-NEURO-STATUS", {"mental_status": "coma"}, "hold"),
    ("L-NEURO-STATUS", {"seizure": "none"}, None),
    ("L-NEURO-STATUS", {"seizure": "single"}, "hold"),
    ("L-NEURO-STATUS", {"seizure": "single", "mental_status": "normal"}, "hold"),
    ("L-NEURO-STATUS", {"seizure": "repetitive_or_uncontrolled"}, None),
    ("L-NEURO-SOMNOLENCE", {"somnolence_grade": 0}, None),
    ("L-NEURO-SOMNOLENCE", {"somnolence_grade": 1}, None),
    ("L-NEURO-SOMNOLENCE", {"somnolence_grade": 2}, "hold"),
    ("L-NEURO-SOMNOLENCE", {"somnolence_grade": 4}, "hold"),
    ("L-NEURO-COMA", {"mental_status": "coma"}, "hold"),
    ("L-NEURO-COMA", {"mental_status": "toxic_psychosis"}, "hold"),
    ("L-NEURO-COMA", {"mental_status": "severe_change"}, None),
    ("L-NEURO-SEIZURE", {"seizure": "single"}, None),
    ("L-NEURO-SEIZURE", {"seizure": "repetitive_or_uncontrolled"}, "discontinue"),
    ("L-GI-FOBT", {"stool_blood": "negative"}, None),
    ("L-GI-FOBT", {"stool_blood": "heme_positive"}, "hold"),
    ("L-GI-FOBT", {"stool_blood": "frank"}, "hold"),
    ("L-GI-FOBT", {"sputum_or_emesis_blood": "frank"}, None),
    ("L-GI-BOWEL", {"bowel_catastrophe": "none"}, None),
    ("L-GI-BOWEL", {"bowel_catastrophe": "ischemia_or_perforation"}, "discontinue"),
    ("L-GI-BOWEL", {"bowel_catastrophe": "bleed_requiring_surgery"}, "discontinue"),
    ("L-HEP-TOX", {"liver_pain": "no"}, None),
    ("L-HEP-TOX", {"liver_pain": "yes"}, "stop_course"),
    ("L-HEP-TOX", {"ast": 199}, None),
    ("L-HEP-TOX", {"ast": 200}, None),
    ("L-HEP-TOX", {"ast": "200.1"}, "stop_course"),
    ("L-HEP-TOX", {"alt": 200}, None),
    ("L-HEP-TOX", {"alt": 201}, "stop_course"),
    ("L-HEP-FAILURE", {"hepatic_failure": "no"}, None),
    ("L-HEP-FAILURE", {"hepatic_failure": "yes"}, "discontinue"),
    ("L-SKIN-BULLOUS", {"skin_bullous": "absent", "skin_preexisting_worse": "no"}, None),
    ("L-SKIN-BULLOUS", {"skin_bullous": "present"}, "hold"),
    ("L-SKIN-BULLOUS", {"skin_preexisting_worse": "yes"}, "hold"),
    ("L-INF-SEPSIS", {"sepsis": "none"}, None),
    ("L-INF-SEPSIS", {"sepsis": "resolved_stable_treated"}, None),
    ("L-INF-SEPSIS", {"sepsis": "unstable"}, "hold"),
    ("L-REN-CREATININE", {"creatinine": "4.4"}, None),
    ("L-REN-CREATININE", {"creatinine": "4.5"}, None),
    ("L-REN-CREATININE", {"creatinine": "4.51"}, "hold"),
    ("L-REN-CREATININE", {"creatinine": 4}, None),
    ("L-REN-CREATININE", {"creatinine": 4, "volume_overload": "none"}, None),
    ("L-REN-CREATININE", {"creatinine": 4, "volume_overload": "severe"}, "hold"),
    ("L-REN-CREATININE", {"creatinine": "3.99", "volume_overload": "severe"}, None),
    ("L-REN-CREATININE", {"creatinine": 4, "arterial_ph": "7.34"}, "hold"),
    ("L-REN-CREATININE", {"creatinine": 4, "arterial_ph": "7.35"}, None),
    ("L-REN-CREATININE", {"creatinine": 4, "potassium": "5.6"}, "hold"),
    ("L-REN-CREATININE", {"creatinine": 4, "potassium": "5.5"}, None),
    ("L-REN-DIALYSIS", {"dialysis": "no"}, None),
    ("L-REN-DIALYSIS", {"dialysis": "yes"}, "hold"),
    ("L-HYPERSENSITIVITY", {"hypersensitivity": "none"}, None),
    ("L-HYPERSENSITIVITY", {"hypersensitivity": "mild"}, None),
    ("L-HYPERSENSITIVITY", {"hypersensitivity": "severe"}, "discontinue"),
]


@pytest.mark.parametrize(("rule_id", "shows", "says"), CASES)
def test_trigger(rule_id: str, shows: dict, says: str | None) -> None:
    journey = Journey("label-2023").chart(-2, mental_status="normal").chart(0, **shows)
    found = journey.finding(rule_id, 0)
    assert (found.effect.value if found else None) == says
    if found:
        assert set(found.because) <= set(shows)
        assert found.observed_at == journey.rounds[-1].observed_at
        assert found.klass is None
        assert found.latched


@pytest.mark.parametrize(("rule_id", "shows", "says"), [case for case in CASES if case[2]])
def test_a_retracted_trigger_never_was(rule_id: str, shows: dict, says: str) -> None:
    journey = Journey("label-2023").chart(0, **shows).retract(-1, 5)
    assert journey.effect(rule_id, "4:59") == says
    assert journey.effect(rule_id, 5) is None


@pytest.mark.parametrize(("rule_id", "shows", "says"), [case for case in CASES if case[2]])
def test_a_trigger_typed_late_counts_from_when_it_was_known_at_its_observed_time(
    rule_id: str, shows: dict, says: str
) -> None:
    journey = Journey("label-2023").chart(0, known=3, **shows)
    assert journey.effect(rule_id, "2:59") is None
    assert journey.effect(rule_id, 3) == says
    assert journey.finding(rule_id, 3).observed_at == journey.rounds[0].observed_at


# limits of the liver row: baseline AST, ULN, value, what the rule says
LIVER = [
    (None, 40, 200, None),
    (None, 40, 201, "stop_course"),
    (40, 40, 201, "stop_course"),  # at the limit is still normal
    (41, 40, 201, None),
    (41, 40, 205, None),
    (41, 40, "205.1", "stop_course"),
    (100, 40, 500, None),
    (100, 40, 501, "stop_course"),
    (30, 60, 300, None),
    (30, 60, 301, "stop_course"),
]


@pytest.mark.parametrize("code", ["ast", "alt"])
@pytest.mark.parametrize(("baseline", "uln", "value", "says"), LIVER)
def test_the_limit_of_the_liver_row_follows_the_baseline(
    code: str, baseline: int | None, uln: int, value: object, says: str | None
) -> None:
    journey = Journey("label-2023", ast_uln=uln, alt_uln=uln)
    if baseline is not None:
        journey.chart(-2, baseline=True, **{code: baseline})
    journey.chart(4, **{code: value})
    assert journey.effect("L-HEP-TOX", 4) == says


def test_ast_and_alt_are_judged_each_on_its_own_baseline() -> None:
    journey = Journey("label-2023").chart(-2, baseline=True, ast=100, alt=20).chart(4, ast=450, alt=201)
    assert dict(journey.finding("L-HEP-TOX", 4).because) == {"alt": 201}


def test_an_abnormal_baseline_does_not_trigger_by_itself() -> None:
    assert Journey("label-2023").chart(-2, baseline=True, ast=900).effect("L-HEP-TOX", 0) is None
