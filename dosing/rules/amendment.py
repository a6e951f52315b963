"""What a hospital's own version of a rule set changes in the shipped one, as plain data that a plan carries. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from dosing.rules.limit import Number


class Key(NamedTuple):
    """A bound rule set by its parts: "consensus-2014@1.2" is the hospital's second version of the shipped first."""

    rule_set: str
    version: int
    edition: int

    @property
    def base(self) -> str:
        """The shipped version it starts from."""
        return f"{self.rule_set}@{self.version}"

    @property
    def version_text(self) -> str:
        """The version as people say it: "1", or "1.2"."""
        return f"{self.version}.{self.edition}" if self.edition else str(self.version)

    def __str__(self) -> str:
        return f"{self.rule_set}@{self.version_text}"


def read_key(text: str) -> Key | None:
    """The parts of a key with a version, None when it is none."""
    rule_set, _, version = text.partition("@")
    first, dot, second = version.partition(".")
    whole = [first, second] if dot else [first]
    if not rule_set or not all(each.isascii() and each.isdecimal() and len(each) <= 5 for each in whole):
        return None
    return Key(rule_set, int(first), int(second) if dot else 0)


@dataclass(frozen=True, slots=True)
class Amendment:
    """One hospital version by its key, with its numbers by "RULE-ID.name"; every other number is the printed one."""

    key: str
    thresholds: tuple[tuple[str, Number], ...] = ()

    @classmethod
    def of(cls, key: str, thresholds: Mapping[str, Number]) -> Amendment:
        """The amendment with its numbers in one order, so that equal ones are equal."""
        return cls(key, tuple(sorted(thresholds.items())))
