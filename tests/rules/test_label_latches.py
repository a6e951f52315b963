"""`label-2023`: what holds stays until its release is observed. Each story is a list of (hour, round, still held?)."""

from __future__ import annotations

import pytest

from dosing.rules.criteria import When, below
from dosing.rules.latches import permanent
from dosing.rules.picture import picture_at
from dosing.rules.registry import newest_sets
from dosing.rules.standing import STANDING
from dosing.rules.verdict import Verdict
from tests.rules.journey import Journey, hour
from tests.rules.test_every_rule import ALL_SETS, LABEL, LIVES, RULES

HELD, FREE = True, False

STORIES = {
    # --- rhythm ---
    ("L-CV-RHYTHM", "sinus rhythm releases"): [
        (0, {"rhythm": "atrial_fibrillation"}, HELD),
        (2, {"systolic_bp": 120}, HELD),
        (4, {"rhythm": "sinus"}, FREE),
        (6, {"rhythm": "ventricular_ectopy"}, FREE),
    ],
    ("L-CV-RHYTHM", "sinus tachycardia releases, ectopy does not"): [
        (0, {"rhythm": "supraventricular_tachycardia"}, HELD),
        (2, {"rhythm": "ventricular_ectopy"}, HELD),
        (4, {"rhythm": "sinus_tachycardia"}, FREE),
    ],
    ("L-CV-RHYTHM", "a cardiac symptom keeps it until none is recorded"): [
        (0, {"rhythm": "bradycardia_treated"}, HELD),
        (2, {"rhythm": "sinus", "cardiac_symptoms": "present"}, HELD),
        (4, {"rhythm": "sinus"}, HELD),
        (6, {"cardiac_symptoms": "none"}, FREE),
    ],
    ("L-CV-RHYTHM", "a symptom from before the trigger counts until none is recorded"): [
        (0, {"cardiac_symptoms": "present"}, FREE),
        (1, {"rhythm": "atrial_fibrillation"}, HELD),
        (2, {"rhythm": "sinus"}, HELD),
        (3, {"cardiac_symptoms": "none"}, FREE),
    ],
    ("L-CV-RHYTHM", "it can come back"): [
        (0, {"rhythm": "atrial_fibrillation"}, HELD),
        (1, {"rhythm": "sinus"}, FREE),
        (2, {"rhythm": "atrial_fibrillation"}, HELD),
        (3, {"rhythm": "sinus"}, FREE),
    ],
    # --- blood pressure ---
    ("L-CV-SBP", "pressure alone does not release"): [
        (0, {"systolic_bp": 84}, HELD),
        (1, {"systolic_bp": 120}, HELD),
        (2, {"rhythm": "sinus"}, FREE),
    ],
    ("L-CV-SBP", "exactly 90 in sinus rhythm releases"): [
        (0, {"systolic_bp": "89.9", "rhythm": "sinus"}, HELD),
        (1, {"systolic_bp": 90, "rhythm": "sinus"}, FREE),
    ],
    ("L-CV-SBP", "a rhythm from before the trigger, or from its own round, does not release"): [
        (0, {"rhythm": "sinus"}, FREE),
        (1, {"systolic_bp": 80, "rhythm": "sinus"}, HELD),
        (2, {"systolic_bp": 130}, HELD),
        (3, {"rhythm": "sinus_tachycardia"}, FREE),
    ],
    ("L-CV-SBP", "a new low pressure starts the wait anew"): [
        (0, {"systolic_bp": 84}, HELD),
        (1, {"rhythm": "sinus"}, HELD),
        (2, {"systolic_bp": 88}, HELD),
        (3, {"systolic_bp": 95}, HELD),
        (4, {"rhythm": "sinus"}, FREE),
    ],
    ("L-CV-SBP", "ectopy is not sinus"): [
        (0, {"systolic_bp": 84}, HELD),
        (1, {"systolic_bp": 95, "rhythm": "ventricular_ectopy"}, HELD),
        (2, {"systolic_bp": 95, "rhythm": "sinus"}, FREE),
    ],
    ("L-CV-SBP", "all conditions must stand together"): [
        (0, {"systolic_bp": 84}, HELD),
        (1, {"systolic_bp": 95, "cardiac_symptoms": "present"}, HELD),
        (2, {"rhythm": "sinus"}, HELD),
        (3, {"rhythm": "ventricular_ectopy", "cardiac_symptoms": "none"}, HELD),
        (4, {"rhythm": "sinus"}, FREE),
    ],
    # --- saturation: exactly 90 neither triggers nor releases ---
    ("L-RESP-SPO2", "89, 90, 91"): [
        (0, {"spo2": 89}, HELD),
        (1, {"spo2": 90}, HELD),
        (2, {"spo2": 91}, FREE),
        (3, {"spo2": 90}, FREE),
        (4, {"spo2": "89.99"}, HELD),
        (5, {"spo2": "90.01"}, FREE),
    ],
    ("L-RESP-SPO2", "no amount of oxygen matters"): [
        (0, {"spo2": 85, "oxygen_flow": 0}, HELD),
        (1, {"spo2": 91, "oxygen_flow": 15}, FREE),
    ],
    # --- mental status ---
    ("L-NEURO-STATUS", "only normal releases"): [
        (0, {"mental_status": "severe_change"}, HELD),
        (1, {"mental_status": "mild_change"}, HELD),
        (2, {"serial_sevens": "able", "spell_world_backward": "able"}, HELD),
        (3, {"mental_status": "normal"}, FREE),
    ],
    ("L-NEURO-STATUS", "a baseline that was not normal holds as well"): [
        (-1, {"mental_status": "mild_change"}, HELD),
        (0, {"mental_status": "mild_change"}, HELD),
        (1, {"mental_status": "normal"}, FREE),
    ],
    ("L-NEURO-STATUS", "a single seizure is released by normal status of a later round"): [
        (0, {"seizure": "single", "mental_status": "normal"}, HELD),
        (1, {"seizure": "none"}, HELD),
        ("1:10", {"mental_status": "normal"}, FREE),
    ],
    # --- somnolence: grade 1 neither triggers nor releases ---
    ("L-NEURO-SOMNOLENCE", "2, 1, 0"): [
        (0, {"somnolence_grade": 1}, FREE),
        (1, {"somnolence_grade": 2}, HELD),
        (2, {"somnolence_grade": 1}, HELD),
        (3, {"somnolence_grade": 0}, FREE),
        (4, {"somnolence_grade": 1}, FREE),
        (5, {"somnolence_grade": 3}, HELD),
    ],
    # --- stool ---
    ("L-GI-FOBT", "until negative"): [
        (0, {"stool_blood": "heme_positive"}, HELD),
        (8, {"stool_blood": "frank"}, HELD),
        (16, {"sputum_or_emesis_blood": "none"}, HELD),
        (24, {"stool_blood": "negative"}, FREE),
    ],
    # --- skin ---
    ("L-SKIN-BULLOUS", "both codes must be recorded negative since"): [
        (0, {"skin_bullous": "present"}, HELD),
        (8, {"skin_bullous": "absent"}, HELD),
        (16, {"skin_preexisting_worse": "no"}, FREE),
    ],
    ("L-SKIN-BULLOUS", "a negative from before the trigger does not count"): [
        (0, {"skin_preexisting_worse": "no"}, FREE),
        (1, {"skin_bullous": "present"}, HELD),
        (2, {"skin_bullous": "absent"}, HELD),
        (3, {"skin_preexisting_worse": "yes"}, HELD),
        (4, {"skin_preexisting_worse": "no"}, HELD),
        (5, {"skin_bullous": "absent"}, FREE),
    ],
    # --- sepsis ---
    ("L-INF-SEPSIS", "none does not release, all three recorded does"): [
        (0, {"sepsis": "unstable"}, HELD),
        (8, {"sepsis": "none"}, HELD),
        (16, {"sepsis": "resolved_stable_treated"}, FREE),
    ],
}


