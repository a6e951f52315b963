"""The 25 worked examples of the clinical reference that are arithmetic, and the traps around them, exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosing.preparation import (
    beyond_use_at,
    concentrations,
    deviation_percent,
    disagreements,
    ends_in_time,
    latest_start,
    outside_range,
    prepare,
    rounded,
)
from tracker.errors import BadInput

# example, kg, IU, mL, vials, bag, mcg/mL on the bag, mcg/mL on the total volume (None where it prints none)
EXAMPLES = [
    (1, "70", 42_000_000, "2.33", 2, 50, "51.3", None),
    (2, "35", 21_000_000, "1.17", 1, 25, None, None),
    (3, "40", 24_000_000, "1.33", 2, 25, None, None),
    (4, "42.3", 25_380_000, "1.41", 2, 25, None, None),
    (5, "42.4", 25_440_000, "1.41", 2, 50, "31.1", "30.2"),
    (6, "100", 60_000_000, "3.33", 3, 50, "73.3", "68.8"),
    (7, "100.5", 60_300_000, "3.35", 3, 100, None, None),
    (8, "82.5", 49_500_000, "2.75", 3, 50, None, None),
    (9, "72.5", 43_500_000, "2.42", 2, 50, None, None),
]


@pytest.mark.parametrize(("number", "kg", "iu", "ml", "vials", "bag", "nominal", "total"), EXAMPLES)
def test_worked_example(
    number: int, kg: str, iu: int, ml: str, vials: int, bag: int, nominal: str | None, total: str | None
) -> None:
    made = prepare(Decimal(kg))
    assert (made.dose_iu, made.draw_text, made.vials, made.bag_ml) == (iu, ml, vials, bag)
    assert nominal is None or rounded(made.conc_nominal, 1) == nominal
    assert total is None or rounded(made.conc_total, 1) == total
    assert made.pharmacy_flag is (number == 9)
    assert made.outside == ""


def test_example_9_draws_more_than_was_put_into_two_vials() -> None:
    made = prepare(Decimal("72.5"))
    assert rounded(made.draw_ml, 3) == "2.417"
    assert "Pharmacy: 2.42 mL is more than the 2.4 mL put into 2 vials" in made.steps


@pytest.mark.parametrize(
    ("kg", "vials", "flag"), [("72", 2, False), ("72.001", 2, True), ("73.3", 2, True), ("73.34", 3, False)]
)
def test_the_flag_lies_between_the_content_and_the_volume_of_the_vials(kg: str, vials: int, flag: bool) -> None:
    made = prepare(Decimal(kg))
    assert (made.vials, made.pharmacy_flag) == (vials, flag)


def test_example_10_twenty_per_cent_above_the_label() -> None:
    made = prepare(Decimal(70), 720_000)
    assert (made.dose_iu, made.draw_text, made.vials) == (50_400_000, "2.80", 3)
    assert made.deviation_percent == 20
    assert "That is 20.0 % above the regimen's 600,000 IU/kg" in made.steps


def test_example_11_one_hospitals_syringes_are_outside_the_range() -> None:
    for bag, shown in ((15, "148"), (20, "115")):
        _, total = concentrations(42_000_000, bag)
        assert rounded(total, 0) == shown
        assert outside_range(total) == "above"


def test_example_12_the_infusion_must_end_within_48_h() -> None:
    prepared = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert not ends_in_time(prepared, prepared + timedelta(hours=48, minutes=10))
    assert ends_in_time(prepared, prepared + timedelta(hours=48))
    assert not ends_in_time(prepared, prepared + timedelta(hours=48, microseconds=1))
    assert beyond_use_at(prepared) == prepared + timedelta(hours=48)
    assert latest_start(prepared) == prepared + timedelta(hours=47, minutes=45)


# dose in IU at the edges of the label's table of bags
BAGS = [(25_400_000, 25), (25_400_001, 50), (60_000_000, 50), (60_000_001, 100)]


@pytest.mark.parametrize(("iu", "bag"), BAGS)
def test_the_bag_is_chosen_by_iu_with_both_edges(iu: int, bag: int) -> None:
    assert prepare(Fraction(iu, 100_000), 100_000).bag_ml == bag


def test_the_steps_show_every_number_with_its_unit() -> None:
    assert prepare(Decimal("70")).steps == (
        "70 kg × 600,000 IU/kg = 42,000,000 IU",
        "42,000,000 IU ÷ 18,000,000 IU/mL = 2.33 mL to draw",
        "42,000,000 IU ÷ 22,000,000 IU per vial = 1.91, so 2 vials",
        "42,000,000 IU is above 25,400,000 and no more than 60,000,000 IU: bag of 50 mL dextrose 5 %",
        "2.33 mL × 1.1 mg/mL = 2.57 mg, for display only",
        "On 50 mL 51.3 mcg/mL; on 52.33 mL 49.0 mcg/mL",
    )


def test_a_hair_above_two_vials_is_shown_as_such() -> None:
    assert any("2.000182, so 3 vials" in step for step in prepare(Decimal("73.34")).steps)


@pytest.mark.parametrize(("kg", "side"), [("20", "below"), ("70", ""), ("250", "above")])
def test_a_concentration_outside_30_to_70_is_said(kg: str, side: str) -> None:
    made = prepare(Decimal(kg))
    assert made.outside == side
    assert any("Pharmacy: the concentration" in step for step in made.steps) is bool(side)


def test_both_ends_of_the_range_belong_to_it() -> None:
    assert [outside_range(Fraction(conc)) for conc in (30, 70)] == ["", ""]


def test_mg_is_rounded_for_display() -> None:
    assert prepare(Decimal(70)).mg_display == Decimal("2.57")


def test_deviation_has_a_sign() -> None:
    assert deviation_percent(540_000, 600_000) == -10
    assert "That is 10.0 % below the regimen's 600,000 IU/kg" in prepare(Decimal(70), 540_000).steps
    assert prepare(Decimal(70)).deviation_percent == 0


def test_a_second_persons_result_is_compared_as_drawn() -> None:
    made = prepare(Decimal(70))
    same = {"dose_iu": 42_000_000, "draw_ml": Decimal("2.33"), "vials": 2, "bag_ml": 50}
    assert disagreements(made, **same) == ()
    assert disagreements(made, **{**same, "draw_ml": Decimal("2.34")}) == ("draw: 2.33 and 2.34 mL",)
    assert disagreements(made, **{**same, "dose_iu": 42_000_600, "vials": 3, "bag_ml": 25}) == (
        "dose: 42,000,000 and 42,000,600 IU",
        "vials: 2 and 3",
        "bag: 50 and 25 mL",
    )


@pytest.mark.parametrize("weight", [0, -1, Decimal("NaN"), Decimal("Infinity"), 70.0, "70", None, Fraction(1, 3)])
def test_only_an_exact_number_above_zero_is_a_weight(weight: object) -> None:
    with pytest.raises(BadInput):
        prepare(weight)


@given(st.decimals(min_value=25, max_value=300, places=3))
def test_the_arithmetic_is_exact(weight: Decimal) -> None:
    made = prepare(weight)
    assert made.dose_iu == weight * 600_000
    assert made.draw_ml * 18_000_000 == made.dose_iu
    assert (made.vials - 1) * 22_000_000 < made.dose_iu <= made.vials * 22_000_000
    assert made.conc_total < made.conc_nominal


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(5, 1000), 2, "0.01"),
        (Fraction(-5, 1000), 2, "-0.01"),
        (Fraction(4999, 1_000_000), 2, "0.00"),
        (3, 1, "3.0"),
        (Fraction(7, 3), 3, "2.333"),
        (Fraction(5, 2), 0, "3"),
    ],
)
def test_rounding_is_half_away_from_zero(value: Fraction, places: int, text: str) -> None:
    assert rounded(value, places) == text


def test_a_full_vial_exactly_needs_no_flag() -> None:
    """36 kg: 1.2 mL, which is just what was put into one vial."""
    made = prepare(Decimal(36))
    assert (made.draw_ml, made.vials, made.pharmacy_flag) == (Fraction("1.2"), 1, False)
    assert not any("into 1 vial" in step for step in made.steps)
    assert prepare(Decimal("36.1")).pharmacy_flag


@pytest.mark.parametrize(("conc", "side"), [("29.99", "below"), (30, ""), (70, ""), ("70.01", "above")])
def test_the_range_of_the_concentration_ends_at_30_and_70(conc: object, side: str) -> None:
    assert outside_range(Fraction(conc)) == side


def test_anything_above_zero_is_a_number_to_calculate_with() -> None:
    assert prepare(Decimal("0.5"), 1).dose_iu == Decimal("0.5")
