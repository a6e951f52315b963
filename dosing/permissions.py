"""Fetches cycles, slots and dose events within a person's reach: what is out of reach does not exist."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.db.models import QuerySet

from tracker.actions._chart import lock_chart
from tracker.errors import NotFound
from tracker.models import Stay, User
from tracker.permissions import stay_for
from tracker.prepared import prepared

from .models import Cycle, DoseEvent, Slot

WITH_FACTS = ("patient__chart", "settings", "course")
LOCKED = ("patient", "settings", "course")  # the chart is locked by a query of its own, and read by it


@dataclass(frozen=True)
class Reached:
    """A cycle with the stay of its patient and, where one was asked for, the slot."""

    cycle: Cycle
    stay: Stay
    slot: Slot | None = None


def cycles_with_facts() -> QuerySet[Cycle]:
    """Cycles with all that the facts need beside the events and the chart."""
    return Cycle.objects.select_related(*WITH_FACTS)


def cycle_for(user: User, cycle_id: int, *, lock: bool = False) -> Reached:
    """One cycle; `lock` keeps its row until the transaction ends.

    Raises: NotFound no_such_cycle.
    """
    cycle = _cycle(cycle_id, lock=lock)
    if cycle is None:
        raise NotFound("no_such_cycle", "There is no such cycle on your wards.")
    return Reached(cycle, _stay(user, cycle, "no_such_cycle", "There is no such cycle on your wards."))


def slot_for(user: User, slot_id: int, *, lock: bool = False) -> Reached:
    """One slot with its cycle; `lock` keeps the cycle's row, which orders all that happens in the cycle.

    Raises: NotFound no_such_slot.
    """
    slot = (_slot_locked if lock else _slot).one(slot_id=slot_id)
    if slot is None:
        raise NotFound("no_such_slot", "There is no such dose on your wards.")
    if lock:
        _lock_chart(slot.cycle)
    stay = _stay(user, slot.cycle, "no_such_slot", "There is no such dose on your wards.")
    return Reached(slot.cycle, stay, slot)


@prepared
def _slot(slot_id: int) -> QuerySet[Slot]:
    return Slot.objects.select_related(*(f"cycle__{name}" for name in WITH_FACTS)).filter(pk=slot_id).order_by()


@prepared
def _slot_locked(slot_id: int) -> QuerySet[Slot]:
    slots = Slot.objects.select_related(*(f"cycle__{name}" for name in LOCKED)).filter(pk=slot_id).order_by()
    # The slot too: it is then read as it is after the wait for somebody who was faster.
    return slots.select_for_update(of=("self", "cycle"))


def event_for(user: User, event_id: int, *, lock: bool = False) -> tuple[DoseEvent, Reached]:
    """One dose event with its slot and cycle.

    Raises: NotFound no_such_event.
    """
    event = DoseEvent.objects.filter(pk=event_id, slot__isnull=False).first()
    if event is not None:
        with suppress(NotFound):
            return event, slot_for(user, event.slot_id, lock=lock)
    raise NotFound("no_such_event", "There is no such entry on your wards.")  # the same for one on another ward


def _cycle(cycle_id: int, *, lock: bool) -> Cycle | None:
    """The cycle; locked together with the chart, so that no round slips in between the verdict and the dose."""
    if not lock:
        return _cycle_read.one(cycle_id=cycle_id)
    cycle = _cycle_locked.one(cycle_id=cycle_id)
    if cycle is not None:
        _lock_chart(cycle)
    return cycle


@prepared
def _cycle_read(cycle_id: int) -> QuerySet[Cycle]:
    return cycles_with_facts().filter(pk=cycle_id)


@prepared
def _cycle_locked(cycle_id: int) -> QuerySet[Cycle]:
    return Cycle.objects.select_related(*LOCKED).select_for_update(of=("self",)).filter(pk=cycle_id)


def _lock_chart(cycle: Cycle) -> None:
    cycle.patient.chart = lock_chart(cycle.patient_id)


def _stay(user: User, cycle: Cycle, code: str, sentence: str) -> Stay:
    try:
        return stay_for(user, cycle.patient_id, patient=cycle.patient)
    except NotFound:
        raise NotFound(code, sentence) from None
