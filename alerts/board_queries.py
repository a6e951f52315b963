"""Reads a ward for its board: at most ten queries a page, whatever the number of beds; five while nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from dosing.chart_rounds import Memory
from dosing.states import CycleState
from tracker.errors import NotFound
from tracker.models import Stay, Ward
from tracker.prepared import prepared

from .board_order import Count, counts
from .cards import Section, sections_of
from .judged import Stamped, judged_of, moment
from .models import Alert, AlertStep, RoundPause
from .pauses import PAUSE_REASONS, Pause
from .seen import Raised, Seen, Who
from .states import OVERDUE, AlertKind, AlertState

KEPT_BOARDS = 32
REFRESH_S = 2


class Quiet(NamedTuple):
    """A patient on the ward without an open cycle."""

    bed: str
    name: str
    born: date
    mrn: str
    url: str


class WardChoice(NamedTuple):
    """One of the person's wards, for the chooser."""

    name: str
    url: str
    active: bool


@dataclass(frozen=True)
class Board:
    """All that the board shows of one ward. `version` names exactly this content."""

    counts: tuple[Count, ...]
    sections: tuple[Section, ...]
    without_cycle: tuple[Quiet, ...]
    wards: tuple[WardChoice, ...]
    refresh_url: str
    version: str
    unanswered: int = 0
    overdue: int = 0
    waiting_ids: tuple[int, ...] = ()
    refresh_seconds: int = REFRESH_S
    sorted_note: str = "Sorted by what needs you first"


class InBed(NamedTuple):
    """A patient admitted to the ward, with the stamps of the open cycle if there is one."""

    bed: str | None
    patient_id: int
    family_name: str
    given_name: str
    born: date
    mrn: str
    chart_stamp: str
    cycle_id: int | None
    cycle_stamp: str | None
    away_since: datetime | None = None
    away_until: datetime | None = None
    away_reason: str | None = None

    @property
    def away(self) -> Pause | None:
        """The pause of a patient who is off the ward and not back yet."""
        if self.away_since is None or self.away_until is None:
            return None
        return Pause(0, self.away_since, self.away_until, PAUSE_REASONS.get(self.away_reason or "", ""))

    @property
    def stamped(self) -> Stamped:
        return Stamped(self.cycle_id or 0, self.cycle_stamp or "", self.chart_stamp)


# The same ward read twice within a moment is the same board: most requests are answered from here.
_boards = Memory(KEPT_BOARDS)


def ward_of(wards: Sequence[Ward], code: str) -> Ward | None:
    """The ward asked for among the person's own, the first when none was asked for.

    Raises: NotFound no_such_ward.
    """
    if not code:
        return wards[0] if wards else None
    for ward in wards:
        if ward.code == code:
            return ward
    raise NotFound("no_such_ward", "There is no such ward among yours.", remedy="Choose one of your wards.")


def no_board() -> Board:
    """What a person without a ward sees."""
    return Board((), (), (), (), refresh_url=reverse("board-cards"), version="none", refresh_seconds=60)


def board_of(ward: Ward, wards: Sequence[Ward], now: datetime) -> Board:
    """The board of one ward at one instant, drawn up anew when a row changed, and every few seconds."""
    rows = in_beds(ward)
    raised = _raised_on(ward, [row.cycle_id for row in rows if row.cycle_id is not None])
    choices = _choices(ward, wards)
    key = (ward.pk, ward.code, ward.timezone, rows, tuple(raised.items()), choices, moment(now))
    kept = _boards.get(key)
    if kept is None:
        kept = _draw_up(ward, rows, raised, choices, now)
        _boards.put(key, kept)
    return kept


def _draw_up(
    ward: Ward,
    rows: Sequence[InBed],
    raised: dict[int | None, tuple[Raised, ...]],
    choices: tuple[WardChoice, ...],
    now: datetime,
) -> Board:
    zone = ZoneInfo(ward.timezone)
    beds = seen_of([row for row in rows if row.cycle_id is not None], raised, now, zone)
    quiet = tuple(Quiet(row.bed or "?", *_person(row)) for row in rows if row.cycle_id is None)
    sections, counted = sections_of(beds, now, zone), counts(beds, now, zone)
    if system := sum(not each.answered for each in raised.get(None, ())):
        counted = (*counted, Count(system, "about the system itself"))
    return Board(
        counts=counted,
        sections=sections,
        without_cycle=quiet,
        wards=choices,
        refresh_url=f"{reverse('board-cards')}?ward={ward.code}",
        version=blake2b(repr((ward.pk, sections, counted, quiet)).encode(), digest_size=12).hexdigest(),
        unanswered=sum(not each.answered for alerts in raised.values() for each in alerts),
        overdue=sum(each.kind in OVERDUE for alerts in raised.values() for each in alerts),
        waiting_ids=tuple(each.id for alerts in raised.values() for each in alerts if not each.answered),
    )


