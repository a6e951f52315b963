"""What is close to a limit: values that a little worse would become a finding. The rules themselves are asked. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from .rules.assess import Assessment, assess
from .rules.facts import Facts, Measured, Round, Value
from .rules.history import History, history_at
from .rules.picture import picture_at
from .rules.rule import Finding


def _more(by: str) -> Callable[[Fraction], Fraction]:
    return lambda value: value + Fraction(by)


def _times(factor: str) -> Callable[[Fraction], Fraction]:
    return lambda value: value * Fraction(factor)


# How much worse still counts as close: about what a shift may bring. Our choice; it decides nothing.
WORSE: dict[str, Callable[[Fraction], Fraction]] = {
    "systolic_bp": _more("-10"),
    "heart_rate": _more("15"),
    "spo2": _more("-3"),
    "oxygen_flow": _more("1"),
    "phenylephrine_rate": _more("0.3"),
    "creatinine": _times("1.2"),
    "platelets": _times("0.7"),
    "bilirubin": _times("1.25"),
    "ast": _times("1.5"),
    "alt": _times("1.5"),
    "bicarbonate": _more("-2"),
    "weight": _times("1.03"),
    "urine_output": _times("0.75"),
}
# A heart rate counts by what the same round shows, so the vitals are repeated together.
TOGETHER = ("systolic_bp", "heart_rate", "temperature", "spo2", "oxygen_flow")
SHIFT = timedelta(hours=8)


@dataclass(frozen=True)
class CloseCall:
    """One value as it is now and the finding that it would become."""

    code: str
    value: Measured
    observed_at: datetime | None
    would: Finding


def close_calls(facts: Facts, assessment: Assessment) -> tuple[CloseCall, ...]:
    """The codes that a little worse would bring a finding that does not stand yet, each with its first one.

    Missing: a code never recorded, or an unknown urine window, is not close to anything here; it is `incomplete`.
    """
    stands = {(finding.id, finding.klass) for finding in assessment.findings}
    history = history_at(facts, assessment.at)
    found = []
    for code, worse in WORSE.items():
        changed = _changed(facts, history, code, worse, assessment.at)
        if changed is None:
            continue
        then = assess(changed, slot=assessment.slot, at=assessment.at).findings
        new = [finding for finding in then if (finding.id, finding.klass) not in stands and code in finding.because]
        if new:
            now = _now(facts, history, code, assessment)
            found.append(CloseCall(code, now[0], now[1], new[0]))
    return tuple(found)


def _changed(
    facts: Facts, history: History, code: str, worse: Callable[[Fraction], Fraction], at: datetime
) -> Facts | None:
    """The facts with this one code a little worse; None when there is nothing to make worse."""
    newest = history.newest(code)
    if newest is None:
        return None
    if code == "urine_output":
        return replace(facts, rounds=tuple(_less_urine(each, at, worse) for each in facts.rounds))
    values = {code: Value(worse(Fraction(newest.value)))}
    if code in TOGETHER:
        vitals = ((other, history.newest(other)) for other in TOGETHER if other != code)
        values.update((other, Value(point.value)) for other, point in vitals if point is not None)
    order = max((each.order for each in facts.rounds), default=0) + 1
    imagined = Round(id="imagined", observed_at=at, known_at=at, values=values, order=order)
    return replace(facts, rounds=(*facts.rounds, imagined))


def _less_urine(each: Round, at: datetime, worse: Callable[[Fraction], Fraction]) -> Round:
    urine = each.values.get("urine_output")
    if urine is None or at - each.observed_at > SHIFT:
        return each
    return replace(each, values={**each.values, "urine_output": Value(worse(Fraction(urine.value)), urine.since)})


def _now(facts: Facts, history: History, code: str, assessment: Assessment) -> tuple[Measured, datetime | None]:
    """The value as it is: for urine the sum of the last 8 h."""
    newest = history.newest(code)
    if code != "urine_output":
        return newest.value, newest.at
    window = picture_at(facts, assessment.at).urine_shift
    return (window.volume, window.end) if window else (newest.value, newest.at)
