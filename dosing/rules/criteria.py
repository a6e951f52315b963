"""Tests of one value, each with the words it is read aloud in. Boundaries are as printed: below 90 excludes 90."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from dosing.rules.facts import Measured
from dosing.rules.limit import Number, number_words


class Test(NamedTuple):
    """A yes-or-no question about a value. `words` complete "value ..." in a sentence."""

    words: str
    holds: Callable[[Measured], bool]


@dataclass(frozen=True, slots=True)
class When:
    """One code and the test its value must meet for the trigger to be met."""

    code: str
    test: Test


@dataclass(frozen=True, slots=True)
class Want:
    """One condition of a release: the newest value of the code, observed after the trigger, passes the test.

    `if_any`: the newest value, whenever observed, must pass, and a code never recorded passes.
    """

    code: str
    test: Test
    text: str
    if_any: bool = False


def below(limit: Number) -> Test:
    return Test(f"below {number_words(limit)}", lambda value: value < limit)


def above(limit: Number) -> Test:
    return Test(f"above {number_words(limit)}", lambda value: value > limit)


def at_least(limit: Number) -> Test:
    return Test(f"{number_words(limit)} or more", lambda value: value >= limit)


def at_most(limit: Number) -> Test:
    return Test(f"{number_words(limit)} or less", lambda value: value <= limit)


def between(low: Number, high: Number) -> Test:
    """Both ends included, as in every printed range a-b."""
    return Test(f"within {number_words(low)} to {number_words(high)}", lambda value: low <= value <= high)


def from_to_below(low: Number, high: Number) -> Test:
    """The lower end included, the upper one not."""
    return Test(f"from {number_words(low)} to below {number_words(high)}", lambda value: low <= value < high)


def one_of(*choices: str, words: str = "") -> Test:
    return Test(words, frozenset(choices).__contains__)


def none_of(*choices: str, words: str = "") -> Test:
    ordinary = frozenset(choices)
    return Test(words, lambda value: value not in ordinary)
