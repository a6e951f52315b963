"""Record a round: any subset of the codes, observed together at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .. import clock
from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..models import Round
from ..not_done import as_audit, read_not_done
from ..permissions import stay_for
from ..reasons import read_words
from ..roles import Perm
from ..times import not_after, read_instant
from . import _chart


@action("record_round", Perm.RECORD_ROUND)
def record_round(
    *,
    by: Actor,
    trail: Trail,
    patient_id: int,
    observed_at: str | datetime,
    values: object,
    confirmed: frozenset[str] = frozenset(),
    note: str = "",
    not_done: object = None,
    tablet: Mapping[str, object] | None = None,
) -> Round:
    """Chart what was observed. `values` maps a code to a value or to {"value", "unit", "from"}.

    `confirmed` holds the codes whose surprising value the person confirms, `not_done` coded reasons for what was not
    recorded (see `read_not_done`). `tablet` is what its own clock said.
    Raises: NotFound, BadInput (each bad field), Several, Conflict discharged.
    Audit: the values as typed, the reasons, the clock.
    """
    stay = stay_for(by.user, patient_id)
    trail.about(patient=stay.patient)
    said = read_instant(observed_at, field="observed_at", what="time of observation")
    instant = not_after(said, now=clock.now(), field="observed_at", what="time of observation")
    note = read_words(note, what="note", field="note")
    _chart.check_within_stay(stay, instant)
    readings = _chart.read_values(values, observed_at=instant)
    reasons = read_not_done(not_done, recorded=[each.code for each in readings])
    _chart.check_surprises(readings, patient=stay.patient, observed_at=instant, confirmed=confirmed)
    seq = _chart.advance(_chart.lock_chart(stay.patient_id))
    round_ = _chart.insert_round(
        stay=stay, seq=seq, readings=readings, observed_at=instant, by=by.user, note=note, not_done=reasons
    )
    trail.about(object_type="round", object_id=round_.pk)
    after = {"observed_at": instant, "values": _chart.as_audit(readings), **(tablet or {})}
    if reasons:
        after["not_done"] = as_audit(reasons)
    trail.done(after=after if said == instant else {**after, "observed_at_said": said})
    return round_
