"""The prescriber's column: the rules' own answer is the filled button, all against them ends in "…". Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from tracker.look.times import clock_text, countdown_text
from tracker.models import User
from tracker.roles import Perm, may

from ..actions.end_cycle import STOPPED
from ..bedside import Bedside
from ..overrides import may_override
from ..overview import BARRING
from ..rules.verdict import Verdict
from ..schedule import SlotState, last_slot, planned_at, slot_state
from ..states import CycleState
from .shapes import Action, Link

STOPS = (Verdict.STOP_CYCLE, Verdict.STOP_COURSE, Verdict.DISCONTINUE)


@dataclass(frozen=True)
class Decide:
    """What can be decided now. `first` follows the rules, the others go against them or end the cycle."""

    note: str
    first: Action | None
    others: tuple[Action, ...]
    says: str
    links: tuple[Link, ...]


def decide_of(bedside: Bedside, user: User) -> Decide:
    """The buttons that this person may press, and why there is none."""
    if bedside.cycle.state == CycleState.ENDED:
        return Decide("", None, (), "The cycle has ended. Nothing more can be decided in it.", _links(bedside, user))
    first, says = _first(bedside, user)
    others = tuple(each for each in _others(bedside, user) if first is None or each.url != first.url)
    signs = any(each.label.startswith(("Override", "Go on")) for each in others)
    if signs and not says:
        says = "Shows what follows, then asks for your password."
    return Decide(_note(bedside), first, others, says, _links(bedside, user))


def _note(bedside: Bedside) -> str:
    """ "dose 9 lapses 08:00, in 55 min"."""
    assessment = bedside.assessment
    if bedside.slot is None or bedside.cycle.state != CycleState.ACTIVE:
        return ""
    at = assessment.lapses_at if assessment.planned_at <= bedside.now else assessment.planned_at
    verb = "lapses" if assessment.planned_at <= bedside.now else "planned"
    clock = clock_text(at, bedside.now, bedside.tz)
    return f"dose {assessment.slot} {verb} {clock}, in {countdown_text(at, bedside.now)}"


def _first(bedside: Bedside, user: User) -> tuple[Action | None, str]:
    """The rules' own answer for this person; otherwise a sentence that says who has it."""
    cycle, verdict, role = bedside.cycle, bedside.assessment.verdict, user.role
    if cycle.state == CycleState.PRESCRIBED:
        if bedside.discharged:
            return None, "The patient is discharged: the cycle cannot be started."
        if may(role, Perm.START_CYCLE):
            return Action(
                "Start cycle", reverse("cycle-start", args=[cycle.pk]), icon="tick", style="act", post=True
            ), ""
        return None, "A nurse or the prescriber starts the cycle."
    if bedside.slot is None or verdict in STOPS:
        if may(role, Perm.END_CYCLE):
            return Action("End cycle…", reverse("cycle-end", args=[cycle.pk]), icon="stop_cycle", style="act"), ""
        return None, "The prescriber ends the cycle."
    if verdict is Verdict.HOLD and not bedside.overridden and may(role, Perm.HOLD_DOSE):
        return _hold(bedside), ""
    if verdict is Verdict.INCOMPLETE and may(role, Perm.RECORD_ROUND):
        return Action(
            "Record what is missing", reverse("round", args=[bedside.stay.patient_id]), icon="pencil", style="act"
        ), ""
    if bedside.overridden:
        return None, f"Dose {bedside.slot.number} may be given on the override of {bedside.override.by.full_name}."
    return None, "No decision waits: the rules let the nurses go on." if verdict is Verdict.PROCEED else ""


def _hold(bedside: Bedside) -> Action:
    """Hold the next dose, and when to look again: at the dose after it."""
    number, plan, events = bedside.slot.number, bedside.facts.plan, bedside.facts.events
    later = range(number + 1, last_slot(plan) + 1)
    after = next((n for n in later if slot_state(plan, events, n, bedside.now) is SlotState.OPEN), None)
    again = ""
    if after is not None:
        again = f", look again {clock_text(planned_at(plan, events, after), bedside.now, bedside.tz)}"
    return Action(f"Hold dose {number}{again}", reverse("hold", args=[bedside.slot.pk]), icon="hold", style="act")


def _others(bedside: Bedside, user: User) -> list[Action]:
    cycle, slot, role = bedside.cycle, bedside.slot, user.role
    verdict = bedside.assessment.verdict
    offered = []
    active = cycle.state == CycleState.ACTIVE
    if active and slot and verdict.may_be_overridden and not bedside.overridden and may_override(cycle, user):
        offered.append(Action("Override…", reverse("override", args=[slot.pk]), icon="lock"))
    if (
        active
        and any(finding.id == STOPPED for finding in bedside.assessment.findings)
        and may(role, Perm.OVERRIDE_HOLD)
    ):
        offered.append(Action("Go on…", reverse("cycle-go-on", args=[cycle.pk]), icon="lock"))
    if active and slot and verdict not in BARRING and may(role, Perm.HOLD_DOSE):
        offered.append(Action(f"Hold dose {slot.number}…", reverse("hold", args=[slot.pk]), icon="hold"))
        offered.append(Action(f"Omit dose {slot.number}…", reverse("omit", args=[slot.pk])))
    if may(role, Perm.END_CYCLE):
        offered.append(Action("End cycle…", reverse("cycle-end", args=[cycle.pk]), icon="stop_cycle"))
    return offered


def _links(bedside: Bedside, user: User) -> tuple[Link, ...]:
    patient_id = bedside.stay.patient_id
    links = []
    if may(user.role, Perm.VIEW_CHART):
        links.append(Link("Readiness", reverse("bedside", args=[patient_id])))
        links.append(Link("Chart", reverse("chart", args=[patient_id])))
        links.append(Link("Fluids", reverse("fluids", args=[patient_id])))
    ended = bedside.cycle.state == CycleState.ENDED
    if not ended and may(user.role, Perm.PRESCRIBE):
        links.append(Link("Versions", reverse("cycle-move", args=[bedside.cycle.pk])))
    if ended and not bedside.discharged and may(user.role, Perm.PRESCRIBE):
        links.append(Link("Prescribe the next cycle", reverse("prescribe", args=[patient_id])))
    return tuple(links)
