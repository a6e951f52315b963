"""Exact numbers and units: what a typed number means, and every conversion."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import units
from tracker.catalogue_codes import CODES, UNIT_LABELS
from tracker.catalogue_words import number_text
from tracker.errors import BadInput


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("37.2", Fraction(372, 10)),
        (" 37.20 ", Fraction(372, 10)),
        ("0", Fraction(0)),
        ("-0", Fraction(0)),
        ("+5", Fraction(5)),
        (".5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("072", Fraction(72)),
        ("1e3", Fraction(1000)),
        ("2.5E-1", Fraction(1, 4)),
        (84, Fraction(84)),
        (Decimal("37.2"), Fraction(372, 10)),
        (Decimal("1E+2"), Fraction(100)),
    ],
)
def test_a_written_number_means_exactly_itself(written: str | int | Decimal, means: Fraction) -> None:
    assert units.exact(written) == means


@pytest.mark.parametrize(
    ("written", "reason", "remedy"),
    [
        ("", "missing_value", "Enter the value."),
        ("   ", "missing_value", "Enter the value."),
        ("37,2", "not_a_number", "Write 37.2 with a point."),
        ("240,000", "not_a_number", "Write 240000 without a comma, or use a point if the comma was a decimal one."),
        ("<0.3", "not_a_number", "Write the number alone, without < or >."),
        ("37 2", "not_a_number", "Write digits, with a point for decimals."),
        ("1_000", "not_a_number", "Write digits, with a point for decimals."),
        ("0x10", "not_a_number", "Write digits, with a point for decimals."),
        ("1/3", "not_a_number", "Write digits, with a point for decimals."),
        ("٣٧", "not_a_number", "Write digits, with a point for decimals."),
        ("high", "not_a_number", "Write digits, with a point for decimals."),
        ("9" * 41, "not_a_number", "Write it shorter."),
        pytest.param(10**5000, "not_a_number", "Write it shorter.", id="5000 digits"),
        ("NaN", "not_finite", "Write the number in plain digits."),
        ("-Infinity", "not_finite", "Write the number in plain digits."),
        ("inf", "not_finite", "Write the number in plain digits."),
        ("1e400", "not_finite", "Write the number in plain digits."),
        ("1e999999999", "not_finite", "Write the number in plain digits."),
        ("1e-999999999", "not_finite", "Write the number in plain digits."),
        (Decimal("Infinity"), "not_finite", "Write the number in plain digits."),
        (Decimal("sNaN"), "not_finite", "Write the number in plain digits."),
        (Decimal("1e999999"), "not_finite", "Write the number in plain digits."),
    ],
)
def test_a_number_that_cannot_be_taken_is_refused_with_its_remedy(written: object, reason: str, remedy: str) -> None:
    with pytest.raises(BadInput) as refused:
        units.exact(written)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.remedy) == (reason, remedy)


@pytest.mark.parametrize("thing", [37.2, True, None, [1], {"value": 1}, 1j])
def test_T33_a_float_is_a_mistake_of_the_program(thing: object) -> None:
    with pytest.raises(TypeError):
        units.exact(thing)  # type: ignore[arg-type]


def test_absurd_exponents_cost_no_time() -> None:
    began = time.process_time()
    for _ in range(200):
        with pytest.raises(BadInput):
            units.exact("1e999999999")
    assert time.process_time() - began < 1


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_T33_what_is_written_comes_back_digit_by_digit(number: Decimal) -> None:
    assert Decimal(number_text(units.exact(str(number)))) == number


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    try:
        assert isinstance(units.exact(text), Fraction)
    except BadInput as refusal:
        assert refusal.remedy
        refusal.sentence.encode()


# code, amount as typed, unit as typed, exact canonical amount as a fraction
CONVERSIONS = [
    ("systolic_bp", "16", "kPa", Fraction(16000) / Fraction("133.322387415")),
    ("temperature", "98.6", "[degF]", Fraction(37)),
    ("temperature", "104", "°F", Fraction(40)),
    ("weight", "154", "lb", Fraction("69.85322498")),
    ("weight", "68400", "g", Fraction("68.4")),
    ("urine_output", "0.3", "L", Fraction(300)),
    ("oxygen_flow", "500", "mL/min", Fraction(1, 2)),
    ("phenylephrine_rate", "30", "mcg/kg/h", Fraction(1, 2)),
    ("creatinine", "180", "umol/L", Fraction(18000, 8842)),
    ("creatinine", "88.42", "µmol/l", Fraction(1)),
    ("bilirubin", "119.728", "umol/L", Fraction(7)),
    ("glucose", "5", "mmol/L", Fraction("90.08")),
    ("calcium", "2", "mmol/L", Fraction("8.016")),
    ("calcium", "4", "meq/L", Fraction("8.016")),
    ("magnesium", "0.8", "mmol/L", Fraction("1.9444")),
    ("magnesium", "1.6", "meq/L", Fraction("1.9444")),
    ("phosphate", "1", "mmol/L", Fraction("3.0974")),
    ("hemoglobin", "120", "g/L", Fraction(12)),
    ("albumin", "36", "g/L", Fraction("3.6")),
    ("platelets", "84", "10*9/L", Fraction(84000)),
    ("platelets", "84", "10*3/uL", Fraction(84000)),
    ("neutrophils", "1500", "/uL", Fraction(1500)),
    ("white_cells", "5.2", "/nL", Fraction(5200)),
    ("bicarbonate", "18", "mmol/L", Fraction(18)),
    ("sodium", "140", "meq/L", Fraction(140)),
    ("potassium", "4.1", "mEq/L", Fraction("4.1")),
    ("ast", "1", "ukat/L", Fraction(60)),
    ("alt", "1000", "nkat/L", Fraction(60)),
    ("tsh", "2.5", "uIU/mL", Fraction("2.5")),
]


@pytest.mark.parametrize(("code", "amount", "unit", "canonical"), CONVERSIONS)
def test_a_conversion_is_exact(code: str, amount: str, unit: str, canonical: Fraction) -> None:
    value = units.to_canonical(code, units.exact(amount), unit)
    assert value == canonical
    assert units.from_canonical(code, value, unit) == units.exact(amount)


# code, spellings, the unit they all mean
SPELLINGS = [
    ("systolic_bp", ["mm[Hg]", "mmHg", "mm Hg", "MMHG", " mmhg "], "mm[Hg]"),
    ("heart_rate", ["/min", "bpm", "1/min", "min-1", "min⁻¹", "beats/min", "{beats}/min"], "/min"),
    ("respiratory_rate", ["breaths/min", "/ min"], "/min"),
    ("temperature", ["Cel", "°C", "℃", "C", "degC", "celsius"], "Cel"),
    ("temperature", ["[degF]", "°F", "F", "degf", "fahrenheit"], "[degF]"),
    ("weight", ["kg", "KG", "kgs"], "kg"),
    ("weight", ["[lb_av]", "lb", "lbs", "pounds"], "[lb_av]"),
    ("urine_output", ["mL", "ml", "cc", "cm³"], "mL"),
    ("urine_output", ["L", "l", "litre"], "L"),
    ("dopamine_rate", ["ug/kg/min", "mcg/kg/min", "µg/kg/min", "μg/kg/min"], "ug/kg/min"),
    ("creatinine", ["umol/L", "µmol/L", "μmol/l", "UMOL/L"], "umol/L"),
    ("creatinine", ["mg/dL", "mg/dl", "MG/DL"], "mg/dL"),
    ("platelets", ["/mm3", "/mm³", "/mm^3", "cells/mm3", "/cmm"], "/mm3"),
    ("platelets", ["10*9/L", "x10^9/L", "×10⁹/L", "10^9/l", "x 10**9/L", "G/L", "giga/L"], "10*9/L"),
    ("platelets", ["10*3/uL", "K/uL", "k/µL", "x10³/µL", "10^3/ul"], "10*3/uL"),
    ("bicarbonate", ["meq/L", "mEq/L", "mval/l"], "meq/L"),
    ("ast", ["U/L", "u/l", "IU/L", "[IU]/L"], "U/L"),
    ("tsh", ["m[IU]/L", "mIU/L", "mU/L"], "m[IU]/L"),
    ("arterial_ph", ["[pH]", "pH"], "[pH]"),
]


@pytest.mark.parametrize(("code", "spellings", "unit"), SPELLINGS)
def test_a_unit_is_known_however_the_ward_spells_it(code: str, spellings: list[str], unit: str) -> None:
    assert {spelling: units.unit_name(code, spelling) for spelling in spellings} == dict.fromkeys(spellings, unit)


@pytest.mark.parametrize(
    ("code", "unit", "sentence", "remedy"),
    [
        ("weight", "mL", "Body weight cannot be entered in mL.", "Use one of: kg, g, [lb_av]."),
        ("heart_rate", "Hz", "Heart rate cannot be entered in Hz.", "Use /min."),
        ("spo2", "", "Oxygen saturation (pulse oximetry) was given without a unit.", "Use %."),
        ("platelets", "g/L", "Platelets cannot be entered in g/L.", None),
        ("platelets", "10E9/L", "Platelets cannot be entered in 10E9/L.", None),  # 10E9 is 10^10 to a program
        ("phenylephrine_rate", "mg/min", "Phenylephrine rate cannot be entered in mg/min.", None),
        ("rhythm", "mmHg", "Heart rhythm has no unit, but mmHg was given.", "Leave the unit out."),
        ("creatinine", "u" * 21, f"Creatinine cannot be entered in {'u' * 21}.", None),
    ],
)
def test_a_unit_of_the_wrong_dimension_is_refused(code: str, unit: str, sentence: str, remedy: str | None) -> None:
    with pytest.raises(BadInput) as refused:
        units.to_canonical(code, Fraction(1), unit)
    assert (refused.value.code, refused.value.sentence) == ("unknown_unit", sentence)
    assert refused.value.remedy == (remedy or refused.value.remedy)


def test_the_canonical_unit_comes_first_and_changes_nothing() -> None:
    for code, row in CODES.items():
        if row.numeric:
            assert units.accepted(code)[0] == row.unit
            assert units.to_canonical(code, Fraction("12.34"), row.unit) == Fraction("12.34")
        else:
            assert units.accepted(code) == ()


def test_every_unit_can_also_be_entered_as_screens_print_it() -> None:
    for code, row in CODES.items():
        for unit in units.accepted(code):
            printed = UNIT_LABELS.get(unit, unit)
            assert printed == "" or units.unit_name(code, printed) == unit, (row.code, printed)


@given(
    st.sampled_from([(code, unit) for code in CODES for unit in units.accepted(code)]),
    st.fractions(min_value=0, max_value=10**6),
)
def test_every_conversion_can_be_undone_exactly(pair: tuple[str, str], amount: Fraction) -> None:
    code, unit = pair
    assert units.from_canonical(code, units.to_canonical(code, amount, unit), unit) == amount
