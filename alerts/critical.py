"""Values for which a doctor is called whatever the dose: one institution's order set, with what each means. Pure.

The list is the "call MD/NP" list of an institution's high-dose interleukin-2 order set. Its "SITS > 2" is left out: the
source does not explain the scale. Its "new irregular pulse" is in the rules' own findings on the rhythm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction

from dosing.lines import instant_text
from dosing.rules.facts import Facts
from dosing.rules.history import History
from dosing.rules.picture import picture_at
from tracker.catalogue_codes import CODES
from tracker.catalogue_words import show
from tracker.look.times import clock_text

from .causes import Cause
from .states import AlertKind

SOURCE = 'One institution\'s high-dose interleukin-2 order set, its list "call MD/NP"'
FEVER = Fraction(38)  # above it a pulse over 140 is taken to come from the fever
# What was measured long before the first dose is the screening's, not this ward's to call about.
BEFORE_FIRST_DOSE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Limit:
    """Below `low` or above `high`, in the canonical unit; `also` is a further condition on the newest values."""

    code: str
    low: Fraction | None = None
    high: Fraction | None = None
    also: Callable[[History], bool] | None = None
    note: str = ""
    source: str = SOURCE

    def broken(self, value: Fraction) -> str:
        """ "below 3 mmol/L", empty when the value is within."""
        unit = CODES[self.code].unit
        if self.low is not None and value < self.low:
            return f"below {show(self.code, self.low)}\N{THIN SPACE}{_printed(unit)}{self.note}"
        if self.high is not None and value > self.high:
            return f"above {show(self.code, self.high)}\N{THIN SPACE}{_printed(unit)}{self.note}"
        return ""


def _oxygen_over_4(history: History) -> bool:
    newest = history.newest("oxygen_flow")
    return newest is not None and newest.value > 4


def _no_fever(history: History) -> bool:
    newest = history.newest("temperature")
    return newest is None or newest.value <= FEVER


SHIPPED: tuple[Limit, ...] = (
    Limit("temperature", high=Fraction(40)),
    Limit("respiratory_rate", high=Fraction(30)),
    Limit("spo2", low=Fraction(90), also=_oxygen_over_4, note=" on more than 4 L/min"),
    Limit("heart_rate", high=Fraction(140), also=_no_fever, note=" without fever"),
    Limit("bicarbonate", low=Fraction(20)),
    Limit("magnesium", low=Fraction("1.4")),
    Limit("phosphate", low=Fraction("1.5")),
    Limit("potassium", low=Fraction(3), high=Fraction("5.5")),
    Limit("calcium", low=Fraction(7)),
    Limit("platelets", low=Fraction(20_000)),
    Limit("hemoglobin", low=Fraction(8)),
)


def critical_causes(
    facts: Facts, at: datetime, tz: tzinfo, *, said: Iterable[str] = (), limits: Iterable[Limit] = SHIPPED
) -> Iterator[Cause]:
    """One cause for each value that is critical when it was last measured.

    `said` are the codes that a standing hold or stop names already: that alert says it with more weight.
    """
    history, known = picture_at(facts, at).history, frozenset(said)
    for limit in limits:
        newest = history.newest(limit.code)
        if newest is None or limit.code in known or newest.at < facts.plan.first_dose_at - BEFORE_FIRST_DOSE:
            continue
        broken = limit.broken(Fraction(newest.value))
        if broken and (limit.also is None or limit.also(history)):
            code = CODES[limit.code]
            value = f"{show(limit.code, newest.value)}\N{THIN SPACE}{_printed(code.unit)}"
            yield Cause(
                kind=AlertKind.CRITICAL_VALUE,
                key=f"critical-{limit.code}",
                headline=f"Call the doctor: {code.display} {value} at {clock_text(newest.at, at, tz)}, {broken}.",
                release="The next value within the limit.",
                source=limit.source,
                finding={"because": {limit.code: show(limit.code, newest.value)}, "at": instant_text(newest.at)},
                cause_at=newest.at,
                slot=None,
            )


def _printed(unit: str) -> str:
    return {"Cel": "°C"}.get(unit, unit)
