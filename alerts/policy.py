"""What a hospital may set about its alerts: critical values, when the next in line are told, how long an answer counts.

One policy is a whole: every number of it was in force together. `SHIPPED_POLICY` stands until two people have signed
another. Pure.

The bounds. A value of the source's list may be made stricter. It may be loosened only where a published source begins
to call it severe later than the list does, and at most to there: CTCAE 5.0 grade 3 for potassium (above 6) and
magnesium (below 0.9), and the absolute criterion of the consensus for bicarbonate (18). The times have no source: a
step may come sooner, and at most at twice its shipped time, so that of a hold the last in line have heard within 20
minutes, before a pressure is measured again (30 minutes). An answer may count at most twice as long; to what is urgent
and may pass never longer than the two hours for which vital signs are fresh, and never longer than a shift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from tracker.catalogue_codes import CODES
from tracker.units import exact

from .critical import SHIPPED, SOURCE, Limit
from .escalation import ANSWER_LASTS_MIN, DUTY_WORDS, ROUTES, SOUNDS, Stage
from .states import AlertKind

OWN_LIST = "This hospital's list of critical values"
SHIFT_MIN = 480
FRESH_MIN = 120  # as long as vital signs may be old at a dose
SHORTEST_ANSWER_MIN = 5
LATER_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Bound:
    """One number a hospital sets. `usual` is the shipped one; None is a value that is on no list until it is set."""

    name: str
    words: str
    unit: str
    usual: Fraction | None
    low: Fraction
    high: Fraction
    decimals: int = 0

    def takes(self, number: Fraction) -> bool:
        """Within the bounds, and with no more decimals than a ward would write."""
        return self.low <= number <= self.high and (number * 10**self.decimals).denominator == 1


# (code, side): the bounds, both included.
_LISTED = {
    ("temperature", "high"): ("38.5", "40"),
    ("respiratory_rate", "high"): ("20", "30"),
    ("spo2", "low"): ("90", "95"),
    ("heart_rate", "high"): ("100", "140"),
    ("bicarbonate", "low"): ("18", "24"),
    ("magnesium", "low"): ("0.9", "1.8"),
    ("phosphate", "low"): ("1.5", "2.5"),
    ("potassium", "low"): ("3", "3.5"),
    ("potassium", "high"): ("5", "6"),
    ("calcium", "low"): ("7", "8.5"),
    ("platelets", "low"): ("20000", "75000"),
    ("hemoglobin", "low"): ("8", "10"),
}
# On no list that was found for interleukin-2: a hospital that calls for them says from which value on.
_MORE = {
    ("temperature", "low"): ("34", "36"),
    ("sodium", "low"): ("120", "135"),
    ("sodium", "high"): ("145", "160"),
    ("glucose", "low"): ("40", "80"),
    ("glucose", "high"): ("180", "400"),
    ("arterial_ph", "low"): ("7.2", "7.35"),
    ("neutrophils", "low"): ("500", "1500"),
}
_SHIPPED_LIMITS = {limit.code: limit for limit in SHIPPED}


def _limit_bounds() -> tuple[Bound, ...]:
    found = []
    for (code, side), (low, high) in {**_LISTED, **_MORE}.items():
        known, shipped = CODES[code], _SHIPPED_LIMITS.get(code)
        usual = getattr(shipped, side) if shipped else None
        note = shipped.note if shipped and usual is not None else ""
        words = f"{known.label} {'below' if side == 'low' else 'above'}{note and f' ({note.strip()})'}"
        bound = Bound(f"{code}.{side}", words, known.unit_label, usual, Fraction(low), Fraction(high), known.decimals)
        found.append(bound)
    return tuple(found)


def _time_bounds() -> tuple[Bound, ...]:
    found = []
    for kind, stages in ROUTES.items():
        for stage in stages[1:]:
            usual, latest = Fraction(stage.after_min), Fraction(LATER_AT_MOST * stage.after_min)
            words = f"{kind_words(kind)}: {DUTY_WORDS[stage.duty]} after"
            found.append(Bound(f"{kind.value}.{stage.duty.value}", words, "min", usual, Fraction(1), latest))
        lasts = ANSWER_LASTS_MIN[kind]
        most = FRESH_MIN if kind in SOUNDS and lasts <= FRESH_MIN else SHIFT_MIN
        longest = Fraction(min(LATER_AT_MOST * lasts, most))
        words = f"{kind_words(kind)}: an answer counts"
        found.append(
            Bound(f"{kind.value}.answer", words, "min", Fraction(lasts), Fraction(SHORTEST_ANSWER_MIN), longest)
        )
    return tuple(found)


def longest_wait(kind: AlertKind, duty: str, again_min: int | None) -> timedelta:
    """How long a step of this kind can lie ahead at most, whatever a hospital has set."""
    if again_min is not None:
        return timedelta(minutes=again_min)
    usual = max((stage.after_min for stage in ROUTES[kind] if stage.duty == duty), default=SHIFT_MIN)
    return timedelta(minutes=LATER_AT_MOST * usual)


def kind_words(kind: AlertKind) -> str:
    """ "Dose overdue"."""
    return kind.value.replace("_", " ").capitalize()


LIMIT_BOUNDS = _limit_bounds()
TIME_BOUNDS = _time_bounds()
BOUNDS: Mapping[str, Bound] = {bound.name: bound for bound in (*LIMIT_BOUNDS, *TIME_BOUNDS)}


@dataclass(frozen=True)
class AlertPolicy:
    """All that was in force together. `version` is 0 for what ships."""

    version: int
    limits: tuple[Limit, ...]
    routes: Mapping[AlertKind, tuple[Stage, ...]]
    answers: Mapping[AlertKind, int]

    def answer_lasts(self, kind: AlertKind) -> timedelta:
        """How long an answer to this kind counts."""
        return timedelta(minutes=self.answers[kind])


SHIPPED_POLICY = AlertPolicy(0, SHIPPED, ROUTES, ANSWER_LASTS_MIN)


def shipped_values() -> dict[str, Fraction]:
    """Every number that ships, by its name."""
    return {name: bound.usual for name, bound in BOUNDS.items() if bound.usual is not None}


def policy_of(version: int, values: Mapping[str, str]) -> AlertPolicy:
    """The policy behind a version's stored numbers. Versions never change, so each is read once."""
    return _policy(version, tuple(sorted(values.items())))


