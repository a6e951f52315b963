"""A rule set as a page of text, for the repository and for paper: every rule with its source, reading and numbers."""

from __future__ import annotations

from collections.abc import Iterator

from dosing.rules.limit import Limit, Stricter, number_words
from dosing.rules.oddities import oddities_of
from dosing.rules.rule import Rule
from dosing.rules.rule_set import RuleSet

EFFECT_WORDS = {
    "hold": "hold this dose",
    "stop_cycle": "stop the cycle",
    "stop_course": "stop the course",
    "discontinue": "discontinue for good",
}


NOT_SET = (
    "A hospital may set the numbers that are marked so, within the bounds beside them, in a version of its own that "
    "two prescribers and a pharmacist stand behind. Nothing else can be set: what ends treatment for good and after "
    "how long, CTCAE grades, the length of windows, and findings that are answers instead of numbers stay as printed."
)


def page_text(rule_set: RuleSet) -> str:
    """The whole page. It says nothing that is not in the rules themselves, so that it cannot go stale unseen."""
    return "\n".join(_page(rule_set)).rstrip() + "\n"


def _page(rule_set: RuleSet) -> Iterator[str]:
    yield f"# {rule_set.title}, version {rule_set.version_text}"
    yield ""
    yield f"`{rule_set.key}`. Source: {rule_set.document}."
    yield ""
    if rule_set.note:
        yield from (rule_set.note, "")
    if rule_set.counts:
        yield "Relative and absolute criteria are counted, one for each rule at its highest class."
    else:
        yield "Each rule stands alone with its effect."
    yield ""
    if rule_set.limits:
        yield from (NOT_SET, "")
    for organ, rules in rule_set.by_organ().items():
        yield from (f"## {organ.value}", "")
        for rule in rules:
            yield from _rule(rule)
    yield from _odd(rule_set)


def _rule(rule: Rule) -> Iterator[str]:
    yield from (f"### {rule.id}", "", rule.sentence, "")
    if rule.relative or rule.absolute:
        yield f"- Relative: {rule.relative or 'none'}"
        yield f"- Absolute: {rule.absolute or 'none'}"
    else:
        yield f"- Trigger: {rule.trigger}"
    kept = ", latched until released" if rule.latched and rule.release else ""
    yield f"- Effect: {EFFECT_WORDS[rule.effect.value]}{kept}"
    yield f"- Release: {rule.release or 'nothing releases it.'}"
    yield f"- Source: {rule.source}"
    if rule.reading:
        yield f"- Our reading: {rule.reading}"
    for limit in rule.limits:
        yield f"- A hospital may set: {limit_words(limit)}"
    yield ""


def limit_words(limit: Limit) -> str:
    """ "bilirubin, relative above (printed 7 mg/dL; 3 to 10; lower is stricter)"."""
    unit = f" {limit.unit}" if limit.unit else ""
    bounds = f"{number_words(limit.low)} to {number_words(limit.high)}"
    if limit.stricter is Stricter.HIGHER and limit.low == limit.printed:
        only = "; only stricter, which is higher"
    elif limit.stricter is Stricter.LOWER and limit.high == limit.printed:
        only = "; only stricter, which is lower"
    else:
        only = f"; {limit.stricter.value} is stricter"
    return f"{limit.words} (printed {number_words(limit.printed)}{unit}; {bounds}{only})"


def _odd(rule_set: RuleSet) -> Iterator[str]:
    oddities = oddities_of(rule_set.id)
    if oddities:
        yield from ("## Faithful to the source, and yet odd", "")
        yield from (f"- {oddity.text}" for oddity in oddities)
        yield ""
