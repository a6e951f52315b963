"""How grave the values behind a cause are, as steps that are counted: which of them have news that must be told. Pure.

A hold says that a dose is not given; it says nothing about how ill the patient is. Systolic 84 and systolic 60 are the
same hold, and whoever answered the first has not heard of the second. So each value of a cause carries steps: its
CTCAE 5.0 grade, that it is on the hospital's list of critical values, and for the systolic pressure, which CTCAE gives
no numbers, how many steps of 10 mmHg it lies below the label's hold: 80 is the target on pressors of one published
order set, and below that no source prints a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from dosing.rules.facts import Facts
from dosing.rules.history import History
from dosing.rules.picture import Picture, picture_at
from tracker import ctcae
from tracker.catalogue_codes import CODES
from tracker.ctcae_readings import CHOICES, NUMBER_OF
from tracker.ctcae_words import PICKED
from tracker.units import exact

from .causes import Cause
from .critical import Limit

# A gravity that stood less than this ago was told then: as long as an answer to a hold counts.
KNOWN_FOR = timedelta(minutes=60)
PRESSURE, FIRST_STEP, STEP = "systolic_bp", 80, 10
# What a grade needs beside the value itself; each is read as it was last recorded.
_BESIDE = ("albumin", "oxygen_flow", "oxygen_fio2")


def _terms() -> dict[str, tuple[str, ...]]:
    """Which CTCAE terms are graded by which code."""
    found: dict[str, list[str]] = {
        "spo2": ["hypoxia"],
        "weight": ["weight_gain"],
        "urine_output": ["urine_output_decreased"],
    }
    for term, code in NUMBER_OF.items():
        found.setdefault(code, []).append(term)
    for term, codes in CHOICES.items():
        for code in codes:
            found.setdefault(code, []).append(term)
    for code, term in PICKED.items():
        found.setdefault(code, []).append(term)
    return {code: tuple(terms) for code, terms in found.items()}


TERMS = _terms()


def with_severity(causes: Iterable[Cause], facts: Facts, at: datetime, *, limits: Iterable[Limit]) -> tuple[Cause, ...]:
    """The causes, each that rests on values with their steps in its finding as `severity`."""
    picture, by_code = picture_at(facts, at), {limit.code: limit for limit in limits}
    return tuple(_with_severity(cause, picture, by_code) for cause in causes)


def _with_severity(cause: Cause, picture: Picture, limits: Mapping[str, Limit]) -> Cause:
    because = cause.finding.get("because")
    if not isinstance(because, dict):
        return cause
    found: dict[str, int] = {}
    for code, said in because.items():
        value = _value(code, said)
        if value is not None:
            found |= {f"grade {code}": _grade(code, value, picture)}
            found |= {f"critical {code}": _critical(limits.get(code), value, picture.history)}
            found |= {f"steps {code}": _steps(value) if code == PRESSURE else 0}
    steps = {name: number for name, number in sorted(found.items()) if number}
    return replace(cause, finding={**cause.finding, "severity": steps}) if steps else cause


def _value(code: str, said: object) -> Fraction | str | None:
    """As the catalogue has it; None for what is not charted under this code."""
    known = CODES.get(code)
    if known is None:
        return None
    return str(said) if known.choices else exact(str(said))


def _grade(code: str, value: Fraction | str, picture: Picture) -> int:
    """The highest CTCAE grade of the terms that this value decides; 0 where none can be told."""
    plan, history = picture.plan, picture.history
    beside = {each: point.value for each in _BESIDE if (point := history.newest(each)) is not None}
    baseline, urine = history.baseline(code), picture.urine_shift
    seen = ctcae.Picture(
        values={**beside, code: value},
        baseline={} if baseline is None else {code: baseline},
        dosing_weight_kg=plan.weight_kg,
        urine_8h_ml=urine.volume if urine else None,
        limits=ctcae.Limits(ast_uln=exact(plan.ast_uln), alt_uln=exact(plan.alt_uln)),
    )
    return max((ctcae.grade_of(term, seen) or 0 for term in TERMS.get(code, ())), default=0)


def _critical(limit: Limit | None, value: Fraction | str, history: History) -> int:
    """1 for a value on the list of critical values."""
    if limit is None or isinstance(value, str) or not limit.broken(value):
        return 0
    return int(limit.also is None or limit.also(history))


def _steps(pressure: Fraction | str) -> int:
    """None down to 80; one below 80, two below 70, and so on."""
    under = FIRST_STEP - Fraction(pressure)
    return 0 if under <= 0 else -(-under // STEP)


def steps_of(finding: object) -> Mapping[str, int]:
    """What was written with the finding; nothing for one without values."""
    steps = finding.get("severity") if isinstance(finding, Mapping) else None
    return steps if isinstance(steps, Mapping) else {}


def is_graver(finding: object, than: Iterable[object]) -> bool:
    """True when a step of it is higher than in each of the others: milder in one value makes up for nothing."""
    others = [steps_of(each) for each in than]
    return any(
        number > max((known.get(name, 0) for known in others), default=0) for name, number in steps_of(finding).items()
    )


class Told(NamedTuple):
    """What an alert rested on from `at` on, and when that was observed. Both None: it was resolved."""

    at: datetime
    finding: object = None
    cause_at: datetime | None = None


def known_lately(story: Sequence[Told], at: datetime) -> list[object]:
    """The findings that stood at any time within the hour, each until the next took its place.

    What was replaced by something observed no later was struck or corrected: nobody trusts it any more, and the same
    value is news when it is true.
    """
    found = []
    for number, told in enumerate(story):
        after = story[number + 1] if number + 1 < len(story) else Told(at)
        struck = told.cause_at is not None and after.cause_at is not None and after.cause_at <= told.cause_at
        if told.finding is not None and not struck and after.at >= at - KNOWN_FOR:
            found.append(told.finding)
    return found


def calls_the_doctor(finding: object) -> bool:
    """It rests on a value for which a doctor is called whatever the dose: a critical one, a pressure far below."""
    return any(name.startswith(("critical ", "steps ")) for name in steps_of(finding))
