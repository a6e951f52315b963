"""How the ward reads each quantity and each value: one line of the table for every name that is not its code."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from dosing.rules.explain import VERDICT_WORDS, clock, missing_words, value_words
from dosing.rules.verdict import Verdict
from dosing.rules.wording import listed, named, shown, uncapitalised

BERLIN = ZoneInfo("Europe/Berlin")


def plain(text: str) -> str:
    return text.replace("\N{THIN SPACE}", " ")


# code, its value, how both are read inside a sentence
READ = [
    ("systolic_bp", 84, "systolic 84 mmHg"),
    ("spo2", 88, "oxygen saturation 88 %"),
    ("oxygen_flow", Fraction("3.5"), "oxygen flow 3.5 L/min"),
    ("oxygen_fio2", 40, "inspired oxygen 40 %"),
    ("urine_output", 75, "urine 75 mL"),
    ("diarrhea_volume", 1200, "diarrhea 1200 mL"),
    ("arterial_ph", Fraction("7.31"), "arterial pH 7.31"),
    ("ast", 201, "AST 201 U/L"),
    ("alt", 251, "ALT 251 U/L"),
    ("platelets", 29_000, "platelets 29,000 /mm³"),
    ("ischemia", "ecg_change", "ECG change of ischaemia or infarction"),
    ("rhythm", "atrial_fibrillation", "atrial fibrillation"),
    ("tamponade", "yes", "cardiac tamponade"),
    ("cardiac_symptoms", "present", "cardiac symptoms"),
    ("cardiac_symptoms", "none", "cardiac symptoms none"),
    ("cardiac_enzymes", "raised", "CK-MB or troponin raised"),
    ("stool_blood", "heme_positive", "stool FIT or FOBT positive"),
    ("sputum_or_emesis_blood", "frank", "sputum or emesis visible blood"),
    ("bowel_catastrophe", "bleed_requiring_surgery", "bowel bleeding that needs surgery"),
    ("skin_bullous", "present", "bullous dermatitis"),
    ("skin_preexisting_worse", "yes", "worsening of a pre-existing skin condition"),
    ("moist_desquamation", "present", "moist desquamation"),
    ("somnolence_grade", 2, "somnolence grade 2"),
    ("hallucinations_grade", 1, "hallucinations grade 1"),
    ("spell_world_backward", "unable", "spelling WORLD backward unable"),
    ("abdominal_distension", "present", "abdominal distension"),
    ("abdominal_pain_unrelenting", "yes", "severe unrelenting abdominal pain"),
    ("vomiting_refractory", "yes", "vomiting despite medication"),
    ("resting_dyspnea", "yes", "shortness of breath at rest"),
    ("limb_tightness", "extreme_tightness", "limb tightness extreme tightness"),
    ("hypotension_after_boluses", "yes", "hypotension after the fluid boluses"),
    ("dialysis", "yes", "dialysis"),
    ("rales", "half_or_more", "rales half or more"),
    ("sepsis", "unstable", "sepsis, clinically unstable"),
    ("fluid_electrolytes_stable", "yes", "fluid and electrolytes stable"),
    ("hypersensitivity", "severe", "hypersensitivity reaction severe"),
    # What stands in no chart, but among the reasons of a finding:
    ("held_doses", 3, "doses held 3"),
    ("slot", 4, "dose 4"),
    ("verdict", "stop_cycle", "verdict stop cycle"),
]


@pytest.mark.parametrize(("code", "value", "words"), READ)
def test_a_value_as_the_ward_reads_it(code: str, value: object, words: str) -> None:
    assert plain(value_words(code, value)) == words


@pytest.mark.parametrize(
    ("code", "over", "words"),
    [
        ("urine_output", "in 16 h", "urine 120 mL in 16 h"),
        ("diarrhea_volume", "in 8 h", "diarrhea 120 mL in 8 h"),
        ("weight", "in 8 h", "weight 120 kg"),
    ],
)
def test_only_a_sum_says_the_time_it_was_taken_over(code: str, over: str, words: str) -> None:
    assert plain(value_words(code, 120, over=over)) == words


def test_a_quantity_without_a_unit_ends_with_its_number() -> None:
    assert shown("arterial_ph", Fraction("7.35")) == "7.35"


def test_a_quantity_has_a_thin_space_before_its_unit() -> None:
    assert shown("systolic_bp", 84) == "84\N{THIN SPACE}mmHg"


def test_a_name_is_a_word_of_the_ward_or_read_from_its_code() -> None:
    assert named("norepinephrine_rate") == "norepinephrine rate"
    assert named("ischemia") == "ischaemia"
    assert shown("slot", "given_late") == "given late"


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("The dose was held", "the dose was held"),
        ("A dose was refused", "a dose was refused"),
        ("An ECG change", "an ECG change"),
        ("ECG change", "ECG change"),
        ("CK-MB raised", "CK-MB raised"),
        ("", ""),
    ],
)
def test_a_sentence_inside_another_begins_small_unless_it_begins_with_an_abbreviation(text: str, inside: str) -> None:
    assert uncapitalised(text) == inside


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_in_a_row(words: list[str], text: str) -> None:
    assert listed(words) == text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("platelets", "platelets are missing or too old"),
        ("neutrophils", "neutrophils are missing or too old"),
        ("white_cells", "white cells are missing or too old"),
        ("serial_sevens", "serial sevens are missing or too old"),
        ("spell_world_backward", "spelling WORLD backward is missing or too old"),
        ("urine_output", "urine is missing or too old"),
    ],
)
def test_one_and_many_when_something_is_missing(code: str, words: str) -> None:
    assert missing_words((code,)) == words


def test_every_verdict_has_its_words() -> None:
    assert VERDICT_WORDS == {
        Verdict.PROCEED: "Proceed",
        Verdict.INCOMPLETE: "Incomplete",
        Verdict.HOLD: "Hold",
        Verdict.STOP_CYCLE: "Stop cycle",
        Verdict.STOP_COURSE: "Stop course",
        Verdict.DISCONTINUE: "Discontinue",
    }


# --- times ------------------------------------------------------------------------------------------------------------


# the instant in UTC, the instant of the judgement in UTC, as read in Berlin
CLOCKS = [
    ("2026-03-02 22:50", None, "23:50"),
    ("2026-03-02 22:50", "2026-03-02 22:55", "23:50"),
    # Ten minutes past midnight in Berlin, and yet the same day in UTC.
    ("2026-03-02 22:50", "2026-03-02 23:10", "Mon 23:50"),
    ("2026-03-02 23:10", "2026-03-02 22:50", "Tue 00:10"),
    # The clocks go back in the night to Sunday, 25 October 2026: 02:30 comes twice, so the offset is said.
    ("2026-10-25 00:30", "2026-10-25 02:00", "02:30 +02:00"),
    ("2026-10-25 01:30", "2026-10-25 02:00", "02:30 +01:00"),
    ("2026-10-25 01:30", "2026-10-26 02:00", "Sun 02:30 +01:00"),
    ("2026-10-23 10:00", "2026-10-25 02:00", "Fri 12:00"),
]


@pytest.mark.parametrize(("instant", "at", "text"), CLOCKS)
def test_a_time_in_words(instant: str, at: str | None, text: str) -> None:
    assert clock(utc(instant), BERLIN, at=None if at is None else utc(at)) == text


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