def _person(row: InBed) -> tuple[str, date, str, str]:
    return f"{row.family_name}, {row.given_name}", row.born, row.mrn, _bedside(row.patient_id)


@lru_cache(maxsize=1024)
def _bedside(patient_id: int) -> str:
    return reverse("bedside", args=[patient_id])


def seen_of(
    rows: Iterable[InBed], raised: dict[int | None, tuple[Raised, ...]], now: datetime, zone: ZoneInfo
) -> list[Seen]:
    """Each bed with an open cycle as the rules see it now. A cycle that ended this very moment is left out."""
    known = list(rows)
    judged = judged_of([row.stamped for row in known], now, zone)
    return [
        Seen(
            who=Who(str(row.cycle_id), row.bed or "?", *_person(row)),
            alerts=raised.get(row.cycle_id, ()),
            away=row.away,
            **judged[row.cycle_id]._asdict(),
        )
        for row in known
        if row.cycle_id in judged
    ]


def _choices(ward: Ward, wards: Sequence[Ward]) -> tuple[WardChoice, ...]:
    if len(wards) < 2:
        return ()
    return tuple(WardChoice(each.name, f"{reverse('board')}?ward={each.code}", each.pk == ward.pk) for each in wards)


# --- rows -------------------------------------------------------------------------------------------------------------


def in_beds(ward: Ward) -> tuple[InBed, ...]:
    """Everybody admitted to the ward, with what says whether chart or cycle changed: one query."""
    return tuple(InBed(*row) for row in _in_beds(ward_id=ward.pk))


@prepared
def _in_beds(ward_id: int) -> QuerySet:
    not_ended = FilteredRelation("patient__cycles", condition=~Q(patient__cycles__state=CycleState.ENDED))
    away = RoundPause.objects.filter(stay=OuterRef("pk"), end=None).order_by("-id")
    return (
        Stay.objects.filter(ward_id=ward_id, discharged_at=None)
        .annotate(
            open_cycle=not_ended,
            away_since=Subquery(away.values("began_at")[:1]),
            away_until=Subquery(away.values("back_by")[:1]),
            away_reason=Subquery(away.values("reason_code")[:1]),
        )
        .order_by("bed__label", "id")
        .values_list(
            "bed__label",
            "patient_id",
            "patient__family_name",
            "patient__given_name",
            "patient__birth_date",
            "patient__record_number",
            "patient__chart__stamp",
            "open_cycle__id",
            "open_cycle__stamp",
            "away_since",
            "away_until",
            "away_reason",
        )
    )


def raised_of(cycle_ids: Sequence[int]) -> dict[int | None, tuple[Raised, ...]]:
    """The alerts of each cycle that are not resolved, oldest first, with who is next in line: one query.

    What a graver alert mutes is in the lists of alerts, not on the board.
    """
    return _by_cycle(_open_alerts(Q(cycle__in=cycle_ids)))


def _raised_on(ward: Ward, cycle_ids: Sequence[int]) -> dict[int | None, tuple[Raised, ...]]:
    """The same of everybody on the ward, and those of the system about it or about the whole site, under None."""
    known = {None, *cycle_ids}
    return _by_cycle(row for row in _open_alerts_on(ward_id=ward.pk) if row[0] in known)


@prepared
def _open_alerts_on(ward_id: int) -> QuerySet:
    here = Stay.objects.filter(ward_id=ward_id, discharged_at=None).values("patient_id")
    of_the_system = Q(cycle=None) & (Q(ward_id=ward_id) | Q(ward=None))
    return _open_alerts(Q(cycle__patient_id__in=here) | of_the_system)


def _open_alerts(wanted: Q) -> QuerySet:
    waiting = AlertStep.objects.filter(alert=OuterRef("pk"), raising=OuterRef("raising"), done_at=None)
    following = waiting.order_by("number")
    return (
        Alert.objects.filter(wanted, muted_by=None)
        .exclude(state=AlertState.RESOLVED)
        .annotate(next_duty=Subquery(following.values("duty")[:1]), next_at=Subquery(following.values("due_at")[:1]))
        .order_by("raised_at", "id")
        .values_list(
            "cycle_id", "id", "state", "kind", "raised_at", "acknowledged_by__full_name", "next_duty", "next_at"
        )
    )


def _by_cycle(rows: Iterable[tuple]) -> dict[int | None, tuple[Raised, ...]]:
    found: dict[int | None, list[Raised]] = {}
    for cycle_id, pk, state, kind, raised_at, answered_by, duty, next_at in rows:
        if state == AlertState.ACKNOWLEDGED:
            raised = Raised(AlertKind(kind), raised_at, answered_by or "", id=pk)
        else:
            raised = Raised(AlertKind(kind), raised_at, "", duty or "", next_at, pk)
        found.setdefault(cycle_id, []).append(raised)
    return {cycle_id: tuple(alerts) for cycle_id, alerts in found.items()}
