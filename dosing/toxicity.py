"""The highest CTCAE grade of each organ since a cycle began, and which rose lately. Pure; decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from tracker.ctcae import Limits, Organ, Picture, grades_of, worst

from .rules.facts import EventKind, Facts, Measured, Round
from .rules.history import Point
from .rules.windows import newest_window

SHIFT, DAY = timedelta(hours=8), timedelta(hours=24)
HOT_CEL = 40


@dataclass(frozen=True)
class OrganGrade:
    """The highest grade of one organ since the cycle began. None: never assessed. `rose` since the last dose."""

    organ: Organ
    grade: int | None
    rose: bool


def organ_grades(facts: Facts, at: datetime) -> tuple[OrganGrade, ...]:
    """Every organ in its order, kept beside the facts until the chart changes.

    The state at the start of the cycle counts as its first moment; what was seen longer before does not.
    """
    rounds = _standing(facts, at)
    key = tuple(map(id, rounds))
    kept = facts.memory.get("organ_grades")
    if kept is None or kept[0] != key:
        kept = (key, _judge(facts, rounds))
        facts.memory["organ_grades"] = kept
    return kept[1]


def last_start(facts: Facts) -> datetime | None:
    """When the last dose was started."""
    return max((event.at for event in facts.events if event.kind is EventKind.GIVEN), default=None)


def _standing(facts: Facts, at: datetime) -> list[Round]:
    """The rounds known and not retracted by then, in the order of the observed time."""
    seen = (each for each in facts.rounds if each.known_at <= at and each.observed_at <= at)
    stands = [each for each in seen if each.retracted_at is None or each.retracted_at > at]
    return sorted(stands, key=lambda each: (each.observed_at, each.known_at, each.order))


def _judge(facts: Facts, rounds: list[Round]) -> tuple[OrganGrade, ...]:
    dosed = last_start(facts)
    moments = list(_moments(facts, rounds))
    now = worst(grades for _, grades in moments)
    before = worst(grades for at, grades in moments if dosed is None or at <= dosed)
    return tuple(OrganGrade(organ, now[organ], (now[organ] or 0) > (before[organ] or 0)) for organ in Organ)


def _moments(facts: Facts, rounds: list[Round]) -> Iterator[tuple[datetime, dict[Organ, int | None]]]:
    """The grades at the start of the cycle and after each round of it, every value carried on until the next one."""
    plan = facts.plan
    limits = Limits(ast_uln=Fraction(plan.ast_uln), alt_uln=Fraction(plan.alt_uln))
    before = [each for each in rounds if each.baseline]
    values: dict[str, Measured] = {}
    for each in before:
        values.update((code, value.value) for code, value in each.values.items())
    seen = _Volumes(timedelta(minutes=plan.settings.max_age_min.vitals))
    for each in before:
        seen.take(each)
    baseline = dict(values)
    during = [each for each in rounds if not each.baseline]
    for each in [*before[-1:], *during]:
        if not each.baseline:
            values.update((code, value.value) for code, value in each.values.items())
            seen.take(each)
        picture = Picture(
            values=values,
            baseline=baseline,
            dosing_weight_kg=plan.weight_kg,
            urine_8h_ml=seen.urine(SHIFT),
            urine_24h_ml=seen.urine(DAY),
            hot_for=seen.hot_for,
            limits=limits,
        )
        yield each.observed_at, grades_of(picture)


class _Volumes:
    """What a grade needs beside the newest values: urine over windows, and how long a high fever has lasted."""

    def __init__(self, max_age: timedelta) -> None:
        self._max_age = max_age
        self._urine: list[Point] = []
        self._at: datetime | None = None
        self._hot_since: datetime | None = None

    def take(self, taken: Round) -> None:
        self._at = taken.observed_at
        urine = taken.values.get("urine_output")
        if urine is not None:
            self._urine.append(Point(len(self._urine), taken.observed_at, urine.value, urine.since))
        temperature = taken.values.get("temperature")
        if temperature is not None:
            hot = temperature.value > HOT_CEL
            self._hot_since = (self._hot_since or taken.observed_at) if hot else None

    def urine(self, length: timedelta) -> Measured | None:
        window = newest_window(self._urine, length=length, at=self._at, max_age=self._max_age)
        return window.volume if window else None

    @property
    def hot_for(self) -> timedelta | None:
        return self._at - self._hot_since if self._hot_since else None
