"""Makes rules whose printed numbers a hospital may set otherwise, and makes them again with other numbers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from dosing.rules.limit import Limit, Number
from dosing.rules.rule import Rule

Maker = Callable[..., Rule]


def adjustable(*limits: Limit, ascending: tuple[tuple[str, str], ...] = ()) -> Callable[[Maker], Rule]:
    """Turns a function of the named numbers into the rule with the printed ones.

    `ascending` names pairs of which the first may not be more than the second. Words and judge both come from the
    numbers, so that what a page says is what is judged.
    """

    def build(make: Maker) -> Rule:
        def remake(numbers: Mapping[str, Number]) -> Rule:
            return replace(make(**numbers), limits=limits, ascending=ascending, remake=remake)

        return remake({limit.name: limit.printed for limit in limits})

    return build


def derived(rule: Rule, **changes: object) -> Rule:
    """The rule under another name or source; with other numbers it is still the derived one."""
    if rule.remake is None:
        return replace(rule, **changes)
    original = rule.remake

    def remake(numbers: Mapping[str, Number]) -> Rule:
        return replace(original(numbers), remake=remake, **changes)

    return replace(rule, remake=remake, **changes)


def with_numbers(rule: Rule, numbers: Mapping[str, Number]) -> Rule:
    """The rule with these numbers, and the printed ones where none is named."""
    if rule.remake is None:
        raise ValueError(f"{rule.id} has no number that a hospital may set")
    return rule.remake({limit.name: numbers.get(limit.name, limit.printed) for limit in rule.limits})