@lru_cache(maxsize=64)
def _policy(version: int, items: tuple[tuple[str, str], ...]) -> AlertPolicy:
    values = {name: exact(text) for name, text in items}
    return AlertPolicy(version, _limits(values), _routes(values), _answers(values))


def _limits(values: Mapping[str, Fraction]) -> tuple[Limit, ...]:
    codes = dict.fromkeys(code for code, _ in (*_LISTED, *_MORE))
    found = []
    for code in codes:
        low, high = values.get(f"{code}.low"), values.get(f"{code}.high")
        shipped = _SHIPPED_LIMITS.get(code)
        if low is None and high is None:
            continue
        as_printed = shipped is not None and (low, high) == (shipped.low, shipped.high)
        also, note = (shipped.also, shipped.note) if shipped else (None, "")
        found.append(Limit(code, low, high, also, note, SOURCE if as_printed else OWN_LIST))
    return tuple(found)


def _routes(values: Mapping[str, Fraction]) -> dict[AlertKind, tuple[Stage, ...]]:
    return {
        kind: (
            stages[0],
            *(Stage(stage.duty, int(values[f"{kind.value}.{stage.duty.value}"])) for stage in stages[1:]),
        )
        for kind, stages in ROUTES.items()
    }


def _answers(values: Mapping[str, Fraction]) -> dict[AlertKind, int]:
    return {kind: int(values[f"{kind.value}.answer"]) for kind in ROUTES}


@dataclass(frozen=True)
class Timeline:
    """Which policy was in force from when on: the latest that had begun, the shipped one before the first."""

    begun: tuple[tuple[datetime, AlertPolicy], ...] = ()

    def at(self, instant: datetime) -> AlertPolicy:
        """The policy at that instant."""
        newest = SHIPPED_POLICY
        for since, policy in self.begun:
            if since > instant:
                break
            newest = policy
        return newest

    def next_change(self, instant: datetime) -> datetime | None:
        """When the next signed one takes its place, None when none is signed."""
        return next((since for since, _ in self.begun if since > instant), None)
