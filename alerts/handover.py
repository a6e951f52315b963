"""The handover of one ward, built from the data alone: per bed what happened, how it stands and what is due. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from fractions import Fraction

from dosing.fluids import charted, urine_rate
from dosing.models import DoseEvent
from dosing.rules.explain import missing_words, value_words
from dosing.rules.rule import RELATIVE
from dosing.rules.wording import listed
from dosing.screens.fluids_page import change_text
from dosing.screens.newest import vitals_line
from dosing.states import OMISSION_REASONS, Happened
from dosing.trends import changes
from tracker.look.marks import WORDS
from tracker.look.times import age_text, clock_text

from .card_words import why
from .due import Due
from .handover_queries import BedRecord, WardRecord
from .models import Alert
from .states import AlertState

VERBS = {
    Happened.GIVEN: "given",
    Happened.PAUSED: "infusion paused",
    Happened.RESUMED: "infusion resumed",
    Happened.INFUSION_ENDED: "infusion ended",
    Happened.REFUSED: "not given: the rules refused it",
    Happened.HELD: "held",
    Happened.OMITTED: "omitted",
    Happened.LAPSED: "lapsed",
    Happened.OVERRIDE: "override signed",
    Happened.VOIDED: "entry struck",
    Happened.WENT_ON: "signed to go on after a stop",
    Happened.ENDED: "cycle ended",
}
# An infusion that ended as it should is part of its dose and needs no line of its own.
QUIET = frozenset({Happened.INFUSION_ENDED})


@dataclass(frozen=True)
class Line:
    """One thing with its time."""

    when: str
    strong: str
    rest: str
    struck: bool = False


@dataclass(frozen=True)
class HandoverBed:
    """One patient on the page. Without a cycle only identity and what happened."""

    bed: str
    name: str
    born: date
    mrn: str
    url: str
    state: str
    state_words: str
    order: str
    reason: str
    given: str
    override: str
    away: str
    happened: tuple[Line, ...]
    vitals: str
    trends: tuple[str, ...]
    alerts: tuple[Line, ...]
    due: tuple[Line, ...]


@dataclass(frozen=True)
class Handover:
    """One ward: the beds with a cycle, then those without."""

    since: datetime
    counts: tuple[tuple[int, str], ...]
    beds: tuple[HandoverBed, ...]
    without: tuple[HandoverBed, ...]


def handover_of(record: WardRecord) -> Handover:
    """The whole page."""
    beds = [(each, _bed(each, record.now, record.zone)) for each in record.beds]
    return Handover(
        since=record.since,
        counts=_counts(record),
        beds=tuple(shown for each, shown in beds if each.seen is not None),
        without=tuple(shown for each, shown in beds if each.seen is None),
    )


def _counts(record: WardRecord) -> tuple[tuple[int, str], ...]:
    def happened(*kinds: Happened) -> int:
        return sum(1 for bed in record.beds for event in _standing(bed) if event.kind in kinds)

    unanswered = sum(1 for bed in record.beds for alert in bed.alerts if alert.state != AlertState.ACKNOWLEDGED)
    late = sum(1 for bed in record.beds for item in bed.due if item.late(record.now))
    return (
        (sum(1 for bed in record.beds if bed.seen is not None), "on IL-2"),
        (happened(Happened.GIVEN), "given"),
        (happened(Happened.HELD), "held"),
        (happened(Happened.OMITTED, Happened.LAPSED), "omitted or lapsed"),
        (happened(Happened.OVERRIDE), "overrides"),
        (unanswered, "alerts without an answer"),
        (late, "overdue"),
    )


def _standing(bed: BedRecord) -> list[DoseEvent]:
    struck = {event.refers_to_id for event in bed.events if event.kind == Happened.VOIDED}
    return [event for event in bed.events if event.pk not in struck]


def _bed(each: BedRecord, now: datetime, tz: tzinfo) -> HandoverBed:
    seen = each.seen
    said = why(seen, now, tz) if seen else None
    state = seen.state(now) if seen else ""
    away = each.pause is not None and each.pause.open
    return HandoverBed(
        bed=each.row.bed or "?",
        name=f"{each.row.family_name}, {each.row.given_name}",
        born=each.row.born,
        mrn=each.row.mrn,
        url=seen.who.url if seen else "",
        state=state,
        state_words=WORDS.get(state, "No cycle"),
        order=said.strong if said else "",
        reason=" ".join(part for part in (said.rest, said.second) if part) if said else "",
        given=f"{seen.given} of {seen.planned} doses given" if seen else "",
        override=f"An override of {seen.override_by} covers dose {seen.slot}." if seen and seen.override_by else "",
        away=f"{each.pause.words(now, tz)}." if away else "",
        happened=_happened(each, now, tz),
        vitals=vitals_line(charted(each.rounds, now), now, tz),
        trends=_trends(each, now, tz),
        alerts=tuple(_alert(alert, now, tz) for alert in each.alerts),
        due=tuple(_due(item, now, tz) for item in each.due),
    )


# --- what happened ----------------------------------------------------------------------------------------------------


def _happened(each: BedRecord, now: datetime, tz: tzinfo) -> tuple[Line, ...]:
    struck = {event.refers_to_id for event in each.events if event.kind == Happened.VOIDED}
    shown = [event for event in each.events if event.kind not in QUIET or event.reason_code == "interrupted"]
    return tuple(_event(event, event.pk in struck, now, tz) for event in shown)


def _event(event: DoseEvent, struck: bool, now: datetime, tz: tzinfo) -> Line:
    verb = VERBS[Happened(event.kind)]
    if event.reason_code == "interrupted":
        verb = "infusion interrupted"
    what = f"Dose {event.slot.number} {verb}" if event.slot else f"{verb[:1].upper()}{verb[1:]}"
    if event.overridden:
        what += " on override"
    parts = [_reason(event), f"by {event.by.full_name}" if event.by else ""]
    rest = "; ".join(part for part in parts if part)
    return Line(clock_text(event.at, now, tz), what, f"{rest}." if rest else "", struck)


def _reason(event: DoseEvent) -> str:
    """The reason that was typed, else what the rules found at that moment."""
    if event.kind == Happened.OMITTED:
        coded = OMISSION_REASONS.get(event.reason_code, event.reason_code)
        return f"{coded}: {event.reason}" if event.reason else coded
    found = decision_words(event.decision) if event.kind in (Happened.HELD, Happened.REFUSED, Happened.OVERRIDE) else ""
    return "; ".join(part for part in (found, event.reason.rstrip(".")) if part)


def decision_words(decision: dict | None) -> str:
    """What a stored decision rested on: "systolic blood pressure 84 mmHg (L-CV-SBP)"."""
    if not decision:
        return ""
    found = [_finding(each) for each in decision.get("findings", ())]
    if decision.get("missing"):
        found.append(f"missing {missing_words(tuple(decision['missing']))}")
    return listed(found)


def _finding(line: dict) -> str:
    known = {code: value for code, value in line["because"].items() if code not in ("slot", "verdict", "held_doses")}
    values = [value_words(code, _measured(value)) for code, value in known.items()]
    mark = f"{line['id']}, relative" if line.get("class") == RELATIVE else line["id"]
    return f"{listed(values)} ({mark})" if values else mark


def _measured(value: object) -> object:
    """As the rules have it: exact numbers, grades and words as they are."""
    if isinstance(value, bool | int):
        return value
    try:
        return Fraction(str(value))
    except ValueError:
        return value


# --- how it stands ----------------------------------------------------------------------------------------------------


def _trends(each: BedRecord, now: datetime, tz: tzinfo) -> tuple[str, ...]:
    """Against the last dose where there is one, and the two numbers that capillary leak shows in."""
    if each.facts is None:
        return ()
    arrows = {"up": "up", "down": "down"}
    said = [
        f"{change.quantity.short.rstrip('.')} {arrows[change.arrow]} {change.text} {change.quantity.unit}"
        + (" (worse)" if change.worse else "")
        for change in changes(each.facts, now)
        if change.arrow
    ]
    found = [f"Since the last dose: {listed(said)}."] if said else []
    history, weight_kg = charted(each.rounds, now), each.facts.plan.weight_kg
    weight = history.newest("weight")
    if weight is not None:
        seen_at = clock_text(weight.at, now, tz)
        found.append(f"Weight {change_text(weight.value, weight_kg)} % of the dosing weight at {seen_at}.")
    rate = urine_rate(history, weight_kg, now)
    if rate.value is None:
        found.append("Urine per kg: cannot tell.")
    else:
        part = "" if rate.window.complete else ", not all of it recorded"
        tenths = round(rate.value * 100)
        until = clock_text(rate.end, now, tz)
        found.append(f"Urine {tenths // 100}.{tenths % 100:02d} mL/kg/h, 8 h to {until}{part}.")
    return tuple(found)


def _alert(alert: Alert, now: datetime, tz: tzinfo) -> Line:
    if alert.state != AlertState.ACKNOWLEDGED or alert.acknowledged_by is None:
        state = f"No answer for {age_text(alert.raised_at, now)}."
    else:
        state = f"Seen by {alert.acknowledged_by.full_name}, {clock_text(alert.acknowledged_at, now, tz)}."
    return Line(clock_text(alert.raised_at, now, tz), alert.headline, state)


def _due(item: Due, now: datetime, tz: tzinfo) -> Line:
    late = " OVERDUE" if item.late(now) else ""
    return Line(clock_text(item.at, now, tz), f"{item.title}{late}", "" if item.verdict else item.detail)
