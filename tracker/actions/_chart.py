"""What the three writers of the chart share: the lock that orders them, and the chart's running number."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from fractions import Fraction

from django.db.models import QuerySet

from .. import clock, poke
from ..catalogue import Reading, canonical, read_value, surprising
from ..errors import BadInput, Conflict, NotFound, Several
from ..models import ChartState, NotDone, Patient, Retraction, Round, RoundValue, Stay, User
from ..not_done import Reason
from ..permissions import stay_for
from ..prepared import prepared, prepared_update

MAX_VALUES = 100
ROUNDS_BACK = 16


def lock_chart(patient_id: int) -> ChartState:
    """The patient's chart row, locked until the transaction ends."""
    (chart,) = _chart_locked(patient_id=patient_id)
    return chart


@prepared
def _chart_locked(patient_id: int) -> QuerySet[ChartState]:
    return ChartState.objects.select_for_update().filter(patient_id=patient_id)


def advance(chart: ChartState) -> int:
    """Count one more thing known about the patient, which makes the review due, and nudge the worker."""
    chart.seq += 1
    chart.stamp = uuid.uuid4().hex
    chart.changed_at = clock.now()
    _advanced(patient_id=chart.patient_id, seq=chart.seq, stamp=chart.stamp, now=chart.changed_at)
    poke.nudge(poke.CHART_CHANGED, chart.patient_id)
    return chart.seq


@prepared_update
def _advanced(patient_id: int, seq: int, stamp: str, now: datetime) -> tuple[QuerySet, dict]:
    changes = {"seq": seq, "stamp": stamp, "changed_at": now}
    return ChartState.objects.filter(patient_id=patient_id), changes


def read_values(values: object, *, observed_at: datetime) -> list[Reading]:
    """Every value read, or every mistake at once.

    Raises: BadInput no_values, too_many_values; Several with one refusal for each bad value.
    """
    if not isinstance(values, Mapping) or not values:
        raise BadInput("no_values", "The round has no values.", field="values", remedy="Record at least one value.")
    if len(values) > MAX_VALUES:
        raise BadInput(
            "too_many_values", f"A round has at most {MAX_VALUES} values.", field="values", remedy="Send two."
        )
    readings, problems = [], []
    for code, raw in values.items():
        try:
            readings.append(read_value(str(code), raw, observed_at=observed_at))
        except BadInput as problem:
            problems.append(problem)
    if problems:
        raise Several(problems)
    return readings


def check_surprises(
    readings: list[Reading], *, patient: Patient, observed_at: datetime, confirmed: frozenset[str]
) -> None:
    """Possible but surprising values need the word of the person who measured.

    Raises: Several of please_confirm.
    """
    unsure = [each for each in readings if each.code not in confirmed]
    before = _values_before(patient, [each.code for each in unsure], observed_at)
    asked = [
        BadInput(
            "please_confirm",
            sentence,
            field=f"values.{each.code}",
            remedy="Measure again, or confirm that the value is right.",
        )
        for each in unsure
        if (
            sentence := surprising(
                each.code,
                each.value,
                before.get(each.code),
                interval=observed_at - each.since if each.since else None,
            )
        )
    ]
    if asked:
        raise Several(asked)


def _values_before(patient: Patient, codes: list[str], instant: datetime) -> dict[str, Fraction | int | str]:
    """The newest earlier value of each code among the last rounds: enough of them to reach the daily labs."""
    if not codes:
        return {}
    newest = {code: (entered, unit) for code, entered, unit in _typed_before(patient_id=patient.pk, instant=instant)}
    return {code: canonical(code, *newest[code]) for code in codes if code in newest}


@prepared
def _typed_before(patient_id: int, instant: datetime) -> QuerySet:
    last = Round.objects.filter(patient_id=patient_id, retraction=None, observed_at__lt=instant)
    last = last.order_by("-observed_at", "-seq").values("id")[:ROUNDS_BACK]
    typed = RoundValue.objects.filter(round_id__in=last).order_by("round__observed_at", "round__seq")
    return typed.values_list("code", "entered", "unit")


def check_within_stay(stay: Stay, observed_at: datetime) -> None:
    """Raises: BadInput before_admission; Conflict discharged."""
    if observed_at < stay.admitted_at:
        raise BadInput(
            "before_admission",
            f"The time is before the admission at {stay.admitted_at.isoformat(timespec='minutes')}.",
            field="observed_at",
            remedy="Enter the time of observation, after the admission.",
        )
    if stay.discharged_at is not None and observed_at > stay.discharged_at:
        raise Conflict(
            "discharged",
            f"The patient was discharged at {stay.discharged_at.isoformat(timespec='minutes')}.",
            field="observed_at",
            remedy="Admit the patient again before charting.",
        )


def insert_round(
    *,
    stay: Stay,
    seq: int,
    readings: list[Reading],
    observed_at: datetime,
    by: User,
    corrects: Round | None = None,
    note: str = "",
    not_done: Iterable[Reason] = (),
) -> Round:
    """The round, its values and why others are missing: three inserts at most, whatever their number."""
    round_ = Round.objects.create(
        patient=stay.patient,
        stay=stay,
        seq=seq,
        observed_at=observed_at,
        recorded_at=clock.now(),
        recorded_by=by,
        corrects=corrects,
        note=note,
    )
    RoundValue.objects.bulk_create(
        RoundValue(round=round_, code=each.code, entered=each.entered, unit=each.unit, since=each.since)
        for each in readings
    )
    if reasons := tuple(not_done):
        NotDone.objects.bulk_create(
            NotDone(round=round_, code=each.code, reason=each.reason, words=each.words) for each in reasons
        )
    return round_


def insert_retraction(*, round_: Round, seq: int, reason: str, by: User) -> Retraction:
    """The mark that the round never existed. The round itself stays as it is."""
    return Retraction.objects.create(
        round=round_, patient_id=round_.patient_id, seq=seq, reason=reason, at=clock.now(), by=by
    )


def round_within_reach(user: User, round_id: int) -> tuple[Round, Stay]:
    """The round and the stay of its patient.

    Raises: NotFound when it does not exist for this person.
    """
    round_ = Round.objects.filter(pk=round_id).first()
    if round_ is not None:
        with suppress(NotFound):
            return round_, stay_for(user, round_.patient_id)
    raise NotFound("no_such_round", "There is no such round on your wards.")  # the same for one on another ward


def check_not_retracted(round_: Round) -> None:
    """Raises: Conflict already_retracted."""
    if Retraction.objects.filter(round=round_).exists():
        raise Conflict(
            "already_retracted",
            "This round was already marked as entered in error.",
            remedy="Look at the chart: the round that replaced it is there.",
        )


def as_audit(readings: list[Reading]) -> dict:
    """Values as they were typed, for the audit entry."""
    return {
        each.code: {"value": each.entered, "unit": each.unit, **({"from": each.since} if each.since else {})}
        for each in readings
    }


def stored_as_audit(round_: Round) -> dict:
    """A stored round's values, for the `before` of an audit entry."""
    return {
        value.code: {"value": value.entered, "unit": value.unit, **({"from": value.since} if value.since else {})}
        for value in round_.values.all()
    }
