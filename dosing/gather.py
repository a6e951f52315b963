"""Builds the facts of a cycle from the rows: the bridge between the tables and the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from tracker.models import ChartState
from tracker.prepared import prepared

from .binding import amendments_of, settings_under
from .chart_rounds import Memory, rounds_of
from .models import Cycle, DoseEvent, SiteSettings
from .rules.assess import Assessment, assess
from .rules.facts import Counting, EventKind, Facts, MaxAge, Plan, Prior, Round, Settings
from .rules.facts import DoseEvent as Event
from .rules.verdict import Verdict
from .states import CycleState, Happened

KINDS = {
    Happened.GIVEN: EventKind.GIVEN,
    Happened.REFUSED: EventKind.REFUSED,
    Happened.HELD: EventKind.HELD,
    Happened.OMITTED: EventKind.OMITTED,
    Happened.LAPSED: EventKind.LAPSED,
    Happened.WENT_ON: EventKind.WENT_ON,
    Happened.ENDED: EventKind.ENDED,
}


@dataclass(frozen=True)
class Gathered:
    """The facts of a cycle and the rows of its events, first to last."""

    facts: Facts
    events: tuple[DoseEvent, ...]


_gathered = Memory(256)


def gathered_of(cycles: Iterable[Cycle]) -> dict[int, Gathered]:
    """What is known of each cycle by its id, in at most three queries whatever their number.

    Each cycle needs `patient.chart` and `settings` loaded. Earlier cycles of the same patients are read with them,
    because what barred the patient or the course there bars it here.
    """
    found: dict[int, Gathered] = {}
    unread: list[Cycle] = []
    for cycle in cycles:
        kept = _gathered.get(_key(cycle))
        if kept is None:
            unread.append(cycle)
        else:
            found[cycle.pk] = kept
    if unread:
        found.update(_build(unread))
    return found


def facts_of(cycles: Iterable[Cycle]) -> dict[int, Facts]:
    """The facts of each cycle by its id."""
    return {cycle_id: gathered.facts for cycle_id, gathered in gathered_of(cycles).items()}


def facts_for(cycle: Cycle) -> Facts:
    """The facts of one cycle."""
    return facts_of([cycle])[cycle.pk]


def not_before_the_record(facts: Facts, at: datetime) -> datetime:
    """That instant, or when the newest entry was made if that is later: a clock that was set back hides no entry."""
    entered = [
        instant for each in facts.rounds for instant in (each.known_at, each.retracted_at) if instant is not None
    ]
    return max([at, *entered, *(event.at for event in facts.events)])


def events_for(cycle: Cycle) -> tuple[DoseEvent, ...]:
    """The rows of what happened in the cycle, first to last; read together with its facts."""
    return gathered_of([cycle])[cycle.pk].events


def assess_slot(cycle: Cycle, *, slot: int, at: datetime) -> Assessment:
    """What the rules say about one dose at one instant.

    A cycle that is prescribed but not started refuses every dose as not active.
    """
    return assess_facts(facts_for(cycle), cycle, slot=slot, at=at)


def assess_facts(facts: Facts, cycle: Cycle, *, slot: int, at: datetime) -> Assessment:
    """The same with facts already at hand."""
    assessment = assess(facts, slot=slot, at=at)
    if cycle.state == CycleState.PRESCRIBED and "not_active" not in assessment.refusals:
        return replace(assessment, refusals=tuple(sorted({*assessment.refusals, "not_active"})))
    return assessment


def _key(cycle: Cycle) -> tuple:
    return cycle.pk, cycle.stamp, cycle.patient.chart.stamp


def _build(cycles: Sequence[Cycle]) -> dict[int, Gathered]:
    charts: dict[int, ChartState] = {cycle.patient_id: cycle.patient.chart for cycle in cycles}
    rounds = rounds_of(charts.values())
    whole = _with_earlier(cycles)
    events = _events_of(whole)
    built: dict[int, Gathered] = {}
    by_patient: dict[int, list[Cycle]] = {}
    for cycle in whole:
        by_patient.setdefault(cycle.patient_id, []).append(cycle)
    for patient_id, line in by_patient.items():
        earlier: list[tuple[Cycle, Facts]] = []
        for cycle in sorted(line, key=lambda each: each.pk):
            rows = tuple(events.get(cycle.pk, ()))
            facts = _facts_of_one(cycle, rounds[patient_id], rows, earlier)
            built[cycle.pk] = Gathered(facts, rows)
            earlier.append((cycle, facts))
    for cycle in cycles:
        _gathered.put(_key(cycle), built[cycle.pk])
    return built


def _with_earlier(cycles: Sequence[Cycle]) -> list[Cycle]:
    """The cycles and, where a cycle may have any, the patient's earlier ones. No query for first cycles."""
    follow = [cycle for cycle in cycles if cycle.prior.get("has_earlier")]
    if not follow:
        return list(cycles)
    have = {cycle.pk for cycle in cycles}
    others = Cycle.objects.filter(patient_id__in=[c.patient_id for c in follow]).select_related("settings", "course")
    return [*cycles, *(cycle for cycle in others if cycle.pk not in have)]


def _events_of(cycles: Sequence[Cycle]) -> dict[int, list[DoseEvent]]:
    found: dict[int, list[DoseEvent]] = {}
    rows = DoseEvent.objects.select_related("slot").order_by("id")
    ids = [cycle.pk for cycle in cycles]
    for event in _events_of_one(cycle_id=ids[0]) if len(ids) == 1 else rows.filter(cycle__in=ids):
        found.setdefault(event.cycle_id, []).append(event)
    return found


