"""Findings as blocks: what, when, limit, rule and source; beside it what releases it, ticked off one by one. Pure."""

from __future__ import annotations

from datetime import tzinfo

from django.urls import reverse

from ..rules.amendment import read_key
from ..rules.assess import Assessment
from ..rules.explain import clock, what
from ..rules.facts import Facts
from ..rules.history import history_at
from ..rules.registry import rule_as_bound, shipped
from ..rules.rule import RELATIVE, Finding, Rule
from ..rules.rule import Term as RuleTerm
from ..rules.wording import shown
from .shapes import FindingBlock, Term

NOT_SINCE = "not recorded since"
RELEASED_BY = {
    0: "Released only by",
    1: "Released by",
    2: "Released by both",
    3: "Released by all three",
    4: "Released by all four",
}


def finding_blocks(assessment: Assessment, facts: Facts, tz: tzinfo) -> tuple[FindingBlock, ...]:
    """Every finding, gravest first; among equals those that stand alone before those that are counted."""
    ordered = sorted(assessment.findings, key=lambda each: (-each.effect.rank, each.klass is not None, each.id))
    return tuple(_block(finding, assessment, facts, tz) for finding in ordered)


def _block(finding: Finding, assessment: Assessment, facts: Facts, tz: tzinfo) -> FindingBlock:
    known = rule_as_bound(finding.id, facts.plan.rule_sets, facts.plan.amendments)
    said = what(finding, tz, at=assessment.at)
    return FindingBlock(
        id=finding.id,
        effect=finding.effect.value,
        headline=said[:1].upper() + said[1:],
        lines=_lines(finding, assessment, facts, tz),
        rule_id=finding.id,
        rule_url=_rule_url(finding),
        source=_source(finding, known),
        reading=known.reading,
        release_title=_release_title(finding),
        terms=_terms(finding, assessment, tz),
    )


def _source(finding: Finding, known: Rule) -> str:
    """The set's short name, "label 2023."; its full source stands on the page of the rule."""
    bound, parts = shipped(finding.rule_set), read_key(finding.rule_set)
    if bound is None or parts is None:
        return f"{known.source}."
    own = f", hospital version {parts.version_text}" if parts.edition else ""
    return f"{bound.id.replace('-', ' ')}{own}."


def _rule_url(finding: Finding) -> str:
    """The rule's place on the page of its set, at the version that judged."""
    return f"{reverse('rule-set', args=[finding.rule_set])}#{finding.id}"


def _lines(finding: Finding, assessment: Assessment, facts: Facts, tz: tzinfo) -> tuple[str, ...]:
    parts = []
    if finding.latched and finding.observed_at:
        parts.append(f"In force since {clock(finding.observed_at, tz, at=assessment.at)}.")
    if finding.klass:
        parts.append("One relative criterion." if finding.klass == RELATIVE else "An absolute criterion.")
    before = _before(finding, assessment, facts, tz)
    if before:
        parts.append(before)
    return (" ".join(parts),) if parts else ()


def _before(finding: Finding, assessment: Assessment, facts: Facts, tz: tzinfo) -> str:
    """The value before the one that was found, when the finding rests on a single value."""
    if len(finding.because) != 1 or finding.observed_at is None:
        return ""
    (code,) = finding.because
    points = [point for point in history_at(facts, assessment.at).of(code) if point.at < finding.observed_at]
    if not points:
        return ""
    return f"Before that: {shown(code, points[-1].value)} at {clock(points[-1].at, tz, at=assessment.at)}."


def _release_title(finding: Finding) -> str:
    count = len(finding.release_terms)
    if not finding.release:
        return "Nothing releases it"
    if not finding.latched:
        return "Goes away when"
    return RELEASED_BY.get(count, f"Released by all {count}")


def _terms(finding: Finding, assessment: Assessment, tz: tzinfo) -> tuple[Term, ...]:
    if finding.release and not finding.release_terms:
        return (Term(finding.release.rstrip("."), False),)
    return tuple(_term(each, assessment, tz) for each in finding.release_terms)


def _term(term: RuleTerm, assessment: Assessment, tz: tzinfo) -> Term:
    """An open one says what it is now; a fulfilled one says by what and when."""
    if term.now == NOT_SINCE:
        return Term(f"{term.text.removesuffix(' recorded since')}: {NOT_SINCE}", term.met)
    if not term.met:
        return Term(f"{term.text}, now {term.now}", False)
    seen = f", {clock(term.now_at, tz, at=assessment.at)}" if term.now_at else ""
    return Term(f"{term.text}: {term.now}{seen}", True)
