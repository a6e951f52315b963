"""Reads a prescription as it was typed into exact values, or names every mistake at once. Pure; it writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from tracker.catalogue import read_value
from tracker.errors import BadInput, Several
from tracker.times import read_instant
from tracker.typed import plain_text
from tracker.units import exact

from .preparation import Preparation, prepare
from .regimen import HD_IL2, Regimen
from .regimen import regimen as regimen_by_id
from .rules.amendment import read_key
from .rules.registry import ALWAYS_BOUND, resolve

EARLIEST = timedelta(minutes=30)
LATEST = timedelta(days=21)
REASON_LENGTH = 300
# Ten times less or twice the printed dose is a slip of the keyboard, not an order.
IU_PER_KG = (60_000, 1_200_000)
ULN_U_PER_L = (5, 200)
DEFAULT_ULN = "40"

T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """What a prescriber orders, exactly. Units: kg, IU per kg, U/L; instants in UTC."""

    regimen: Regimen
    weight_kg: Decimal
    preparation: Preparation
    first_dose_at: datetime
    interval: timedelta
    rule_sets: tuple[str, ...]
    ast_uln: Decimal
    alt_uln: Decimal
    cells_at: datetime | None
    reason: str

    @property
    def planned(self) -> tuple[datetime, ...]:
        """When each dose is planned."""
        return tuple(self.first_dose_at + n * self.interval for n in range(self.regimen.doses_per_cycle))


def read_order(
    *,
    now: datetime,
    dosing_weight_kg: object,
    first_dose_at: object,
    regimen: str = HD_IL2.id,
    rule_sets: object = None,
    interval_h: object = None,
    iu_per_kg: object = None,
    ast_uln: object = DEFAULT_ULN,
    alt_uln: object = DEFAULT_ULN,
    cells_at: object = None,
    reason: object = "",
    in_force: Mapping[str, str] | None = None,
) -> Order:
    """The whole order, or all that is wrong with it.

    `in_force` names for each rule set the version that binds now; without it these are the newest shipped ones.
    Raises: BadInput, or Several, each with the field's name.
    """
    chosen = regimen_by_id(str(regimen))
    tried = _Tried()
    weight = tried(lambda: read_weight(dosing_weight_kg, now))
    per_kg = tried(lambda: _read_per_kg(iu_per_kg, chosen))
    first = tried(lambda: _read_first(first_dose_at, now))
    interval = tried(lambda: _read_interval(interval_h, chosen))
    sets = tried(lambda: _read_sets(rule_sets, chosen, in_force or {}))
    ast = tried(lambda: _read_limit(ast_uln, "ast_uln"))
    alt = tried(lambda: _read_limit(alt_uln, "alt_uln"))
    cells = tried(lambda: _read_cells(cells_at, chosen, first))
    deviates = per_kg not in (None, chosen.iu_per_kg)
    said = tried(lambda: _read_reason(reason, deviates=deviates, chosen=chosen))
    tried.done()
    return Order(
        regimen=chosen,
        weight_kg=weight,
        preparation=prepare(weight, per_kg, regimen_iu_per_kg=chosen.iu_per_kg),
        first_dose_at=first,
        interval=interval,
        rule_sets=sets,
        ast_uln=ast,
        alt_uln=alt,
        cells_at=cells,
        reason=said,
    )


class _Tried:
    """Reads one field after the other and keeps what was wrong, so that a person can mend all of it in one go."""

    def __init__(self) -> None:
        self._problems: list[BadInput] = []

    def __call__(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except BadInput as problem:
            self._problems.append(problem)
            return None

    def done(self) -> None:
        if len(self._problems) == 1:
            raise self._problems[0]
        if self._problems:
            raise Several(self._problems)


def read_weight(raw: object, now: datetime) -> Decimal:
    """The dosing weight in kg, exact, within the plausible range of a body weight.

    Raises: BadInput naming the range, on `dosing_weight_kg`.
    """
    try:
        reading = read_value("weight", raw, observed_at=now)
    except BadInput as problem:
        raise BadInput(
            problem.code,
            problem.sentence,
            field="dosing_weight_kg",
            remedy="Enter the weight in kg, for example 68.4.",
        ) from None
    thousandths = Fraction(reading.value) * 1000
    if thousandths.denominator != 1:
        raise BadInput(
            "too_exact",
            "The dosing weight has more than three decimals.",
            field="dosing_weight_kg",
            remedy="Round it to 0.1 kg.",
        )
    kg = Decimal(thousandths.numerator).scaleb(-3).normalize()
    return kg.quantize(Decimal(1)) if kg == kg.to_integral_value() else kg


def _read_first(raw: object, now: datetime) -> datetime:
    first = read_instant(raw, field="first_dose_at", what="time of the first dose")
    if first < now - EARLIEST:
        raise BadInput(
            "in_the_past",
            "The first dose is planned in the past.",
            field="first_dose_at",
            remedy="Choose a later time.",
        )
    if first > now + LATEST:
        raise BadInput(
            "too_far_ahead",
            "The first dose is planned more than 21 days ahead.",
            field="first_dose_at",
            remedy="Prescribe when the patient is admitted for the cycle.",
        )
    return first


def _read_interval(raw: object, chosen: Regimen) -> timedelta:
    if raw in (None, ""):
        return chosen.shortest_interval
    minutes = _number(raw)
    minutes = minutes * 60 if minutes is not None else None
    whole = minutes is not None and minutes.denominator == 1 and 0 < minutes <= 24 * 60
    interval = timedelta(minutes=minutes.numerator) if whole else timedelta(0)
    if not chosen.allows_interval(interval):
        hours = sorted({each // timedelta(hours=1) for each in (chosen.shortest_interval, chosen.longest_interval)})
        shown = " to ".join(str(each) for each in hours)
        raise BadInput(
            "bad_interval",
            f"The interval of {chosen.name} is {shown} h.",
            field="interval_h",
            remedy=f"Choose {shown} h.",
        )
    return interval


def _read_per_kg(raw: object, chosen: Regimen) -> int:
    if raw in (None, ""):
        return chosen.iu_per_kg
    number = _number(raw.replace(",", "").replace("\N{THIN SPACE}", "") if isinstance(raw, str) else raw)
    low, high = IU_PER_KG
    if number is None or number.denominator != 1 or not low <= number <= high:
        raise BadInput(
            "bad_dose",
            f"The dose per kg is not a whole number from {low:,} to {high:,} IU.",
            field="iu_per_kg",
            remedy=f"The regimen gives {chosen.iu_per_kg:,} IU/kg.",
        )
    return number.numerator


def _read_reason(raw: object, *, deviates: bool, chosen: Regimen) -> str:
    reason = plain_text(raw, field="reason")
    if deviates and len(reason) < 3:
        raise BadInput(
            "missing_reason",
            f"A dose other than {chosen.iu_per_kg:,} IU/kg needs a reason.",
            field="reason",
            remedy="Say why in a few words.",
        )
    if len(reason) > REASON_LENGTH:
        raise BadInput(
            "long_reason",
            f"The reason is longer than {REASON_LENGTH} characters.",
            field="reason",
            remedy="Shorten it.",
        )
    return reason


def _read_sets(wanted: object, chosen: Regimen, in_force: Mapping[str, str]) -> tuple[str, ...]:
    if wanted in (None, "", [], ()):
        wanted = chosen.default_rule_sets
    if not isinstance(wanted, list | tuple) or len(wanted) > 20:
        raise BadInput(
            "bad_rule_sets", "The rule sets are not a list of names.", field="rule_sets", remedy="Choose them again."
        )
    try:
        sets = [_in_force(str(name), in_force) for name in wanted]
    except BadInput as problem:
        raise BadInput(problem.code, problem.sentence, field="rule_sets", remedy=problem.remedy) from None
    if not any(name.startswith(f"{ALWAYS_BOUND}@") for name in sets):
        raise BadInput(
            "label_required",
            f"Every cycle is bound to the rule set {ALWAYS_BOUND}.",
            field="rule_sets",
            remedy=f"Add {ALWAYS_BOUND}: the others have no blood pressure row of their own.",
        )
    return tuple(dict.fromkeys(sets))


def _in_force(name: str, in_force: Mapping[str, str]) -> str:
    """The key that binds now. A version that is not in force cannot be chosen: the hospital has signed another."""
    if name in in_force.values():
        return name
    parts = read_key(name)
    known = resolve(parts.base if parts else name)
    key = in_force.get(known.id, known.key)
    if "@" in name and name != key:
        raise BadInput(
            "not_in_force", f"{name} is not in force.", field="rule_sets", remedy=f"Choose {known.id}: {key} binds now."
        )
    return key


def _read_limit(raw: object, field: str) -> Decimal:
    limit = _number(DEFAULT_ULN if raw in (None, "") else raw)
    low, high = ULN_U_PER_L
    if limit is None or not low <= limit <= high or (limit * 10).denominator != 1:
        raise BadInput(
            "bad_limit",
            f"The upper limit of normal is not a number from {low} to {high} U/L with one decimal at most.",
            field=field,
            remedy=f"Enter the laboratory's upper limit, usually {DEFAULT_ULN}.",
        )
    tenths = Decimal((limit * 10).numerator).scaleb(-1)
    return tenths.quantize(Decimal(1)) if limit.denominator == 1 else tenths


def _read_cells(raw: object, chosen: Regimen, first: datetime | None) -> datetime | None:
    """When the cells were infused, for a regimen that follows them: the first dose has its window after them."""
    if chosen.after_cells is None:
        return None
    cells = read_instant(raw, field="cells_at", what="end of the cell infusion")
    window = chosen.first_dose_window(cells)
    if first is not None and window is not None and not window[0] <= first <= window[1]:
        low, high = (each // timedelta(hours=1) for each in chosen.after_cells)
        raise BadInput(
            "outside_cell_window",
            f"The first dose is not {low} to {high} h after the cells.",
            field="cells_at",
            remedy="Check this time and that of the first dose.",
        )
    return cells


def _number(raw: object) -> Fraction | None:
    """The exact number, None for anything else: the caller says what was expected."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        return None
    try:
        return exact(raw)
    except BadInput:
        return None
