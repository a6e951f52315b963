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

from .causes import OBSERVATIONS
from .escalation import NOBODY
from .further_causes import all_causes
from .models import AlertEvent, AlertStep, AppNotice, Delivery, RoundPause
from .outbox import LEASE, MOST_TRIES, TIMEOUT_S, WAIT_S, DeliveryState
from .pauses import Pause
from .policy import AlertPolicy, Timeline
from .policy_queries import timeline
from .proof import CARRY_A_KIND, Discrepancy, Happened, Moment, Stories, compared
from .states import NOTED, AlertHappened, AlertKind

UTC = ZoneInfo("UTC")
# All tries of a notice with their pauses, and one worker that died while it had it.
LONGEST_WAY = timedelta(seconds=sum(WAIT_S) + MOST_TRIES * TIMEOUT_S) + LEASE


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
    record = _record_of(cycle)
    began = [since for since, _ in policies.begun]
    instants = _instants(record, began, begin, until, step)
    should = [_moment(record, at, policies.at(at)) for at in instants]
    demanded = len({(cause, kind) for each in should for cause, kind in each.standing.items()})
    found = compared(should, record.stories, begin=begin, until=until, within=within)
    return Proof(cycle, len(instants), demanded, tuple(found))


@dataclass(frozen=True, slots=True)
class Record:
    """All that is on record of one cycle. `pauses` with when each was entered, `noted` what a person took note of."""

    cycle: Cycle
    gathered: Gathered
    stays: Sequence[Stay]
    stories: Stories
    pauses: Sequence[tuple[datetime, Pause, datetime | None]]
    noted: Sequence[tuple[datetime, str, object]]


