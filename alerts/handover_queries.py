"""Reads one ward for its handover: what happened to doses, which alerts stand, what is due; few queries in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from dosing.chart_rounds import rounds_of
from dosing.gather import facts_of
from dosing.models import Cycle, DoseEvent
from dosing.permissions import cycles_with_facts
from dosing.rules.facts import Facts, Round
from dosing.states import Happened
from tracker.models import ChartState, Patient, Ward

from .board_queries import InBed
from .due import Due
from .due_queries import beds_of, due_ward
from .models import Alert
from .pauses import Pause
from .seen import Seen
from .states import AlertState


@dataclass(frozen=True)
class BedRecord:
    """One patient of the ward. Without an open cycle `seen` and `facts` are None; events may still be there."""

    row: InBed
    seen: Seen | None
    cycle: Cycle | None
    facts: Facts | None
    rounds: tuple[Round, ...]
    events: tuple[DoseEvent, ...]
    alerts: tuple[Alert, ...]
    due: tuple[Due, ...]
    pause: Pause | None
    allergy: str


@dataclass(frozen=True)
class WardRecord:
    """A ward between two instants."""

    ward: Ward
    zone: ZoneInfo
    since: datetime
    now: datetime
    beds: tuple[BedRecord, ...]


def ward_record(ward: Ward, now: datetime, length: timedelta) -> WardRecord:
    """The ward as it is now and what happened since: about a dozen queries, whatever the number of patients."""
    since = now - length
    beds = beds_of(ward, now)
    due = due_ward(ward, beds, now)
    ids = [row.patient_id for row in beds.rows]
    cycles = {
        each.pk: each for each in cycles_with_facts().filter(pk__in=[r.cycle_id for r in beds.rows if r.cycle_id])
    }
    facts = facts_of(cycles.values())
    rounds = rounds_of(ChartState.objects.filter(patient__in=ids))
    seen = {each.who.key: each for each in beds.seen}
    events, alerts = _events(ids, since), _alerts(ids)
    allergies = dict(Patient.objects.filter(pk__in=ids).values_list("pk", "allergies"))
    return WardRecord(
        ward=ward,
        zone=due.zone,
        since=since,
        now=now,
        beds=tuple(
            BedRecord(
                row=row,
                seen=seen.get(str(row.cycle_id)),
                cycle=cycles.get(row.cycle_id),
                facts=facts.get(row.cycle_id),
                rounds=rounds.get(row.patient_id, ()),
                events=tuple(events.get(row.patient_id, ())),
                alerts=tuple(alerts.get(row.patient_id, ())),
                due=tuple(item for item in due.items if item.seen.who.key == str(row.cycle_id)),
                pause=beds.pauses.get(row.patient_id),
                allergy=allergies.get(row.patient_id, ""),
            )
            for row in beds.rows
        ),
    )


def _events(patient_ids: Sequence[int], since: datetime) -> dict[int, list[DoseEvent]]:
    """What happened or was entered since then, oldest first; what was entered late is not lost."""
    rows = DoseEvent.objects.filter(Q(at__gte=since) | Q(recorded_at__gte=since), cycle__patient__in=patient_ids)
    found: dict[int, list[DoseEvent]] = {}
    for event in rows.exclude(kind=Happened.STARTED).select_related("slot", "by", "witness", "cycle").order_by("id"):
        found.setdefault(event.cycle.patient_id, []).append(event)
    return found


def _alerts(patient_ids: Sequence[int]) -> dict[int, list[Alert]]:
    rows = Alert.objects.filter(patient__in=patient_ids).exclude(state=AlertState.RESOLVED)
    found: dict[int, list[Alert]] = {}
    for alert in rows.select_related("acknowledged_by").order_by("-state", "raised_at", "id"):
        found.setdefault(alert.patient_id, []).append(alert)
    return found
