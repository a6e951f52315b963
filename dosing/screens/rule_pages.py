"""One rule set for reading: its rules by organ system, in the order of the source. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..rules.rule import Rule
from ..rules.rule_set import RuleSet


@dataclass(frozen=True)
class RuleSection:
    """The rules of one organ system."""

    id: str
    title: str
    rules: tuple[Rule, ...]


def sections_of(rule_set: RuleSet) -> tuple[RuleSection, ...]:
    """Every rule of the set, once."""
    return tuple(
        RuleSection(f"organ-{organ.name.lower()}", organ.value, rules) for organ, rules in rule_set.by_organ().items()
    )


@dataclass(frozen=True)
class Short:
    """What the head of the page says in numbers."""

    rules: int
    latched: int
    readings: int


def short_of(rule_set: RuleSet) -> Short:
    """How many rules there are, how many latch, and how many rest on a reading of ours."""
    return Short(
        rules=len(rule_set.rules),
        latched=sum(1 for rule in rule_set.rules if rule.latched),
        readings=sum(1 for rule in rule_set.rules if rule.reading),
    )
