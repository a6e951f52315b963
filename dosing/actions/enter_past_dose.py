"""Enter a dose that was given while the system was down: a fact, signed by two people, and judged afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict
from tracker.look.times import minutes_between
from tracker.permissions import remember_wards
from tracker.reasons import check_reason
from tracker.roles import Perm
from tracker.signatures import Signature
from tracker.times import not_after, read_instant

from ..gather import assess_facts, assess_slot, events_for, facts_for
from ..hindsight import in_hindsight, would_have_been_refused
from ..lines import as_line
from ..models import Cycle, DoseEvent, Slot
from ..permissions import Reached, slot_for
from ..rules.assess import Assessment
from ..schedule import SlotState
from ..states import CycleState, Happened
from ._bedside import bag_then, newest_bag
from ._cycle import given_as_audit, insert_event, record_fact, touch
from ._signed import check_pair
from .give_dose import already_given

DOWNTIME = "downtime"


@action("enter_past_dose", Perm.GIVE_DOSE)
def enter_past_dose(
    *,
    by: Actor,
    trail: Trail,
    slot_id: int,
    started_at: str | datetime | None,
    ended_at: str | datetime | None,
    reason: str,
    giver: Signature,
    witness: Signature,
) -> DoseEvent:
    """The dose counts as given from its start on, whatever the rules say; what they say is kept and told, and so is
    what stood against the bag on record.

    It is judged at its start twice: on what was on record then, and on all that is known by now about that instant.
    Raises: NotFound, NotAllowed, BadInput, Conflict already_given or not_active. Audit: both verdicts, and whether the
    dose would have been held.
    """
    remember_wards(by.user, witness.user)
    reached = slot_for(by.user, slot_id, lock=True)
    cycle, slot = reached.cycle, reached.slot
    trail.about(patient=cycle.patient, object_type="slot", object_id=slot.pk)
    reason = check_reason(reason, what="A dose that is entered afterwards")
    check_pair(by, giver, witness, reached.stay)
    if slot.state == SlotState.GIVEN:
        raise already_given(slot)
    start, end = _read_times(cycle, started_at, ended_at)
    events = events_for(cycle)
    _check_order(events, slot, start)
    then, known = _judge(cycle, slot, start)
    before = slot.state
    checks = {
        "entered_afterwards": True,
        "would_have_been_refused": would_have_been_refused(then, known),
        "as_known_then": as_line(then, event="given", given=True),
        "minutes_late": minutes_between(known.planned_at, start),
        **bag_then(newest_bag(slot), slot.number, start),
    }
    attempt = 1 + sum(1 for each in events if each.kind == Happened.GIVEN and each.slot_id == slot.pk)
    event = _insert(
        by, reached, start, end, witness=witness.user, attempt=attempt, assessment=known, reason=reason, checks=checks
    )
    trail.done(
        before={"state": before},
        after={
            **_as_audit(event, witness, checks),
            "ended_at": end,
            "verdict_as_known_then": then.verdict.value,
            "verdict_as_known_now": known.verdict.value,
        },
        reason=reason,
    )
    return event


def _as_audit(event: DoseEvent, witness: Signature, checks: dict[str, object]) -> dict[str, object]:
    return {
        **given_as_audit(event, witness.user),
        **{name: checks[name] for name in ("entered_afterwards", "would_have_been_refused", "bag", "bag_problem")},
    }


def _insert(by: Actor, reached: Reached, start: datetime, end: datetime, **more: object) -> DoseEvent:
    """The giving and the end of its infusion; the giving."""
    cycle, slot = reached.cycle, reached.slot
    event = insert_event(
        Happened.GIVEN, cycle=cycle, slot=slot, by=by.user, at=start, stay=reached.stay, reason_code=DOWNTIME, **more
    )
    insert_event(
        Happened.INFUSION_ENDED, cycle=cycle, slot=slot, by=by.user, at=end, refers_to=event, reason_code="complete"
    )
    record_fact(slot, SlotState.GIVEN)
    touch(cycle)
    return event


def _judge(cycle: Cycle, slot: Slot, start: datetime) -> tuple[Assessment, Assessment]:
    """On what was on record at the start, and on all that is known by now about it."""
    known = in_hindsight(facts_for(cycle), clock.now())
    return assess_slot(cycle, slot=slot.number, at=start), assess_facts(known, cycle, slot=slot.number, at=start)


def _read_times(
    cycle: Cycle, started_at: str | datetime | None, ended_at: str | datetime | None
) -> tuple[datetime, datetime]:
    """Raises: BadInput, Conflict not_active."""
    now = clock.now()
    start = read_instant(started_at, field="started_at", what="start")
    start = not_after(start, now=now, field="started_at", what="start")
    end = not_after(read_instant(ended_at, field="ended_at", what="end"), now=now, field="ended_at", what="end")
    if end < start:
        raise BadInput("end_before_start", "The end is before the start.", field="ended_at", remedy="Check both times.")
    if cycle.state == CycleState.PRESCRIBED:
        raise Conflict("not_active", "The cycle has not been started.", remedy="Start the cycle first.")
    if start < cycle.started_at or (cycle.ended_at and start > cycle.ended_at):
        raise BadInput(
            "outside_cycle", "The start is outside this cycle.", field="started_at", remedy="Check day and time."
        )
    return start, end


def _check_order(events: Iterable[DoseEvent], slot: Slot, start: datetime) -> None:
    """Doses of a cycle are given in their order. Raises: BadInput wrong_order."""
    known = list(events)
    struck = {each.refers_to_id for each in known if each.kind == Happened.VOIDED}
    for other in known:
        if other.kind != Happened.GIVEN or other.pk in struck:
            continue
        if (other.at - start).total_seconds() * (other.slot.number - slot.number) <= 0:
            side = "before" if other.slot.number < slot.number else "after"
            raise BadInput(
                "wrong_order",
                f"Dose {other.slot.number} is on record {side} dose {slot.number}, and this start does not fit.",
                field="started_at",
                remedy="Check the number of the dose and the time.",
            )
