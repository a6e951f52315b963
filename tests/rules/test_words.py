"""The words: explanations, headlines, the rule page and the oddities that a signer must be shown."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from dosing.rules.explain import explain, explain_all, headline, refusal_words
from dosing.rules.oddities import ODDITIES, oddities_of
from dosing.rules.registry import RULE_SETS, bound, newest_sets, resolve, rule
from dosing.rules.rule import UNCONFIRMED
from dosing.rules.standing import STANDING
from tests.rules.journey import Journey
from tracker.errors import BadInput

BERLIN = ZoneInfo("Europe/Berlin")
ALL_RULES = [each for rule_set in (*newest_sets(), STANDING) for each in rule_set.rules]


def plain(text: str) -> str:
    return text.replace("\N{THIN SPACE}", " ")


# sets, what a round at 09:00 local time shows, the sentence
SENTENCES = [
    (
        ("label-2023",),
        {"systolic_bp": 84},
        "Hold: systolic 84 mmHg at 09:00, below 90. "
        "Release: Systolic 90 or more, in sinus rhythm recorded since, and no cardiac symptom.",
    ),
    (("label-2023",), {"tamponade": "yes"}, "Discontinue: cardiac tamponade at 09:00."),
    (
        ("label-2023",),
        {"ast": 250},
        "Stop course: AST 250 U/L at 09:00, above 5 times the upper limit of normal (200 U/L). "
        "Release: Never within the course.",
    ),
    (
        ("label-2023",),
        {"rhythm": "atrial_fibrillation"},
        "Hold: atrial fibrillation at 09:00. "
        "Release: Sinus rhythm or sinus tachycardia recorded since, and no cardiac symptom.",
    ),
    (("label-2023",), {"ischemia": "chest_pain"}, "Discontinue: chest pain at 09:00."),
    (
        ("label-2023",),
        {"intubated": "yes"},
        "Hold: intubated at 09:00, no dose while intubated. Release: Extubated, within 72 h.",
    ),
    (
        ("label-2023",),
        {"sepsis": "unstable"},
        "Hold: sepsis, clinically unstable at 09:00. "
        "Release: Sepsis resolved, patient stable and infection under treatment, all three recorded.",
    ),
    (
        ("consensus-2014",),
        {"creatinine": "2.7"},
        "Hold, relative criterion: creatinine 2.7 mg/dL at 09:00, from 2.5 to below 3. "
        "Release: Creatinine below 2.5 mg/dL.",
    ),
    (
        ("consensus-2014",),
        {"platelets": 29_000},
        "Stop cycle, absolute criterion: platelets 29,000 /mm³ at 09:00, below 30,000. "
        "Release: Platelets above 50,000.",
    ),
    (
        ("consensus-2014",),
        {"weight": "81.2"},
        "Hold, relative criterion: weight 81.2 kg at 09:00, a gain of 16.0 % on the dosing weight, above 15 %. "
        "Release: Weight gain 15 % or less.",
    ),
    (
        ("consensus-2014",),
        {"urine_output": (75, 8)},
        "Stop cycle, absolute criterion: urine 75 mL in 8 h at 09:00, below 80 mL. Release: Urine above 160 mL in 8 h.",
    ),
    (
        ("institution-2015",),
        {"dopamine_rate": 2, "phenylephrine_rate": "0.4"},
        "Stop cycle, absolute criterion: phenylephrine rate 0.4 mcg/kg/min and dopamine rate 2 mcg/kg/min at 09:00, "
        "above 0. Release: No pressor running.",
    ),
]


@pytest.mark.parametrize(("sets", "shows", "sentence"), SENTENCES)
def test_a_finding_in_one_sentence(sets: tuple[str, ...], shows: dict, sentence: str) -> None:
    said = Journey(*sets).chart(0, **shows).ask(0)
    assert [plain(words) for words in explain_all(said, BERLIN)] == [sentence]


def test_the_weekday_is_added_when_it_is_not_today() -> None:
    journey = Journey("label-2023").chart(0, systolic_bp=84)
    found = journey.finding("L-CV-SBP", 20)
    assert "at Mon 09:00," in explain(found, BERLIN, at=journey.ask(20).at)
    assert "at 09:00," in explain(found, BERLIN)


def test_standing_findings_say_what_happened() -> None:
    journey = Journey("label-2023", "institution-2015").refused(4, 24, "stop_cycle").held(1, 0).held(2, 8).held(3, 16)
    first, second = (plain(words) for words in explain_all(journey.ask(26), BERLIN))
    assert first.startswith("Stop cycle: 3 doses held, 3 or more in this cycle. Release: Stays until")
    assert second.startswith(
        "Stop cycle: dose 4 met the verdict stop cycle at 09:00, not yet answered by a prescriber."
    )
    said = Journey("label-2023", discontinued=True).ask(0)
    assert explain(said.findings[0], BERLIN).startswith("Discontinue: the patient was permanently discontinued")


# what the journey does, asked at hour, slot, the order, the reason
HEADLINES = [
    (lambda j: j.well(0), 0, 1, "Dose 1 can be given. It lapses at 11:00.", "No finding."),
    (lambda j: j.well(-1), -1, 1, "Dose 1 cannot start yet.", "No finding so far. It opens at 08:30."),
    (
        lambda j: j.well(0, systolic_bp=84),
        0,
        1,
        "Do not give dose 1.",
        "Systolic 84 mmHg at 09:00, below 90.",
    ),
    (
        lambda j: j.well(0, systolic_bp=84, spo2=85, mood="persistent_crying"),
        0,
        1,
        "Do not give dose 1. Criteria to stop this cycle are met.",
        "Mood persistent crying at 09:00. And 2 more findings.",
    ),
    (
        lambda j: j.well(0, ast=None, weight=None),
        0,
        1,
        "Do not give dose 1 yet.",
        "Cannot tell: AST and weight are missing or too old.",
    ),
    (lambda j: j.well(0, ast=None), 0, 1, "Do not give dose 1 yet.", "Cannot tell: AST is missing or too old."),
    (
        lambda j: j.well(0, ast=900),
        0,
        1,
        "Do not give dose 1. No further dose in this course.",
        "AST 900 U/L at 09:00, above 5 times the upper limit of normal (200 U/L).",
    ),
    (
        lambda j: j.well(0, tamponade="yes"),
        0,
        1,
        "Do not give dose 1. Interleukin-2 is permanently stopped for this patient.",
        "Cardiac tamponade at 09:00.",
    ),
    (
        lambda j: j.well(0, platelets=45_000, resting_dyspnea="yes", oxygen_flow=3),
        0,
        1,
        "Do not give dose 1. Criteria to stop this cycle are met.",
        "3 relative criteria together: platelets 45,000 /mm³ at 09:00, within 30,000 to 50,000; "
        "shortness of breath at rest at 09:00; oxygen flow 3 L/min at 09:00, within 3 to 4.",
    ),
    (lambda j: j.given(1, 0), 1, 1, "Dose 1 was given.", "A dose is given once."),
    (
        lambda j: j.well(3),
        3,
        1,
        "Do not give dose 1.",
        "Its time ended at 11:00. A lost dose is never made up.",
    ),
    (
        lambda j: j.held(1, 0).well(0),
        0,
        1,
        "Do not give dose 1.",
        "It was held, omitted or passed. A lost dose is never made up.",
    ),
]


@pytest.mark.parametrize(("told", "at", "slot", "order", "reason"), HEADLINES)
def test_the_first_words_give_the_order(told, at: int, slot: int, order: str, reason: str) -> None:
    said = told(Journey("label-2023", "consensus-2014")).ask(at, slot)
    assert tuple(map(plain, headline(said, BERLIN))) == (order, reason)


def test_a_relative_criterion_below_the_count_is_named_though_the_dose_may_be_given() -> None:
    said = Journey("consensus-2014", counting=(2, 3)).well(0, platelets=45_000).ask(0)
    assert said.verdict == "proceed"
    assert (
        headline(said, BERLIN).reason
        == "1 relative criterion stands, fewer than the hospital's count that holds a dose."
    )


def test_every_refusal_has_its_words() -> None:
    journey = Journey(cycle_number=2).given(1, 0).ended(130)
    said = journey.ask(130, 16)
    assert set(said.refusals) == {"cycle_cap", "cycle_window", "not_active", "rest_period", "slot_lapsed"}
    assert len(refusal_words(said, BERLIN)) == 5


# --- the rule page ----------------------------------------------------------------------------------------------------


def test_every_rule_is_complete_data() -> None:
    assert len({each.id for each in ALL_RULES}) == len(ALL_RULES) == 22 + 25 + 24 + 4 + 3
    for each in ALL_RULES:
        assert each.sentence.endswith(".")
        assert each.trigger
        assert str(each.source)
        assert rule(each.id) is each
        assert each.release or each.effect in ("discontinue",)
        assert each.effect.rank >= 2


def test_rules_of_a_set_are_listed_by_organ_system() -> None:
    for rule_set in newest_sets():
        listed = [each for rules in rule_set.by_organ().values() for each in rules]
        assert sorted(each.id for each in listed) == sorted(each.id for each in rule_set.rules)


def test_what_is_our_reading_is_marked_as_such() -> None:
    assert "our reading" in rule("L-CV-SBP").reading
    assert "single seizure" in rule("L-NEURO-STATUS").reading
    unconfirmed = {each.id for each in ALL_RULES if UNCONFIRMED in each.reading}
    assert unconfirmed == {"C-GI-VOMITING", "C-NEURO-STATUS", "C-NEURO-TASKS", "C-REN-BICARBONATE"}


def test_both_columns_of_a_counted_rule_are_in_words() -> None:
    for name in ("consensus-2014", "institution-2015"):
        for each in resolve(name).rules:
            assert each.relative or each.absolute or each.klass is None
            assert (each.klass == "absolute") is bool(each.absolute)


def test_sources_name_document_and_table() -> None:
    assert (
        str(rule("L-CV-SBP").source) == "Aldesleukin prescribing information, revised 9/2023, Table 2, Cardiovascular"
    )
    assert str(rule("L-HYPERSENSITIVITY").source) == "Aldesleukin prescribing information, revised 9/2023, section 5.9"


def test_oddities_are_listed_beside_each_set() -> None:
    assert len(ODDITIES) == 12
    for rule_set in newest_sets():
        assert oddities_of(rule_set.id)
    assert any("blood pressure" in oddity.text for oddity in oddities_of("consensus-2014"))


def test_a_name_means_the_newest_version_and_a_version_exactly_itself() -> None:
    assert resolve("label-2023") is resolve("label-2023@1") is RULE_SETS["label-2023@1"]
    with pytest.raises(BadInput) as refused:
        bound(())
    assert refused.value.code == "no_rule_set"
    for unknown in ("label-2024", "label-2023@2", "label-2023@", "", "standing"):
        with pytest.raises(BadInput) as refused:
            resolve(unknown)
        assert refused.value.code == "unknown_rule_set"