def tell(rule_id: str, story: list) -> None:
    journey = Journey("label-2023")
    for at, shows, held in story:
        journey.chart(at, **shows)
        assert (journey.effect(rule_id, at) is not None) is held, f"at hour {at}"


@pytest.mark.parametrize(("title", "story"), STORIES.items(), ids=[f"{rule}: {what}" for rule, what in STORIES])
def test_story(title: tuple[str, str], story: list) -> None:
    tell(title[0], story)


@pytest.mark.parametrize(("title", "story"), STORIES.items(), ids=[f"{rule}: {what}" for rule, what in STORIES])
def test_the_same_story_typed_in_any_order_after_the_fact(title: tuple[str, str], story: list) -> None:
    """Only observed times decide: entered backwards an hour after the end, the last state is the same."""
    last = 30
    journey = Journey("label-2023")
    for at, shows, _ in reversed(story):
        journey.chart(at, known=last, **shows)
    assert (journey.effect(title[0], last) is not None) is story[-1][2]
    assert journey.effect(title[0], last - 1) is None


@pytest.mark.parametrize(("title", "story"), STORIES.items(), ids=[f"{rule}: {what}" for rule, what in STORIES])
def test_retracting_what_released_un_releases(title: tuple[str, str], story: list) -> None:
    journey = Journey("label-2023")
    for at, shows, _ in story:
        journey.chart(at, **shows)
    before_last = story[-2][2]
    journey.retract(-1, 40)
    assert (journey.effect(title[0], 39) is not None) is story[-1][2]
    assert (journey.effect(title[0], 40) is not None) is before_last


