"""Pause a running infusion and resume it; each is an entry of its own."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import Conflict
from tracker.reasons import check_reason
from tracker.roles import Perm

from ..models import DoseEvent
from ..permissions import Reached, slot_for
from ..queries import paused_since
from ..states import Happened
from ._bedside import newest_bag, use_before
from ._cycle import insert_event, touch
from ._given import standing_give


@action("pause_infusion", Perm.GIVE_DOSE)
def pause_infusion(*, by: Actor, trail: Trail, slot_id: int, reason: str) -> DoseEvent:
    """Stop the pump for a while, with a reason.

    Raises: NotFound, BadInput missing_reason, Conflict not_given, already_ended or already_paused. Audit: the reason.
    """
    reached, given = _running(by, trail, slot_id)
    reason = check_reason(reason, what="A pause")
    if paused_since(given) is not None:
        raise Conflict("already_paused", "This infusion is paused already.", remedy="Resume it, or record its end.")
    return _enter(Happened.PAUSED, by, trail, reached, given, reason)


@action("resume_infusion", Perm.GIVE_DOSE)
def resume_infusion(*, by: Actor, trail: Trail, slot_id: int) -> DoseEvent:
    """Go on with a paused infusion, while the bag may still be used.

    Raises: NotFound, Conflict not_given, already_ended, not_paused or bag_expired. Audit: how long it was paused.
    """
    reached, given = _running(by, trail, slot_id)
    if paused_since(given) is None:
        raise Conflict("not_paused", "This infusion is not paused.", remedy="Reload the page.")
    bag = newest_bag(reached.slot)
    if bag is not None and clock.now() >= use_before(bag):
        raise Conflict("bag_expired", "The bag has expired.", remedy="Record the end as interrupted; discard the rest.")
    return _enter(Happened.RESUMED, by, trail, reached, given, "")


def _running(by: Actor, trail: Trail, slot_id: int) -> tuple[Reached, DoseEvent]:
    reached = slot_for(by.user, slot_id, lock=True)
    trail.about(patient=reached.cycle.patient, object_type="slot", object_id=slot_id)
    given = standing_give(reached.slot)
    if DoseEvent.objects.filter(refers_to=given, kind=Happened.INFUSION_ENDED).exists():
        raise Conflict(
            "already_ended", "The end of this infusion was already recorded.", remedy="Nothing needs to be done."
        )
    return reached, given


def _enter(kind: Happened, by: Actor, trail: Trail, reached: Reached, given: DoseEvent, reason: str) -> DoseEvent:
    event = insert_event(kind, cycle=reached.cycle, slot=reached.slot, by=by.user, refers_to=given, reason=reason)
    touch(reached.cycle)
    trail.done(
        after={"dose": reached.slot.number, "started_at": given.at, "entry": kind.value, "at": event.at}, reason=reason
    )
    return event
