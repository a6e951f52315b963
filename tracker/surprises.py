"""Values that are possible but rare: each asks for a second look before it is saved, and none is refused (pure).

The bands are this project's reading of what is rare even in a patient with capillary leak, not published limits, and
no rule uses them. They are set wide, because a question that is asked at every round is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from tracker.catalogue_codes import CODES, Code, Kind
from tracker.catalogue_words import show
from tracker.units import to_canonical

LONGEST_INTERVAL = timedelta(hours=24)  # urine is charted by shift; a longer interval is most likely a wrong date


@dataclass(frozen=True, slots=True)
class Usual:
    """Below `low` or above `high` is rare; so is a change of more than `step`, or by more than `times`."""

    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None
    times: int | None = None


def _usual(low: str = "", high: str = "", *, step: str = "", times: int | None = None) -> Usual:
    bound = [Fraction(text) if text else None for text in (low, high, step)]
    return Usual(*bound, times)


USUAL: dict[str, Usual] = {
    "systolic_bp": _usual("60", "200", step="60"),
    "diastolic_bp": _usual("30", "120", step="50"),
    "heart_rate": _usual("40", "170", step="60"),
    "respiratory_rate": _usual("8", "40", step="20"),
    "temperature": _usual("35", "41", step="3"),
    "spo2": _usual("80", step="15"),
    "oxygen_flow": _usual(high="15", step="10"),
    "oxygen_fio2": _usual(),  # any step up is a treatment that somebody chose
    "weight": _usual("35", "200", step="10"),
    "urine_output": _usual(high="2000"),
    "fluid_intake": _usual(high="4000"),
    "diarrhea_volume": _usual(high="3000"),
    "phenylephrine_rate": _usual(high="3", times=5),
    "dopamine_rate": _usual(high="20", times=5),
    "norepinephrine_rate": _usual(high="1", times=5),
    "fluid_bolus": _usual(high="1000"),
    "creatinine": _usual("0.3", "10", times=3),
    "bilirubin": _usual(high="20", times=4),
    "ast": _usual(high="2000", times=8),
    "alt": _usual(high="2000", times=8),
    "platelets": _usual("10000", "1000000", times=4),
    "neutrophils": _usual("500", "50000", times=8),
    "white_cells": _usual("1000", "100000", times=8),
    "hemoglobin": _usual("6", "19", step="4"),
    "bicarbonate": _usual("10", "40", step="10"),
    "arterial_ph": _usual("7.1", "7.6", step="0.3"),
    "sodium": _usual("115", "160", step="12"),
    "potassium": _usual("2.5", "6.5", step="2"),
    "calcium": _usual("6", "13", step="3"),
    "magnesium": _usual("0.8", "5", times=4),
    "phosphate": _usual("0.8", "10", times=4),
    "albumin": _usual("1.2", "5.5", step="1.5"),
    "glucose": _usual("50", "500", times=4),
    "creatine_kinase": _usual(high="10000"),
    "ldh": _usual(high="5000"),
    "tsh": _usual(high="50"),
}
_PARTS = {3: "third", 4: "quarter", 5: "fifth", 8: "eighth"}
_GRADE_STEP = 3  # from awake to stupor within one round is possible, and more often a finger on the wrong card


def surprising(
    code: str,
    value: Fraction | int | str,
    previous: Fraction | int | str | None,
    *,
    interval: timedelta | None = None,
) -> str | None:
    """A sentence that asks for confirmation, or None. `previous` is the newest earlier value of the same code.

    Units: canonical. `interval` is the time over which a volume was collected.
    Missing: without a previous value only the value itself is judged.
    """
    row = CODES[code]
    if row.kind is Kind.CHOICE:
        return None
    if row.kind is Kind.GRADE:
        return _grade_jump(row, int(value), previous)
    amount = Fraction(value)
    before = None if previous is None else Fraction(previous)
    usual = USUAL[code]
    return _long_interval(row, interval) or _rare(row, amount, usual) or _jump(row, amount, before, usual)


def _long_interval(row: Code, interval: timedelta | None) -> str | None:
    if interval is None or interval <= LONGEST_INTERVAL:
        return None
    hours = int(interval / timedelta(hours=1))
    return f"{row.label} covers {hours} h, which is longer than a day. Is the beginning right?"


def _rare(row: Code, amount: Fraction, usual: Usual) -> str | None:
    if usual.low is not None and amount < usual.low:
        return f"{_named(row, amount)} is unusually low.{_unit_hint(row, amount, usual)} Is it right?"
    if usual.high is not None and amount > usual.high:
        return f"{_named(row, amount)} is unusually high. Is it right?"
    return None


def _unit_hint(row: Code, amount: Fraction, usual: Usual) -> str:
    """Laboratories print counts in thousands; 240 per mm3 is most likely 240 x 10*9/L typed without its unit."""
    if row.unit != "/mm3" or usual.low is None or to_canonical(row.code, amount, "10*9/L") < usual.low:
        return ""
    return " If the laboratory printed it in 10*9/L or 10*3/uL, choose that unit."


def _jump(row: Code, amount: Fraction, before: Fraction | None, usual: Usual) -> str | None:
    if before is None:
        return None
    change = abs(amount - before)
    lower, upper = sorted((amount, before))
    if usual.step is not None and change > usual.step:
        by = f"{show(row.code, change)}{_unit(row)}"
        return f"{_named(row, amount)} is {by} {_direction(amount, before)} the last one. Is it right?"
    if usual.times is not None and lower > 0 and upper > lower * usual.times:
        words = f"more than {usual.times} times" if amount > before else f"less than one {_PARTS[usual.times]} of"
        last = f"{show(row.code, before)}{_unit(row)}"
        return f"{_named(row, amount)} is {words} the last one, {last}. Is it right?"
    return None


def _grade_jump(row: Code, grade: int, previous: Fraction | int | str | None) -> str | None:
    if previous is None or abs(grade - int(previous)) < _GRADE_STEP:
        return None
    return f"{row.label} goes from grade {previous} to grade {grade} at once. Is it right?"


def _named(row: Code, amount: Fraction) -> str:
    return f"{row.label} {show(row.code, amount)}{_unit(row)}"


def _unit(row: Code) -> str:
    return f" {row.unit_label}" if row.unit_label else ""


def _direction(amount: Fraction, before: Fraction) -> str:
    return "above" if amount > before else "below"
