"""Runs a journey through the rules that guard the bedside, event by event in the order of becoming known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from tracker.catalogue import number_text

from ..lines import as_line
from ..preparation import prepare
from ..regimen import regimen
from ..rules.assess import Assessment, assess, may_give
from ..rules.facts import DoseEvent, EventKind, Facts, Round
from ..rules.verdict import Verdict
from ..schedule import SlotState, lost_slots, may_hold, slot_state
from .journey import Did, Journey, JourneyEvent


@dataclass(frozen=True, slots=True)
class Step:
    """One answered event: the line as it is printed, and the assessment behind it."""

    line: dict
    assessment: Assessment


@dataclass
class Run:
    """How far a journey has come. `rounds` and `events` are what is known so far, in that order."""

    journey: Journey
    rounds: list[Round] = field(default_factory=list)
    events: list[DoseEvent] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    last_at: datetime | None = None

    def facts(self) -> Facts:
        """What the rules may know now."""
        return Facts(self.journey.plan, tuple(self.rounds), tuple(self.events))


def run(journey: Journey) -> Run:
    """The whole journey."""
    state = Run(journey)
    if journey.baseline is not None:
        state.rounds.append(journey.baseline)
    for event in journey.events:
        state.last_at = event.known_at
        _apply(state, event)
    return state


def _apply(state: Run, event: JourneyEvent) -> None:
    if event.did is Did.OBSERVE:
        state.rounds.append(event.round)
    elif event.did is Did.RETRACT:
        _retract(state, event)
    elif event.did is Did.END_CYCLE:
        state.events.append(DoseEvent(EventKind.ENDED, event.at))
    else:
        _decide(state, event)


def _retract(state: Run, event: JourneyEvent) -> None:
    for index, each in enumerate(state.rounds):
        if each.id == event.retracts and not each.baseline and each.retracted_at is None:
            state.rounds[index] = replace(each, retracted_at=event.known_at)


def _decide(state: Run, event: JourneyEvent) -> None:
    plan, facts = state.journey.plan, state.facts()
    assessment = assess(facts, slot=event.slot, at=event.at)
    given = False
    if event.did in (Did.GIVE, Did.OVERRIDE):
        given = may_give(assessment, overridden=event.did is Did.OVERRIDE)
        state.events.append(_attempt(event, assessment, facts, given))
    elif event.did is Did.HOLD and may_hold(plan, facts.events, event.slot, event.at):
        state.events.append(DoseEvent(EventKind.HELD, event.at, event.slot, verdict=assessment.verdict))
    state.steps.append(Step(as_line(assessment, event=event.did.value, given=given), assessment))


def _attempt(event: JourneyEvent, assessment: Assessment, facts: Facts, given: bool) -> DoseEvent:
    if given:
        overridden = assessment.verdict is not Verdict.PROCEED
        return DoseEvent(EventKind.GIVEN, event.at, event.slot, overridden=overridden, verdict=assessment.verdict)
    is_open = slot_state(facts.plan, facts.events, event.slot, event.at) is SlotState.OPEN
    return DoseEvent(EventKind.REFUSED, event.at, event.slot, verdict=assessment.verdict, open=is_open)


def summary(state: Run) -> dict:
    """What became of the cycle."""
    plan = state.journey.plan
    chosen = regimen(plan.regimen)
    given = sum(1 for event in state.events if event.kind is EventKind.GIVEN)
    lost: Sequence[int] = lost_slots(plan, state.events, state.last_at) if state.last_at else ()
    dose = prepare(plan.dosing_weight_kg, chosen.iu_per_kg).dose_iu
    verdicts = Counter(step.line["verdict"] for step in state.steps)
    return {
        "slots_planned": chosen.doses_per_cycle,
        "given": given,
        "held": len({event.slot for event in state.events if event.kind is EventKind.HELD}),
        "lapsed": len(lost),
        "cumulative_iu": number_text(Fraction(dose) * given),
        "verdicts": {verdict.value: verdicts[verdict.value] for verdict in Verdict if verdicts[verdict.value]},
    }
