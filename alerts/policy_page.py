"""The hospital's alert settings to read and as a form: each number with its words, bounds and what ships. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from dosing.rules.limit import number_words
from tracker.units import exact

from .escalation import DUTY_WORDS, ROUTES
from .policy import BOUNDS, LIMIT_BOUNDS, Bound, kind_words
from .policy_values import bounds_words

LABELS = {
    **{name: bound.words for name, bound in BOUNDS.items()},
    "reason": "Reason",
    "effective_from": "In force from",
    "secret": "Your password",
}


class NumberField(NamedTuple):
    """One number: as it stands, what ships, and between which bounds."""

    name: str
    label: str
    value: str
    shipped: str
    bounds: str


@dataclass(frozen=True)
class KindRow:
    """The times of one kind: who is told at once, each that follows, and how long an answer counts."""

    kind: str
    first: str
    steps: tuple[NumberField, ...]
    answer: NumberField


def limit_fields(values: Mapping[str, str]) -> tuple[NumberField, ...]:
    """The critical values; an empty one is on no list."""
    return tuple(_field(bound, bound.words, values) for bound in LIMIT_BOUNDS)


def kind_rows(values: Mapping[str, str]) -> tuple[KindRow, ...]:
    """The times of every kind, gravest first."""
    rows = []
    for kind, stages in ROUTES.items():
        steps = tuple(
            _field(BOUNDS[f"{kind.value}.{stage.duty.value}"], DUTY_WORDS[stage.duty], values) for stage in stages[1:]
        )
        answer = _field(BOUNDS[f"{kind.value}.answer"], "An answer counts", values)
        rows.append(KindRow(kind_words(kind), DUTY_WORDS[stages[0].duty], steps, answer))
    return tuple(rows)


def changed_words(values: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """ "Potassium above: 5.8 mmol/L, was 5.5"."""
    names = (name for name in BOUNDS if values.get(name) != before.get(name))
    return tuple(
        f"{BOUNDS[name].words}: {_shown(values, BOUNDS[name])}, was {_shown(before, BOUNDS[name])}" for name in names
    )


def _field(bound: Bound, label: str, values: Mapping[str, str]) -> NumberField:
    shipped = number_words(bound.usual) if bound.usual is not None else "not on the list"
    return NumberField(bound.name, label, values.get(bound.name, ""), shipped, bounds_words(bound))


def _shown(values: Mapping[str, str], bound: Bound) -> str:
    if bound.name not in values:
        return "not on the list"
    return f"{number_words(exact(values[bound.name]))}{bound.unit and f' {bound.unit}'}"
