"""Asks the rules about the cycles of a ward, and keeps each answer for a few seconds or until cycle or chart change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from dosing.chart_rounds import Memory
from dosing.gather import Gathered, assess_facts, gathered_of
from dosing.models import Cycle, DoseEvent
from dosing.overrides import signed_override
from dosing.permissions import cycles_with_facts
from dosing.preparation import bag_for
from dosing.queries import Cell, cells_of, given_count, next_number, unended_give
from dosing.rules.assess import Assessment
from dosing.rules.picture import picture_at
from dosing.rules.required import URINE, Input, required_inputs
from dosing.schedule import last_slot
from dosing.states import CycleState, Happened

from .seen import PERMANENT, Infusion
from .unknowns import UrineGap, urine_gap

# A board may show a verdict that is this old although nothing was charted since, because values age and windows pass
# by the clock alone. What is charted shows at once. The bedside page and the guard never read from here.
KEPT_S = 15
KEPT_CYCLES = 512


class Stamped(NamedTuple):
    """A cycle as it stands: both stamps are new with each change and never used again."""

    cycle_id: int
    stamp: str
    chart_stamp: str


class Judged(NamedTuple):
    """The rules' answer about the next dose of a cycle, and what else of the cycle a card shows."""

    started: bool
    slot: int | None
    assessment: Assessment
    inputs: tuple[Input, ...]
    inputs_then: tuple[Input, ...]
    gap: UrineGap | None
    cells: tuple[Cell, ...]
    given: int
    planned: int
    infusion: Infusion | None
    override_by: str


_kept = Memory(KEPT_CYCLES)


def moment(now: datetime) -> int:
    """Which stretch of a few seconds this is, the same for all workers; it never spans two minutes."""
    return int(now.timestamp()) // KEPT_S


def judged_of(cycles: Iterable[Stamped], now: datetime, zone: ZoneInfo) -> dict[int, Judged]:
    """The answer about each cycle by its id: four queries when any is new, changed or kept too long, else none."""
    found: dict[int, Judged] = {}
    wanted: list[int] = []
    for each in cycles:
        kept = _kept.get((each, zone.key, moment(now)))
        if kept is None:
            wanted.append(each.cycle_id)
        else:
            found[each.cycle_id] = kept
    if wanted:
        found.update(_judge_anew(wanted, now, zone))
    return found


def _judge_anew(cycle_ids: list[int], now: datetime, zone: ZoneInfo) -> dict[int, Judged]:
    cycles = list(cycles_with_facts().filter(pk__in=cycle_ids).annotate(last_signer=_last_signer()))
    gathered = gathered_of(cycles)
    found = {}
    for cycle in cycles:
        found[cycle.pk] = judge(cycle, gathered[cycle.pk], now, zone)
        stamped = Stamped(cycle.pk, cycle.stamp, cycle.patient.chart.stamp)
        _kept.put((stamped, zone.key, moment(now)), found[cycle.pk])
    return found


def _last_signer() -> Subquery:
    """Who signed the cycle's newest override; it is that of the next dose, if that has one."""
    signed = DoseEvent.objects.filter(cycle=OuterRef("pk"), kind=Happened.OVERRIDE).order_by("-id")
    return Subquery(signed.values("by__full_name")[:1])


def judge(cycle: Cycle, gathered: Gathered, now: datetime, zone: ZoneInfo) -> Judged:
    """The rules asked now. `cycle.last_signer` is the name of who signed its newest override."""
    facts, events = gathered.facts, gathered.events
    slot = next_number(facts, now)
    last = last_slot(facts.plan)
    assessment = assess_facts(facts, cycle, slot=slot or last, at=now)
    inputs = required_inputs(facts, slot=slot or last, at=now)
    return Judged(
        started=cycle.state != CycleState.PRESCRIBED,
        slot=slot,
        assessment=assessment,
        inputs=inputs,
        inputs_then=required_inputs(facts, slot=slot or last, at=max(now, assessment.planned_at)),
        gap=urine_gap(picture_at(facts, now)) if URINE in assessment.missing else None,
        cells=cells_of(cycle, _numbers(last), events, now, zone, barred=assessment.verdict in PERMANENT),
        given=given_count(facts),
        planned=last,
        infusion=_infusion(cycle, events),
        override_by=cycle.last_signer or "" if _is_overridden(events, slot, assessment) else "",
    )


class _Numbered(NamedTuple):
    """All that the strip asks of a slot: what became of it is in the facts."""

    number: int


def _numbers(last: int) -> list[_Numbered]:
    return [_Numbered(number) for number in range(1, last + 1)]


def _infusion(cycle: Cycle, events: Iterable[DoseEvent]) -> Infusion | None:
    give = unended_give(events)
    if give is None:
        return None
    dose = Decimal(cycle.dose_iu)
    return Infusion(
        slot=give.slot.number,
        started_at=give.at,
        words=f"{(dose / 1_000_000).normalize():f} million IU",
        volume=f"{bag_for(dose)} mL D5W",
        allowed=timedelta(minutes=cycle.settings.max_infusion_deviation_min),
    )


def _is_overridden(events: Iterable[DoseEvent], slot: int | None, assessment: Assessment) -> bool:
    """The newest override of the next dose covers all that stands in the way now."""
    signed = [event for event in events if event.kind == Happened.OVERRIDE and event.slot and event.slot.number == slot]
    return bool(signed) and assessment.verdict.may_be_overridden and signed_override(signed[-1]).covers(assessment)
