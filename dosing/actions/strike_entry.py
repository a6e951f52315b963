"""Strike a dose entry that was made in error; the entry stays visible, and what followed from it is judged anew."""

from __future__ import annotations

from datetime import datetime

from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict
from tracker.reasons import check_reason
from tracker.roles import Perm
from tracker.signatures import Signature
from tracker.times import read_instant

from ..models import Cycle, DoseEvent, Slot
from ..permissions import event_for
from ..schedule import SlotState
from ..states import Happened
from ._cycle import insert_event, record_fact, touch
from ._signed import check_pair

STRUCK = {Happened.GIVEN, Happened.OMITTED}


@action("strike_entry", Perm.GIVE_DOSE)
def strike_entry(
    *,
    by: Actor,
    trail: Trail,
    event_id: int,
    reason: str,
    signer: Signature,
    witness: Signature,
    started_at: str | None = None,
) -> DoseEvent:
    """Mark a giving or an omission as entered in error, signed by two people.

    With `started_at` the dose was given, but at another time: the giving is entered again with the right start.
    Without it the dose was not given and is open again until it lapses, or closed as it was before.
    Raises: NotFound, BadInput, NotAllowed, Conflict already_struck or cannot_strike. Audit: both entries.
    """
    event, reached = event_for(by.user, event_id, lock=True)
    slot, cycle = reached.slot, reached.cycle
    trail.about(patient=cycle.patient, object_type="slot", object_id=slot.pk)
    reason = check_reason(reason, what="Striking an entry")
    check_pair(by, signer, witness, reached.stay)
    if Happened(event.kind) not in STRUCK:
        raise Conflict("cannot_strike", "This entry cannot be struck.", remedy="A hold stays held: the dose is lost.")
    if DoseEvent.objects.filter(refers_to=event, kind=Happened.VOIDED).exists():
        raise Conflict("already_struck", "This entry was already struck.", remedy="Look at the entry that replaced it.")
    if started_at and event.kind != Happened.GIVEN:
        raise BadInput("no_start", "An omitted dose has no start.", field="started_at", remedy="Leave it empty.")
    start = _read_start(started_at, event, cycle) if started_at else None
    voided = insert_event(
        Happened.VOIDED, cycle=cycle, slot=slot, by=by.user, witness=witness.user, refers_to=event, reason=reason
    )
    if start:
        insert_event(
            Happened.GIVEN, cycle=cycle, slot=slot, by=event.by, witness=event.witness, at=start,
            attempt=event.attempt + 1, overridden=event.overridden, verdict=event.verdict, decision=event.decision,
            checks=event.checks,
        )  # fmt: skip
    else:
        record_fact(slot, _state_without(slot))
    touch(cycle)
    trail.done(
        before={"event": event.pk, "kind": event.kind, "at": event.at, "dose": slot.number},
        after={"struck": True, "started_at": start, "witness": witness.user.full_name, "state": slot.state},
        reason=reason,
    )
    return voided


def _read_start(typed: str, event: DoseEvent, cycle: Cycle) -> datetime:
    """Raises: BadInput bad_start, or what is wrong with the time."""
    start = read_instant(typed, field="started_at", what="start")
    if start > event.recorded_at or start < cycle.started_at:
        raise BadInput(
            "bad_start", "The start is not between the start of the cycle and the time of entry.", field="started_at",
            remedy="Enter when the infusion really began.",
        )  # fmt: skip
    return start


def _state_without(slot: Slot) -> SlotState:
    """Open again, or as it was closed before a dose given in a downtime was entered for it."""
    closed = DoseEvent.objects.filter(slot=slot, kind__in=[Happened.HELD, Happened.OMITTED, Happened.LAPSED])
    last = closed.exclude(later__kind=Happened.VOIDED).order_by("-id").first()
    return SlotState(last.kind) if last else SlotState.OPEN