PERMANENT = {
    "L-CV-VT": ({"rhythm": "ventricular_tachycardia_sustained"}, {"rhythm": "sinus"}),
    "L-CV-UNCONTROLLED": ({"rhythm": "uncontrolled_arrhythmia"}, {"rhythm": "sinus"}),
    "L-CV-ISCHEMIA": ({"ischemia": "chest_pain"}, {"ischemia": "none"}),
    "L-CV-TAMPONADE": ({"tamponade": "yes"}, {"tamponade": "no"}),
    "L-NEURO-SEIZURE": ({"seizure": "repetitive_or_uncontrolled"}, {"seizure": "none", "mental_status": "normal"}),
    "L-GI-BOWEL": ({"bowel_catastrophe": "bleed_requiring_surgery"}, {"bowel_catastrophe": "none"}),
    "L-HEP-TOX": ({"ast": 300}, {"ast": 20, "alt": 20, "liver_pain": "no"}),
    "L-HEP-FAILURE": ({"hepatic_failure": "yes"}, {"hepatic_failure": "no"}),
    "L-HYPERSENSITIVITY": ({"hypersensitivity": "severe"}, {"hypersensitivity": "none"}),
}


def test_which_rules_latch() -> None:
    """Every rule of the label, the count of held doses and what rests on earlier decisions; no criterion ever."""
    latching = {
        rule_set.id: {rule.id for rule in rule_set.rules if rule.latched} for rule_set in (*newest_sets(), STANDING)
    }
    assert latching == {
        "label-2023": {*LABEL},
        "consensus-2014": set(),
        "institution-2015": {"I-HELD-THRICE"},
        "til-2024": set(),
        "standing": {"P-DISCONTINUED", "P-COURSE-STOPPED", "X-STOPPED"},
    }


@pytest.mark.parametrize("rule_id", LIVES)
def test_a_finding_latches_as_its_rule_says(rule_id: str) -> None:
    life = LIVES[rule_id]
    journey = Journey(*ALL_SETS).chart(-24, **life.before).chart(0, **life.bad)
    assert journey.finding(rule_id, life.lasts).latched is RULES[rule_id].latched


@pytest.mark.parametrize("rule_id", PERMANENT)
def test_nothing_releases_what_is_permanent_but_a_correction(rule_id: str) -> None:
    bad, good = PERMANENT[rule_id]
    journey = Journey("label-2023").chart(0, **bad)
    effect = journey.effect(rule_id, 0)
    for at in range(1, 60):
        journey.chart(at, **good)
    assert journey.effect(rule_id, 100) == effect
    assert journey.finding(rule_id, 100).observed_at == journey.rounds[0].observed_at
    journey.retract(0, 101)
    assert journey.effect(rule_id, 101) is None


def test_a_latched_finding_shows_the_latest_round_that_met_its_trigger() -> None:
    journey = Journey("label-2023").chart(0, systolic_bp=80).chart(2, systolic_bp=86).chart(4, systolic_bp=95)
    found = journey.finding("L-CV-SBP", 4)
    assert found.observed_at == journey.rounds[1].observed_at
    assert dict(found.because) == {"systolic_bp": 86}


def test_release_terms_are_ticked_off_one_by_one() -> None:
    journey = Journey("label-2023").chart(0, systolic_bp=84, rhythm="sinus")
    assert [term.met for term in journey.finding("L-CV-SBP", 0).release_terms] == [False, False, True]
    journey.chart(1, systolic_bp=96)
    pressure, rhythm, symptoms = journey.finding("L-CV-SBP", 1).release_terms
    assert (pressure.met, rhythm.met, symptoms.met) == (True, False, True)
    assert pressure.now == "96\N{THIN SPACE}mmHg"
    assert pressure.now_at == journey.rounds[1].observed_at
    assert rhythm.now == "not recorded since"
    journey.chart(2, cardiac_symptoms="present")
    assert journey.finding("L-CV-SBP", 2).release_terms[2].met is False


def test_two_values_of_one_instant_the_bad_one_triggers_whichever_was_typed_last() -> None:
    for first, second in ((84, 120), (120, 84)):
        journey = Journey("label-2023")
        journey.chart(0, systolic_bp=first, rhythm="sinus").chart(0, known="0:05", systolic_bp=second, rhythm="sinus")
        assert journey.effect("L-CV-SBP", 1) == "hold"


def test_a_release_counts_what_was_known_last_about_its_instant() -> None:
    journey = Journey("label-2023").chart(0, spo2=85).chart(2, spo2=95)
    assert journey.effect("L-RESP-SPO2", 3) is None
    journey.chart(2, known=4, spo2=90)
    assert journey.effect("L-RESP-SPO2", 3) is None
    assert journey.effect("L-RESP-SPO2", 4) == "hold"


def test_a_late_low_value_before_the_release_changes_nothing_and_after_it_holds_again() -> None:
    journey = Journey("label-2023").chart(0, systolic_bp=84).chart(4, systolic_bp=100, rhythm="sinus")
    journey.chart(2, known=5, systolic_bp=70)
    assert journey.effect("L-CV-SBP", 5) is None
    journey.chart("4:30", known=6, systolic_bp=89)
    assert journey.effect("L-CV-SBP", "5:59") is None
    assert journey.effect("L-CV-SBP", 6) == "hold"


def test_a_permanent_rule_on_a_number_names_the_limit() -> None:
    judge = permanent(Verdict.DISCONTINUE, When("spo2", below(90)))
    hit = judge(picture_at(Journey().chart(0, spo2=80).facts, hour(0)))
    assert (hit.effect, hit.limit, hit.latched) == ("discontinue", "below 90", True)
