"""One dose on the pages that act on it: what it is, where it stands, who may sign, what follows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tracker.look.times import clock_text, span_text
from tracker.models import User

from ..bedside import Bedside
from ..models import DoseEvent
from ..preparation import prepare
from ..rules.explain import headline, refusal_words, what
from ..schedule import SlotState
from ..states import CLOSED_WORDS
from ..wording import missing_words
from .banner import INFUSION_MIN, counted, verdict_banner
from .findings import finding_blocks
from .patient import frame, patient_head


@dataclass(frozen=True)
class Amount:
    """What is in the bag, and how it was worked out."""

    iu: str
    draw_ml: str
    vials: int
    bag_ml: int
    flag: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Witness:
    """Somebody who may sign as the witness."""

    username: str
    name: str
    role: str
    chosen: bool


def amount_of(bedside: Bedside) -> Amount:
    """IU, mL, vials and bag with each step of the arithmetic."""
    prepared = prepare(bedside.facts.plan.dosing_weight_kg, bedside.cycle.iu_per_kg)
    return Amount(
        iu=f"{prepared.dose_iu:,}",
        draw_ml=prepared.draw_text,
        vials=prepared.vials,
        bag_ml=prepared.bag_ml,
        flag="The draw is more than 1.2 mL from each vial: the pharmacy decides." if prepared.pharmacy_flag else "",
        steps=prepared.steps,
    )


def dose_context(bedside: Bedside, title: str) -> dict:
    """What every page about one dose shows: patient, verdict, findings, what the schedule says."""
    number = bedside.slot.number
    tz, now = bedside.tz, bedside.now
    said = headline(bedside.assessment, tz)
    return {
        **frame(bedside.stay, now, title),
        "patient": patient_head(bedside.stay, bedside.cycle, bedside.today, assessment=bedside.assessment),
        "slot": bedside.slot,
        "number": number,
        "counted": counted(bedside),
        "planned_text": clock_text(bedside.assessment.planned_at, now, tz),
        "lapses_text": clock_text(bedside.assessment.lapses_at, now, tz),
        "banner": verdict_banner(bedside),
        "reason": said.reason,
        "findings": finding_blocks(bedside.assessment, bedside.facts, tz),
        "refusals": (*running_first(bedside), *refusal_words(bedside.assessment, tz)),
        "missing": missing_words(bedside.assessment.missing) if bedside.assessment.missing else "",
        "closed": closed_words(bedside),
    }


def running_first(bedside: Bedside) -> tuple[str, ...]:
    """Two doses never run at once."""
    runs = bedside.runs
    other = runs is not None and runs.slot_id != bedside.slot.pk
    return (f"Dose {runs.slot.number} is running.",) if other else ()


def closed_words(bedside: Bedside) -> str:
    """Why nothing more can be done about this dose; empty while it is open."""
    state = SlotState(bedside.slot.state)
    if state in CLOSED_WORDS:
        return f"Dose {bedside.slot.number} {CLOSED_WORDS[state]}."
    if "slot_lapsed" in bedside.assessment.refusals:
        return f"Dose {bedside.slot.number} {CLOSED_WORDS[SlotState.LAPSED]}. A lost dose is never made up."
    return ""


def witness_choices(people: Iterable[User], chosen: str) -> tuple[Witness, ...]:
    """The chooser of the second person."""
    return tuple(
        Witness(each.username, each.full_name, each.get_role_display(), each.username == chosen) for each in people
    )


def first_giving(give: DoseEvent | None, bedside: Bedside) -> str:
    """Who gave the dose first and when: the answer to a second tap."""
    if give is None:
        return ""
    at = clock_text(give.at, bedside.now, bedside.tz)
    return f"Given at {at} by {give.by.full_name}, witness {give.witness.full_name}. Nothing was given twice."


def usual_reason(bedside: Bedside) -> str:
    """The findings in words, as a first draft of the reason for a hold."""
    said = "; ".join(what(each, bedside.tz, at=bedside.now) for each in bedside.assessment.findings)
    return f"{said[:1].upper()}{said[1:]}."[:300] if said else ""


def running_words(give: DoseEvent, now: datetime) -> str:
    """How long an infusion has run, beside how long it takes."""
    minutes = int((now - give.at).total_seconds() // 60)
    return f"{span_text(minutes)} of {INFUSION_MIN} min"
