"""A rule set at a version: its rules, whether it counts, and what of its findings enters the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dosing.rules.adjustable import with_numbers
from dosing.rules.amendment import Key
from dosing.rules.facts import Counting
from dosing.rules.limit import Limit, Number
from dosing.rules.picture import Picture
from dosing.rules.rule import ABSOLUTE, RELATIVE, Finding, Note, Organ, Rule, finding
from dosing.rules.verdict import Verdict, gravest


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules from one source. `counts`: relative and absolute criteria are counted instead of standing alone.

    A hospital's own version has an `edition` and the `thresholds` that differ from the printed ones.
    """

    id: str
    version: int
    title: str
    document: str
    rules: tuple[Rule, ...]
    counts: bool = False
    note: str = ""
    edition: int = 0
    thresholds: tuple[tuple[str, Number], ...] = ()

    @property
    def key(self) -> str:
        """The set at its version, as a cycle is bound to it."""
        return str(self._parts)

    @property
    def version_text(self) -> str:
        """The version as people say it: "1" as shipped, "1.2" for the hospital's second."""
        return self._parts.version_text

    @property
    def _parts(self) -> Key:
        return Key(self.id, self.version, self.edition)

    @property
    def limits(self) -> dict[str, Limit]:
        """Every number that a hospital may set otherwise, by "RULE-ID.name", in the order of the rules."""
        return {f"{rule.id}.{limit.name}": limit for rule in self.rules for limit in rule.limits}

    def with_thresholds(self, thresholds: Mapping[str, Number], *, edition: int) -> RuleSet:
        """The set with these numbers. Raises: ValueError for a number that no rule of the set has."""
        known = self.limits
        unknown = sorted(set(thresholds) - set(known))
        if unknown:
            raise ValueError(f"{self.key} has no number {', '.join(unknown)}")
        by_rule: dict[str, dict[str, Number]] = {}
        for name, number in thresholds.items():
            rule_id, limit = name.split(".")
            by_rule.setdefault(rule_id, {})[limit] = number
        rules = tuple(with_numbers(each, by_rule[each.id]) if each.id in by_rule else each for each in self.rules)
        return replace(self, rules=rules, edition=edition, thresholds=tuple(sorted(thresholds.items())))

    def judge(self, picture: Picture) -> Iterator[Finding]:
        """Every rule of the set that stands in the way."""
        key = self.key
        for rule in self.rules:
            hit = rule.judge(picture)
            if hit is not None:
                yield finding(rule, hit, key)

    def notes(self, picture: Picture) -> Iterator[Note]:
        """What a person should know beside the findings."""
        for rule in self.rules:
            text = rule.note(picture) if rule.note is not None else None
            if text is not None:
                yield Note(rule.id, text)

    def verdict(self, findings: Iterable[Finding], counting: Counting) -> Verdict:
        """What this set's findings amount to: by count for criteria with a class, by their effect for the others."""
        found = tuple(findings)
        if not self.counts:
            return gravest(*(each.effect for each in found))
        plain = (each.effect for each in found if each.klass is None)
        return gravest(self._counted(found, counting), *plain)

    @staticmethod
    def _counted(found: tuple[Finding, ...], counting: Counting) -> Verdict:
        relative = sum(each.klass == RELATIVE for each in found)
        if any(each.klass == ABSOLUTE for each in found) or relative >= counting.stop_at:
            return Verdict.STOP_CYCLE
        return Verdict.HOLD if relative >= counting.hold_at else Verdict.PROCEED

    def by_organ(self) -> dict[Organ, tuple[Rule, ...]]:
        """The rules grouped by organ system, for the page that lists them."""
        return {organ: rules for organ in Organ if (rules := tuple(rule for rule in self.rules if rule.organ is organ))}
