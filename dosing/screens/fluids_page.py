"""The fluids and capillary-leak page: balance, urine, weight, oxygen and edema, each with what is not known. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction

from tracker.catalogue import show
from tracker.look.times import age_text, clock_text, length_text

from ..fluids import BOLUS, DAY, INTAKE, URINE, Period, Rate, Sum, gaps, period, shift_bounds, urine_rate
from ..preparation import rounded
from ..rules.facts import Measured
from ..rules.history import History, Point
from .edema import Edema, edema_of
from .oxygen_lane import Lane, oxygen_lane

SHIFTS_SHOWN = 3
WEIGHTS_SHOWN = 7
GAPS_SHOWN = 3
MINUS = "\u2212"


@dataclass(frozen=True)
class Amount:
    """One sum: the number (or that there is none), and how complete it is. `state` is whole, part or none."""

    text: str
    unit: str
    note: str
    state: str


@dataclass(frozen=True)
class Column:
    """One shift, or the last 24 h."""

    title: str
    note: str
    intake: Amount
    urine: Amount
    stool: Amount
    balance: Amount
    boluses: str


@dataclass(frozen=True)
class WeightRow:
    """One weight with its distance from the dosing weight."""

    at: str
    weight: str
    change: str


@dataclass(frozen=True)
class Fluids:
    """All that the page shows."""

    columns: tuple[Column, ...]
    gaps: tuple[str, ...]
    rate: Amount
    weight: Amount
    weights: tuple[WeightRow, ...]
    oxygen: Lane
    edema: Edema


def fluids_of(history: History, weight_kg: Fraction | None, now: datetime, tz: tzinfo, longest: timedelta) -> Fluids:
    """`weight_kg` is the dosing weight, None without a cycle; `longest` how old a vital sign may be at a dose."""
    shifts = [period(history, start, ends, now) for start, ends in shift_bounds(now, tz, SHIFTS_SHOWN)]
    day = period(history, now - DAY, now, now)
    titles = ("This shift", "Shift before", "Two shifts before")
    columns = [_column(each, title, now, tz) for each, title in zip(shifts, titles, strict=True)]
    return Fluids(
        columns=(*columns, _column(day, "Last 24 h", now, tz)),
        gaps=(*_gap_lines(history, INTAKE, "Intake", day, now, tz), *_gap_lines(history, URINE, "Urine", day, now, tz)),
        rate=_rate(urine_rate(history, weight_kg, now), weight_kg, now, tz),
        weight=_weight(history.newest("weight"), weight_kg, now, tz),
        weights=_weights(history, weight_kg, now, tz),
        oxygen=oxygen_lane(history, now, tz, longest),
        edema=edema_of(history, now, tz),
    )


# --- in and out -------------------------------------------------------------------------------------------------------


def _column(each: Period, title: str, now: datetime, tz: tzinfo) -> Column:
    ends = f"{clock_text(each.ends, now, tz)}, so far" if each.runs else clock_text(each.ends, now, tz)
    return Column(
        title=title,
        note=f"{clock_text(each.start, now, tz)} to {ends}",
        intake=amount_of(each.intake),
        urine=amount_of(each.urine),
        stool=amount_of(each.stool),
        balance=_balance(each),
        boluses=_boluses(each),
    )


def amount_of(each: Sum) -> Amount:
    """ "420 mL", "in 6 h 20 of 8 h recorded"; without an entry the words say so, never 0."""
    if each.volume is None:
        return Amount("not recorded", "", f"0 of {hours_text(each.length)}", "none")
    note = f"in {hours_text(each.known)} of {hours_text(each.length)} recorded"
    if each.complete:
        note = f"all {hours_text(each.length)} recorded"
    if each.twice:
        note += f"; {hours_text(each.twice)} entered twice over"
    return Amount(volume_text(each.volume), "mL", note, "whole" if each.complete else "part")


def _balance(each: Period) -> Amount:
    if each.balance is None:
        missing = [name for name, found in (("intake", each.intake), ("urine", each.urine)) if found.volume is None]
        return Amount("cannot tell", "", f"{' and '.join(missing)} not recorded", "none")
    of = "intake less urine" if each.stool.volume is None else "intake less urine and stool"
    left = "; stool not recorded" if each.stool.volume is None else ""
    if each.complete:
        return Amount(signed_text(each.balance), "mL", f"{of}{left}", "whole")
    return Amount(signed_text(each.balance), "mL", f"{of}, only of what is recorded{left}", "part")


def _boluses(each: Period) -> str:
    if not each.boluses:
        return "none charted"
    total = sum(Fraction(point.value) for point in each.boluses)
    count = "1 bolus" if len(each.boluses) == 1 else f"{len(each.boluses)} boluses"
    return f"{show(BOLUS, total)} mL in {count}"


def _gap_lines(history: History, code: str, name: str, day: Period, now: datetime, tz: tzinfo) -> list[str]:
    """Where nothing is recorded in the last 24 h, newest first, the first few by their times."""
    found = [(start, end) for start, end in gaps(history.of(code), day.start, day.end) if _minutes(end - start)]
    if not history.span(code, day.start, day.end):
        return [f"{name}: nothing recorded in the last 24 h."]
    named = [f"{clock_text(start, now, tz)} to {clock_text(end, now, tz)}" for start, end in reversed(found)]
    if not named:
        return []
    more = f" and {len(named) - GAPS_SHOWN} more" if len(named) > GAPS_SHOWN else ""
    return [f"{name} is unknown {', '.join(named[:GAPS_SHOWN])}{more}."]


# --- urine per kg, weight ---------------------------------------------------------------------------------------------


def _rate(rate: Rate, weight_kg: Fraction | None, now: datetime, tz: tzinfo) -> Amount:
    if rate.value is None:
        if rate.end is None:
            return Amount("cannot tell", "", "urine was never recorded", "none")
        if weight_kg is None:
            return Amount("cannot tell", "", "no dosing weight: no cycle is prescribed", "none")
        return Amount("cannot tell", "", f"nothing recorded since {clock_text(rate.end, now, tz)}", "none")
    until = clock_text(rate.end, now, tz)
    if rate.window.complete:
        return Amount(rounded(rate.value, 2), "mL/kg/h", f"all 8 h to {until} recorded", "whole")
    known = hours_text(rate.window.known)
    return Amount(rounded(rate.value, 2), "mL/kg/h", f"in {known} of the 8 h to {until}; the rest is unknown", "part")


def _weight(newest: Point | None, weight_kg: Fraction | None, now: datetime, tz: tzinfo) -> Amount:
    if newest is None:
        return Amount("cannot tell", "", "never weighed", "none")
    seen = f"{show('weight', newest.value)} kg at {clock_text(newest.at, now, tz)}, {age_text(newest.at, now)} old"
    if weight_kg is None:
        return Amount("cannot tell", "", f"{seen}; no dosing weight", "none")
    state = "whole" if now - newest.at <= DAY else "part"
    return Amount(change_text(newest.value, weight_kg), "%", seen, state)


def _weights(history: History, weight_kg: Fraction | None, now: datetime, tz: tzinfo) -> tuple[WeightRow, ...]:
    newest = list(reversed(history.span("weight", None, now)))[:WEIGHTS_SHOWN]
    return tuple(
        WeightRow(
            clock_text(point.at, now, tz),
            f"{show('weight', point.value)} kg",
            f"{change_text(point.value, weight_kg)} %" if weight_kg else "cannot tell",
        )
        for point in newest
    )


# --- words ------------------------------------------------------------------------------------------------------------


def change_text(weight: Measured, weight_kg: Fraction) -> str:
    """The distance from the dosing weight in per cent, with its sign."""
    return signed_text((Fraction(weight) - weight_kg) * 100 / weight_kg, 1)


def signed_text(value: Measured, places: int = 0) -> str:
    """ "+120", "−80", "0"."""
    text = rounded(abs(Fraction(value)), places)
    if not text.strip("0."):
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def volume_text(value: Measured) -> str:
    """Whole millilitres: a share of an interval is no finer than the cup it was measured with."""
    return rounded(Fraction(value), 0)


def hours_text(length: timedelta) -> str:
    """ "6 h 20"; full hours without minutes, "8 h"."""
    return length_text(_minutes(length))


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)
