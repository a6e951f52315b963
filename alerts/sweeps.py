"""What a worker does when a nudge or the clock says so: patient after patient, and one bad row never stops the rest."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from dosing.actions.lapse_slot import lapse_slot
from dosing.permissions import cycles_with_facts
from tracker import clock
from tracker.audit.record import SYSTEM
from tracker.errors import Conflict

from .actions.look_later import look_later
from .actions.note_stuck import note_stuck
from .actions.pause_rounds import look_again
from .actions.review_chart import review_chart
from .queries import Situation, cycles_to_look_at, cycles_to_review, is_review_due, patients_to_review, situations_of

log = logging.getLogger(__name__)

AT_ONCE = 200


@dataclass
class Count:
    """What one sweep did. What failed stays due, and the next sweep tries it again."""

    looked_at: int = 0
    caught_up: int = 0
    failed: int = 0


def catch_up(patient_id: int) -> None:
    """Bring one patient up to date: doses that were lost meanwhile, in order, then the alerts."""
    at, lapses = clock.now(), Count()
    for situation in situations_of(cycles_to_review(patient_id), at):
        for slot in situation.lapsed(at):
            with apart(f"slot {slot.pk}", lapses):  # a dose that cannot be marked keeps no alert from being raised
                _lapse(slot.pk)
    review_chart(by=SYSTEM, patient_id=patient_id)
    if lapses.failed:
        look_again(patient_id, at)


def _lapse(slot_id: int) -> None:
    try:
        lapse_slot(by=SYSTEM, slot_id=slot_id)
    except Conflict as refusal:
        log.info("dose %s was not marked as lapsed: %s", slot_id, refusal.code)


def catch_up_if_due(patient_id: int) -> None:
    """The same for a nudge, which may come twice or after a sweep did its work."""
    if is_review_due(patient_id):
        catch_up(patient_id)


def sweep_reviews() -> Count:
    """Every chart that changed and was not reviewed, because its nudge was lost."""
    count = Count()
    for patient_id in patients_to_review():
        with apart(f"patient {patient_id}", count):
            catch_up(patient_id)
            count.caught_up += 1
    return count


def sweep_time() -> Count:
    """Every cycle that is to be looked at by now. Those in which nothing changed cost no query of their own."""
    count = Count()
    now = clock.now()
    due = cycles_to_look_at(now)
    for first in range(0, len(due), AT_ONCE):
        looks: dict[int, datetime] = {}
        for situation in _situations(due[first : first + AT_ONCE], now, count):
            with apart(f"cycle {situation.cycle.pk}", count):
                count.looked_at += 1
                look_at = _unchanged_until(situation, now)
                if look_at is not None:
                    looks[situation.cycle.pk] = look_at
                else:
                    catch_up(situation.cycle.patient_id)
                    count.caught_up += 1
        look_later(by=SYSTEM, looks=looks, due_by=now)
    return count


def _unchanged_until(situation: Situation, now: datetime) -> datetime | None:
    """When to look again at a cycle in which nothing has to happen; None when something has."""
    if situation.lapsed(now) or situation.changes(now):
        return None
    return situation.look_at(now)


def _situations(cycle_ids: Sequence[int], now: datetime, count: Count) -> Iterator[Situation]:
    """The cycles' situations, read together; one by one when a row among them cannot be read."""
    cycles = list(cycles_with_facts().filter(pk__in=cycle_ids))
    try:
        yield from situations_of(cycles, now)
        return
    except Exception:
        log.exception("%s cycles cannot be read together, reading one by one", len(cycles))
    for cycle in cycles:
        with apart(f"cycle {cycle.pk}", count):
            yield from situations_of([cycle], now)


@contextmanager
def apart(what: str, count: Count) -> Iterator[None]:
    """A failure inside is logged and noted, and the sweep goes on with the next row."""
    try:
        yield
    except Exception as problem:
        count.failed += 1
        log.exception("%s could not be reviewed and stays due", what)
        note_failure(what, problem)


def note_failure(what: str, problem: Exception) -> None:
    """Note the row; with a database that is gone nothing can be noted, and its own alert says so."""
    try:
        note_stuck(by=SYSTEM, what=what, problem=type(problem).__name__)
    except Exception:
        log.exception("that %s failed could not be noted", what)
