"""The contexts of the bedside page: readiness for the next dose, or the plain page when no dose is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse

from tracker.catalogue import number_text
from tracker.look.times import clock_text
from tracker.models import User
from tracker.not_done import reason_words
from tracker.roles import Perm, may

from ..bedside import Bedside
from ..chart_rounds import rounds_of
from ..preparation import prepare
from ..queries import Cell, cells_of, given_count, not_done_since
from ..rules.explain import refusal_words
from ..rules.rule import RELATIVE
from ..rules.verdict import Verdict
from ..states import CycleState
from ..wording import missing_words
from .banner import banner_of, counted
from .bottom import actions_of, give_of
from .findings import finding_blocks
from .inputs import LeftOut, inputs_of, newest_values
from .patient import BARS, patient_head
from .shapes import Inputs, Link

BARRED = tuple(BARS)
REFRESH_SECONDS = 10  # an alert is here within five: the verdict must not lag behind it for long


@dataclass(frozen=True)
class Note:
    """One thing a person should know although it is no finding."""

    text: str
    link: Link | None = None


def left_out(bedside: Bedside) -> dict[str, LeftOut]:
    """Why rounds of the last day hold no value, by code."""
    rows = not_done_since(bedside.stay.patient, bedside.now - timedelta(hours=24))
    return {code: LeftOut(row.round.observed_at, reason_words(row.reason, row.words)) for code, row in rows.items()}


def ready(bedside: Bedside) -> bool:
    """Whether the page speaks of a dose: one is open, or an infusion runs."""
    return bedside.slot is not None or bedside.runs is not None


def readiness(bedside: Bedside, user: User) -> dict:
    """What bedside.html shows, the part that refreshes itself included."""
    patient_id = bedside.stay.patient_id
    assessment = bedside.assessment

    def record_url(codes: str) -> str:
        allowed = may(user.role, Perm.RECORD_ROUND) and not bedside.discharged
        return f"{reverse('round', args=[patient_id])}?code={codes}" if allowed else ""

    return {
        "patient": patient_head(bedside.stay, bedside.cycle, bedside.today, assessment=assessment),
        "banner": banner_of(bedside),
        "findings": finding_blocks(assessment, bedside.facts, bedside.tz),
        "refusals": _beside_the_verdict(bedside),
        "inputs": inputs_of(assessment, bedside.facts, bedside.tz, record_url, left_out(bedside)),
        "actions": actions_of(bedside, user.role),
        "give": give_of(bedside, user.role, bag_words(bedside)),
        "cells": strip_of(bedside),
        "given": given_count(bedside.facts),
        "planned": bedside.cycle.doses,
        "refresh_url": reverse("bedside-live", args=[patient_id]),
        "refresh_seconds": REFRESH_SECONDS,
        "links": links_of(bedside, user),
    }


def plain(bedside: Bedside, user: User) -> dict:
    """The bedside of a patient for whom no dose is open: no cycle, all doses answered, or the cycle ended."""
    assessment = bedside.assessment
    return {
        "patient": patient_head(bedside.stay, bedside.cycle, bedside.today, assessment=assessment),
        "title": _plain_title(bedside),
        "notes": _plain_notes(bedside, user),
        "inputs": Inputs("Newest values", "", newest_values(_rounds(bedside), bedside.now)),
        "actions": actions_of(bedside, user.role),
        "give": give_of(bedside, user.role, ""),
        "cells": strip_of(bedside),
        "given": given_count(bedside.facts) if bedside.facts else 0,
        "planned": bedside.cycle.doses if bedside.cycle else 0,
        "links": links_of(bedside, user),
    }


def links_of(bedside: Bedside, user: User) -> tuple[Link, ...]:
    """The rest of what belongs to the patient, one tap away."""
    patient_id = bedside.stay.patient_id
    links = [
        Link("Chart and corrections", reverse("chart", args=[patient_id])),
        Link("Fluids and leak", reverse("fluids", args=[patient_id])),
    ]
    if bedside.slot is not None and may(user.role, Perm.WITNESS_DOSE):
        links.append(Link(f"Bag for dose {bedside.slot.number}", reverse("bag", args=[bedside.slot.pk])))
    if bedside.cycle is not None and bedside.cycle.started_at and may(user.role, Perm.GIVE_DOSE):
        links.append(Link("Dose given in a downtime", reverse("past-dose", args=[bedside.cycle.pk])))
    links.append(Link("Wristband", reverse("wristband", args=[patient_id])))
    if bedside.cycle is not None and may(user.role, Perm.VIEW_CYCLES):
        links.append(Link("The cycle, dose by dose", reverse("cycle", args=[bedside.cycle.pk])))
    return tuple(links)


def strip_of(bedside: Bedside) -> tuple[Cell, ...]:
    """The doses of the cycle as cells; empty without a cycle."""
    if bedside.cycle is None:
        return ()
    barred = bedside.assessment.verdict in BARRED
    return cells_of(bedside.cycle, bedside.slots, bedside.events, bedside.now, bedside.tz, barred=barred)


def bag_words(bedside: Bedside) -> str:
    """ "41.04 million IU in 50 mL"."""
    prepared = prepare(bedside.facts.plan.dosing_weight_kg, bedside.cycle.iu_per_kg)
    return f"{million_text(prepared.dose_iu)} million IU in {prepared.bag_ml} mL"


def million_text(dose_iu: int | Decimal) -> str:
    """IU in millions, exactly."""
    return number_text(Fraction(dose_iu) / 1_000_000)


def _beside_the_verdict(bedside: Bedside) -> tuple[str, ...]:
    """What else stands in the way: missing data beside a graver finding, the schedule, and what is to be corrected."""
    assessment = bedside.assessment
    said = [counted_words(bedside)] if counted_words(bedside) else []
    if assessment.missing and assessment.verdict is not Verdict.INCOMPLETE:
        said.append(f"Also cannot tell: {missing_words(assessment.missing)}. No override goes past missing data.")
    barred = assessment.verdict in BARRED
    if bedside.cycle.state == CycleState.ACTIVE and bedside.slot is not None and not barred:
        said.extend(f"Dose {assessment.slot}: {_lower(words)}" for words in refusal_words(assessment, bedside.tz))
    said.extend(note.text for note in assessment.notes)
    if bedside.unended is not None and bedside.runs is None and bedside.slot is not None:
        said.append(f"The end of the infusion of dose {bedside.unended.slot.number} was not recorded.")
    return tuple(said)


def counted_words(bedside: Bedside) -> str:
    """Why several findings of one weight make a graver verdict together."""
    assessment = bedside.assessment
    relative = sum(1 for each in assessment.findings if each.klass == RELATIVE)
    if assessment.verdict is not Verdict.STOP_CYCLE or any(e.effect is Verdict.STOP_CYCLE for e in assessment.findings):
        return ""
    count = bedside.facts.plan.settings.counting.stop_at
    return f"{relative} relative criteria together stop the cycle: the hospital's count is {count}."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _plain_title(bedside: Bedside) -> str:
    cycle = bedside.cycle
    if cycle is None:
        return "No cycle"
    if cycle.state == CycleState.ENDED:
        return f"The cycle ended {clock_text(cycle.ended_at, bedside.now, bedside.tz)}"
    return "No dose of this cycle is open"


def _plain_notes(bedside: Bedside, user: User) -> tuple[Note, ...]:
    cycle = bedside.cycle
    prescribe = None
    if may(user.role, Perm.PRESCRIBE) and not bedside.discharged:
        prescribe = Link("Prescribe a cycle", reverse("prescribe", args=[bedside.stay.patient_id]))
    if cycle is None:
        return (Note("No interleukin-2 cycle is prescribed for this patient.", prescribe),)
    notes = [Note(f"{counted(bedside)}.")]
    if cycle.state == CycleState.ENDED:
        barred = bedside.assessment.verdict in BARRED
        notes.append(Note(f"Reason: {cycle.end_reason}", None if barred else prescribe))
    else:
        may_end = Link("To the cycle", reverse("cycle", args=[cycle.pk])) if may(user.role, Perm.END_CYCLE) else None
        notes.append(Note("Every dose was given, held, omitted or has lapsed. The prescriber ends the cycle.", may_end))
    return tuple(notes)


def _rounds(bedside: Bedside) -> tuple:
    chart = bedside.stay.patient.chart
    return rounds_of([chart])[chart.patient_id]
