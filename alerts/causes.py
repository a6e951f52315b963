"""Which causes should stand as alerts for one running cycle at one instant, in the ward's words. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from dosing.lines import finding_line, instant_text
from dosing.rules.assess import Assessment, assess
from dosing.rules.explain import what
from dosing.rules.facts import Counting, Facts
from dosing.rules.registry import rule, shipped
from dosing.rules.required import Input, InputState, required_inputs
from dosing.rules.rule import RELATIVE, Finding
from dosing.rules.verdict import Verdict
from dosing.rules.wording import listed, named
from dosing.schedule import last_slot
from tracker.look.times import clock_text, length_text

from .pauses import Pause
from .states import AlertKind
from .watching import (
    ASKED_BEFORE,
    OVERDUE_AFTER,
    NextDose,
    lapsing_from,
    newest_pressure_at,
    next_dose,
    observations_due_at,
)

OBSERVATIONS = "observations"
PERMANENT = frozenset({AlertKind.STOP_COURSE, AlertKind.DISCONTINUE})
LONGEST = {"headline": 400, "release": 400, "source": 300}  # as the columns are


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that needs a person. `key` names it within its cycle; `finding` is what it rests on, as plain JSON.

    `cause_at` is when it was observed or became due, `slot` the dose it stands in the way of. An answer that was given
    before `asks_anew_from` no longer counts: what it explained is over.
    """

    kind: AlertKind
    key: str
    headline: str
    release: str
    source: str
    finding: Mapping[str, object]
    cause_at: datetime | None
    slot: int | None
    asks_anew_from: datetime | None = None

    def __post_init__(self) -> None:
        for name, longest in LONGEST.items():
            object.__setattr__(self, name, shortened(getattr(self, name), longest))


def causes_at(facts: Facts, at: datetime, tz: tzinfo, *, pause: Pause | None = None) -> tuple[Cause, ...]:
    """Every cause that stands in a running cycle, gravest first.

    While a dose may still come, each finding that keeps it from the patient is a cause of its own; once no dose is
    left only what outlives the cycle is. A dose that can never be given is neither overdue nor lacks data. A pause
    changes how overdue observations are worded and nothing else.
    """
    dose = next_dose(facts, at)
    assessment = assess(facts, slot=dose.slot if dose else last_slot(facts.plan), at=at)
    found = [_of_finding(each, kind, assessment, tz) for each, kind in kinds(assessment, facts.plan.settings.counting)]
    if dose is None:
        found = [cause for cause in found if cause.kind in PERMANENT]
    elif dose.possible and not any(cause.kind in PERMANENT for cause in found):
        found += [*_overdue(dose, at, tz), *_data_missing(facts, dose, at, tz)]
    found += _observations_overdue(facts, at, tz, pause)
    return tuple(sorted(found, key=lambda cause: (-cause.kind.gravity, cause.key)))


# --- findings ---------------------------------------------------------------------------------------------------------


def kinds(assessment: Assessment, counting: Counting) -> Iterator[tuple[Finding, AlertKind]]:
    """Each finding that reaches a hold, with the kind of its alert.

    A relative criterion of a set that counts is as grave as the relative criteria of that set are together, and
    nothing when they are fewer than the hospital's count. Every other finding is as grave as its effect.
    """
    for finding in assessment.findings:
        rule_set = shipped(finding.rule_set)
        effect = finding.effect
        if rule_set is not None and rule_set.counts and finding.klass == RELATIVE:
            effect = rule_set.verdict(relatives(assessment, finding.rule_set), counting)
        if effect.rank >= Verdict.HOLD.rank:
            yield finding, AlertKind(effect.value)


def relatives(assessment: Assessment, rule_set: str) -> list[Finding]:
    """The relative criteria of one set."""
    return [each for each in assessment.findings if each.rule_set == rule_set and each.klass == RELATIVE]


_ORDERS = {
    AlertKind.HOLD: "Do not give dose {slot}",
    AlertKind.STOP_CYCLE: "Do not give dose {slot}, criteria to stop this cycle are met",
    AlertKind.STOP_COURSE: "No further dose in this course",
    AlertKind.DISCONTINUE: "Interleukin-2 is permanently stopped for this patient",
}


