"""Reads the patients page: who is on one's wards, who was discharged from them, and how their cycle stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tracker.models import Bed, Stay, User
from tracker.permissions import stays_within_reach, ward_ids

from .models import Cycle
from .schedule import SlotState
from .states import CycleState

PER_PAGE = 50
MAX_WORDS = 6


@dataclass(frozen=True)
class PatientRow:
    """One patient with the latest stay and the cycle that has not ended, if there is one."""

    stay: Stay
    cycle: Cycle | None

    @property
    def admitted(self) -> bool:
        return self.stay.discharged_at is None

    @property
    def cycle_words(self) -> str:
        """ "Cycle 1, 7 of 14 given"."""
        if self.cycle is None:
            return ""
        if self.cycle.state == CycleState.PRESCRIBED:
            return f"Cycle {self.cycle.number} prescribed, not started"
        return f"Cycle {self.cycle.number}, {self.cycle.given} of {self.cycle.doses} given"


@dataclass(frozen=True)
class PatientPage:
    """One page of the list; `after` and `before` are the page numbers around it."""

    rows: tuple[PatientRow, ...]
    total: int
    number: int

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number * PER_PAGE < self.total else None

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def shown(self) -> str:
        if not self.total:
            return "None"
        first = (self.number - 1) * PER_PAGE
        return f"{first + 1} to {first + len(self.rows)} of {self.total}"


def patient_page(user: User, *, words: str, discharged: bool, number: int) -> PatientPage:
    """Admitted patients by ward and bed, or discharged ones, newest first. Every word must fit."""
    stays = _with_words(stays_within_reach(user).filter(discharged_at__isnull=not discharged), words)
    order = ("-discharged_at", "-id") if discharged else ("ward__code", "bed__label", "id")
    total = stays.count()
    number = min(max(number, 1), 1 + max(total - 1, 0) // PER_PAGE)
    shown = list(stays.order_by(*order)[(number - 1) * PER_PAGE : number * PER_PAGE])
    cycles = open_cycles(stay.patient_id for stay in shown)
    rows = tuple(PatientRow(stay, cycles.get(stay.patient_id)) for stay in shown)
    return PatientPage(rows, total, number)


def _with_words(stays: QuerySet[Stay], words: str) -> QuerySet[Stay]:
    for word in words.replace(",", " ").split()[:MAX_WORDS]:
        stays = stays.filter(
            Q(patient__family_name__icontains=word)
            | Q(patient__given_name__icontains=word)
            | Q(patient__record_number__icontains=word)
        )
    return stays


def open_cycles(patient_ids: Iterable[int]) -> dict[int, Cycle]:
    """The cycle of each patient that has not ended, with the number of doses given."""
    cycles = Cycle.objects.filter(patient__in=list(patient_ids)).exclude(state=CycleState.ENDED)
    given = Count("slots", filter=Q(slots__state=SlotState.GIVEN))
    return {cycle.patient_id: cycle for cycle in cycles.annotate(given=given)}


def free_beds(user: User, *, everywhere: bool = False) -> Sequence[Bed]:
    """Beds without a patient, on one's own wards or on every ward."""
    taken = Stay.objects.filter(discharged_at=None, bed__isnull=False).values("bed_id")
    beds = Bed.objects.exclude(pk__in=taken).select_related("ward").order_by("ward__code", "label")
    return list(beds if everywhere else beds.filter(ward__in=ward_ids(user)))
