"""A stored decision in words: what was found when a dose was given, refused, held or overridden. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fractions import Fraction

from django.urls import reverse

from tracker.catalogue import CODES, Kind
from tracker.look.times import clock_text

from ..models import DoseEvent
from ..rules.explain import what
from ..rules.facts import Measured
from ..rules.registry import rule, shipped
from ..rules.rule import Finding
from ..rules.standing import STANDING
from ..rules.verdict import Verdict
from ..states import OMISSION_REASONS, Happened
from ..wording import REFUSALS, missing_words

WHOLE = frozenset({"slot", "held_doses"})
HEADS = {
    Happened.STARTED: "Cycle started",
    Happened.GIVEN: "Given",
    Happened.PAUSED: "Infusion paused",
    Happened.RESUMED: "Infusion resumed",
    Happened.INFUSION_ENDED: "Infusion ended",
    Happened.REFUSED: "Not given",
    Happened.HELD: "Held",
    Happened.OMITTED: "Omitted",
    Happened.LAPSED: "Lapsed",
    Happened.OVERRIDE: "Override signed",
    Happened.VOIDED: "Struck",
    Happened.WENT_ON: "To go on, signed",
    Happened.ENDED: "Cycle ended",
}


@dataclass(frozen=True)
class FoundThen:
    """One finding of a stored decision: its words as they were true then, and its rule."""

    effect: str
    words: str
    rule_id: str
    rule_url: str


@dataclass(frozen=True)
class Entry:
    """One entry of the record. `dose` is 0 when it is about the cycle; `struck` says why it no longer counts."""

    kind: str
    head: str
    dose: int
    at: str
    at_iso: datetime
    by: str
    verdict: str
    found: tuple[FoundThen, ...]
    also: tuple[str, ...]
    reason: str
    struck: str = ""
    strike_url: str = ""


def entry_of(
    event: DoseEvent, now: datetime, tz: tzinfo, *, struck_by: DoseEvent | None = None, strike_url: str = ""
) -> Entry:
    """The entry as it was made; nothing that was learned later changes its words."""
    return Entry(
        kind=event.kind,
        head=_head(event),
        dose=event.slot.number if event.slot else 0,
        at=clock_text(event.at, now, tz),
        at_iso=event.at,
        by=_people(event),
        verdict=event.verdict,
        found=found_then(event, tz),
        also=_also(event.decision or {}),
        reason=_reason(event),
        struck=_struck(struck_by, now, tz),
        strike_url=strike_url,
    )


def _head(event: DoseEvent) -> str:
    if event.kind == Happened.GIVEN and event.overridden:
        return "Given on override"
    if event.kind == Happened.INFUSION_ENDED and event.reason_code == "interrupted":
        return "Infusion interrupted"
    return HEADS[Happened(event.kind)]


def _people(event: DoseEvent) -> str:
    who = event.by.full_name if event.by else "by itself"
    return f"{who}, witness {event.witness.full_name}" if event.witness else who


def _reason(event: DoseEvent) -> str:
    if event.kind == Happened.OMITTED:
        coded = OMISSION_REASONS.get(event.reason_code, event.reason_code)
        return f"{coded}: {event.reason}" if event.reason else coded
    return event.reason


def _struck(struck_by: DoseEvent | None, now: datetime, tz: tzinfo) -> str:
    if struck_by is None:
        return ""
    return f"Struck {clock_text(struck_by.recorded_at, now, tz)} by {_people(struck_by)}: {struck_by.reason}"


def _also(decision: Mapping[str, object]) -> tuple[str, ...]:
    """What else stood in the way then: missing values and the schedule."""
    missing = [code for code in decision.get("missing") or () if code in CODES]
    said = [f"Cannot tell: {missing_words(missing)}."] if missing else []
    said.extend(REFUSALS[code][0] for code in decision.get("refusals") or () if code in REFUSALS)
    return tuple(said)


def found_then(event: DoseEvent, tz: tzinfo) -> tuple[FoundThen, ...]:
    """The findings that the decision rested on, in the words of the rules."""
    lines: Sequence[Mapping] = (event.decision or {}).get("findings") or ()
    sets = (event.decision or {}).get("rule_sets") or ()
    return tuple(_found(line, sets, event.at, tz) for line in lines)


def _found(line: Mapping, sets: Sequence[str], at: datetime, tz: tzinfo) -> FoundThen:
    finding = stored_finding(line)
    words = what(finding, tz, at=at)
    return FoundThen(
        effect=finding.effect.value,
        words=words[:1].upper() + words[1:],
        rule_id=finding.id,
        rule_url=rule_url(finding.id, sets),
    )


def stored_finding(line: Mapping) -> Finding:
    """The finding again from its stored line. The limit is not stored: the rule's page has it."""
    observed = line.get("observed_at")
    return Finding(
        id=line["id"],
        effect=Verdict(line["effect"]),
        klass=line.get("class"),
        because={code: _measured(code, value) for code, value in (line.get("because") or {}).items()},
        observed_at=datetime.fromisoformat(observed) if observed else None,
        release=line.get("release") or "",
    )


def _measured(code: str, value: object) -> Measured:
    known = CODES.get(code)
    if known is None:
        return int(value) if code in WHOLE else str(value)
    if known.kind is Kind.CHOICE:
        return str(value)
    return int(value) if known.kind is Kind.GRADE else Fraction(str(value))


def rule_url(rule_id: str, sets: Sequence[str]) -> str:
    """The rule's place on the page of its set at the version that was bound then."""
    for key in (*sets, STANDING.key):
        known = STANDING if key == STANDING.key else shipped(key)
        if known is not None and any(each.id == rule_id for each in known.rules):
            return f"{reverse('rule-set', args=[key])}#{rule_id}"
    return ""


def rule_source(rule_id: str) -> str:
    """Where the rule is printed."""
    return str(rule(rule_id).source)
