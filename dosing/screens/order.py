"""A prescription for reading: the dose as the pharmacy makes it, the arithmetic in words, the planned times. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fractions import Fraction

from tracker.catalogue import show
from tracker.look.times import age_text, clock_text, weekday_text

from ..preparation import ML_PER_VIAL, Preparation, rounded
from ..rules.facts import Round
from ..rules.registry import title_of

# Beyond this a typed weight is more often another patient's or a slip than a change of the patient.
WEIGHT_MAY_DIFFER_PERCENT = 10


@dataclass(frozen=True)
class OrderLine:
    """One quantity of the preparation with its unit."""

    words: str
    value: str
    unit: str = ""


@dataclass(frozen=True)
class PlannedDose:
    """One planned dose at the ward's clock; `day` is said where a new day begins."""

    number: int
    clock: str
    day: str


@dataclass(frozen=True)
class BoundSet:
    """One rule set that binds the cycle, by its key at a version."""

    key: str
    words: str


@dataclass(frozen=True)
class OrderView:
    """What the prescriber sees before signing, and again on the cycle's page."""

    headline: str
    lines: tuple[OrderLine, ...]
    steps: tuple[str, ...]
    warnings: tuple[str, ...]
    planned: tuple[PlannedDose, ...]
    sets: tuple[BoundSet, ...]


def order_view(
    made: Preparation, planned: Sequence[datetime], rule_sets: Iterable[str], tz: tzinfo, *, weight_note: str = ""
) -> OrderView:
    """Everything about one dose and the times of all of them."""
    return OrderView(
        headline=f"{made.dose_iu:,} IU",
        lines=_lines(made),
        steps=made.steps,
        warnings=tuple(each for each in (*_warnings(made), weight_note) if each),
        planned=planned_doses(planned, tz),
        sets=tuple(bound_set(key) for key in rule_sets),
    )


def bound_set(key: str) -> BoundSet:
    """The set in words, the hospital's own versions by their number."""
    return BoundSet(key, title_of(key))


def _lines(made: Preparation) -> tuple[OrderLine, ...]:
    return (
        OrderLine("Draw", made.draw_text, "mL"),
        OrderLine("From", str(made.vials), "vial" if made.vials == 1 else "vials"),
        OrderLine("Into dextrose 5 %", str(made.bag_ml), "mL"),
        OrderLine("Concentration on the bag's nominal volume", rounded(made.conc_nominal, 1), "mcg/mL"),
        OrderLine("Concentration on the total volume", rounded(made.conc_total, 1), "mcg/mL"),
        OrderLine("In milligrams, for display only", f"{made.mg_display:f}", "mg"),
    )


def _warnings(made: Preparation) -> Iterable[str]:
    deviation = deviation_words(made)
    if deviation:
        yield deviation
    if made.pharmacy_flag:
        filled = rounded(ML_PER_VIAL * made.vials, 1)
        put_in = f"the {filled} mL put into {made.vials} {'vial' if made.vials == 1 else 'vials'}"
        yield f"Pharmacy: {made.draw_text} mL is more than {put_in}. Check the overfill."
    if made.outside:
        yield f"Pharmacy: the concentration is {made.outside} the 30 to 70 mcg/mL of the label."


def deviation_words(made: Preparation) -> str:
    """How far the dose is from the regimen's, in words; empty when it is the regimen's."""
    if not made.deviation_percent:
        return ""
    side = "above" if made.deviation_percent > 0 else "below"
    return f"Deviation: {rounded(abs(made.deviation_percent), 1)} % {side} the regimen's dose."


def planned_doses(planned: Sequence[datetime], tz: tzinfo) -> tuple[PlannedDose, ...]:
    """Each dose at its hour; the offset is printed where the clocks change."""
    doses, last = [], None
    for number, at in enumerate(planned, start=1):
        local = at.astimezone(tz)
        day = weekday_text(local.date()) if local.date() != last else ""
        doses.append(PlannedDose(number, clock_text(at, at, tz), day))
        last = local.date()
    return tuple(doses)


def newest_weight(rounds: Iterable[Round], now: datetime) -> tuple[Fraction, datetime] | None:
    """The newest charted weight in kg and when it was seen; None when there is none."""
    seen = [
        each for each in rounds if "weight" in each.values and each.retracted_at is None and each.observed_at <= now
    ]
    if not seen:
        return None
    newest = max(seen, key=lambda each: (each.observed_at, each.order))
    return Fraction(newest.values["weight"].value), newest.observed_at


def weight_words(charted: tuple[Fraction, datetime] | None, now: datetime, tz: tzinfo) -> str:
    """ "Newest charted weight 68.4 kg, Tue 05:20, 24 h 22 ago."."""
    if charted is None:
        return "No weight is charted."
    kg, at = charted
    return f"Newest charted weight {show('weight', kg)} kg, {clock_text(at, now, tz)}, {age_text(at, now)} ago."


def weight_note(weight_kg: object, charted: tuple[Fraction, datetime] | None) -> str:
    """A sentence when the dosing weight is far from the charted one."""
    if charted is None:
        return ""
    kg = charted[0]
    percent = (Fraction(weight_kg) - kg) * 100 / kg
    if abs(percent) <= WEIGHT_MAY_DIFFER_PERCENT:
        return ""
    side = "above" if percent > 0 else "below"
    charted_kg = show("weight", kg)
    return f"This is {rounded(abs(percent), 0)} % {side} the newest charted weight of {charted_kg} kg: is it right?"
