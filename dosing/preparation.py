"""From the dosing weight to the bag, exactly: IU, mL to draw, vials, bag and concentration, each step in words.

IU is the master unit. The milligrams printed on the label are rounded and do not agree with each other, so mg is for
display only and is never converted back. Source: aldesleukin prescribing information, revised 9/2023, section 2.5 and
Table 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from tracker.errors import BadInput

IU_PER_KG = 600_000
IU_PER_ML = 18_000_000
IU_PER_VIAL = 22_000_000
ML_PER_VIAL = Fraction("1.2")
MG_PER_ML = Fraction("1.1")
SMALL_BAG_TO_IU = 25_400_000
MIDDLE_BAG_TO_IU = 60_000_000
LEAST_MCG_PER_ML = 30
MOST_MCG_PER_ML = 70
BEYOND_USE = timedelta(hours=48)
INFUSION = timedelta(minutes=15)

Exact = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Preparation:
    """One dose as the pharmacy makes it. Units: IU, mL, mcg/mL; exact fractions, rounded only where they are shown.

    `pharmacy_flag`: the draw is more than the 1.2 mL put into each vial, though the labelled content suffices.
    `outside`: "below" or "above" when the concentration on the total volume leaves the label's 30 to 70 mcg/mL.
    """

    dosing_weight_kg: Decimal
    iu_per_kg: int
    dose_iu: int | Decimal
    draw_ml: Fraction
    vials: int
    pharmacy_flag: bool
    bag_ml: int
    conc_nominal: Fraction
    conc_total: Fraction
    outside: str
    mg_display: Decimal
    deviation_percent: Fraction
    steps: tuple[str, ...]

    @property
    def draw_text(self) -> str:
        """mL to draw, to 0.01 mL."""
        return rounded(self.draw_ml, 2)


def prepare(dosing_weight_kg: Exact, iu_per_kg: int = IU_PER_KG, *, regimen_iu_per_kg: int = IU_PER_KG) -> Preparation:
    """The whole arithmetic of one dose.

    Units: kg of dosing weight, IU per kg. Raises: BadInput for a weight or dose that is not a number above zero.
    """
    weight = _positive(dosing_weight_kg, "dosing_weight_kg", "dosing weight")
    per_kg = int(_positive(iu_per_kg, "iu_per_kg", "dose per kg"))
    dose = weight * per_kg
    draw = dose / IU_PER_ML
    vials = ceil(dose / IU_PER_VIAL)
    bag = bag_for(dose)
    nominal, total = concentrations(dose, bag)
    deviation = deviation_percent(per_kg, regimen_iu_per_kg)
    return Preparation(
        dosing_weight_kg=_decimal(weight),
        iu_per_kg=per_kg,
        dose_iu=dose.numerator if dose.denominator == 1 else _decimal(dose),
        draw_ml=draw,
        vials=vials,
        pharmacy_flag=draw > ML_PER_VIAL * vials,
        bag_ml=bag,
        conc_nominal=nominal,
        conc_total=total,
        outside=outside_range(total),
        mg_display=Decimal(rounded(draw * MG_PER_ML, 2)),
        deviation_percent=deviation,
        steps=_steps(weight, per_kg, regimen_iu_per_kg),
    )


def bag_for(dose_iu: Exact) -> int:
    """Bag of 5 % dextrose in mL, chosen by IU: to 25.4 million 25 mL, to 60 million 50 mL, above 100 mL."""
    if dose_iu <= SMALL_BAG_TO_IU:
        return 25
    return 50 if dose_iu <= MIDDLE_BAG_TO_IU else 100


def concentrations(dose_iu: Exact, bag_ml: Exact) -> tuple[Fraction, Fraction]:
    """mcg/mL on the nominal volume of the bag, and on the total volume with the drug drawn into it."""
    draw = Fraction(dose_iu) / IU_PER_ML
    mcg = draw * MG_PER_ML * 1000
    return mcg / Fraction(bag_ml), mcg / (Fraction(bag_ml) + draw)


def outside_range(conc_mcg_per_ml: Fraction) -> str:
    """Which side of 30 to 70 mcg/mL, empty within.

    Judge it on the total volume: 60 million IU in 50 mL is 73 on the nominal volume, and yet as the label has it.
    """
    if conc_mcg_per_ml < LEAST_MCG_PER_ML:
        return "below"
    return "above" if conc_mcg_per_ml > MOST_MCG_PER_ML else ""


def deviation_percent(ordered: Exact, regimen_dose: Exact) -> Fraction:
    """How far an ordered dose is from the regimen's, in per cent of the regimen's; both in the same unit."""
    return (Fraction(ordered) - Fraction(regimen_dose)) * 100 / Fraction(regimen_dose)


def beyond_use_at(prepared_at: datetime) -> datetime:
    """The infusion must END within 48 h of preparation."""
    return prepared_at + BEYOND_USE


def ends_in_time(prepared_at: datetime, infusion_ends_at: datetime) -> bool:
    """True when the infusion ends no later than 48 h after preparation."""
    return infusion_ends_at <= beyond_use_at(prepared_at)


def latest_start(prepared_at: datetime, infusion: timedelta = INFUSION) -> datetime:
    """The last instant at which this bag may be started, so that the infusion still ends in time."""
    return beyond_use_at(prepared_at) - infusion


def disagreements(
    preparation: Preparation, *, dose_iu: Exact, draw_ml: Exact, vials: int, bag_ml: int
) -> tuple[str, ...]:
    """Where a second person's own result differs, in words; empty when both agree. mL are compared to 0.01."""
    pairs = (
        ("dose", _grouped(Fraction(preparation.dose_iu)), _grouped(Fraction(dose_iu)), "IU"),
        ("draw", rounded(preparation.draw_ml, 2), rounded(Fraction(draw_ml), 2), "mL"),
        ("vials", str(preparation.vials), str(vials), ""),
        ("bag", str(preparation.bag_ml), str(bag_ml), "mL"),
    )
    return tuple(f"{name}: {ours} and {theirs} {unit}".rstrip() for name, ours, theirs, unit in pairs if ours != theirs)


