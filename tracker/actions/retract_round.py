"""Mark a round as entered in error: from here on it never existed, and it stays visible."""

from __future__ import annotations

from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..models import Retraction
from ..reasons import check_reason
from ..roles import Perm
from . import _chart


@action("retract_round", Perm.RECORD_ROUND)
def retract_round(*, by: Actor, trail: Trail, round_id: int, reason: str) -> Retraction:
    """Strike a round with a reason. What it triggered is undone, what it released is un-released.

    Raises: NotFound, BadInput missing_reason, Conflict already_retracted. Audit: the struck values and the reason.
    """
    round_, stay = _chart.round_within_reach(by.user, round_id)
    trail.about(patient=stay.patient, object_type="round", object_id=round_.pk)
    reason = check_reason(reason, what="Striking a round")
    chart = _chart.lock_chart(stay.patient_id)
    _chart.check_not_retracted(round_)
    retraction = _chart.insert_retraction(round_=round_, seq=_chart.advance(chart), reason=reason, by=by.user)
    trail.done(
        before={"observed_at": round_.observed_at, "values": _chart.stored_as_audit(round_)},
        after={"retracted": True},
        reason=reason,
    )
    return retraction
