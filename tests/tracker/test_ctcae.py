"""CTCAE 5.0: the grade that each number gives, the words of each grade, and the highest grade per organ."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.catalogue import CODES, Kind
from tracker.ctcae import (
    ADULT,
    GRADE_WORDS,
    NUMERIC_TERMS,
    TERMS,
    Limits,
    Organ,
    Picture,
    grades_of,
    numeric_grade,
    term_grades,
    worst,
)

# term: value > grade, at and around every bound of CTCAE 5.0, with the common adult limits of normal
BY_NUMBER = """
fever                  37.9 > 0   38.0 > 1   39.0 > 1   39.1 > 2   40.0 > 2   40.1 > 3
bilirubin_increased    1.2 > 0    1.3 > 1    1.8 > 1    1.9 > 2    3.6 > 2    3.7 > 3    12 > 3     12.1 > 4
ast_increased          0 > 0      40 > 0     40.1 > 1   120 > 1    121 > 2    200 > 2    201 > 3    800 > 3    801 > 4
alt_increased          0 > 0      40 > 0     40.1 > 1   120 > 1    121 > 2    200 > 2    201 > 3    800 > 3    801 > 4
creatinine_increased   1.2 > 0    1.3 > 1    1.8 > 1    1.9 > 2    3.6 > 2    3.7 > 3    7.2 > 3    7.3 > 4
platelets_decreased    150000 > 0 149999 > 1 75000 > 1  74999 > 2  50000 > 2  49999 > 3  25000 > 3  24999 > 4  0 > 4
neutrophils_decreased  2000 > 0   1999 > 1   1500 > 1   1499 > 2   1000 > 2   999 > 3    500 > 3    499 > 4    0 > 4
anemia                 12 > 0     11.9 > 1   10.0 > 1   9.9 > 2    8.0 > 2    7.9 > 3    3 > 3
hypomagnesemia         1.7 > 0    1.6 > 1    1.2 > 1    1.1 > 2    0.9 > 2    0.8 > 3    0.7 > 3    0.6 > 4
hyperkalemia           5.0 > 0    5.1 > 1    5.5 > 1    5.6 > 2    6.0 > 2    6.1 > 3    7.0 > 3    7.1 > 4
hypokalemia            3.5 > 0    3.4 > 1    3.0 > 1    2.9 > 3    2.5 > 3    2.4 > 4
hypoalbuminemia        3.5 > 0    3.4 > 1    3 > 1      2.9 > 2    2 > 2      1.9 > 3
acidosis               7.35 > 0   7.34 > 1   7.3 > 1    7.29 > 3
urine_output_decreased 80 > 0     79.9 > 3   0 > 3
"""


def cases() -> list[tuple[str, str, int]]:
    found = []
    for line in BY_NUMBER.strip().splitlines():
        term, *rest = line.split()
        found += [(term, value, int(grade)) for value, grade in zip(rest[0::3], rest[2::3], strict=True)]
    return found


@pytest.mark.parametrize(("term", "value", "grade"), cases())
def test_a_number_gives_its_grade(term: str, value: str, grade: int) -> None:
    assert numeric_grade(term, Fraction(value)) == grade


@pytest.mark.parametrize(("hours", "grade"), [(0, 3), (24, 3), (25, 4)])
def test_a_fever_above_40_for_more_than_a_day_is_grade_4(hours: int, grade: int) -> None:
    assert numeric_grade("fever", Fraction("40.1"), lasting=timedelta(hours=hours)) == grade
    assert numeric_grade("fever", Fraction("40"), lasting=timedelta(hours=hours)) == 2


@pytest.mark.parametrize(
    ("baseline", "value", "grade"),
    [
        (None, 201, 3),
        (40, 201, 3),  # at the limit is normal
        (60, 61, 0),
        (60, 89, 0),
        (60, 90, 1),  # from 1.5 times an abnormal baseline
        (60, 180, 1),
        (60, 181, 2),
        (60, 300, 2),
        (60, 301, 3),
        (60, 1201, 4),
    ],
)
def test_a_raised_baseline_raises_the_bounds_of_ast_and_alt(baseline: int | None, value: int, grade: int) -> None:
    assert numeric_grade("ast_increased", value, baseline=baseline) == grade
    assert numeric_grade("alt_increased", value, baseline=baseline) == grade


def test_the_laboratory_s_own_limit_counts() -> None:
    limits = Limits(ast_uln=30, alt_uln=55)
    assert numeric_grade("ast_increased", 151, limits=limits) == 3
    assert numeric_grade("alt_increased", 151, limits=limits) == 1


@pytest.mark.parametrize(
    ("baseline", "value", "grade"),
    [
        ("0.6", "0.9", 0),
        ("0.6", "0.91", 2),  # above 1.5 times the baseline, though within normal
        ("0.6", "1.8", 2),
        ("0.6", "1.81", 3),
        ("2.0", "2.1", 2),  # above 1.5 times normal
        ("2.0", "3.7", 3),  # above 3 times normal
        ("2.0", "7.3", 4),
    ],
)
def test_creatinine_is_judged_against_normal_and_baseline(baseline: str, value: str, grade: int) -> None:
    assert numeric_grade("creatinine_increased", Fraction(value), baseline=Fraction(baseline)) == grade


@pytest.mark.parametrize(
    ("baseline", "value", "grade"),
    [("2.0", "2.0", 0), ("2.0", "2.1", 1), ("2.0", "3.1", 2), ("2.0", "6.1", 3), ("2.0", "20.1", 4)],
)
def test_a_raised_baseline_raises_the_bounds_of_bilirubin(baseline: str, value: str, grade: int) -> None:
    assert numeric_grade("bilirubin_increased", Fraction(value), baseline=Fraction(baseline)) == grade


@pytest.mark.parametrize(
    ("weight", "grade"),
    [("60", 0), ("70", 0), ("73.49", 0), ("73.5", 1), ("76.99", 1), ("77", 2), ("83.99", 2), ("84", 3)],
)
def test_weight_gain_is_against_the_dosing_weight(weight: str, grade: int) -> None:
    assert numeric_grade("weight_gain", Fraction(weight), baseline=70) == grade


@pytest.mark.parametrize(
    ("calcium", "albumin", "grade"),
    [
        ("8.5", "4", 0),
        ("8.4", "4", 1),
        ("7.9", "4", 2),
        ("6.9", "4", 3),
        ("5.9", "4", 4),
        ("7.3", "2.5", 0),  # 7.3 + 0.8 x 1.5 = 8.5
        ("6.8", "2.5", 1),  # 8.0
        ("6.7", "2.5", 2),  # 7.9
        ("8.4", None, 1),
        ("8.5", None, None),  # a normal total calcium says nothing without albumin
    ],
)
def test_calcium_is_corrected_for_albumin(calcium: str, albumin: str | None, grade: int | None) -> None:
    given_albumin = None if albumin is None else Fraction(albumin)
    assert numeric_grade("hypocalcemia", Fraction(calcium), albumin=given_albumin) == grade


@pytest.mark.parametrize(
    ("last_8_h", "last_24_h", "grade"),
    [(None, None, None), (300, None, 0), (79, None, 3), (79, 240, 3), (79, 239, 4), (None, 239, 4), (None, 900, None)],
)
def test_T14_urine_of_an_uncovered_window_is_not_assessed(
    last_8_h: int | None, last_24_h: int | None, grade: int | None
) -> None:
    assert numeric_grade("urine_output_decreased", last_8_h, day=last_24_h) == grade


@pytest.mark.parametrize("term", NUMERIC_TERMS)
def test_T14_a_value_that_is_absent_is_not_assessed(term: str) -> None:
    assert numeric_grade(term, None) is None


@given(st.sampled_from(NUMERIC_TERMS), st.fractions(min_value=0, max_value=10**6))
def test_a_grade_by_number_always_has_words(term: str, value: Fraction) -> None:
    grade = numeric_grade(term, value, baseline=Fraction(70), albumin=Fraction(4), day=value)
    assert grade in TERMS[term].words


# Words


def test_every_picked_grade_of_the_catalogue_has_words() -> None:
    graded = {code for code, row in CODES.items() if row.kind is Kind.GRADE}
    assert set(GRADE_WORDS) == graded
    for code, words in GRADE_WORDS.items():
        assert [str(grade) for grade in words] == list(CODES[code].choices)
        assert not any(text == "" or text[0].islower() for text in words.values())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "somnolence_grade",
            ["Awake and alert", "Mild drowsiness", "Moderate sedation", "Obtundation or stupor", "Life-threatening"],
        ),
        (
            "chills_grade",
            [
                "None",
                "Feels cold, mild shivering",
                "Whole body shakes, opioid needed",
                "Severe or long, opioid does not help",
            ],
        ),
    ],
)
def test_a_nurse_picks_a_grade_by_its_words(code: str, words: list[str]) -> None:
    assert list(GRADE_WORDS[code].values()) == words


# The picture of a patient

QUIET: dict[str, Fraction | int | str] = {
    "systolic_bp": Fraction(118),
    "rhythm": "sinus",
    "spo2": Fraction(97),
    "oxygen_flow": Fraction(0),
    "mental_status": "normal",
    "vomiting_grade": 0,
    "creatinine": Fraction("0.9"),
    "ast": Fraction(22),
    "alt": Fraction(19),
    "bilirubin": Fraction("0.6"),
    "rash_grade": 0,
    "platelets": Fraction(240_000),
    "infection": "none",
}


def test_nothing_charted_means_no_organ_was_assessed() -> None:
    assert grades_of(Picture({})) == dict.fromkeys(Organ)
    assert {each.words for each in term_grades(Picture({}))} == {"Not assessed"}


def test_a_quiet_patient_is_assessed_and_clear() -> None:
    assert grades_of(Picture(QUIET)) == dict.fromkeys(Organ, 0)


@pytest.mark.parametrize(
    ("left_out", "organ"),
    [
        ("rhythm", Organ.HEART),
        ("systolic_bp", Organ.HEART),
        ("spo2", Organ.LUNG),
        ("mental_status", Organ.NEURO),
        ("vomiting_grade", Organ.GUT),
        ("creatinine", Organ.KIDNEY),
        ("alt", Organ.LIVER),
        ("rash_grade", Organ.SKIN),
        ("platelets", Organ.BLOOD),
        ("infection", Organ.INFECTION),
    ],
)
def test_T14_an_organ_is_not_clear_while_its_principal_value_is_missing(left_out: str, organ: Organ) -> None:
    partial = {code: value for code, value in QUIET.items() if code != left_out}
    assert grades_of(Picture(partial)) == dict.fromkeys(Organ, 0) | {organ: None}


@pytest.mark.parametrize(
    ("found", "organ", "grade"),
    [
        ({"systolic_bp": Fraction(84)}, Organ.HEART, 1),
        ({"phenylephrine_rate": Fraction("0.5")}, Organ.HEART, 3),
        ({"phenylephrine_rate": Fraction(0)}, Organ.HEART, 0),
        ({"rhythm": "sinus_tachycardia"}, Organ.HEART, 1),
        ({"rhythm": "atrial_fibrillation"}, Organ.HEART, 3),
        ({"rhythm": "ventricular_tachycardia_sustained"}, Organ.HEART, 4),
        ({"cardiac_enzymes": "raised"}, Organ.HEART, 1),
        ({"oxygen_flow": Fraction(2)}, Organ.LUNG, 2),
        ({"spo2": Fraction(88)}, Organ.LUNG, 0),
        ({"spo2": Fraction("87.9")}, Organ.LUNG, 3),
        ({"resting_dyspnea": "yes"}, Organ.LUNG, 3),
        ({"intubated": "yes"}, Organ.LUNG, 4),
        ({"mental_status": "mild_change"}, Organ.NEURO, 1),
        ({"mental_status": "coma"}, Organ.NEURO, 4),
        ({"somnolence_grade": 2}, Organ.NEURO, 2),
        ({"nausea_grade": 3}, Organ.GUT, 3),
        ({"stool_blood": "heme_positive"}, Organ.GUT, 1),
        ({"bowel_catastrophe": "bleed_requiring_surgery"}, Organ.GUT, 4),
        ({"creatinine": Fraction("2.7")}, Organ.KIDNEY, 2),
        ({"dialysis": "yes"}, Organ.KIDNEY, 4),
        ({"potassium": Fraction("5.6")}, Organ.KIDNEY, 2),
        ({"alt": Fraction(412)}, Organ.LIVER, 3),
        ({"hepatic_failure": "yes"}, Organ.LIVER, 4),
        ({"pruritus_grade": 2}, Organ.SKIN, 2),
        ({"platelets": Fraction(49_999)}, Organ.BLOOD, 3),
        ({"hemoglobin": Fraction("9.9")}, Organ.BLOOD, 2),
        ({"infection": "documented"}, Organ.INFECTION, 3),
        ({"sepsis": "unstable"}, Organ.INFECTION, 4),
        ({"sepsis": "resolved_stable_treated"}, Organ.INFECTION, 0),
    ],
)
def test_a_finding_sets_the_grade_of_its_organ_and_no_other(
    found: dict[str, Fraction | int | str], organ: Organ, grade: int
) -> None:
    assert grades_of(Picture(QUIET | found)) == dict.fromkeys(Organ, 0) | {organ: grade}


def test_fever_and_chills_have_no_organ_of_their_own() -> None:
    picture = Picture(QUIET | {"temperature": Fraction("39.5"), "chills_grade": 2})
    assert grades_of(picture) == dict.fromkeys(Organ, 0)
    by_term = {each.term.id: each for each in term_grades(picture)}
    assert (by_term["fever"].grade, by_term["fever"].words) == (2, "Above 39.0 °C")
    assert by_term["chills"].grade == 2


def test_weight_and_urine_come_with_the_picture() -> None:
    picture = Picture(QUIET | {"weight": Fraction(77)}, dosing_weight_kg=70)
    assert grades_of(picture)[Organ.KIDNEY] == 2
    assert grades_of(Picture(QUIET, urine_8h_ml=79))[Organ.KIDNEY] == 3
    assert grades_of(Picture(QUIET, urine_8h_ml=79, urine_24h_ml=200))[Organ.KIDNEY] == 4


def test_the_baseline_and_the_limits_of_the_patient_are_used() -> None:
    picture = Picture(QUIET | {"ast": Fraction(250)}, baseline={"ast": Fraction(60)})
    assert grades_of(picture)[Organ.LIVER] == 2
    assert grades_of(Picture(QUIET | {"ast": Fraction(41)}, limits=Limits(ast_uln=50)))[Organ.LIVER] == 0
    assert ADULT.ast_uln == 40


def test_the_worst_of_several_moments_keeps_not_assessed_apart() -> None:
    first = grades_of(Picture({"platelets": Fraction(240_000)}))
    then = grades_of(Picture({"platelets": Fraction(60_000), "mental_status": "normal"}))
    highest = worst([first, then])
    assert (highest[Organ.BLOOD], highest[Organ.NEURO], highest[Organ.LIVER]) == (2, 0, None)
    assert worst([]) == dict.fromkeys(Organ)


@pytest.mark.parametrize("code", [code for code, row in CODES.items() if row.kind is Kind.CHOICE])
def test_every_choice_gives_a_grade_that_has_words(code: str) -> None:
    for choice in CODES[code].choices:
        for each in term_grades(Picture({code: choice})):
            assert each.grade is None or each.words
