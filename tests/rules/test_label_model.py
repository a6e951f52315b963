"""The label's latches against a second, slow and simple telling of the same rules: a walk forward through the chart."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given

from tests.rules.journey import Journey
from tests.rules.strategies import charts, examples, told

SINUS = ("sinus", "sinus_tachycardia")

# rule -> (which values of a round trigger, which codes must each be seen good after the trigger)
SIMPLE: dict[str, tuple[Callable[[dict], bool], dict[str, Callable[[object], bool]]]] = {
    "L-CV-RHYTHM": (
        lambda r: r.get("rhythm") in ("atrial_fibrillation", "supraventricular_tachycardia", "bradycardia_treated"),
        {"rhythm": lambda v: v in SINUS},
    ),
    "L-CV-SBP": (
        lambda r: r.get("systolic_bp", 999) < 90,
        {"systolic_bp": lambda v: v >= 90, "rhythm": lambda v: v in SINUS},
    ),
    "L-RESP-SPO2": (lambda r: r.get("spo2", 999) < 90, {"spo2": lambda v: v > 90}),
    "L-NEURO-STATUS": (
        lambda r: r.get("mental_status", "normal") != "normal" or r.get("seizure") == "single",
        {"mental_status": lambda v: v == "normal"},
    ),
    "L-NEURO-SOMNOLENCE": (lambda r: r.get("somnolence_grade", 0) >= 2, {"somnolence_grade": lambda v: v == 0}),
    "L-GI-FOBT": (
        lambda r: r.get("stool_blood", "negative") != "negative",
        {"stool_blood": lambda v: v == "negative"},
    ),
    "L-SKIN-BULLOUS": (
        lambda r: r.get("skin_bullous") == "present" or r.get("skin_preexisting_worse") == "yes",
        {"skin_bullous": lambda v: v == "absent", "skin_preexisting_worse": lambda v: v == "no"},
    ),
    "L-INF-SEPSIS": (lambda r: r.get("sepsis") == "unstable", {"sepsis": lambda v: v == "resolved_stable_treated"}),
}
NEEDS_NO_SYMPTOM = {"L-CV-RHYTHM", "L-CV-SBP"}


def walk(rule_id: str, chart: list[tuple[int, dict]]) -> bool:
    """Is the rule still holding after the last round?"""
    triggers, wanted = SIMPLE[rule_id]
    holding, since, symptoms = False, {}, "none"
    for _, shows in chart:
        symptoms = shows.get("cardiac_symptoms", symptoms)
        if triggers(shows):
            holding, since = True, {}
            continue
        since |= {code: shows[code] for code in wanted if code in shows}
        good = all(code in since and test(since[code]) for code, test in wanted.items())
        if good and (rule_id not in NEEDS_NO_SYMPTOM or symptoms == "none"):
            holding = False
    return holding


CODES = [
    "rhythm",
    "systolic_bp",
    "cardiac_symptoms",
    "spo2",
    "mental_status",
    "seizure",
    "somnolence_grade",
    "stool_blood",
    "skin_bullous",
    "skin_preexisting_worse",
    "sepsis",
]


@given(chart=charts(CODES, most=25))
@examples(100)
def test_both_tellings_agree(chart: list[tuple[int, dict]]) -> None:
    journey = told(Journey("label-2023"), chart)
    found = {each.id for each in journey.ask(61).findings}
    assert found & set(SIMPLE) == {rule_id for rule_id in SIMPLE if walk(rule_id, chart)}
