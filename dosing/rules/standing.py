"""Findings that rest on what was decided before, whatever rule sets are bound: a stop unanswered, a permanent bar."""

from __future__ import annotations

from dosing.rules.facts import DoseEvent, EventKind
from dosing.rules.picture import Picture
from dosing.rules.rule import Hit, Organ, Rule, Source
from dosing.rules.rule_set import RuleSet
from dosing.rules.verdict import Verdict

OURS = "Rules of this product"


def _stopped(picture: Picture) -> Hit | None:
    """A stop met by a give or a hold stands until a person with the right has answered it."""
    cause: DoseEvent | None = None
    for event in picture.events:
        if event.kind in (EventKind.REFUSED, EventKind.HELD) and event.under(Verdict.STOP_CYCLE):
            cause = event
        elif event.kind is EventKind.WENT_ON or (event.kind is EventKind.GIVEN and event.overridden):
            cause = None
    if cause is None:
        return None
    because = {"slot": cause.slot, "verdict": str(cause.verdict)}
    return Hit(Verdict.STOP_CYCLE, because, cause.at, "not yet answered by a prescriber", latched=True)


def _discontinued(picture: Picture) -> Hit | None:
    if not picture.plan.prior.discontinued:
        return None
    return Hit(Verdict.DISCONTINUE, {}, None, latched=True)


def _course_stopped(picture: Picture) -> Hit | None:
    if not picture.plan.prior.course_stopped:
        return None
    return Hit(Verdict.STOP_COURSE, {}, None, latched=True)


STANDING = RuleSet(
    id="standing",
    version=1,
    title="Always in force",
    document=OURS,
    rules=(
        Rule(
            id="P-DISCONTINUED",
            organ=Organ.GENERAL,
            sentence="The patient was permanently discontinued in an earlier cycle; every later course is barred.",
            trigger="A permanent finding of an earlier cycle",
            release="Only by a correction of the record.",
            effect=Verdict.DISCONTINUE,
            source=Source("Aldesleukin prescribing information, revised 9/2023", "Table 2", "section 2.2"),
            latched=True,
            judge=_discontinued,
        ),
        Rule(
            id="P-COURSE-STOPPED",
            organ=Organ.GENERAL,
            sentence="This course was stopped in an earlier cycle; no further dose belongs to it.",
            trigger="Hepatic toxicity in an earlier cycle of this course",
            release="Only by a correction of the record.",
            effect=Verdict.STOP_COURSE,
            source=Source("Aldesleukin prescribing information, revised 9/2023", "Table 2", "Hepatic"),
            latched=True,
            judge=_course_stopped,
        ),
        Rule(
            id="X-STOPPED",
            organ=Organ.GENERAL,
            sentence="A dose was refused or held while the cycle was to stop, and no prescriber has answered since.",
            trigger="A give that was not given, or a hold, under a verdict of stop cycle or above",
            release="A dose given on a prescriber's override, or a prescriber's signed decision to go on.",
            effect=Verdict.STOP_CYCLE,
            source=Source(OURS),
            reading="No source prints it: momentary findings come and go, but a stop is answered by a person. It stays "
            "when its cause goes, also when the cause is retracted.",
            latched=True,
            judge=_stopped,
        ),
    ),
)
