"""The banner of the readiness page: the verdict, its order in words, and the time to the dose. Pure."""

from __future__ import annotations

from datetime import timedelta, tzinfo

from tracker.look.times import clock_text, countdown_text, minutes_between

from ..bedside import Bedside
from ..queries import given_count
from ..rules.assess import Assessment
from ..rules.explain import headline
from ..rules.facts import Facts
from ..rules.verdict import Verdict
from ..states import CycleState
from ..wording import missing_words
from .patient import BARS
from .shapes import Banner

BAR_NOTES = {Verdict.DISCONTINUE: "for good", Verdict.STOP_COURSE: "in this course"}
INFUSION_MIN = 15  # aldesleukin prescribing information, revised 9/2023, section 2.5


def banner_of(bedside: Bedside) -> Banner:
    """What the page says first. Needs a cycle with an open dose, or a running infusion."""
    return _infusing(bedside) if bedside.runs is not None else verdict_banner(bedside)


def verdict_banner(bedside: Bedside) -> Banner:
    """The verdict on the dose that the page speaks of, also while another one runs."""
    assessment = bedside.assessment
    planned, lapses = assessment.planned_at, assessment.lapses_at
    if assessment.verdict in BARS:
        note = BAR_NOTES[assessment.verdict]
        return Banner(assessment.verdict.value, _order(bedside), _context(bedside), "Barred", note)
    return Banner(
        verdict=assessment.verdict.value,
        order=_order(bedside),
        context=_context(bedside),
        countdown_text=countdown_text(planned, bedside.now),
        countdown_note=f"planned {_time(bedside, planned)}, lapses {_time(bedside, lapses)}",
        countdown_at=planned,
        late=minutes_between(bedside.now, planned) < 0,
    )


def _infusing(bedside: Bedside) -> Banner:
    give, assessment = bedside.runs, bedside.assessment
    order = f"Dose {give.slot.number} is running."
    if bedside.slot is not None and assessment.findings:
        order += f" For dose {assessment.slot}: {assessment.verdict.value.replace('_', ' ').upper()}."
    return Banner(
        verdict="infusing",
        order=order,
        context=counted(bedside),
        countdown_text=f"{minutes_between(give.at, bedside.now)} of {INFUSION_MIN} min",
        countdown_note=f"dose {give.slot.number}, since {_time(bedside, give.at)}",
        countdown_at=give.at,
    )


def _order(bedside: Bedside) -> str:
    assessment = bedside.assessment
    if bedside.cycle.state == CycleState.PRESCRIBED:
        return "The cycle is prescribed and has not been started."
    if bedside.overridden and not assessment.refusals and not assessment.missing:
        return f"Dose {assessment.slot} may be given on the override of {bedside.override.by.full_name}."
    if assessment.verdict is Verdict.PROCEED and assessment.refusals == ("too_early",):
        return between_doses(assessment, bedside.facts, bedside.tz)
    return headline(assessment, bedside.tz).order


def between_doses(assessment: Assessment, facts: Facts, tz: tzinfo) -> str:
    """ "No finding so far. Pre-dose round from 06:00.": from then on a round is still fresh at the planned time."""
    vitals = timedelta(minutes=facts.plan.settings.max_age_min.vitals)
    from_then = assessment.planned_at - vitals
    if assessment.at < from_then:
        return f"No finding so far. Pre-dose round from {clock_text(from_then, assessment.at, tz)}."
    return f"No finding so far. Dose {assessment.slot} opens at {clock_text(assessment.opens_at, assessment.at, tz)}."


def _context(bedside: Bedside) -> str:
    assessment = bedside.assessment
    if bedside.overridden and not assessment.refusals and not assessment.missing:
        return f"Reason: {bedside.override.reason}"
    if assessment.verdict is Verdict.INCOMPLETE:
        return f"Cannot tell: {missing_words(assessment.missing)}."
    return counted(bedside)


def counted(bedside: Bedside) -> str:
    """ "Cycle 1, 7 of 14 given"."""
    cycle = bedside.cycle
    course = f"Course {cycle.course.number}, cycle" if cycle.course.number > 1 else "Cycle"
    return f"{course} {cycle.number}, {given_count(bedside.facts)} of {cycle.doses} given"


def _time(bedside: Bedside, at: object) -> str:
    return clock_text(at, bedside.now, bedside.tz)
