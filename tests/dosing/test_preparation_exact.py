"""The whole preparation of a dose, every field and every sentence, and what is said about a weight that cannot be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from dosing.preparation import disagreements, prepare
from tracker.errors import BadInput


def test_a_whole_preparation_with_a_decimal_weight() -> None:
    made = prepare(Decimal("68.5"))
    assert (made.dosing_weight_kg, made.iu_per_kg, made.dose_iu) == (Decimal("68.5"), 600_000, 41_100_000)
    assert (type(made.dosing_weight_kg), type(made.dose_iu)) == (Decimal, int)
    assert (made.draw_ml, made.draw_text, made.vials, made.pharmacy_flag) == (Fraction(137, 60), "2.28", 2, False)
    assert (made.bag_ml, made.outside, made.mg_display, made.deviation_percent) == (50, "", Decimal("2.51"), 0)
    assert made.conc_nominal == Fraction(137, 60) * Fraction("1.1") * 1000 / 50
    assert made.conc_total == Fraction(137, 60) * Fraction("1.1") * 1000 / (50 + Fraction(137, 60))
    assert made.steps == (
        "68.5 kg × 600,000 IU/kg = 41,100,000 IU",
        "41,100,000 IU ÷ 18,000,000 IU/mL = 2.28 mL to draw",
        "41,100,000 IU ÷ 22,000,000 IU per vial = 1.87, so 2 vials",
        "41,100,000 IU is above 25,400,000 and no more than 60,000,000 IU: bag of 50 mL dextrose 5 %",
        "2.28 mL × 1.1 mg/mL = 2.51 mg, for display only",
        "On 50 mL 50.2 mcg/mL; on 52.28 mL 48.0 mcg/mL",
    )


def test_a_dose_of_one_vial_with_every_remark() -> None:
    made = prepare(Decimal("36.6"), 540_000)
    assert made.steps == (
        "36.6 kg × 540,000 IU/kg = 19,764,000 IU",
        "That is 10.0 % below the regimen's 600,000 IU/kg",
        "19,764,000 IU ÷ 18,000,000 IU/mL = 1.10 mL to draw",
        "19,764,000 IU ÷ 22,000,000 IU per vial = 0.90, so 1 vial",
        "19,764,000 IU is 25,400,000 IU or less: bag of 25 mL dextrose 5 %",
        "1.10 mL × 1.1 mg/mL = 1.21 mg, for display only",
        "On 25 mL 48.3 mcg/mL; on 26.10 mL 46.3 mcg/mL",
    )


def test_a_dose_above_the_regimen_and_outside_the_range() -> None:
    made = prepare(Decimal("140"), 720_000)
    assert made.steps == (
        "140 kg × 720,000 IU/kg = 100,800,000 IU",
        "That is 20.0 % above the regimen's 600,000 IU/kg",
        "100,800,000 IU ÷ 18,000,000 IU/mL = 5.60 mL to draw",
        "100,800,000 IU ÷ 22,000,000 IU per vial = 4.58, so 5 vials",
        "100,800,000 IU is above 60,000,000 IU: bag of 100 mL dextrose 5 %",
        "5.60 mL × 1.1 mg/mL = 6.16 mg, for display only",
        "On 100 mL 61.6 mcg/mL; on 105.60 mL 58.3 mcg/mL",
    )
    low = prepare(Decimal("20"))
    assert low.outside == "below"
    assert low.steps[-1] == "Pharmacy: the concentration is below 30 to 70 mcg/mL"


@pytest.mark.parametrize(
    ("per_kg", "said"),
    [(603_000, "0.5 % above"), (600_060, "0.0 % above"), (597_000, "0.5 % below"), (612_000, "2.0 % above")],
)
def test_a_small_deviation_is_said_on_its_side(per_kg: int, said: str) -> None:
    assert prepare(70, per_kg).steps[1] == f"That is {said} the regimen's 600,000 IU/kg"


def test_a_dose_that_is_no_whole_number_of_units_stays_exact() -> None:
    made = prepare(Decimal("70.12345"), 600_001)
    assert made.dose_iu == Decimal("42074140.12345")
    assert made.steps[0] == "70.12345 kg × 600,001 IU/kg = 42,074,140.12345 IU"


@pytest.mark.parametrize(
    ("kg", "per_kg", "field", "what"),
    [
        (0, 600_000, "dosing_weight_kg", "dosing weight"),
        (Decimal("-1"), 600_000, "dosing_weight_kg", "dosing weight"),
        (Decimal("NaN"), 600_000, "dosing_weight_kg", "dosing weight"),
        (Decimal("Infinity"), 600_000, "dosing_weight_kg", "dosing weight"),
        (70.5, 600_000, "dosing_weight_kg", "dosing weight"),
        (70, 0, "iu_per_kg", "dose per kg"),
        (70, 600_000.0, "iu_per_kg", "dose per kg"),
    ],
)
def test_what_is_no_dose_is_named(kg: object, per_kg: object, field: str, what: str) -> None:
    with pytest.raises(BadInput) as refusal:
        prepare(kg, per_kg)
    said = refusal.value
    assert (said.code, said.field) == ("bad_dose", field)
    assert (said.sentence, said.remedy) == (f"The {what} must be an exact number above zero.", "Enter it in digits.")


def test_a_weight_that_never_ends_is_no_decimal_number() -> None:
    with pytest.raises(BadInput) as refusal:
        prepare(Fraction(200, 3))
    said = refusal.value
    assert (said.code, said.field, said.remedy) == ("bad_dose", "dosing_weight_kg", "Enter it in digits.")
    assert said.sentence == "The dosing weight is not a decimal number."


def test_thirty_decimals_are_read_and_no_more() -> None:
    assert prepare(70 + Fraction(1, 10**30)).dosing_weight_kg == Decimal("70." + "0" * 29 + "1")
    with pytest.raises(BadInput):
        prepare(70 + Fraction(1, 10**31))


def test_two_people_who_disagree_are_told_where() -> None:
    made = prepare(Decimal("68.5"))
    assert disagreements(made, dose_iu=41_100_000, draw_ml=Decimal("2.28"), vials=2, bag_ml=50) == ()
    assert disagreements(made, dose_iu=41_000_000, draw_ml=Decimal("2.3"), vials=3, bag_ml=100) == (
        "dose: 41,100,000 and 41,000,000 IU",
        "draw: 2.28 and 2.30 mL",
        "vials: 2 and 3",
        "bag: 50 and 100 mL",
    )
    assert disagreements(made, dose_iu=Decimal("41100000.5"), draw_ml=Decimal("2.284"), vials=2, bag_ml=50) == (
        "dose: 41,100,000 and 41,100,000.5 IU",
    )
