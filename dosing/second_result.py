"""The second person's own result of the dose arithmetic, compared with ours. Pure."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from tracker.errors import BadInput, Conflict
from tracker.units import exact

from .preparation import IU_PER_ML, IU_PER_VIAL, Preparation, bag_for, disagreements, rounded

# What one of the unit is in IU.
UNITS: dict[str, tuple[str, int]] = {
    "million_iu": ("million IU", 1_000_000),
    "iu": ("IU", 1),
    "ml": ("mL to draw", IU_PER_ML),
}


def read_result(typed: str, unit: str) -> Fraction:
    """The number, in the unit that was chosen; 41,040,000 may have its commas.

    Raises: BadInput missing_result, bad_result, missing_unit.
    """
    text = typed.strip()
    if not text:
        raise BadInput(
            "missing_result", "The witness's own result is missing.", field="result",
            remedy="The witness works the dose out from the weight and types it.",
        )  # fmt: skip
    if unit not in UNITS:
        raise BadInput("missing_unit", "The unit of the result is missing.", field="unit", remedy="Choose the unit.")
    if unit == "iu":
        text = text.replace(",", "").replace(" ", "")
    try:
        number = exact(text)
    except BadInput as refusal:
        raise BadInput("bad_result", refusal.sentence, field="result", remedy=refusal.remedy) from None
    if number <= 0:
        raise BadInput("bad_result", "The result is not above zero.", field="result", remedy="Work it out again.")
    return number


def check_agrees(preparation: Preparation, number: Fraction, unit: str) -> None:
    """Raises: Conflict witness_disagrees with both results. IU must agree exactly, mL to 0.01."""
    iu = number * UNITS[unit][1]
    drawn = unit == "ml"
    same_draw = drawn and rounded(number, 2) == rounded(preparation.draw_ml, 2)
    if same_draw:
        return
    differ = disagreements(
        preparation,
        dose_iu=_whole(iu),
        draw_ml=iu / IU_PER_ML,
        vials=ceil(iu / IU_PER_VIAL),
        bag_ml=bag_for(iu),
    )
    if not differ:
        return
    ours, theirs = _said(preparation, unit), _told(number, unit)
    raise Conflict(
        "witness_disagrees",
        f"The two results differ: {ours} here, {theirs} by the witness.",
        field="result",
        remedy="Do not give. Work it out together, step by step, and check the weight; ask the pharmacy if it stays.",
        extra={"ours": ours, "theirs": theirs, "disagreements": list(differ)},
    )


def _whole(iu: Fraction) -> Fraction:
    """To 0.01 IU: a result in mL may be no finite decimal in IU, and is only shown here."""
    return Fraction(rounded(iu, 2)) if iu.denominator != 1 else iu


def _said(preparation: Preparation, unit: str) -> str:
    if unit == "ml":
        return f"{preparation.draw_text} mL"
    return f"{preparation.dose_iu:,} IU"


def _told(number: Fraction, unit: str) -> str:
    if unit == "ml":
        return f"{rounded(number, 2)} mL"
    iu = number * UNITS[unit][1]
    return f"{iu.numerator:,} IU" if iu.denominator == 1 else f"{rounded(iu, 2)} IU"
