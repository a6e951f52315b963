"""How pressure, creatinine, weight and urine changed since the last dose, for the overview. Pure; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from .preparation import rounded
from .rules.facts import Facts
from .rules.history import History, history_at
from .rules.windows import newest_window
from .toxicity import last_start

SHIFT = timedelta(hours=8)
HOURS = 8


@dataclass(frozen=True)
class Quantity:
    """One column. From a change for the worse by `worse_by` on it is bold: our choice, no source prints it."""

    code: str
    short: str
    unit: str
    full: str
    places: int
    falls: bool
    worse_by: Fraction


QUANTITIES = (
    Quantity("systolic_bp", "Systolic", "mmHg", "Systolic blood pressure", 0, True, Fraction(12)),
    Quantity("creatinine", "Creat.", "mg/dL", "Creatinine", 1, False, Fraction("0.3")),
    Quantity("weight", "Weight", "%", "Weight, in per cent of the dosing weight", 1, False, Fraction(2)),
    Quantity(
        "urine_output", "Urine", "mL/kg/h", "Urine of 8 h per kg of dosing weight and hour", 1, True, Fraction("0.1")
    ),
)
LIMITS = "bold: worse by 12 mmHg, 0.3 mg/dL, 2 %, 0.1 mL/kg/h"


@dataclass(frozen=True)
class Change:
    """The change since the last dose. None when nothing was measured since, or there was nothing before."""

    quantity: Quantity
    change: Fraction | None

    @property
    def text(self) -> str:
        """Without its sign, which the arrow shows; empty when there is no change to speak of."""
        return "" if self.change is None else rounded(abs(self.change), self.quantity.places)

    @property
    def arrow(self) -> str:
        if self.change is None or not _says_something(self.text):
            return ""
        return "up" if self.change > 0 else "down"

    @property
    def worse(self) -> bool:
        if self.change is None:
            return False
        return (-self.change if self.quantity.falls else self.change) >= self.quantity.worse_by


def _says_something(text: str) -> bool:
    """Whether printed digits are anything but zero."""
    return any(sign in "123456789" for sign in text)


def changes(facts: Facts, at: datetime) -> tuple[Change, ...]:
    """Every quantity in its order. Before the first dose there is no change to show."""
    dosed = last_start(facts)
    if dosed is None:
        return tuple(Change(each, None) for each in QUANTITIES)
    history = history_at(facts, at)
    return tuple(Change(each, _change(each, facts, history, dosed, at)) for each in QUANTITIES)


def _change(quantity: Quantity, facts: Facts, history: History, dosed: datetime, at: datetime) -> Fraction | None:
    if quantity.code == "urine_output":
        then, now = _rate(facts, history, dosed), _rate(facts, history, at)
        newest = history.newest("urine_output")
        return None if then is None or now is None or newest is None or newest.at <= dosed else now - then
    newest, before = history.newest(quantity.code), history.newest_by(quantity.code, dosed)
    if newest is None or before is None or newest.at <= dosed:
        return None
    difference = Fraction(newest.value) - Fraction(before.value)
    return difference * 100 / facts.plan.weight_kg if quantity.code == "weight" else difference


def _rate(facts: Facts, history: History, at: datetime) -> Fraction | None:
    """mL per kg of dosing weight and hour over the last 8 h; None when not covered."""
    max_age = timedelta(minutes=facts.plan.settings.max_age_min.vitals)
    window = newest_window(history.span("urine_output", None, at), length=SHIFT, at=at, max_age=max_age)
    return None if window is None else Fraction(window.volume) / HOURS / facts.plan.weight_kg
