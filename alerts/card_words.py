"""Why a card shows what it shows: the order or the number first, then the rest, then one line more. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from dosing.rules.explain import refusal_words, value_words, what
from dosing.rules.rule import RELATIVE, Finding
from dosing.rules.verdict import Verdict
from dosing.rules.wording import listed
from tracker.look.times import clock_text

from .seen import INFUSING, Infusion, Seen
from .unknowns import unfit_codes, unknowns

# The room of a card: what does not fit is counted, and a tap away.
NAMED_AT_MOST = 3


class Why(NamedTuple):
    """Strong and rest are one sentence; second is a line of its own."""

    strong: str
    rest: str = ""
    second: str = ""


def why(seen: Seen, now: datetime, tz: tzinfo) -> Why:
    """The reason of a card in the ward's words: what, number, unit, time, limit."""
    if seen.state(now) == INFUSING and seen.infusion is not None:
        return _infusing(seen.infusion, now, tz)
    said = _of_verdict(seen, now, tz)
    if seen.infusion is None:
        return said
    return said._replace(second=_sentences(_runs_or_unended(seen.infusion, now, tz), said.second))


def _of_verdict(seen: Seen, now: datetime, tz: tzinfo) -> Why:
    if seen.verdict is Verdict.PROCEED:
        return _proceed(seen, now, tz)
    if not seen.left and not seen.barred:
        return _none_left(seen, tz)
    if seen.verdict is Verdict.INCOMPLETE:
        return _cannot_tell(seen, now, tz)
    if seen.override_by:
        return _overridden(seen, tz)
    said = _findings(seen.assessment.findings, seen.verdict, now, tz)
    if seen.verdict is Verdict.DISCONTINUE:
        return said._replace(rest=_sentences(said.rest, "No IL\N{NON-BREAKING HYPHEN}2 in this or any later course."))
    if seen.verdict is Verdict.STOP_COURSE:
        return said._replace(rest=_sentences(said.rest, "No further dose in this course."))
    return said


# --- nothing in the way -----------------------------------------------------------------------------------------------


def _proceed(seen: Seen, now: datetime, tz: tzinfo) -> Why:
    if not seen.left:
        return _none_left(seen, tz)
    if not seen.started:
        return Why("Prescribed, not started.", "Start the cycle before dose 1.")
    if "rest_period" in seen.assessment.refusals:
        return Why("The rest after cycle 1 is not over.")
    below = _below_the_count(seen.assessment.findings)
    if seen.can_be_given:
        lapses = clock_text(seen.assessment.lapses_at, now, tz)
        second = below or "No finding. All required values are fresh."
        return Why(f"Dose {seen.slot} can be given.", f"It lapses at {lapses}.", second)
    return Why("No finding so far.", _next_round(seen, now, tz), below)


def _next_round(seen: Seen, now: datetime, tz: tzinfo) -> str:
    if not unfit_codes(seen.inputs_then):
        return f"Dose {seen.slot} opens at {clock_text(seen.assessment.opens_at, now, tz)}."
    since = round_from(seen)
    return "Pre-dose round is due." if since <= now else f"Pre-dose round from {clock_text(since, now, tz)}."


def round_from(seen: Seen) -> datetime:
    """From when a round is fresh enough for the next dose."""
    return seen.assessment.planned_at - min(each.max_age for each in seen.inputs)


