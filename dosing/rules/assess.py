"""The verdict on one dose at one instant: every bound rule set, what is missing, and what the schedule refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dosing import schedule
from dosing.rules.facts import Facts
from dosing.rules.picture import picture_at
from dosing.rules.registry import bound
from dosing.rules.required import missing_codes
from dosing.rules.rule import Finding, Note
from dosing.rules.standing import STANDING
from dosing.rules.verdict import Verdict, gravest


@dataclass(frozen=True, slots=True)
class Assessment:
    """Verdict and reasons. Findings gravest first; `missing` and `refusals` sorted; times as moved by late starts.

    The schedule's refusals stand beside the verdict: they are about time and count, not about the patient. `notes`
    decide nothing.
    """

    slot: int
    at: datetime
    verdict: Verdict
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    refusals: tuple[str, ...]
    planned_at: datetime
    opens_at: datetime
    lapses_at: datetime
    notes: tuple[Note, ...] = ()


def assess(facts: Facts, *, slot: int, at: datetime) -> Assessment:
    """Judge whether this slot may start at this instant, from what was known then.

    Missing: a required value that is absent or too old makes the verdict at least `incomplete`.
    Raises: BadInput for an unknown regimen or rule set.
    """
    picture = picture_at(facts, at)
    counting = facts.plan.settings.counting
    findings: list[Finding] = []
    notes: list[Note] = []
    verdict = Verdict.PROCEED
    for rule_set in (*bound(facts.plan.rule_sets, facts.plan.amendments), STANDING):
        found = tuple(rule_set.judge(picture))
        verdict = gravest(verdict, rule_set.verdict(found, counting))
        findings.extend(found)
        notes.extend(rule_set.notes(picture))
    missing = missing_codes(picture)
    if missing:
        verdict = gravest(verdict, Verdict.INCOMPLETE)
    times = schedule.slot_times(facts.plan, picture.events, slot)
    return Assessment(
        slot=slot,
        at=picture.at,
        verdict=verdict,
        findings=tuple(sorted(findings, key=lambda each: (-each.effect.rank, each.id))),
        missing=missing,
        refusals=schedule.refusals(facts.plan, picture.events, slot, picture.at),
        planned_at=times.planned_at,
        opens_at=times.opens_at,
        lapses_at=times.lapses_at,
        notes=tuple(notes),
    )


def may_give(assessment: Assessment, *, overridden: bool) -> bool:
    """A dose is given with `proceed`, or past a hold or a stopped cycle on a prescriber's signature.

    Never against the schedule, and never past missing data, whatever the signature.
    """
    if assessment.refusals or assessment.missing:
        return False
    return assessment.verdict is Verdict.PROCEED or (overridden and assessment.verdict.may_be_overridden)
