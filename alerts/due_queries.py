"""Reads the wards of a person for the due list: a few queries for each ward, whatever the number of patients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.models import Ward

from .board_queries import InBed, in_beds, raised_of, seen_of
from .due import OBSERVED, Due, due_list
from .pause_queries import newest_pauses
from .pauses import Pause
from .seen import Seen


@dataclass(frozen=True)
class DueWard:
    """One ward with what is due in it. `pauses` are by patient."""

    ward: Ward
    zone: ZoneInfo
    items: tuple[Due, ...]
    patients: dict[str, int]
    pauses: dict[int, Pause]


@dataclass(frozen=True)
class WardBeds:
    """Everybody on one ward; each patient with an open cycle also as the rules see the cycle now."""

    rows: tuple[InBed, ...]
    seen: tuple[Seen, ...]
    pauses: dict[int, Pause]


def beds_of(ward: Ward, now: datetime) -> WardBeds:
    """The beds of a ward with their pauses: eight queries at most."""
    rows = in_beds(ward)
    with_cycle = [row for row in rows if row.cycle_id is not None]
    raised = raised_of([row.cycle_id for row in with_cycle])
    seen = seen_of(with_cycle, raised, now, ZoneInfo(ward.timezone))
    return WardBeds(rows, tuple(seen), newest_pauses([row.patient_id for row in rows]))


def due_wards(wards: Iterable[Ward], now: datetime) -> tuple[DueWard, ...]:
    """What is due on each of these wards, on the ward's own clock."""
    return tuple(due_ward(ward, beds_of(ward, now), now) for ward in wards)


def due_ward(ward: Ward, beds: WardBeds, now: datetime) -> DueWard:
    """The list of one ward whose beds were read."""
    zone = ZoneInfo(ward.timezone)
    patients = {str(row.cycle_id): row.patient_id for row in beds.rows}
    with_pauses: Sequence[tuple[Seen, Pause | None]] = [
        (seen, beds.pauses.get(patients[seen.who.key])) for seen in beds.seen
    ]
    return DueWard(ward, zone, due_list(with_pauses, now, zone), patients, beds.pauses)


def to_catch_up(ward: Ward, patient_id: int, now: datetime) -> tuple[str, ...]:
    """What has to be measured of this patient now, by name, first what has waited longest."""
    found = due_ward(ward, beds_of(ward, now), now)
    mine = [item for item in found.items if found.patients[item.seen.who.key] == patient_id]
    return tuple(item.title for item in mine if item.kind in OBSERVED and (item.while_away or item.at <= now))
