"""The catalogue: every code with its unit and range, and how a typed value becomes a reading or a refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.catalogue import (
    CODES,
    GROUPS,
    Kind,
    Reading,
    canonical,
    number_text,
    read_value,
    show,
    show_number,
    surprising,
)
from tracker.errors import BadInput

SEEN_AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

# code: unit, lowest plausible, highest plausible, LOINC
MEASURED = """
systolic_bp          mm[Hg]     30   280      8480-6
diastolic_bp         mm[Hg]     10   200      8462-4
heart_rate           /min       20   260      8867-4
respiratory_rate     /min       2    80       9279-1
temperature          Cel        30   44       8310-5
spo2                 %          40   100      59408-5
oxygen_flow          L/min      0    60       3151-8
oxygen_fio2          %          21   100      3150-6
weight               kg         25   300      29463-7
urine_output         mL         0    5000     9187-6
fluid_intake         mL         0    10000    -
diarrhea_volume      mL         0    10000    -
phenylephrine_rate   ug/kg/min  0    10       -
dopamine_rate        ug/kg/min  0    30       -
norepinephrine_rate  ug/kg/min  0    5        -
fluid_bolus          mL         0    3000     -
creatinine           mg/dL      0.1  25       2160-0
bilirubin            mg/dL      0    60       1975-2
ast                  U/L        0    20000    1920-8
alt                  U/L        0    20000    1742-6
platelets            /mm3       0    2000000  777-3
neutrophils          /mm3       0    200000   751-8
white_cells          /mm3       0    500000   6690-2
hemoglobin           g/dL       2    25       718-7
bicarbonate          meq/L      2    60       1963-8
arterial_ph          [pH]       6.5  8        2744-1
sodium               mmol/L     90   200      2951-2
potassium            mmol/L     1    10       2823-3
calcium              mg/dL      3    20       17861-6
magnesium            mg/dL      0.2  10       19123-9
phosphate            mg/dL      0.2  20       2777-1
albumin              g/dL       0.5  7        1751-7
glucose              mg/dL      10   2000     2345-7
creatine_kinase      U/L        0    200000   2157-6
ldh                  U/L        0    50000    2532-0
tsh                  m[IU]/L    0    200      3016-3
"""
VOLUMES = {"urine_output", "fluid_intake", "diarrhea_volume", "fluid_bolus"}

# code: the choices; the first means that nothing was found, unless one is marked with *
CHOSEN = """
rhythm sinus sinus_tachycardia atrial_fibrillation supraventricular_tachycardia bradycardia_treated ventricular_ectopy \
    ventricular_tachycardia_sustained uncontrolled_arrhythmia
