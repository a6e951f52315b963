"""Correct a round: strike it and chart the right values in its place, in one transaction."""

from __future__ import annotations

from datetime import datetime

from .. import clock
from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..models import Round
from ..not_done import Reason, as_audit
from ..reasons import check_reason
from ..roles import Perm
from ..times import not_after, read_instant
from . import _chart


@action("correct_round", Perm.RECORD_ROUND)
def correct_round(
    *,
    by: Actor,
    trail: Trail,
    round_id: int,
    reason: str,
    values: object,
    observed_at: str | datetime | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Round:
    """Strike the round and record a new one that points at it; the time of observation is kept unless it was wrong.

    `values` is the whole right round, not only the changed value. Reasons why something was not recorded stand on, save
    for what the right round has a value for.
    Raises: as record_round and retract_round. Audit: the values before and after, and the reason.
    """
    old, stay = _chart.round_within_reach(by.user, round_id)
    trail.about(patient=stay.patient, object_type="round", object_id=old.pk)
    reason = check_reason(reason, what="Correcting a round")
    instant = old.observed_at
    if observed_at:
        said = read_instant(observed_at, field="observed_at", what="time of observation")
        instant = not_after(said, now=clock.now(), field="observed_at", what="time of observation")
    _chart.check_within_stay(stay, instant)
    readings = _chart.read_values(values, observed_at=instant)
    _chart.check_surprises(readings, patient=stay.patient, observed_at=instant, confirmed=confirmed)
    chart = _chart.lock_chart(stay.patient_id)
    _chart.check_not_retracted(old)
    _chart.insert_retraction(round_=old, seq=_chart.advance(chart), reason=reason, by=by.user)
    standing = _reasons_without(old, {each.code for each in readings})
    new = _chart.insert_round(
        stay=stay,
        seq=_chart.advance(chart),
        readings=readings,
        observed_at=instant,
        by=by.user,
        corrects=old,
        not_done=standing,
    )
    after = {"round": new.pk, "observed_at": instant, "values": _chart.as_audit(readings)}
    trail.done(
        before={"observed_at": old.observed_at, "values": _chart.stored_as_audit(old)},
        after={**after, "not_done": as_audit(standing)} if standing else after,
        reason=reason,
    )
    return new


def _reasons_without(old: Round, recorded: set[str]) -> list[Reason]:
    return [Reason(each.code, each.reason, each.words) for each in old.not_done.all() if each.code not in recorded]
