"""The hospital's own versions of a rule set, to read, draft and sign: what differs from print, and who signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.errors import Refusal
from tracker.models import User
from tracker.roles import Perm, may

from ..actions.sign_version import check_may_sign, kind_of
from ..published import PHARMACIST, PRESCRIBER, Published
from ..rules.limit import Deviation, Limit, number_words
from ..rules.rule_set import RuleSet
from ..site_values import AGES, Span
from ..version_values import VERSION_COUNTS, Changed, changes_of


@dataclass(frozen=True)
class VersionView:
    """One version: where it stands, every number that differs from the printed one, and what this person may do."""

    published: Published
    stands: str
    changes: tuple[Changed, ...]
    others: tuple[str, ...]
    may_sign: bool
    may_withdraw: bool
    why_not: str


@dataclass(frozen=True)
class NumberField:
    """One number of the draft form. `value` is what was typed; the printed number is the placeholder."""

    name: str
    label: str
    printed: str
    bounds: str
    value: str


@dataclass(frozen=True)
class RuleFields:
    """The numbers of one rule."""

    rule_id: str
    trigger: str
    fields: tuple[NumberField, ...]


def version_view(published: Published, user: User, now: datetime) -> VersionView:
    """One version as its page shows it."""
    why_not = ""
    try:
        check_may_sign(published, user)
    except Refusal as refusal:
        why_not = refusal.sentence
    signs = may(user.role, Perm.SIGN_SETTINGS)
    open_draft = not published.signed and published.withdrawn is None
    return VersionView(
        published=published,
        stands=stands_words(published, now),
        changes=changes_of(published.rule_set),
        others=tuple(setting_words(published.data)),
        may_sign=signs and not why_not,
        may_withdraw=signs and open_draft,
        why_not=why_not if signs and open_draft else "",
    )


def stands_words(published: Published, now: datetime) -> str:
    """ "Draft: waits for another prescriber and a pharmacist."."""
    if published.withdrawn is not None:
        return "Withdrawn before it was in force"
    if published.signed:
        return "Signed; in force later" if published.from_then_on > now else "Signed"
    waits = [words for kind, words in _WAITS.items() if kind not in published.events]
    return f"Draft: waits for {' and '.join(waits)}"


_WAITS = {PRESCRIBER: "another prescriber", PHARMACIST: "a pharmacist"}


def setting_words(data: Mapping) -> Iterable[str]:
    """Counting and ages that a version sets, beside the shipped ones. Ages can only be stricter."""
    for span, value in _changed(VERSION_COUNTS, data["counting"] or {}):
        side = Deviation.STRICTER if value < span.usual else Deviation.LOOSER
        yield f"{span.words}: {value}, published {span.usual}: {side.value.removesuffix(' than printed')}"
    ages = {f"max_age_{name}": minutes for name, minutes in (data["max_age_min"] or {}).items()}
    for span, value in _changed(AGES, ages):
        yield f"{span.words}: {value} {span.unit}, usually {span.usual}: stricter"


def _changed(spans: Iterable[Span], values: Mapping[str, int]) -> Iterable[tuple[Span, int]]:
    return ((span, values[span.name]) for span in spans if values.get(span.name, span.usual) != span.usual)


def rule_fields(base: RuleSet, typed: Mapping[str, str]) -> tuple[RuleFields, ...]:
    """Every number of the set that can be set, by rule."""
    return tuple(
        RuleFields(
            rule.id,
            rule.trigger,
            tuple(_field(f"{rule.id}.{limit.name}", limit, typed) for limit in rule.limits),
        )
        for rule in base.rules
        if rule.limits
    )


def _field(name: str, limit: Limit, typed: Mapping[str, str]) -> NumberField:
    unit = f", {limit.unit}" if limit.unit else ""
    return NumberField(
        name=name,
        label=f"{limit.words[:1].upper()}{limit.words[1:]}{unit}",
        printed=number_words(limit.printed),
        bounds=f"{number_words(limit.low)} to {number_words(limit.high)}; {limit.stricter.value} is stricter",
        value=typed.get(name, ""),
    )


def typed_of(published: Published | None) -> dict[str, str]:
    """What the form shows first: the numbers of the version in force where they are not the printed ones."""
    if published is None:
        return {}
    row = published.row
    ages = {f"max_age_{name}": str(minutes) for name, minutes in (row.max_age_min or {}).items()}
    counts = {name: str(number) for name, number in (row.counting or {}).items()}
    return {**row.thresholds, **counts, **ages}


def labels_of(base: RuleSet) -> dict[str, str]:
    """The words above each field, for the list of problems."""
    numbers = {name: f"{name.rpartition('.')[0]}, {limit.words}" for name, limit in base.limits.items()}
    spans = {span.name: span.words for span in (*VERSION_COUNTS, *AGES)}
    return {**numbers, **spans, "effective_from": "In force from", "reason": "Reason", "secret": "Your password"}


def signs_as(user: User) -> str:
    """In which place this person's signature stands."""
    return {PRESCRIBER: "as the second prescriber", PHARMACIST: "as the pharmacist"}[kind_of(user)]
