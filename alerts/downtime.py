"""The sheet that carries one patient through a downtime: the next 24 h on paper, as of the minute it was made. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from dosing.fluids import charted
from dosing.preparation import prepare
from dosing.rules.facts import Facts
from dosing.rules.history import History
from dosing.rules.registry import bound
from dosing.rules.required import GROUPS, URINE
from dosing.rules.rule import Rule
from dosing.rules.rule_set import RuleSet
from dosing.schedule import SlotState, last_slot, slot_state, slot_times
from tracker.catalogue import CODES, show
from tracker.look.marks import WORDS
from tracker.look.times import age_text, clock_text

from .card_words import why
from .handover_queries import BedRecord, WardRecord

AHEAD = timedelta(hours=24)
BLANK_COLUMNS = 6
# What a blank round asks for, in the order of the round on the tablet; the rest is written in free rows.
BLANK_CODES = (
    "respiratory_rate",
    "spo2",
    "oxygen_flow",
    "systolic_bp",
    "diastolic_bp",
    "heart_rate",
    "rhythm",
    "temperature",
    "mental_status",
    "serial_sevens",
    "spell_world_backward",
    "fluid_intake",
    "urine_output",
    "weight",
)
VALUE_CODES = (
    *GROUPS["vitals"],
    "diastolic_bp",
    *GROUPS["neuro"],
    *GROUPS["weight"],
    *GROUPS["labs"],
    URINE,
    "fluid_intake",
    "hemoglobin",
    "potassium",
    "albumin",
    "edema_site",
)


@dataclass(frozen=True)
class DoseLine:
    """One dose of the next 24 h with the limits of its time."""

    number: int
    planned: str
    opens: str
    lapses: str


@dataclass(frozen=True)
class ValueLine:
    """The last value of one code, with its time and age; not measured is said as such."""

    name: str
    value: str
    seen: str


@dataclass(frozen=True)
class BlankLine:
    """One row of the blank round."""

    name: str
    unit: str


@dataclass(frozen=True)
class LimitSet:
    """The criteria of one bound rule set, gravest first: what it orders, when, and the rule's id."""

    title: str
    note: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """One patient on paper."""

    patient_id: int
    bed: str
    name: str
    born: date
    mrn: str
    allergy: str
    weight: str
    verdict: str
    verdict_words: str
    order: str
    reason: str
    as_of: str
    preparation: tuple[tuple[str, str], ...]
    doses: tuple[DoseLine, ...]
    doses_note: str
    values: tuple[ValueLine, ...]
    blanks: tuple[BlankLine, ...]
    limits: tuple[LimitSet, ...]


@dataclass(frozen=True)
class Pack:
    """One ward on paper."""

    ward: str
    printed: str
    zone: str
    sheets: tuple[Sheet, ...]


def pack_of(record: WardRecord) -> Pack:
    """A sheet for everybody on the ward, also without a cycle: rounds go on in any downtime."""
    return Pack(
        ward=record.ward.name,
        printed=stamp_text(record.now, record.zone),
        zone=str(record.zone),
        sheets=tuple(_sheet(each, record.now, record.zone) for each in record.beds),
    )


def stamp_text(at: datetime, tz: tzinfo) -> str:
    """The whole date, the ward's time and its offset: paper outlives the day on which it was made."""
    local = at.astimezone(tz)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


def _sheet(each: BedRecord, now: datetime, tz: tzinfo) -> Sheet:
    said = why(each.seen, now, tz) if each.seen else None
    history = charted(each.rounds, now)
    return Sheet(
        patient_id=each.row.patient_id,
        bed=each.row.bed or "?",
        name=f"{each.row.family_name}, {each.row.given_name}",
        born=each.row.born,
        mrn=each.row.mrn,
        allergy=each.allergy or "not recorded",
        weight=f"{each.facts.plan.dosing_weight_kg} kg" if each.facts else "",
        verdict=each.seen.verdict.value if each.seen else "",
        verdict_words=WORDS[each.seen.verdict.value] if each.seen else "No cycle",
        order=said.strong if said else "No interleukin-2 cycle is open.",
        reason=" ".join(part for part in (said.rest, said.second) if part) if said else "",
        as_of=clock_text(now, now, tz),
        preparation=_preparation(each),
        doses=_doses(each.facts, now, tz) if each.seen is not None and each.seen.left else (),
        doses_note=_doses_note(each),
        values=_values(history, now, tz),
        blanks=tuple(BlankLine(CODES[code].label, CODES[code].unit_label) for code in BLANK_CODES),
        limits=_limits(each.facts) if each.facts else (),
    )


def _preparation(each: BedRecord) -> tuple[tuple[str, str], ...]:
    if each.cycle is None:
        return ()
    made = prepare(Decimal(each.cycle.dosing_weight_kg), each.cycle.iu_per_kg)
    return (
        ("Dose", f"{made.dose_iu:,} IU"),
        ("Draw", f"{made.draw_text} mL from {made.vials} vials"),
        ("Into", f"{made.bag_ml} mL dextrose 5 %"),
        ("Over", "15 min, no filter"),
    )


def _doses(facts: Facts, now: datetime, tz: tzinfo) -> tuple[DoseLine, ...]:
    found = []
    for number in range(1, last_slot(facts.plan) + 1):
        if slot_state(facts.plan, facts.events, number, now) is not SlotState.OPEN:
            continue
        times = slot_times(facts.plan, facts.events, number)
        if times.planned_at <= now + AHEAD:
            words = (clock_text(at, now, tz) for at in (times.planned_at, times.opens_at, times.lapses_at))
            found.append(DoseLine(number, *words))
    return tuple(found)


def _doses_note(each: BedRecord) -> str:
    if each.seen is None:
        return ""
    if not each.seen.left:
        return "No further dose of this cycle may be given."
    return f"{each.seen.given} of {each.seen.planned} doses given. A dose that was not given is never made up."


def _values(history: History, now: datetime, tz: tzinfo) -> tuple[ValueLine, ...]:
    lines = []
    for code in VALUE_CODES:
        point, row = history.newest(code), CODES[code]
        if point is None:
            lines.append(ValueLine(row.label, "not recorded", ""))
            continue
        value = f"{show(code, point.value)} {row.unit_label}".strip()
        since = f" from {clock_text(point.since, now, tz)}" if point.since else ""
        seen = f"{clock_text(point.at, now, tz)}{since}, {age_text(point.at, now)} old"
        lines.append(ValueLine(row.label, value, seen))
    return tuple(lines)


def _limits(facts: Facts) -> tuple[LimitSet, ...]:
    """The criteria that bind this cycle, the hospital's own numbers included."""
    found = []
    for each in bound(facts.plan.rule_sets, facts.plan.amendments):
        rules = sorted(each.rules, key=lambda rule: (-rule.effect.rank, rule.klass or ""))
        rows = tuple((_order(rule), rule.trigger, rule.id) for rule in rules)
        found.append(LimitSet(f"{each.title}, version {each.version_text}", _counted(each, facts), rows))
    return tuple(found)


def _order(rule: Rule) -> str:
    if rule.klass is None:
        return WORDS[rule.effect.value]
    return "Relative or absolute" if rule.relative and rule.absolute else rule.klass.capitalize()


def _counted(each: RuleSet, facts: Facts) -> str:
    if not each.counts:
        return ""
    hold_at, stop_at = facts.plan.settings.counting.hold_at, facts.plan.settings.counting.stop_at
    return f"Counted: the dose is held at {hold_at} relative, the cycle stops at {stop_at} relative or 1 absolute."
