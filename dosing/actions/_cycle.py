"""What the dosing actions share: the stamp of a changed cycle, the event row, and what stands behind a decision."""

from __future__ import annotations

import uuid
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tracker import clock
from tracker.errors import Conflict
from tracker.models import Stay, User
from tracker.prepared import prepared_update
from tracker.review import make_review_due

from ..gather import facts_for
from ..lines import as_line
from ..models import Cycle, DoseEvent, Slot
from ..plan_data import plan_as_data
from ..rules.assess import Assessment
from ..rules.explain import sentences
from ..schedule import SlotState
from ..states import CycleState, Happened, check_slot_move


def new_stamp() -> str:
    """A mark that is never used again."""
    return uuid.uuid4().hex


def touch(cycle: Cycle, **changes: object) -> None:
    """Give the cycle a new stamp, with other changes of the row, and make the review of its alerts due.

    The patient's other cycles get it too: what a later cycle may do rests on what is known of the earlier ones.
    """
    cycle.stamp = new_stamp()
    _stamped(patient_id=cycle.patient_id, stamp=cycle.stamp)
    for name, value in changes.items():
        setattr(cycle, name, value)
    if changes:
        cycle.save(update_fields=list(changes))
    make_review_due(cycle.patient_id)


@prepared_update
def _stamped(patient_id: int, stamp: str) -> tuple[QuerySet, dict]:
    return Cycle.objects.filter(patient_id=patient_id), {"stamp": stamp}


def check_admitted(stay: Stay) -> None:
    """Raises: Conflict discharged."""
    if stay.discharged_at is not None:
        raise Conflict(
            "discharged",
            f"The patient was discharged at {stay.discharged_at.isoformat(timespec='minutes')}.",
            remedy="Nothing can be given after discharge. Admit the patient again if this is wrong.",
        )


def check_active(cycle: Cycle) -> None:
    """Raises: Conflict not_active."""
    if cycle.state == CycleState.PRESCRIBED:
        raise Conflict("not_active", "The cycle has not been started.", remedy="Start the cycle first.")
    if cycle.state == CycleState.ENDED:
        raise Conflict("not_active", "The cycle has ended.", remedy="A new cycle needs a prescription.")


def move_slot(slot: Slot, after: SlotState) -> None:
    """Change the slot's state, only from the state that was read.

    Raises: Conflict when it may not, or when somebody else answered the slot first.
    """
    before = SlotState(slot.state)
    check_slot_move(slot.number, before, after)
    if _moved(slot_id=slot.pk, before=before.value, after=after.value) != 1:
        slot.refresh_from_db(fields=["state"])
        check_slot_move(slot.number, SlotState(slot.state), after)
        raise Conflict("changed_meanwhile", f"Dose {slot.number} has just been changed.", remedy="Reload the page.")
    slot.state = after


@prepared_update
def _moved(slot_id: int, before: str, after: str) -> tuple[QuerySet, dict]:
    return Slot.objects.filter(pk=slot_id, state=before), {"state": after}


def record_fact(slot: Slot, state: SlotState) -> None:
    """What is true of the slot although no transition leads there: a dose given in a downtime, or its entry struck.

    Raises: Conflict changed_meanwhile.
    """
    if Slot.objects.filter(pk=slot.pk, state=slot.state).update(state=state) != 1:
        raise Conflict("changed_meanwhile", f"Dose {slot.number} has just been changed.", remedy="Reload the page.")
    slot.state = state


def insert_event(
    kind: Happened,
    *,
    cycle: Cycle,
    by: User | None,
    slot: Slot | None = None,
    at: datetime | None = None,
    assessment: Assessment | None = None,
    stay: Stay | None = None,
    **more: object,
) -> DoseEvent:
    """One row of what happened, with the decision behind it as it was. `stay` spares looking up the ward's clock."""
    now = clock.now()
    if assessment is not None:
        kept = decision(cycle, assessment, kind, _zone(cycle, stay))
        more = {"verdict": assessment.verdict.value, "decision": kept, **more}
    return DoseEvent.objects.create(cycle=cycle, slot=slot, kind=kind, at=at or now, recorded_at=now, by=by, **more)


def given_as_audit(event: DoseEvent, witness: User) -> dict[str, object]:
    """What the auditor reads of every giving, at the bedside or entered afterwards."""
    return {
        "state": SlotState.GIVEN.value,
        "dose": event.slot.number,
        "dose_iu": event.cycle.dose_iu,
        "started_at": event.at,
        "witness": witness.full_name,
        "witness_id": witness.pk,
        "explain": event.decision["explain"],
    }


def decision(cycle: Cycle, assessment: Assessment, kind: Happened, zone: tzinfo) -> dict:
    """The decision's line, the same in sentences, and what it rested on: the whole plan with its rule sets at their
    version, the exact instant, and how much of the chart was known. With it the decision can be judged again for ever.
    """
    given = kind == Happened.GIVEN
    return {
        **as_line(assessment, event=kind.value, given=given),
        "explain": sentences(assessment, zone),
        "rule_sets": cycle.rule_sets,
        "settings": cycle.settings_id,
        "plan": plan_as_data(facts_for(cycle).plan),
        "judged_at": assessment.at.isoformat(),
        "chart_seq": cycle.patient.chart.seq,
    }


def _zone(cycle: Cycle, stay: Stay | None) -> ZoneInfo:
    """The clock of the ward where the patient is, or was last."""
    if stay is not None:
        return ZoneInfo(stay.ward.timezone)
    last = Stay.objects.filter(patient_id=cycle.patient_id).order_by("-admitted_at", "-id")
    return ZoneInfo(last.values_list("ward__timezone", flat=True).first() or "UTC")