def rounded(value: Exact, places: int) -> str:
    """Decimal text with that many places, half away from zero. For showing only."""
    exact = Fraction(value)
    scaled = abs(exact) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = Decimal(whole).scaleb(-places)
    return f"{-digits if exact < 0 else digits:f}"


def _steps(weight: Fraction, per_kg: int, regimen_per_kg: int) -> tuple[str, ...]:
    dose = weight * per_kg
    draw = dose / IU_PER_ML
    vials, bag = ceil(dose / IU_PER_VIAL), bag_for(dose)
    nominal, total = concentrations(dose, bag)
    iu, ml = _grouped(dose), rounded(draw, 2)
    steps = [f"{_plain(weight)} kg × {per_kg:,} IU/kg = {iu} IU"]
    deviation = deviation_percent(per_kg, regimen_per_kg)
    if deviation:
        side = "above" if deviation > 0 else "below"
        steps.append(f"That is {rounded(abs(deviation), 1)} % {side} the regimen's {regimen_per_kg:,} IU/kg")
    steps.append(f"{iu} IU ÷ {IU_PER_ML:,} IU/mL = {ml} mL to draw")
    steps.append(f"{iu} IU ÷ {IU_PER_VIAL:,} IU per vial = {_vials_exactly(dose)}, so {_count(vials, 'vial')}")
    if draw > ML_PER_VIAL * vials:
        into = rounded(ML_PER_VIAL * vials, 1)
        steps.append(f"Pharmacy: {ml} mL is more than the {into} mL put into {_count(vials, 'vial')}")
    steps.append(f"{iu} IU is {_BAG_WORDS[bag]}: bag of {bag} mL dextrose 5 %")
    steps.append(f"{ml} mL × 1.1 mg/mL = {rounded(draw * MG_PER_ML, 2)} mg, for display only")
    steps.append(f"On {bag} mL {rounded(nominal, 1)} mcg/mL; on {rounded(bag + draw, 2)} mL {rounded(total, 1)} mcg/mL")
    side = outside_range(total)
    if side:
        steps.append(f"Pharmacy: the concentration is {side} 30 to 70 mcg/mL")
    return tuple(steps)


_BAG_WORDS = {
    25: "25,400,000 IU or less",
    50: "above 25,400,000 and no more than 60,000,000 IU",
    100: "above 60,000,000 IU",
}


def _vials_exactly(dose: Fraction) -> str:
    """Two places, or more where two would hide why one more vial is needed (2.0003 vials are 3)."""
    exact = dose / IU_PER_VIAL
    short = rounded(exact, 2)
    return rounded(exact, 6) if Fraction(short).denominator == 1 and Fraction(short) != exact else short


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _positive(value: Exact, field: str, what: str) -> Fraction:
    try:
        number = Fraction(value) if isinstance(value, (int, Decimal, Fraction)) else None
    except (OverflowError, ValueError):
        number = None
    if number is None or number <= 0:
        raise BadInput(
            "bad_dose", f"The {what} must be an exact number above zero.", field=field, remedy="Enter it in digits."
        )
    return number


def _decimal(value: Fraction) -> Decimal:
    """The exact decimal of a fraction that came from one."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
        if places > 30:
            raise BadInput(
                "bad_dose",
                "The dosing weight is not a decimal number.",
                field="dosing_weight_kg",
                remedy="Enter it in digits.",
            )
    # Written out, because scaleb would round to the 28 digits of the usual context.
    return Decimal(f"{(value * 10**places).numerator}E-{places}")


def _plain(value: Fraction) -> str:
    return f"{_decimal(value):f}"


def _grouped(value: Fraction) -> str:
    return f"{_decimal(value):,f}"