@prepared
def _events_of_one(cycle_id: int) -> QuerySet[DoseEvent]:
    return DoseEvent.objects.select_related("slot").filter(cycle_id=cycle_id).order_by("id")


def _facts_of_one(
    cycle: Cycle, rounds: Sequence[Round], rows: Sequence[DoseEvent], earlier: Sequence[tuple[Cycle, Facts]]
) -> Facts:
    return Facts(
        plan=plan_of(cycle, _prior(cycle, earlier)),
        rounds=_rounds_of_cycle(cycle, rounds, earlier),
        events=events_as_facts(cycle, rows),
    )


def events_as_facts(cycle: Cycle, rows: Sequence[DoseEvent]) -> tuple[Event, ...]:
    """What happened, as the rules read it: without the entries that were struck among these rows."""
    voided = {row.refers_to_id for row in rows if row.kind == Happened.VOIDED}
    happened = tuple(
        Event(
            kind=KINDS[Happened(row.kind)],
            at=row.at,
            slot=row.slot.number if row.slot else 0,
            overridden=row.overridden,
            verdict=row.verdict,
            open=row.reason_code != "closed",
        )
        for row in rows
        if Happened(row.kind) in KINDS and row.pk not in voided
    )
    lost = tuple(Event(EventKind.LAPSED, datetime.fromisoformat(at), slot) for slot, at in lost_of(cycle))
    return happened + lost


def plan_of(cycle: Cycle, prior: Prior) -> Plan:
    """The prescription, and what binds the cycle, as the rules read them."""
    return Plan(
        regimen=cycle.regimen,
        rule_sets=tuple(cycle.rule_sets),
        settings=settings_under(settings_of(cycle.settings), cycle.amendments),
        interval=timedelta(minutes=cycle.interval_min),
        dosing_weight_kg=Decimal(cycle.dosing_weight_kg),
        first_dose_at=cycle.first_dose_at,
        ast_uln=Decimal(cycle.ast_uln),
        alt_uln=Decimal(cycle.alt_uln),
        prior=prior,
        amendments=amendments_of(cycle.amendments),
        cells_at=cells_at(cycle),
    )


def settings_of(settings: SiteSettings) -> Settings:
    """The hospital's signed settings, as the rules read them."""
    return Settings(
        late_window_min=settings.late_window_min,
        interval_tolerance_min=settings.interval_tolerance_min,
        late_dose_policy=settings.late_dose_policy,
        counting=Counting(**settings.counting),
        max_age_min=MaxAge(**settings.max_age_min),
    )


def lost_of(cycle: Cycle) -> Sequence[tuple[int, str]]:
    """The doses that were lost when the cycle was moved to other settings, each with the instant of the move.

    Other lapses are worked out from the schedule, because a correction may show that a dose had not been lost.
    """
    return cycle.prior.get("lost", ())


def cells_at(cycle: Cycle) -> datetime | None:
    """When the infusion of cells ended that the cycle follows, None for a regimen without cells."""
    said = cycle.prior.get("cells_at")
    return datetime.fromisoformat(said) if said else None


def _rounds_of_cycle(
    cycle: Cycle, rounds: Sequence[Round], earlier: Sequence[tuple[Cycle, Facts]]
) -> tuple[Round, ...]:
    """Rounds observed after the cycle before ended; those up to the start of this one are its baseline."""
    # A cycle in which nothing was given takes nothing of the chart with it.
    since = next((each.ended_at for each, facts in reversed(earlier) if first_start(facts) is not None), None)
    return tuple(
        replace(each, baseline=cycle.started_at is None or each.observed_at <= cycle.started_at)
        for each in rounds
        if since is None or each.observed_at > since
    )


def _prior(cycle: Cycle, earlier: Sequence[tuple[Cycle, Facts]]) -> Prior:
    """What the earlier cycles leave behind, judged anew from their facts, so that a correction there counts here."""
    before = [(each, _until(facts, cycle.started_at)) for each, facts in earlier]
    same_course = [(each, facts) for each, facts in before if each.course_id == cycle.course_id]
    return Prior(
        cycle_number=cycle.number,
        doses_given_in_course=sum(doses_given(facts) for _, facts in same_course),
        cycle_1_first_dose_at=first_start(same_course[0][1]) if same_course else None,
        discontinued=any(leaves(each, facts, Verdict.DISCONTINUE) for each, facts in before),
        course_stopped=any(leaves(each, facts, Verdict.STOP_COURSE) for each, facts in same_course),
    )


def _until(facts: Facts, instant: datetime | None) -> Facts:
    """The facts without what was observed after the next cycle started: that belongs to the next cycle."""
    if instant is None:
        return facts
    return replace(facts, rounds=tuple(each for each in facts.rounds if each.observed_at <= instant))


def leaves(cycle: Cycle, facts: Facts, effect: Verdict) -> bool:
    """True when the cycle ends with a finding of this effect, judged on all that is known of it by now."""
    instants = [cycle.ended_at or cycle.first_dose_at]
    for each in facts.rounds:
        instants += [each.known_at, each.retracted_at or each.known_at]
    return any(finding.effect == effect for finding in assess(facts, slot=1, at=max(instants)).findings)


def doses_given(facts: Facts) -> int:
    """How many doses of the cycle were given."""
    return sum(1 for event in facts.events if event.kind == EventKind.GIVEN)


def first_start(facts: Facts) -> datetime | None:
    """When the first dose of the cycle was started."""
    return min((event.at for event in facts.events if event.kind == EventKind.GIVEN), default=None)
