"""What a rule is: its public words and source, and what judging it against a patient's picture can find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from dosing.rules.facts import Measured
from dosing.rules.limit import Limit, Number
from dosing.rules.picture import Picture
from dosing.rules.verdict import Verdict
from dosing.rules.wording import shown

Class = Literal["relative", "absolute"]
RELATIVE: Class = "relative"
ABSOLUTE: Class = "absolute"
UNCONFIRMED = "Unconfirmed column: the table was seen without a column mark for this row; it counts as printed here."


class Organ(StrEnum):
    """Organ systems in the order in which the rule page lists them."""

    CARDIOVASCULAR = "Cardiovascular"
    RESPIRATORY = "Respiratory"
    NEUROLOGIC = "Neurologic"
    GASTROINTESTINAL = "Gastrointestinal"
    HEPATIC = "Hepatic"
    SKIN = "Skin"
    INFECTION = "Infection"
    RENAL = "Renal"
    BLEEDING = "Bleeding"
    MUSCULOSKELETAL = "Weight and limbs"
    GENERAL = "General"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is printed."""

    document: str
    table: str = ""
    section: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.document, self.table, self.section) if part)


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a release at the bedside: its words, whether it is met, and the value it is judged on now."""

    text: str
    met: bool
    now: str = "not recorded since"
    now_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """What judging one rule found: the effect, the values that matter, and the round it rests on.

    `over` is the length that a sum was taken over, `limit` the words of the limit it crossed.
    """

    effect: Verdict
    because: Mapping[str, Measured]
    observed_at: datetime | None
    limit: str = ""
    klass: Class | None = None
    latched: bool = False
    terms: tuple[Term, ...] = ()
    release: str | None = None
    over: str = ""


Judge = Callable[[Picture], Hit | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as data, with the small function that judges it.

    `effect` and `klass` are the gravest the rule can reach. For a rule with a relative and an absolute column `trigger`
    holds both in words and `relative` and `absolute` each alone. `reading` says where a meaning is ours. `note` finds
    what a person should know although it is no finding. `limits` are the numbers that a hospital may set otherwise;
    `remake` makes the rule with other ones.
    """

    id: str
    organ: Organ
    sentence: str
    trigger: str
    effect: Verdict
    source: Source
    judge: Judge = field(repr=False)
    release: str = ""
    klass: Class | None = None
    reading: str = ""
    latched: bool = False
    relative: str = ""
    absolute: str = ""
    note: Callable[[Picture], str | None] | None = field(default=None, repr=False)
    limits: tuple[Limit, ...] = ()
    ascending: tuple[tuple[str, str], ...] = ()
    remake: Callable[[Mapping[str, Number]], Rule] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that stands in the way. Codes decide; the words are made from them and never read back."""

    id: str
    effect: Verdict
    klass: Class | None = None
    because: Mapping[str, Measured] = field(default_factory=dict)
    observed_at: datetime | None = None
    latched: bool = False
    release: str = ""
    release_terms: tuple[Term, ...] = ()
    limit: str = ""
    over: str = ""
    rule_set: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know although it is no finding, and the rule it belongs to."""

    id: str
    text: str


def finding(rule: Rule, hit: Hit, rule_set: str) -> Finding:
    """The finding of a rule that was hit. A momentary one has a single term: the words that would end it."""
    release = rule.release if hit.release is None else hit.release
    terms = hit.terms
    if not terms and release and not hit.latched:
        now = ", ".join(shown(code, value) for code, value in hit.because.items())
        terms = (Term(release.removesuffix("."), False, now, hit.observed_at),)
    return Finding(
        id=rule.id,
        effect=hit.effect,
        klass=hit.klass,
        because=hit.because,
        observed_at=hit.observed_at,
        latched=hit.latched,
        release=release,
        release_terms=terms,
        limit=hit.limit,
        over=hit.over,
        rule_set=rule_set,
    )
