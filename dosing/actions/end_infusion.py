"""Record that an infusion ended, or was interrupted."""

from __future__ import annotations

from datetime import datetime

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict
from tracker.reasons import check_reason, read_words
from tracker.roles import Perm
from tracker.times import not_after, read_instant

from ..models import DoseEvent
from ..permissions import slot_for
from ..states import Happened
from ._cycle import insert_event, touch
from ._given import standing_give


@action("end_infusion", Perm.GIVE_DOSE)
def end_infusion(
    *,
    by: Actor,
    trail: Trail,
    slot_id: int,
    ended_at: str | datetime | None = None,
    interrupted: bool = False,
    reason: str = "",
) -> DoseEvent:
    """The end of the infusion of a given dose; an interruption says why.

    Raises: NotFound, Conflict not_given or already_ended, BadInput. Audit: start, end and how many minutes it took.
    """
    reached = slot_for(by.user, slot_id, lock=True)
    trail.about(patient=reached.cycle.patient, object_type="slot", object_id=slot_id)
    given = standing_give(reached.slot)
    if DoseEvent.objects.filter(refers_to=given, kind=Happened.INFUSION_ENDED).exists():
        raise Conflict(
            "already_ended", "The end of this infusion was already recorded.", remedy="Nothing needs to be done."
        )
    end = _read_end(ended_at, given)
    reason = read_words(reason, what="reason", field="reason")
    if interrupted:
        check_reason(reason, what="An interrupted infusion")
    event = insert_event(
        Happened.INFUSION_ENDED,
        cycle=reached.cycle,
        slot=reached.slot,
        by=by.user,
        at=end,
        refers_to=given,
        reason_code="interrupted" if interrupted else "complete",
        reason=reason,
    )
    touch(reached.cycle)
    minutes = int((end - given.at).total_seconds() // 60)
    planned = reached.cycle.settings.max_infusion_deviation_min
    trail.done(
        after={
            "started_at": given.at,
            "ended_at": end,
            "minutes": minutes,
            "interrupted": interrupted,
            "beyond_allowed_deviation": abs(minutes - INFUSION_MIN) > planned,
        },
        reason=reason,
    )
    return event


def _read_end(typed: str | datetime | None, given: DoseEvent) -> datetime:
    """Raises: BadInput end_before_start, or what is wrong with the time."""
    now = clock.now()
    end = not_after(read_instant(typed or now, field="ended_at", what="end"), now=now, field="ended_at", what="end")
    if end < given.at:
        raise BadInput("end_before_start", "The end is before the start.", field="ended_at", remedy="Check the time.")
    return end


INFUSION_MIN = 15  # aldesleukin prescribing information, revised 9/2023, section 2.5
