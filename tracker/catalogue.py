"""Every observation code, and the one way in: a typed value becomes an exact reading or a named refusal (pure)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from tracker import units
from tracker.catalogue_codes import CODES, GROUPS, UNIT_LABELS, Code, Kind
from tracker.catalogue_words import number_text, show, show_number
from tracker.errors import BadInput
from tracker.surprises import surprising
from tracker.times import read_instant

__all__ = [
    "CODES",
    "GROUPS",
    "Code",
    "Kind",
    "Reading",
    "canonical",
    "number_text",
    "read_value",
    "show",
    "show_number",
    "surprising",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """One value as it was taken: exact and canonical beside what was typed.

    `value` is a Fraction in the canonical unit, an int for a grade, or the choice; `entered` and `unit` are the typed
    text (the canonical unit when none was named); `since` is the start of a volume's interval, in UTC.
    """

    code: str
    value: Fraction | int | str
    entered: str
    unit: str
    since: datetime | None = None


def read_value(code: str, raw: object, *, observed_at: datetime) -> Reading:
    """Take one value as it came from a form or from JSON: a scalar in the canonical unit, or {"value", "unit", "from"}.

    Missing: an absent value is refused, never taken as zero; zero is a value.
    Raises: BadInput unknown_code, missing_value, not_a_number, not_finite, wrong_unit, implausible, not_a_choice,
    not_a_grade, missing_interval, bad_interval or naive_time, with `field` set to "values.<code>" or a key below it.
    """
    if observed_at.utcoffset() is None:
        raise ValueError("observed_at needs a time zone")
    row = CODES.get(code)
    if row is None:
        raise _unknown_code(code)
    typed = raw if isinstance(raw, Mapping) else {"value": raw}
    if "value" not in typed:
        raise _refused(row, "missing_value", "is missing", "Enter the value.")
    if row.kind is Kind.CHOICE:
        return _read_choice(row, typed)
    if row.kind is Kind.GRADE:
        return _read_grade(row, typed)
    return _read_number(row, typed, observed_at)


@lru_cache(maxsize=16384)
def canonical(code: str, entered: str, unit: str) -> Fraction | int | str:
    """From the stored text back to the exact value. The range is not checked again: what was charted was charted."""
    kind = CODES[code].kind
    if kind is Kind.CHOICE:
        return entered
    if kind is Kind.GRADE:
        return int(units.exact(entered))
    return units.to_canonical(code, units.exact(entered), unit)


def _unknown_code(code: str) -> BadInput:
    near = difflib.get_close_matches(code, CODES, n=1) if len(code) <= 60 else []
    remedy = f"Did you mean {near[0]}?" if near else "Use a code of the catalogue."
    name = units.echo(code)
    return BadInput("unknown_code", f"{name} is not an observation code.", field=f"values.{name}", remedy=remedy)


def _refused(row: Code, reason: str, words: str, remedy: str, *, below: str = "") -> BadInput:
    return BadInput(reason, f"{row.display} {words}.", field=f"values.{row.code}{below}", remedy=remedy)


def _read_choice(row: Code, typed: Mapping[str, object]) -> Reading:
    _refuse_unit(row, typed)
    chosen = typed["value"]
    if chosen == "":
        raise _refused(row, "missing_value", "is missing", f"Choose one of: {', '.join(row.choices)}.")
    if not isinstance(chosen, str) or chosen not in row.choices:
        raise _refused(
            row, "not_a_choice", f"cannot be {units.echo(chosen)}", f"Choose one of: {', '.join(row.choices)}."
        )
    return Reading(row.code, chosen, chosen, "")


def _read_grade(row: Code, typed: Mapping[str, object]) -> Reading:
    _refuse_unit(row, typed)
    picked = typed["value"]
    remedy = f"Pick a grade from 0 to {row.choices[-1]}."
    if isinstance(picked, str) and not picked.strip():
        raise _refused(row, "missing_value", "is missing", remedy)
    try:
        grade = units.exact(picked)  # type: ignore[arg-type]  # any other type is refused below
    except (BadInput, TypeError):
        grade = None
    if grade is None or grade.denominator != 1 or str(grade) not in row.choices:
        raise _refused(row, "not_a_grade", f"cannot be graded {units.echo(picked)}", remedy)
    return Reading(row.code, int(grade), str(picked).strip(), "")


def _refuse_unit(row: Code, typed: Mapping[str, object]) -> None:
    unit = typed.get("unit")
    if unit not in (None, ""):
        words = f"has no unit, but {units.echo(unit)} was given"
        raise _refused(row, "wrong_unit", words, units.unit_remedy(row.code), below=".unit")


def _read_number(row: Code, typed: Mapping[str, object], observed_at: datetime) -> Reading:
    amount = _amount(row, typed["value"])
    unit = _unit(row, typed)
    value = units.to_canonical(row.code, amount, unit)
    _refuse_implausible(row, amount, unit, value)
    since = _since(row, typed, observed_at) if row.kind is Kind.VOLUME else None
    return Reading(row.code, value, str(typed["value"]).strip(), unit, since)


def _amount(row: Code, typed: object) -> Fraction:
    if isinstance(typed, float):
        raise _float_refusal(row, typed)
    if isinstance(typed, bool) or not isinstance(typed, str | int | Decimal):
        words = f"was given as {units.echo(typed)}, not as a number"
        raise _refused(row, "not_a_number", words, "Write digits, with a point for decimals.")
    try:
        return units.exact(typed)
    except BadInput as refusal:
        if refusal.code == "missing_value":
            raise _refused(row, "missing_value", "is missing", "Enter the value.") from None
        raise BadInput(
            refusal.code, f"{row.display}: {refusal.sentence}", field=f"values.{row.code}", remedy=refusal.remedy
        ) from None


def _float_refusal(row: Code, typed: float) -> BadInput:
    """A float has already lost the number that was typed (37.2 is not 37.2 in binary)."""
    if typed != typed or typed in (float("inf"), float("-inf")):
        return _refused(row, "not_finite", f"cannot be {typed}", "Write the number in plain digits.")
    return _refused(row, "not_a_number", "arrived as a binary floating point number", "Send it as decimal text.")


def _unit(row: Code, typed: Mapping[str, object]) -> str:
    if "unit" not in typed:
        return row.unit
    unit = typed["unit"]
    if not isinstance(unit, str) or units.unit_name(row.code, unit) is None:
        sentence = units.wrong_unit_sentence(row.code, unit if isinstance(unit, str) else "")
        raise BadInput("wrong_unit", sentence, field=f"values.{row.code}.unit", remedy=units.unit_remedy(row.code))
    return " ".join(unit.split())


def _plausible(row: Code, value: Fraction) -> bool:
    return (row.low is None or row.low <= value) and (row.high is None or value <= row.high)


def _refuse_implausible(row: Code, amount: Fraction, unit: str, value: Fraction) -> None:
    if _plausible(row, value):
        return
    ends = (units.from_canonical(row.code, end, unit) for end in (row.low, row.high) if end is not None)
    low, high = (show_number(end, decimals=2) for end in ends)
    said = UNIT_LABELS.get(unit, unit)
    named = f"{show_number(amount, decimals=2)} {said} is outside {low} to {high} {said}"
    raise _refused(row, "implausible", named, _implausible_remedy(row, amount, unit))


def _implausible_remedy(row: Code, amount: Fraction, unit: str) -> str:
    """98.6 for a temperature is most likely the right number in the wrong unit; say so."""
    chosen = units.unit_name(row.code, unit)
    for other in units.accepted(row.code):
        if other != chosen and _plausible(row, units.to_canonical(row.code, amount, other)):
            return f"Check the number. If it was measured in {UNIT_LABELS.get(other, other)}, choose that unit."
    return "Check the number and enter it again."


def _since(row: Code, typed: Mapping[str, object], observed_at: datetime) -> datetime:
    field = f"values.{row.code}.from"
    if typed.get("from") in (None, ""):
        raise BadInput(
            "missing_interval",
            f"{row.display} needs the time from which it was collected.",
            field=field,
            remedy="Enter when the interval began.",
        )
    try:
        since = read_instant(typed["from"], field=field, what="beginning of the interval")
    except BadInput as refusal:
        if refusal.code == "naive_time":
            raise
        raise BadInput("bad_interval", refusal.sentence, field=field, remedy=refusal.remedy) from None
    if since >= observed_at:
        raise BadInput(
            "bad_interval",
            f"{row.display}: the interval must begin before it ends.",
            field=field,
            remedy="Enter a beginning before the time of the observation.",
        )
    return since
