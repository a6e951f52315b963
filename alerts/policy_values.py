"""Reads a hospital's draft of its alert settings as it was typed, or names every number that cannot be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from dosing.rules.limit import number_words
from tracker.catalogue import number_text
from tracker.errors import BadInput, Several
from tracker.units import exact

from .escalation import DUTY_WORDS, ROUTES
from .policy import BOUNDS, LIMIT_BOUNDS, Bound, kind_words


def read_policy(typed: Mapping[str, object]) -> dict[str, str]:
    """Every number of the draft as exact text. What is left out is the shipped one; a value on no list stays off it.

    Raises: BadInput or Several, each with the number's name as its field.
    """
    problems: list[BadInput] = [_unknown(name) for name in sorted(set(typed) - set(BOUNDS))]
    values: dict[str, Fraction] = {}
    for name, bound in BOUNDS.items():
        number = _number(typed.get(name), bound, problems)
        if number is not None:
            values[name] = number
    if not problems:
        problems.extend(_disordered(values))
    if problems:
        raise problems[0] if len(problems) == 1 else Several(problems)
    return {name: number_text(number) for name, number in values.items()}


def bounds_words(bound: Bound) -> str:
    """ "5 to 6 mmol/L"."""
    return f"{number_words(bound.low)} to {number_words(bound.high)}{bound.unit and f' {bound.unit}'}"


def _number(raw: object, bound: Bound, problems: list[BadInput]) -> Fraction | None:
    if raw in (None, ""):
        return bound.usual
    try:
        number = exact(raw.replace(",", "") if isinstance(raw, str) else raw)
    except (BadInput, TypeError):
        number = None
    if number is not None and bound.takes(number):
        return number
    decimals = ("a whole number", "a number with at most one decimal", "a number with at most two decimals")
    usual = f"Shipped: {number_words(bound.usual)}." if bound.usual is not None else "Leave it empty to leave it out."
    problems.append(
        BadInput(
            "outside_bounds",
            f"{bound.words}: {decimals[bound.decimals]} from {bounds_words(bound)}.",
            field=bound.name,
            remedy=usual,
        )
    )
    return None


def _unknown(name: str) -> BadInput:
    return BadInput(
        "unknown_number", f"There is no setting {name[:60]!r}.", field=name[:60], remedy="Use those of the page."
    )


def _disordered(values: Mapping[str, Fraction]) -> Iterable[BadInput]:
    """Each of the line is told after the one before, and a value cannot be below and above its limits at once."""
    for kind, stages in ROUTES.items():
        names = [f"{kind.value}.{stage.duty.value}" for stage in stages[1:]]
        for earlier, later in zip(names, names[1:], strict=False):
            if values[earlier] >= values[later]:
                duty = DUTY_WORDS[later.partition(".")[2]]
                yield BadInput(
                    "disordered",
                    f"{kind_words(kind)}: the {duty} would not be told after those before.",
                    field=later,
                    remedy="Make it later, or the step before sooner.",
                )
    for code in {bound.name.partition(".")[0] for bound in LIMIT_BOUNDS}:
        low, high = values.get(f"{code}.low"), values.get(f"{code}.high")
        if low is not None and high is not None and low >= high:
            yield BadInput(
                "disordered", f"{code}: below {low} and above {high} leaves nothing.", field=f"{code}.low", remedy=""
            )