def _of_finding(finding: Finding, kind: AlertKind, assessment: Assessment, tz: tzinfo) -> Cause:
    order = _ORDERS[kind].format(slot=assessment.slot)
    together = len(relatives(assessment, finding.rule_set)) if finding.klass == RELATIVE else 1
    count = f" (one of {together} relative criteria)" if together > 1 else ""
    return Cause(
        kind=kind,
        key=finding.id,
        headline=f"{order}: {what(finding, tz, at=assessment.at)}{count}.",
        release=finding.release or "Nothing releases it.",
        source=str(rule(finding.id).source),
        finding=_as_json(finding_line(finding)),
        cause_at=finding.observed_at,
        slot=assessment.slot,
    )


def _as_json(line: Mapping[str, object]) -> dict:
    """As the database gives it back, exact decimals as text, so that old and new evidence compare equal."""
    return json.loads(json.dumps(line, default=str))


# --- time -------------------------------------------------------------------------------------------------------------


def _overdue(dose: NextDose, at: datetime, tz: tzinfo) -> Iterator[Cause]:
    if at <= dose.due_at + OVERDUE_AFTER:
        return
    due, lapses = clock_text(dose.due_at, at, tz), clock_text(dose.lapses_at, at, tz)
    yield Cause(
        kind=AlertKind.DOSE_LAPSING if at >= lapsing_from(dose) else AlertKind.DOSE_OVERDUE,
        key=f"overdue-{dose.slot}",
        headline=f"Dose {dose.slot} was due at {due} and is not given, held or omitted. It lapses at {lapses}.",
        release="The dose is given, held or omitted, or it lapses.",
        source="The schedule of this cycle",
        finding={"due_at": instant_text(dose.due_at), "lapses_at": instant_text(dose.lapses_at)},
        cause_at=dose.due_at,
        slot=dose.slot,
    )


def _data_missing(facts: Facts, dose: NextDose, at: datetime, tz: tzinfo) -> Iterator[Cause]:
    """Judged for the moment of the dose: what is fresh now may be too old by then."""
    if at < dose.due_at - ASKED_BEFORE:
        return
    unfit = [each for each in _required(facts, dose, at) if each.state in (InputState.MISSING, InputState.STALE)]
    if not unfit:
        return
    names = listed([named(each.code) for each in unfit])
    verb = "is" if len(unfit) == 1 else "are"
    yield Cause(
        kind=AlertKind.DATA_MISSING,
        key=f"missing-{dose.slot}",
        headline=f"Before dose {dose.slot} at {clock_text(dose.due_at, at, tz)}: {names} {verb} missing or too old.",
        release="All of it is recorded and fresh at the time of the dose.",
        source="What this hospital requires before each dose",
        finding={
            state.value: sorted(each.code for each in unfit if each.state is state)
            for state in (InputState.MISSING, InputState.STALE)
        },
        cause_at=dose.due_at - ASKED_BEFORE,
        slot=dose.slot,
    )


def _required(facts: Facts, dose: NextDose, at: datetime) -> tuple[Input, ...]:
    return required_inputs(facts, slot=dose.slot, at=max(at, dose.due_at))


def _observations_overdue(facts: Facts, at: datetime, tz: tzinfo, pause: Pause | None) -> Iterator[Cause]:
    due_at = observations_due_at(facts, at)
    if at <= due_at:
        return
    newest = newest_pressure_at(facts, at)
    every = length_text(facts.plan.settings.max_age_min.vitals)
    since = f"since {clock_text(newest, at, tz)}" if newest else "so far"
    missing = f"No blood pressure {since}: vital signs are due every {every}."
    explained = pause is not None and due_at <= pause.quiet_until
    yield Cause(
        kind=AlertKind.OBSERVATIONS_OVERDUE,
        key=OBSERVATIONS,
        headline=f"{pause.words(at, tz)}. {missing}" if explained else missing,
        release="The next round of vital signs with a blood pressure.",
        source="What this hospital requires before each dose",
        finding={"newest_at": instant_text(newest) if newest else None},
        cause_at=due_at,
        slot=None,
        asks_anew_from=pause.quiet_until if explained and not pause.quiet(at) else None,
    )


def shortened(text: str, longest: int) -> str:
    """The text, cut off with an ellipsis when it does not fit."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
