"""Replays a period from the record: the chart as it was known at each instant, and the alerts there were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from dosing.gather import Gathered, events_as_facts, gathered_of
from dosing.models import Cycle, DoseEvent
from dosing.permissions import cycles_with_facts
from tracker.models import Stay

from .causes import causes_at
from .critical import critical_causes
from .escalation import NOBODY
from .further_causes import said_by
from .models import AlertEvent, AlertStep, AppNotice, Delivery
from .outbox import DeliveryState
from .policy import AlertPolicy, Timeline
from .policy_queries import timeline
from .proof import PROVEN, Did, Discrepancy, compared
from .states import AlertHappened, AlertKind

UTC = ZoneInfo("UTC")
CARRY_A_KIND = (AlertHappened.RAISED, AlertHappened.EVIDENCE, AlertHappened.GRAVER)


@dataclass(frozen=True, slots=True)
class Proof:
    """What one cycle's record says about its alerts in the period; `unread` when nothing can be said."""

    cycle: Cycle
    instants: int = 0
    demanded: int = 0
    discrepancies: tuple[Discrepancy, ...] = ()
    unread: str = ""


def proofs(begin: datetime, until: datetime, *, step: timedelta, within: timedelta) -> Iterator[Proof]:
    """One for each cycle that ran in the period. Nothing is written."""
    ran = Q(started_at__lte=until) & (Q(ended_at__isnull=True) | Q(ended_at__gte=begin))
    policies = timeline()
    for cycle in cycles_with_facts().filter(ran).order_by("id"):
        try:
            yield _proof(cycle, policies, begin, until, step, within)
        except Exception as problem:  # one row that cannot be read leaves the others provable
            yield Proof(cycle, unread=f"{type(problem).__name__}: {problem}")


def _proof(
    cycle: Cycle, policies: Timeline, begin: datetime, until: datetime, step: timedelta, within: timedelta
) -> Proof:
    gathered = gathered_of([cycle])[cycle.pk]
    stays = list(Stay.objects.filter(patient_id=cycle.patient_id))
    did, changed = _alerts_of(cycle)
    began = [since for since, _ in policies.begun]
    instants = _instants(cycle, gathered, stays, [*changed, *began], begin, until, step)
    should = [(at, _standing(cycle, gathered, stays, at, policies.at(at))) for at in instants]
    demanded = len({(cause, kind) for _, standing in should for cause, kind in standing.items()})
    found = compared(should, did, until=until, within=within)
    return Proof(cycle, len(instants), demanded, tuple(found))


@dataclass(frozen=True, slots=True)
class Told:
    """What the record says of the notices in the period. `unwritten`: steps that told people, with no notice of it."""

    shown: int
    not_shown: int
    delivered: int
    failed: int
    waiting: int
    not_needed: int
    unwritten: int


def told(begin: datetime, until: datetime) -> Told:
    """Every step that was carried out, with what it wrote for the pages and for the outside."""
    notices = AppNotice.objects.filter(due_at__gte=begin, due_at__lte=until)
    first = AppNotice.objects.order_by("due_at").values_list("due_at", flat=True).first()
    steps = AlertStep.objects.filter(done_at__gte=max(begin, first or until), done_at__lte=until).exclude(told=NOBODY)
    states = Delivery.objects.filter(made_at__gte=begin, made_at__lte=until).order_by().values_list("state")
    by_state = dict(states.annotate(number=Count("id")))
    return Told(
        shown=notices.filter(shown_at__isnull=False).count(),
        not_shown=notices.filter(shown_at=None).count(),
        delivered=by_state.get(DeliveryState.DELIVERED, 0),
        failed=by_state.get(DeliveryState.FAILED, 0),
        waiting=by_state.get(DeliveryState.TO_DELIVER, 0),
        not_needed=by_state.get(DeliveryState.NOT_NEEDED, 0),
        unwritten=steps.filter(app_notices=None).count(),
    )


def _instants(
    cycle: Cycle,
    gathered: Gathered,
    stays: Sequence[Stay],
    changed: Iterable[datetime],
    begin: datetime,
    until: datetime,
    step: timedelta,
) -> list[datetime]:
    """When anything became known or an alert changed, and a grid between, because time alone changes findings too.

    The grid is not the one by which the sweeps look: a fault there must not hide itself here.
    """
    first, last = max(begin, cycle.started_at), min(until, cycle.ended_at or until)
    known = [*changed, cycle.started_at, cycle.ended_at]
    for each in gathered.facts.rounds:
        known += [each.known_at, each.retracted_at]
    known += [row.recorded_at for row in gathered.events]
    known += [instant for stay in stays for instant in (stay.admitted_at, stay.discharged_at)]
    grid = [first + step * number for number in range(int((last - first) / step) + 1)]
    inside = {at for at in known if at is not None and begin <= at <= until}
    return sorted({*grid, first, last, *inside})


def _standing(
    cycle: Cycle, gathered: Gathered, stays: Sequence[Stay], at: datetime, policy: AlertPolicy
) -> dict[str, AlertKind]:
    """The causes that should have stood then, from what was known then and by the alert settings of then."""
    if not cycle.started_at <= at or (cycle.ended_at is not None and at >= cycle.ended_at):
        return {}
    if not any(stay.admitted_at <= at and (stay.discharged_at is None or at < stay.discharged_at) for stay in stays):
        return {}
    events = events_as_facts(cycle, known_by(gathered.events, at))
    facts = replace(gathered.facts, events=events)
    found = causes_at(facts, at, UTC)
    critical = critical_causes(facts, at, UTC, said=said_by(found), limits=policy.limits)
    return {cause.key: cause.kind for cause in (*found, *critical) if cause.kind in PROVEN}


def known_by(rows: Sequence[DoseEvent], at: datetime) -> list[DoseEvent]:
    """The entries that had been made by then; one struck later still counted."""
    return [row for row in rows if row.recorded_at <= at]


def _alerts_of(cycle: Cycle) -> tuple[Did, list[datetime]]:
    did: dict[str, list[tuple[datetime, AlertKind | None]]] = {}
    rows = AlertEvent.objects.filter(alert__cycle=cycle).order_by("at", "id")
    changed = []
    for cause, happened, at, data in rows.values_list("alert__cause", "kind", "at", "data"):
        if happened in CARRY_A_KIND and data and "kind" in data:
            did.setdefault(cause, []).append((at, AlertKind(data["kind"])))
        elif happened == AlertHappened.RESOLVED:
            did.setdefault(cause, []).append((at, None))
        else:
            continue
        changed.append(at)
    return did, changed
