"""Findings and assessments in sentences for a nurse. The words are made from the codes; nothing decides by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from dosing.rules.assess import Assessment
from dosing.rules.facts import Measured
from dosing.rules.registry import rule
from dosing.rules.rule import RELATIVE, Finding
from dosing.rules.verdict import Verdict
from dosing.rules.wording import listed, named, shown, uncapitalised
from tracker.look.times import clock_change_near, offset_text

VERDICT_WORDS = {
    Verdict.PROCEED: "Proceed",
    Verdict.INCOMPLETE: "Incomplete",
    Verdict.HOLD: "Hold",
    Verdict.STOP_CYCLE: "Stop cycle",
    Verdict.STOP_COURSE: "Stop course",
    Verdict.DISCONTINUE: "Discontinue",
}

# Answers that only say that the thing named is there.
_JUST_PRESENT = frozenset({"yes", "present"})

# Codes whose answers name the thing themselves: "chest pain", not "ischaemia chest pain".
_SPEAKS_FOR_ITSELF = frozenset({"ischemia", "rhythm"})

# Volumes are found as sums over a time; the values that stand beside them are not.
_SUMS = frozenset({"urine_output", "diarrhea_volume"})


# Names that stand for several.
_MANY = frozenset({"platelets", "neutrophils", "white_cells", "serial_sevens"})


class Headline(NamedTuple):
    """The order first, then its reason."""

    order: str
    reason: str


# --- one finding ------------------------------------------------------------------------------------------------------


def explain(finding: Finding, tz: tzinfo, *, at: datetime | None = None) -> str:
    """One finding: effect, what, number, unit, time, limit, and what releases it.

    `at` is the instant of the judgement: times of another local day get their weekday.
    """
    effect = VERDICT_WORDS[finding.effect]
    if finding.klass is not None:
        effect += f", {finding.klass} criterion"
    sentence = f"{effect}: {what(finding, tz, at=at)}."
    return f"{sentence} Release: {finding.release}" if finding.release else sentence


def what(finding: Finding, tz: tzinfo, *, at: datetime | None = None) -> str:
    """What was found, without effect and release: "systolic 84 mmHg at 15:30, below 90"."""
    because = finding.because
    if "slot" in because:
        met = VERDICT_WORDS[Verdict(because["verdict"])].lower()
        return f"dose {because['slot']} met the verdict {met}{_at(finding, tz, at)}, {finding.limit}"
    if "held_doses" in because:
        return f"{because['held_doses']} doses held, {finding.limit}"
    if not because:
        return uncapitalised(rule(finding.id).sentence.removesuffix("."))
    found = listed([value_words(code, value, over=finding.over) for code, value in because.items()])
    limit = f", {finding.limit}" if finding.limit else ""
    return f"{found}{_at(finding, tz, at)}{limit}"


def value_words(code: str, value: Measured, *, over: str = "") -> str:
    """A quantity with its value: "systolic 84 mmHg", "cardiac tamponade", "urine 75 mL in 8 h"."""
    name, text = named(code), shown(code, value)
    if code in _SUMS and over:
        return f"{name} {text} {over}"
    if isinstance(value, str) and value in _JUST_PRESENT:
        return name
    return text if code in _SPEAKS_FOR_ITSELF or name in text else f"{name} {text}"


def clock(instant: datetime, tz: tzinfo, *, at: datetime | None = None) -> str:
    """Ward-local 24 h time; the weekday when it is not the day of `at`, the offset near a clock change."""
    local = instant.astimezone(tz)
    other_day = at is not None and at.astimezone(tz).date() != local.date()
    text = f"{local:%a %H:%M}" if other_day else f"{local:%H:%M}"
    return f"{text} {offset_text(local)}" if clock_change_near(instant, tz) else text


def _at(finding: Finding, tz: tzinfo, at: datetime | None) -> str:
    return "" if finding.observed_at is None else f" at {clock(finding.observed_at, tz, at=at)}"


# --- one assessment ---------------------------------------------------------------------------------------------------


def headline(assessment: Assessment, tz: tzinfo) -> Headline:
    """The order and its reason in one glance: ("Do not give dose 9.", "Systolic 84 mmHg at 05:28, below 90.")."""
    if "already_given" in assessment.refusals:
        return Headline(f"Dose {assessment.slot} was given.", "A dose is given once.")
    if assessment.verdict is Verdict.PROCEED:
        return _nothing_found(assessment, tz)
    if assessment.verdict is Verdict.INCOMPLETE:
        return Headline(f"Do not give dose {assessment.slot} yet.", _cannot_tell(assessment))
    return Headline(_ORDERS[assessment.verdict].format(slot=assessment.slot), _reason(assessment, tz))


_ORDERS = {
    Verdict.HOLD: "Do not give dose {slot}.",
    Verdict.STOP_CYCLE: "Do not give dose {slot}. Criteria to stop this cycle are met.",
    Verdict.STOP_COURSE: "Do not give dose {slot}. No further dose in this course.",
    Verdict.DISCONTINUE: "Do not give dose {slot}. Interleukin-2 is permanently stopped for this patient.",
}


def _nothing_found(assessment: Assessment, tz: tzinfo) -> Headline:
    reasons = " ".join(refusal_words(assessment, tz))
    if not assessment.refusals:
        lapses = clock(assessment.lapses_at, tz, at=assessment.at)
        order = f"Dose {assessment.slot} can be given. It lapses at {lapses}."
        return Headline(order, _below_the_count(assessment) or "No finding.")
    if assessment.refusals == ("too_early",):
        return Headline(f"Dose {assessment.slot} cannot start yet.", f"No finding so far. {reasons}")
    return Headline(f"Do not give dose {assessment.slot}.", reasons)


def _below_the_count(assessment: Assessment) -> str:
    found = len(assessment.findings)
    if not found:
        return ""
    words = "1 relative criterion stands" if found == 1 else f"{found} relative criteria stand"
    return f"{words}, fewer than the hospital's count that holds a dose."


def _cannot_tell(assessment: Assessment) -> str:
    return f"Cannot tell: {missing_words(assessment.missing)}."


def missing_words(missing: Sequence[str]) -> str:
    """What is missing, as the ward says it: "platelets and urine are missing or too old"."""
    names = [named(code) for code in missing]
    if len(names) > 6:
        names = [*names[:4], f"{len(names) - 4} more"]
    one = len(names) == 1 and missing[0] not in _MANY
    return f"{listed(names)} {'is' if one else 'are'} missing or too old"


def _reason(assessment: Assessment, tz: tzinfo) -> str:
    findings = assessment.findings
    relative = [each for each in findings if each.klass == RELATIVE]
    if relative and all(each.effect is not assessment.verdict for each in findings):
        together = "; ".join(what(each, tz, at=assessment.at) for each in relative)
        return f"{len(relative)} relative criteria together: {together}."
    gravest_first = sorted(findings, key=lambda each: (-each.effect.rank, each.klass is not None))
    first = what(gravest_first[0], tz, at=assessment.at)
    more = len(findings) - 1
    also = "" if not more else " And 1 more finding." if more == 1 else f" And {more} more findings."
    return f"{first[:1].upper()}{first[1:]}.{also}"


def refusal_words(assessment: Assessment, tz: tzinfo) -> tuple[str, ...]:
    """Each refusal of the schedule in one sentence, in the order of the refusals."""
    opens = clock(assessment.opens_at, tz, at=assessment.at)
    lapses = clock(assessment.lapses_at, tz, at=assessment.at)
    slot = assessment.slot
    over = f"Its time ended at {lapses}." if assessment.at > assessment.lapses_at else "It was held, omitted or passed."
    sentences = {
        "already_given": f"Dose {slot} was already given.",
        "cell_window": "A first dose starts within 24 h after the cells, and these are over.",
        "course_cap": "The course has no further dose.",
        "cycle_cap": f"The cycle has no dose {slot}.",
        "cycle_window": "The days of this cycle are over.",
        "not_active": "The cycle is not active.",
        "rest_period": "The rest after cycle 1 is not over.",
        "slot_lapsed": f"{over} A lost dose is never made up.",
        "too_early": f"It opens at {opens}.",
    }
    return tuple(sentences[code] for code in assessment.refusals)


def sentences(assessment: Assessment, tz: tzinfo) -> list[str]:
    """All that there is to say for people, each once: the order, its reason, every finding, every refusal."""
    said = [*headline(assessment, tz), *explain_all(assessment, tz), *refusal_words(assessment, tz)]
    return list(dict.fromkeys(said))


def explain_all(assessment: Assessment, tz: tzinfo) -> Iterable[str]:
    """Every finding of the assessment in a sentence, gravest first."""
    return [explain(finding, tz, at=assessment.at) for finding in assessment.findings]