def _record_of(cycle: Cycle) -> Record:
    stories = _stories_of(cycle)
    return Record(
        cycle=cycle,
        gathered=gathered_of([cycle])[cycle.pk],
        stays=list(Stay.objects.filter(patient_id=cycle.patient_id)),
        stories=stories,
        pauses=_pauses_of(cycle.patient_id),
        noted=list(_noted(stories)),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What the record says of the notices in the period.

    `unwritten`: steps that told people, with no notice of it. `lost`: alerts, each with its raising, of which notices
    went out to no avail: none arrived, none is on its way, and no page showed it to whoever was told.
    """

    shown: int
    not_shown: int
    delivered: int
    failed: int
    waiting: int
    not_needed: int
    unwritten: int
    lost: tuple[tuple[int, int], ...] = ()


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
        lost=tuple(_lost(begin, until)),
    )


def _lost(begin: datetime, until: datetime) -> Iterator[tuple[int, int]]:
    """Of a notice that waits for longer than all its tries take, nobody carries it."""
    arrived: dict[tuple[int, int], bool] = {}
    rows = Delivery.objects.filter(made_at__gte=begin, made_at__lte=until, alert__patient__isnull=False).order_by("id")
    for alert, raising, state, made_at in rows.values_list("alert_id", "step__raising", "state", "made_at"):
        on_its_way = state == DeliveryState.TO_DELIVER and until - made_at <= LONGEST_WAY
        fine = on_its_way or state in (DeliveryState.DELIVERED, DeliveryState.NOT_NEEDED)
        arrived[alert, raising] = arrived.get((alert, raising), False) or fine
    for (alert, raising), fine in arrived.items():
        shown = AppNotice.objects.filter(step__alert=alert, step__raising=raising, shown_at__isnull=False)
        if not fine and not shown.exists():
            yield alert, raising


def _instants(
    record: Record, began: Iterable[datetime], begin: datetime, until: datetime, step: timedelta
) -> list[datetime]:
    """When anything became known or an alert changed, and a grid between, because time alone changes findings too.

    The grid is not the one by which the sweeps look: a fault there must not hide itself here.
    """
    cycle = record.cycle
    first, last = max(begin, cycle.started_at), min(until, cycle.ended_at or until)
    known = [
        *began,
        cycle.started_at,
        cycle.ended_at,
        *(each.at for story in record.stories.values() for each in story),
    ]
    for each in record.gathered.facts.rounds:
        known += [each.known_at, each.retracted_at]
    known += [row.recorded_at for row in record.gathered.events]
    known += [instant for stay in record.stays for instant in (stay.admitted_at, stay.discharged_at)]
    known += [instant for entered, pause, back in record.pauses for instant in (entered, pause.back_by, back)]
    grid = [first + step * number for number in range(int((last - first) / step) + 1)]
    inside = {at for at in known if at is not None and begin <= at <= until}
    return sorted({*grid, first, last, *inside})


def _moment(record: Record, at: datetime, policy: AlertPolicy) -> Moment:
    """The causes that should have stood then, from what was known then and by the alert settings of then."""
    cycle = record.cycle
    if not cycle.started_at <= at or (cycle.ended_at is not None and at >= cycle.ended_at):
        return Moment(at, {})
    here = (each for each in record.stays if each.admitted_at <= at)
    if not any(stay.discharged_at is None or at < stay.discharged_at for stay in here):
        return Moment(at, {})
    facts = replace(record.gathered.facts, events=events_as_facts(cycle, known_by(record.gathered.events, at)))
    pause = _pause_at(record, at)
    noted = [(key, finding) for since, key, finding in record.noted if since <= at]
    causes = all_causes(facts, at, UTC, pause=pause, limits=policy.limits)
    standing = {
        cause.key: cause.kind
        for cause in causes
        if cause.kind not in NOTED or not any((cause.key, cause.finding) == each for each in noted)
    }
    if pause is None or not pause.quiet(at):
        return Moment(at, standing)
    return Moment(at, {key: kind for key, kind in standing.items() if key != OBSERVATIONS}, frozenset({OBSERVATIONS}))


def known_by(rows: Sequence[DoseEvent], at: datetime) -> list[DoseEvent]:
    """The entries that had been made by then; one struck later still counted."""
    return [row for row in rows if row.recorded_at <= at]


def _stories_of(cycle: Cycle) -> Stories:
    found: dict[str, list[Happened]] = {}
    rows = AlertEvent.objects.filter(alert__cycle=cycle).order_by("id")
    for cause, alert, what, at, data in rows.values_list("alert__cause", "alert_id", "kind", "at", "data"):
        happened = AlertHappened(what)
        carried = data if happened in CARRY_A_KIND and data and "kind" in data else None
        kind, finding = (AlertKind(carried["kind"]), carried.get("finding")) if carried else (None, None)
        cause_at = carried.get("cause_at") if carried else None
        observed = datetime.fromisoformat(cause_at) if cause_at else None
        found.setdefault(cause, []).append(Happened(alert, at, happened, kind, finding, observed))
    return found


def _noted(stories: Stories) -> Iterator[tuple[datetime, str, object]]:
    """From when a person had taken note of what: the finding that the alert rested on when it was answered."""
    for cause, story in stories.items():
        newest: dict[int, object] = {}
        for each in story:
            if each.kind is not None:
                newest[each.alert] = each.finding
            elif each.what is AlertHappened.ACKNOWLEDGED:
                yield each.at, cause, newest.get(each.alert)


def _pauses_of(patient_id: int) -> list[tuple[datetime, Pause, datetime | None]]:
    """Every pause with when it was entered and when its end was, oldest first."""
    rows = (
        RoundPause.objects.filter(patient=patient_id)
        .order_by("id")
        .values_list(
            "id", "began_at", "back_by", "recorded_at", "end__ended_at", "end__recorded_at", "stay__discharged_at"
        )
    )
    return [
        (entered, Pause(pk, since, back_by, "", ended_at=ended_at or left), back_entered or left)
        for pk, since, back_by, entered, ended_at, back_entered, left in rows
    ]


def _pause_at(record: Record, at: datetime) -> Pause | None:
    """The newest pause that was known then, without its end when that was not."""
    known = [(pause, back) for entered, pause, back in record.pauses if entered <= at]
    if not known:
        return None
    pause, back = known[-1]
    return pause if back is not None and back <= at else replace(pause, ended_at=None)
