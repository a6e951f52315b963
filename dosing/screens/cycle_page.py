"""One cycle's page: identity and verdict, its doses, findings, limits, what to decide, corrections. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse

from tracker.catalogue import CODES, number_text, show
from tracker.look.times import clock_text, day_clock_text
from tracker.models import Retraction, User

from ..bedside import Bedside
from ..close_calls import CloseCall, close_calls
from ..cycle_record import CycleRecord
from ..gather import first_start
from ..models import Cycle
from ..overview import BARRING
from ..preparation import prepare
from ..queries import given_count
from ..regimen import regimen
from ..rules.explain import headline, refusal_words
from ..rules.rule import ABSOLUTE, RELATIVE
from ..rules.verdict import Verdict
from ..rules.wording import named, shown
from ..schedule import planned_times
from ..states import CycleState, Happened
from ..wording import missing_words
from .banner import banner_of
from .decide import decide_of
from .decisions import Entry, entry_of
from .findings import finding_blocks
from .order import bound_set, order_view
from .overview_words import brief_reason
from .patient import patient_head
from .readiness import million_text
from .slot_rows import slot_rows

REFRESH_SECONDS = 30


@dataclass(frozen=True)
class Fact:
    """One line about the cycle."""

    words: str
    strong: str = ""


@dataclass(frozen=True)
class CloseLine:
    """One value that is close to a limit, and which."""

    words: str
    value: str
    limit: str
    rule_id: str


@dataclass(frozen=True)
class Correction:
    """One round that was struck: what it said, what it says now, why and by whom."""

    at: str
    changes: tuple[str, ...]
    reason: str
    by: str


def cycle_page(record: CycleRecord, user: User) -> dict:
    """What cycle.html shows, the part that refreshes itself included."""
    bedside, cycle = record.bedside, record.cycle
    running = cycle.state != CycleState.ENDED
    return {
        "cycle": cycle,
        "running": running,
        "patient": patient_head(bedside.stay, cycle, bedside.today, assessment=bedside.assessment),
        "facts": facts_lines(record),
        "banner": banner_of(bedside) if running else None,
        "reason": _reason(bedside) if running else "",
        "ended": _ended(record),
        "rows": slot_rows(record, user.role),
        "findings": finding_blocks(bedside.assessment, bedside.facts, bedside.tz) if running else (),
        "also": _also(bedside) if running else (),
        "close": close_lines(bedside) if running else (),
        "decide": decide_of(bedside, user),
        "past": past_entries(record),
        "corrections": tuple(_correction(each, record) for each in record.corrections),
        "order": order_of(record),
        "refresh_url": reverse("cycle-live", args=[cycle.pk]),
        "refresh_seconds": REFRESH_SECONDS,
        "live": running,
    }


def facts_lines(record: CycleRecord) -> tuple[Fact, ...]:
    """Regimen and course, when it began, the dose and the weight, the rule sets at their versions."""
    cycle, bedside = record.cycle, record.bedside
    began = first_start(bedside.facts)
    when = day_clock_text(began or cycle.first_dose_at, bedside.tz)
    given = given_count(bedside.facts)
    return (
        Fact(f"{regimen(cycle.regimen).name}, {name_of(cycle)}"),
        Fact("from" if began else "first dose planned", when),
        *_after_cells(record),
        Fact(
            f"{million_text(Decimal(cycle.dose_iu))} million IU ({cycle.dosing_weight_kg} kg)",
            f"{given} of {cycle.doses} given",
        ),
        Fact("; ".join(bound_set(key).words for key in cycle.rule_sets)),
    )


def _after_cells(record: CycleRecord) -> tuple[Fact, ...]:
    """When the cells ended, the window for the first dose that follows from it, and the chosen interval."""
    plan, tz = record.bedside.facts.plan, record.bedside.tz
    if plan.cells_at is None:
        return ()
    window = regimen(plan.regimen).first_dose_window(plan.cells_at)
    earliest, latest = (clock_text(window[0], window[1], tz), day_clock_text(window[1], tz))
    hours = number_text(Fraction(plan.interval // timedelta(minutes=1), 60))
    return (
        Fact("cells ended", day_clock_text(plan.cells_at, tz)),
        Fact(f"first dose {earliest} to {latest}, every {hours} h"),
    )


def name_of(cycle: Cycle) -> str:
    """ "course 1, cycle 2"; an order that came to nothing is in no course."""
    number = cycle.course.number
    return f"course {number}, cycle {cycle.number}" if number else "ended before its first dose"


def _reason(bedside: Bedside) -> str:
    """Why, beside the order of the banner: the first finding, or what cannot be told."""
    speaks_of_findings = bedside.slot is not None and bedside.runs is None and bedside.cycle.state == CycleState.ACTIVE
    if not speaks_of_findings:
        return ""
    if bedside.assessment.verdict.rank >= Verdict.HOLD.rank:
        return f"{brief_reason(bedside.assessment)}."
    return headline(bedside.assessment, bedside.tz).reason


def _ended(record: CycleRecord) -> str:
    cycle = record.cycle
    if cycle.state != CycleState.ENDED:
        return ""
    who = next((event.by.full_name for event in record.events if event.kind == Happened.ENDED and event.by), "")
    return f"{clock_text(cycle.ended_at, record.now, record.bedside.tz)}, {who}: {cycle.end_reason}"


def _also(bedside: Bedside) -> tuple[str, ...]:
    """What else stands in the way of the next dose, and what is no finding and yet must be known."""
    assessment = bedside.assessment
    said = []
    if assessment.missing:
        also = "" if assessment.verdict is Verdict.INCOMPLETE else "Also cannot"
        said.append(f"{also or 'Cannot'} tell: {missing_words(assessment.missing)}.")
    if bedside.cycle.state == CycleState.ACTIVE and bedside.slot is not None and assessment.verdict not in BARRING:
        said.extend(
            f"Dose {assessment.slot}: {each[:1].lower()}{each[1:]}" for each in refusal_words(assessment, bedside.tz)
        )
    said.extend(note.text for note in assessment.notes)
    if bedside.override is not None:
        covers = "covers what stands now" if bedside.overridden else "no longer covers what stands now"
        said.append(f"The override of dose {assessment.slot} by {bedside.override.by.full_name} {covers}.")
    return tuple(said)


def close_lines(bedside: Bedside) -> tuple[CloseLine, ...]:
    """Values that a little worse would become a finding."""
    return tuple(_close(each) for each in close_calls(bedside.facts, bedside.assessment))


def _close(call: CloseCall) -> CloseLine:
    finding = call.would
    klass = {RELATIVE: "R", ABSOLUTE: "A"}.get(finding.klass, finding.effect.value.replace("_", " "))
    words = "urine, last 8 h" if call.code == "urine_output" else named(call.code)
    value = (
        f"{show(call.code, call.value)} {CODES[call.code].unit_label}"
        if call.code in CODES
        else shown(call.code, call.value)
    )
    return CloseLine(words[:1].upper() + words[1:], value, f"{klass} {finding.limit}".strip(), finding.id)


def past_entries(record: CycleRecord) -> tuple[Entry, ...]:
    """Overrides, decisions to go on and struck entries, newest first, each with the dose it is about."""
    shown_kinds = (Happened.OVERRIDE, Happened.WENT_ON, Happened.VOIDED)
    events = [event for event in record.events if event.kind in shown_kinds]
    return tuple(entry_of(event, record.now, record.bedside.tz) for event in reversed(events))


def _correction(retraction: Retraction, record: CycleRecord) -> Correction:
    round_ = retraction.round
    newer = getattr(round_, "corrected_by", None)
    struck = {value.code: value for value in round_.values.all()}
    right = {value.code: value for value in newer.values.all()} if newer else {}
    return Correction(
        at=clock_text(round_.observed_at, record.now, record.bedside.tz),
        changes=tuple(_changes(struck, right, replaced=newer is not None)),
        reason=retraction.reason,
        by=retraction.by.full_name,
    )


def _changes(struck: dict, right: dict, *, replaced: bool) -> Iterable[str]:
    """ "systolic 186 struck, is 106"; without a replacement the whole round is struck."""
    if not replaced:
        yield f"whole round struck: {', '.join(named(code) for code in sorted(struck))}"
        return
    for code, value in struck.items():
        now = right.get(code)
        if now is None:
            yield f"{named(code)} {value.entered} struck"
        elif (now.entered, now.unit, now.since) != (value.entered, value.unit, value.since):
            yield f"{named(code)} {value.entered} struck, is {now.entered}"
    for code in right.keys() - struck.keys():
        yield f"{named(code)} {right[code].entered} added"


def order_of(record: CycleRecord) -> object:
    """The prescription with its arithmetic, worked out again from what is stored."""
    cycle, bedside = record.cycle, record.bedside
    chosen = regimen(cycle.regimen)
    made = prepare(Decimal(cycle.dosing_weight_kg), cycle.iu_per_kg, regimen_iu_per_kg=chosen.iu_per_kg)
    planned = planned_times(bedside.facts.plan, bedside.facts.events)
    return order_view(made, [planned[number] for number in sorted(planned)], cycle.rule_sets, bedside.tz)