cardiac_symptoms none present
ischemia none ecg_change chest_pain
tamponade no yes
cardiac_enzymes normal raised
mental_status normal mild_change moderate_confusion_or_agitation severe_change toxic_psychosis coma
serial_sevens able unable
spell_world_backward able unable
vivid_dreams no yes
mood normal mild_anxiety persistent_crying
seizure none single repetitive_or_uncontrolled
resting_dyspnea no yes
rales none below_one_third one_third_to_half half_or_more
intubated no yes
dialysis no yes
stool_blood negative heme_positive frank
sputum_or_emesis_blood none heme_positive frank
vomiting_refractory no yes
abdominal_distension none present affecting_breathing
abdominal_pain_unrelenting no yes
bowel_catastrophe none ischemia_or_perforation bleed_requiring_surgery
liver_pain no yes
hepatic_failure no yes
skin_bullous absent present
skin_preexisting_worse no yes
moist_desquamation absent present
edema_site none ankles legs sacral generalised facial
limb_tightness none tightness extreme_tightness extreme_paresthesia
sepsis none unstable resolved_stable_treated
infection none suspected documented
volume_overload none severe
fluid_electrolytes_stable no *yes
hypotension_after_boluses no yes
hypersensitivity none mild severe
"""
GRADED = {
    "somnolence_grade": 4,
    "hallucinations_grade": 4,
    "vomiting_grade": 4,
    "nausea_grade": 3,
    "rash_grade": 3,
    "pruritus_grade": 3,
    "mucositis_grade": 4,
    "edema_grade": 3,
    "chills_grade": 3,
}

_MEASURED = [line.split() for line in MEASURED.strip().splitlines()]
_CHOSEN = [line.split() for line in CHOSEN.strip().splitlines()]


def read(code: str, raw: object) -> Reading:
    return read_value(code, raw, observed_at=SEEN_AT)


def refusal(code: str, raw: object) -> BadInput:
    with pytest.raises(BadInput) as refused:
        read(code, raw)
    return refused.value


def with_interval(code: str, amount: object) -> object:
    return {"value": amount, "from": "2026-03-02T00:00:00Z"} if code in VOLUMES else amount


# The table


def test_every_code_is_in_the_tables_of_this_test() -> None:
    named = [row[0] for row in _MEASURED] + [row[0] for row in _CHOSEN] + list(GRADED)
    assert sorted(named) == sorted(CODES)
    assert len(CODES) == 79


@pytest.mark.parametrize(("code", "unit", "low", "high", "loinc"), _MEASURED)
def test_a_measured_code_has_its_unit_range_and_loinc(code: str, unit: str, low: str, high: str, loinc: str) -> None:
    row = CODES[code]
    assert (row.unit, row.low, row.high) == (unit, Fraction(low), Fraction(high))
    assert row.loinc == loinc.replace("-", "", 1) if loinc == "-" else row.loinc == loinc
    assert row.kind is (Kind.VOLUME if code in VOLUMES else Kind.QUANTITY)


@pytest.mark.parametrize("line", _CHOSEN, ids=lambda line: line[0])
def test_a_chosen_code_has_its_choices(line: list[str]) -> None:
    code, *choices = line
    marked = [choice[1:] for choice in choices if choice.startswith("*")]
    assert CODES[code].kind is Kind.CHOICE
    assert CODES[code].choices == tuple(choice.removeprefix("*") for choice in choices)
    assert CODES[code].unremarkable == (marked or choices)[0]


@pytest.mark.parametrize(("code", "highest"), GRADED.items())
def test_a_graded_code_goes_from_0_to_its_highest_grade(code: str, highest: int) -> None:
    assert CODES[code].kind is Kind.GRADE
    assert [read(code, grade).value for grade in range(highest + 1)] == list(range(highest + 1))
    assert refusal(code, highest + 1).code == "not_a_grade"
    assert CODES[code].unremarkable == 0


def test_every_code_can_be_put_on_a_screen() -> None:
    for code, row in CODES.items():
        assert row.code == code
        assert row.group in GROUPS
        assert 0 < len(row.label) <= 30
        assert row.display
    assert {row.group for row in CODES.values()} == set(GROUPS)


# The range


@pytest.mark.parametrize(("code", "low", "high"), [(row[0], row[2], row[3]) for row in _MEASURED])
def test_both_ends_of_the_range_are_plausible_and_nothing_beyond(code: str, low: str, high: str) -> None:
    just = Decimal("0.0001")
    assert read(code, with_interval(code, low)).value == Fraction(low)
    assert read(code, with_interval(code, high)).value == Fraction(high)
    assert refusal(code, with_interval(code, str(Decimal(high) + just))).code == "implausible"
    assert refusal(code, with_interval(code, str(Decimal(low) - just))).code == "implausible"


@pytest.mark.parametrize(
    ("code", "raw", "sentence", "remedy"),
    [
        (
            "systolic_bp",
            840,
            "Systolic blood pressure 840 mmHg is outside 30 to 280 mmHg.",
            "Check the number and enter it again.",
        ),
        (
            "systolic_bp",
            {"value": 300, "unit": "mmHg"},
            "Systolic blood pressure 300 mmHg is outside 30 to 280 mmHg.",
            "Check the number and enter it again.",
        ),
        (
            "temperature",
            "98.6",
            "Body temperature 98.6 °C is outside 30 to 44 °C.",
            "Check the number. If it was measured in °F, choose that unit.",
        ),
        (
            "creatinine",
            {"value": 9000, "unit": "umol/L"},
            "Creatinine 9000 µmol/L is outside 8.842 to 2210.5 µmol/L.",
            "Check the number and enter it again.",
        ),
        (
            "creatinine",
            "80",
            "Creatinine 80 mg/dL is outside 0.1 to 25 mg/dL.",
            "Check the number. If it was measured in mg/L, choose that unit.",
        ),
        (
            "weight",
            {"value": 1000, "unit": "lb"},
            "Body weight 1000 lb is outside 55.12 to 661.4 lb.",
            "Check the number and enter it again.",
        ),
        ("spo2", "-1", "Oxygen saturation (pulse oximetry) -1 % is outside 40 to 100 %.", None),
    ],
)
def test_an_implausible_value_names_the_range_in_the_unit_that_was_used(
    code: str, raw: object, sentence: str, remedy: str | None
) -> None:
    refused = refusal(code, raw)
    assert (refused.code, refused.sentence, refused.field) == ("implausible", sentence, f"values.{code}")
    assert refused.remedy == (remedy or refused.remedy)


def test_the_range_is_checked_after_conversion() -> None:
    assert read("creatinine", {"value": "2210.5", "unit": "umol/L"}).value == 25
    assert refusal("creatinine", {"value": "2210.51", "unit": "umol/L"}).code == "implausible"


# Numbers


def test_T13_zero_is_a_value() -> None:
    since = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert read("urine_output", {"value": 0, "from": since}).value == 0
    assert read("oxygen_flow", 0).value == 0
    assert read("oxygen_flow", "0").value == 0
    assert read("nausea_grade", 0).value == 0
    assert show("oxygen_flow", Fraction(0)) == "0"


@pytest.mark.parametrize("raw", ["37.2", Decimal("37.2"), {"value": "37.2"}, {"value": " 37.2 ", "unit": "°C"}])
def test_T33_a_temperature_of_37_2_stays_37_2(raw: object) -> None:
    reading = read("temperature", raw)
    assert reading.value == Fraction(372, 10)
    assert reading.entered == "37.2"
    assert show("temperature", reading.value) == "37.2"
    assert number_text(reading.value) == "37.2"  # type: ignore[arg-type]


def test_what_was_typed_is_kept_beside_the_canonical_value() -> None:
    assert read("creatinine", {"value": "180", "unit": "µmol/l"}) == Reading(
        "creatinine", Fraction(18000, 8842), "180", "µmol/l"
    )
    assert read("temperature", "37.20") == Reading("temperature", Fraction(372, 10), "37.20", "Cel")


@pytest.mark.parametrize(
    ("code", "raw", "reason", "remedy"),
    [
        ("temperature", "37,2", "not_a_number", "Write 37.2 with a point."),
        ("temperature", "", "missing_value", "Enter the value."),
        ("temperature", {}, "missing_value", "Enter the value."),
        ("temperature", {"unit": "Cel"}, "missing_value", "Enter the value."),
        ("temperature", None, "not_a_number", None),
        ("temperature", True, "not_a_number", None),
        ("temperature", [37], "not_a_number", None),
        ("temperature", {"value": {"value": 37}}, "not_a_number", None),
        ("temperature", 37.2, "not_a_number", "Send it as decimal text."),
        ("temperature", float("nan"), "not_finite", None),
        ("temperature", float("-inf"), "not_finite", None),
        ("temperature", "NaN", "not_finite", None),
        ("temperature", "1e400", "not_finite", None),
        ("temperature", Decimal("1e999999"), "not_finite", None),
        ("temperature", {"value": 37, "unit": ""}, "wrong_unit", "Use one of: Cel, [degF]."),
        ("temperature", {"value": 37, "unit": None}, "wrong_unit", "Use one of: Cel, [degF]."),
        ("temperature", {"value": 37, "unit": 1}, "wrong_unit", "Use one of: Cel, [degF]."),
        ("temperature", {"value": 37, "unit": "mmHg"}, "wrong_unit", "Use one of: Cel, [degF]."),
        ("rhythm", "Sinus", "not_a_choice", None),
        ("rhythm", "", "missing_value", None),
        ("rhythm", None, "not_a_choice", None),
        ("rhythm", False, "not_a_choice", None),
        ("rhythm", ["sinus"], "not_a_choice", None),
        ("rhythm", {"value": "sinus", "unit": "/min"}, "wrong_unit", "Leave the unit out."),
        ("ischemia", "\ud800", "not_a_choice", "Choose one of: none, ecg_change, chest_pain."),
        ("nausea_grade", "", "missing_value", "Pick a grade from 0 to 3."),
        ("nausea_grade", 4, "not_a_grade", "Pick a grade from 0 to 3."),
        ("nausea_grade", -1, "not_a_grade", "Pick a grade from 0 to 3."),
        ("nausea_grade", "1.5", "not_a_grade", "Pick a grade from 0 to 3."),
        ("nausea_grade", True, "not_a_grade", "Pick a grade from 0 to 3."),
        ("nausea_grade", None, "not_a_grade", "Pick a grade from 0 to 3."),
        ("nausea_grade", 1.0, "not_a_grade", "Pick a grade from 0 to 3."),
        ("nausea_grade", "mild", "not_a_grade", "Pick a grade from 0 to 3."),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(code: str, raw: object, reason: str, remedy: str | None) -> None:
    refused = refusal(code, raw)
    assert refused.code == reason
    assert refused.remedy == (remedy or refused.remedy) != ""
    assert refused.field.startswith(f"values.{code}")
    (refused.sentence + refused.remedy).encode()


def test_an_unknown_code_is_refused_with_the_nearest_one() -> None:
    assert refusal("systolic", 120).remedy == "Did you mean systolic_bp?"
    assert refusal("creatinin", 1).sentence == "creatinin is not an observation code."
    assert refusal("shoe_size", 42).code == "unknown_code"
    assert len(refusal("x" * 100_000, 1).sentence) < 100


@pytest.mark.parametrize(
    ("raw", "grade"), [(2, 2), ("2", 2), (" 2 ", 2), ("2.0", 2), (Decimal("2"), 2), ({"value": 0}, 0)]
)
def test_a_grade_may_be_a_number_or_its_text(raw: object, grade: int) -> None:
    value = read("vomiting_grade", raw).value
    assert (value, type(value)) == (grade, int)


def test_a_naive_time_of_observation_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_value("spo2", 97, observed_at=datetime(2026, 3, 2, 8, 0))  # noqa: DTZ001


# Volumes


def test_a_volume_covers_an_interval_that_ends_when_it_was_observed() -> None:
    reading = read("urine_output", {"value": 300, "from": "2026-03-02T01:00:00+01:00"})
    assert reading == Reading("urine_output", Fraction(300), "300", "mL", datetime(2026, 3, 2, 0, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (300, "missing_interval"),
        ({"value": 300}, "missing_interval"),
        ({"value": 300, "from": ""}, "missing_interval"),
        ({"value": 300, "from": None}, "missing_interval"),
        ({"value": 300, "from": "2026-03-02T08:00:00Z"}, "bad_interval"),
        ({"value": 300, "from": "2026-03-02T09:30:00+01:00"}, "bad_interval"),
        ({"value": 300, "from": "yesterday"}, "bad_interval"),
        ({"value": 300, "from": 7}, "bad_interval"),
        ({"value": 300, "from": ["2026-03-02T00:00:00Z"]}, "bad_interval"),
        ({"value": 300, "from": "0001-01-01T00:00:00+14:00"}, "bad_interval"),
        ({"value": 300, "from": "2026-03-02T00:00:00"}, "naive_time"),
        ({"value": 300, "from": datetime(2026, 3, 2, 0, 0)}, "naive_time"),  # noqa: DTZ001
        ({"value": "", "from": "2026-03-02T00:00:00Z"}, "missing_value"),
    ],
)
def test_T14_a_volume_without_a_true_interval_is_refused(raw: object, reason: str) -> None:
    assert refusal("urine_output", raw).code == reason


# From the stored text back to the value


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("temperature", {"value": "98.6", "unit": "°F"}),
        ("creatinine", {"value": "180", "unit": "µmol/l"}),
        ("platelets", {"value": 84, "unit": "x 10^9/L"}),
        ("weight", "68.4"),
        ("rhythm", "sinus_tachycardia"),
        ("somnolence_grade", "2"),
        ("urine_output", {"value": "0.3", "unit": "L", "from": "2026-03-02T00:00:00Z"}),
    ],
)
def test_the_stored_text_gives_the_same_value_again(code: str, raw: object) -> None:
    reading = read(code, raw)
    again = canonical(code, reading.entered, reading.unit)
    assert (again, type(again)) == (reading.value, type(reading.value))


def test_a_stored_value_is_read_even_where_the_range_is_narrower_today() -> None:
    assert canonical("systolic_bp", "840", "mm[Hg]") == 840


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=30, max_value=44, places=3))
def test_T33_every_temperature_survives_the_way_through_the_chart(degrees: Decimal) -> None:
    reading = read("temperature", degrees)
    assert Decimal(number_text(canonical("temperature", reading.entered, reading.unit))) == degrees  # type: ignore[arg-type]
    assert len(reading.entered) <= 40 and len(reading.unit) <= 20  # the columns of the chart


@given(
    st.sampled_from(sorted(CODES)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.decimals() | st.floats() | st.text(max_size=50),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["value", "unit", "from", "x"]), inner, max_size=4)
        ),
        max_leaves=6,
    ),
)
def test_anything_at_all_is_a_reading_or_a_refusal(code: str, raw: object) -> None:
    try:
        reading = read(code, raw)
    except BadInput as refused:
        assert refused.remedy and refused.field.startswith("values.")
        (refused.sentence + refused.remedy).encode()
    else:
        assert canonical(code, reading.entered, reading.unit) == reading.value


# Words for people


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("systolic_bp", Fraction(84), "84"),
        ("temperature", Fraction("37.2"), "37.2"),
        ("temperature", Fraction(37), "37"),
        ("temperature", Fraction("37.25"), "37.25"),
        ("platelets", Fraction(240000), "240,000"),
        ("platelets", Fraction(9000), "9000"),
        ("weight", Fraction("69.85322498"), "69.85"),
        ("creatinine", Fraction(18000, 8842), "2.036"),
        ("creatinine", Fraction(22099, 8842), "2.499"),  # two decimals would print the limit of 2.5 that it is not
        ("spo2", Fraction("89.9999"), "89.9999"),
        ("platelets", Fraction("29999.6"), "29,999.6"),
        ("oxygen_flow", Fraction("0.5"), "0.5"),
        ("phenylephrine_rate", Fraction(1, 3), "0.3333"),
        ("rhythm", "sinus", "Sinus rhythm"),
        ("rhythm", "sinus_tachycardia", "Sinus tachycardia"),
        ("mental_status", "normal", "Normal"),
        ("mental_status", "moderate_confusion_or_agitation", "Moderate confusion or agitation"),
        ("serial_sevens", "able", "Able"),
        ("stool_blood", "heme_positive", "FIT or FOBT positive"),
        ("sepsis", "resolved_stable_treated", "Resolved, stable, infection under treatment"),
        ("somnolence_grade", 2, "Grade 2"),
    ],
)
def test_a_value_is_shown_in_the_words_of_a_ward(code: str, value: Fraction | int | str, words: str) -> None:
    assert show(code, value) == words


def test_every_choice_has_words_without_underscores() -> None:
    for code, row in CODES.items():
        if row.kind is Kind.CHOICE:
            words = [show(code, choice) for choice in row.choices]
            assert len(set(words)) == len(words)
            assert not any("_" in word or word[0].islower() for word in words)


@given(
    st.fractions(min_value=0, max_value=10**7, max_denominator=10**6), st.sampled_from([90, 30_000, Fraction("2.5")])
)
def test_rounding_never_moves_a_value_onto_a_limit(value: Fraction, limit: Fraction | int) -> None:
    assert (show_number(value) == show_number(Fraction(limit))) == (value == limit)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction("37.2"), "37.2"),
        (Fraction(2000000), "2000000"),
        (Fraction(0), "0"),
        (Fraction("-0.05"), "-0.05"),
        (Fraction(1, 8), "0.125"),
        (Fraction("69.85322498"), "69.85322498"),
        (Fraction(1, 3), "0.333333333333"),
        (84, "84"),
    ],
)
def test_a_number_is_written_exactly_when_it_ends(value: Fraction | int, text: str) -> None:
    assert number_text(value) == text


# Possible but surprising


@pytest.mark.parametrize(
    ("code", "value", "previous", "sentence"),
    [
        ("systolic_bp", Fraction(84), Fraction(96), None),
        ("systolic_bp", Fraction(60), None, None),
        ("systolic_bp", Fraction(58), None, "Systolic BP 58 mmHg is unusually low. Is it right?"),
        ("systolic_bp", Fraction(201), None, "Systolic BP 201 mmHg is unusually high. Is it right?"),
        ("temperature", Fraction("40.2"), Fraction("38.1"), None),
        ("temperature", Fraction("41.2"), None, "Temperature 41.2 °C is unusually high. Is it right?"),
        ("weight", Fraction(82), Fraction(72), None),
        ("weight", Fraction(84), Fraction(72), "Weight 84 kg is 12 kg above the last one. Is it right?"),
        ("weight", Fraction("48.6"), Fraction("68.4"), "Weight 48.6 kg is 19.8 kg below the last one. Is it right?"),
        ("creatinine", Fraction(3), Fraction(1), None),
        (
            "creatinine",
            Fraction("3.1"),
            Fraction(1),
            "Creatinine 3.1 mg/dL is more than 3 times the last one, 1 mg/dL. Is it right?",
        ),
        (
            "creatinine",
            Fraction("0.9"),
            Fraction(3),
            "Creatinine 0.9 mg/dL is less than one third of the last one, 3 mg/dL. Is it right?",
        ),
        (
            "platelets",
            Fraction(240),
            None,
            "Platelets 240 /mm³ is unusually low. If the laboratory printed it in 10*9/L or 10*3/uL, choose that unit."
            " Is it right?",
        ),
        ("phenylephrine_rate", Fraction(1), Fraction(0), None),
        ("urine_output", Fraction(0), Fraction(300), None),
        ("somnolence_grade", 2, 0, None),
        ("somnolence_grade", 4, 0, "Somnolence goes from grade 0 to grade 4 at once. Is it right?"),
        ("mental_status", "coma", "normal", None),
    ],
)
def test_a_surprising_value_asks_for_a_second_look(
    code: str, value: Fraction | int | str, previous: Fraction | int | str | None, sentence: str | None
) -> None:
    assert surprising(code, value, previous) == sentence


def test_a_volume_over_more_than_a_day_asks_for_a_second_look() -> None:
    assert surprising("urine_output", Fraction(900), None, interval=timedelta(hours=24)) is None
    assert surprising("urine_output", Fraction(900), None, interval=timedelta(hours=32)) == (
        "Urine output covers 32 h, which is longer than a day. Is the beginning right?"
    )


def test_every_numeric_code_can_be_asked_about() -> None:
    for code, row in CODES.items():
        if row.numeric:
            surprising(code, row.high or Fraction(0), row.low)
