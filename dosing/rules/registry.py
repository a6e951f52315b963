"""Which rule sets exist, at which versions, and where each rule is found by its public id."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter

from dosing.rules.amendment import Amendment, read_key
from dosing.rules.consensus_2014 import CONSENSUS_2014
from dosing.rules.institution_2015 import INSTITUTION_2015
from dosing.rules.label_2023 import LABEL_2023
from dosing.rules.rule import Rule
from dosing.rules.rule_set import RuleSet
from dosing.rules.standing import STANDING
from dosing.rules.til_2024 import TIL_2024
from tracker.errors import BadInput

# Every version ever bound to a cycle stays here for good: a later edit of a threshold is a new version beside it.
_SETS: tuple[RuleSet, ...] = (LABEL_2023, CONSENSUS_2014, INSTITUTION_2015, TIL_2024)

RULE_SETS: dict[str, RuleSet] = {rule_set.key: rule_set for rule_set in _SETS}
ALWAYS_BOUND = LABEL_2023.id
_RULES: dict[str, Rule] = {rule.id: rule for rule_set in (*_SETS, STANDING) for rule in rule_set.rules}


def newest_sets() -> tuple[RuleSet, ...]:
    """The newest version of every rule set, in the order in which they are listed."""
    return tuple({each.id: each for each in sorted(_SETS, key=attrgetter("version"))}.values())


def resolve(name: str) -> RuleSet:
    """The set of that name: `label-2023` means its newest version, `label-2023@1` exactly that one.

    Raises: BadInput `unknown_rule_set`.
    """
    found = RULE_SETS.get(name) if "@" in name else next((each for each in newest_sets() if each.id == name), None)
    if found is None:
        known = ", ".join(RULE_SETS)
        raise BadInput(
            "unknown_rule_set", f"There is no rule set {name!r}.", field="rules", remedy=f"Use one of {known}."
        )
    return found


def shipped(key: str) -> RuleSet | None:
    """The shipped set that a bound version is or starts from, None for a key that is not known."""
    parts = read_key(key)
    return None if parts is None else RULE_SETS.get(parts.base)


@lru_cache(maxsize=64)
def bound(names: tuple[str, ...], amendments: tuple[Amendment, ...] = ()) -> tuple[RuleSet, ...]:
    """The sets of a plan, each once, in the order in which they were named.

    Raises: BadInput `unknown_rule_set`, `no_rule_set`.
    """
    if not names:
        # Without a rule set nothing would ever stand in the way.
        raise BadInput("no_rule_set", "No rule set is bound.", field="rules", remedy=f"Bind {ALWAYS_BOUND} at least.")
    own = {each.key: amended(each) for each in amendments}
    return tuple({(found := own.get(name) or resolve(name)).key: found for name in names}.values())


@lru_cache(maxsize=64)
def amended(amendment: Amendment) -> RuleSet:
    """The shipped set with the hospital's numbers.

    Raises: BadInput `unknown_rule_set`.
    """
    parts = read_key(amendment.key)
    base = resolve(parts.base if parts else amendment.key)
    return base.with_thresholds(dict(amendment.thresholds), edition=parts.edition if parts else 0)


def title_of(key: str) -> str:
    """ "Consensus 2014, version 1.2"; a key of nothing that is known speaks for itself."""
    known, parts = shipped(key), read_key(key)
    return f"{known.title}, version {parts.version_text}" if known and parts else key


def rule_as_bound(rule_id: str, names: tuple[str, ...], amendments: tuple[Amendment, ...]) -> Rule:
    """The rule with the numbers of the version that is bound; the shipped one where no bound set has it."""
    for rule_set in bound(names, amendments):
        for each in rule_set.rules:
            if each.id == rule_id:
                return each
    return rule(rule_id)


def rule(rule_id: str) -> Rule:
    """The rule of that public id.

    Raises: KeyError.
    """
    return _RULES[rule_id]