def _below_the_count(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    words = "1 relative criterion" if len(findings) == 1 else f"{len(findings)} relative criteria"
    return f"{words}, below the count that holds a dose: {_values(findings)}."


def _none_left(seen: Seen, tz: tzinfo) -> Why:
    if seen.slot is None:
        return Why("No dose is left in this cycle.", "", "End the cycle.")
    return Why(" ".join(refusal_words(seen.assessment, tz)), "", "End the cycle.")


# --- cannot tell ------------------------------------------------------------------------------------------------------


def _cannot_tell(seen: Seen, now: datetime, tz: tzinfo) -> Why:
    first, *others = unknowns(seen.inputs, seen.gap, now, tz)
    rest = [f"{each.subject[:1].upper()}{each.subject[1:]} {each.predicate}." for each in others]
    not_started = "" if seen.started else "Prescribed, not started."
    return Why(f"Cannot tell: {first.subject}", f"{first.predicate}.", _sentences(not_started, *rest))


# --- findings ---------------------------------------------------------------------------------------------------------


def _findings(findings: Sequence[Finding], verdict: Verdict, now: datetime, tz: tzinfo) -> Why:
    relative = [each for each in findings if each.klass == RELATIVE]
    if relative and all(each.effect is not verdict for each in findings):
        others = [each for each in findings if each not in relative]
        return Why(f"{len(relative)} relative criteria:", f"{_values(relative)}.", _also(others, now, tz))
    first, *others = sorted(findings, key=_loudest)
    strong, rest = _parts(first, now, tz)
    return Why(strong, rest, _also(others, now, tz))


def _loudest(finding: Finding) -> tuple[int, bool]:
    """The gravest first; of equals, what holds by itself before what is only counted. The order is kept otherwise."""
    return -finding.effect.rank, finding.klass is not None


def _parts(finding: Finding, now: datetime, tz: tzinfo) -> tuple[str, str]:
    """What was found, and the rest of the sentence with time and limit."""
    whole = what(finding, tz, at=now)
    found = _value(finding)
    cut = len(found) if found and whole.startswith(found) else len(whole)
    strong, rest = whole[:cut], whole[cut:].strip()
    return f"{strong[:1].upper()}{strong[1:]}" + ("" if rest else "."), f"{rest}." if rest else ""


def _also(findings: Sequence[Finding], now: datetime, tz: tzinfo) -> str:
    if not findings:
        return ""
    if len(findings) > 1:
        return f"Also {_values(findings)}."
    (only,) = findings
    if only.klass == RELATIVE:
        value = _value(only)
        return f"{value[:1].upper()}{value[1:]}: 1 relative criterion."
    return f"Also {what(only, tz, at=now)}."


def _values(findings: Sequence[Finding]) -> str:
    """The values without times and limits, the first few by name."""
    named = [_value(each) for each in findings[:NAMED_AT_MOST]]
    more = len(findings) - len(named)
    return listed([*named, f"{more} more"] if more else named)


def _value(finding: Finding) -> str:
    if "slot" in finding.because:
        return f"a stop at dose {finding.because['slot']}"
    values = [value_words(code, value, over=finding.over) for code, value in finding.because.items()]
    return listed(values) or finding.id


def _overridden(seen: Seen, tz: tzinfo) -> Why:
    findings = f"Against {_values(seen.assessment.findings)}."
    if seen.assessment.missing:
        return Why(f"Override by {seen.override_by}.", "But required values are missing.", findings)
    if seen.assessment.refusals:
        return Why(f"Override by {seen.override_by}.", " ".join(refusal_words(seen.assessment, tz)), findings)
    return Why(f"Dose {seen.slot} can be given", f"on the override of {seen.override_by}.", findings)


# --- infusing ---------------------------------------------------------------------------------------------------------


def _infusing(infusion: Infusion, now: datetime, tz: tzinfo) -> Why:
    ends = clock_text(infusion.ends_at, now, tz)
    second = f"Ends {ends}." if now <= infusion.ends_at else f"Should have ended {ends}: record the end."
    return Why(f"Infusing {infusion.words}", f"in {infusion.volume}.", second)


def _runs_or_unended(infusion: Infusion, now: datetime, tz: tzinfo) -> str:
    started = clock_text(infusion.started_at, now, tz)
    if infusion.runs(now):
        return f"Dose {infusion.slot} is infusing since {started}."
    return f"The end of dose {infusion.slot}, started {started}, is not recorded."


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
