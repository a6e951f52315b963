"""Transfer a patient to another bed, or discharge the patient."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from .. import clock
from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..errors import BadInput, Conflict, NotFound
from ..models import Bed, Stay, StayMove
from ..permissions import stay_for
from ..review import make_review_due
from ..roles import Perm
from ..times import not_after, read_instant
from ._chart import lock_chart


@action("transfer_patient", Perm.MANAGE_PATIENTS)
def transfer_patient(*, by: Actor, trail: Trail, patient_id: int, bed_id: int) -> Stay:
    """Move an admitted patient to a free bed, on any ward of the site.

    Raises: NotFound, Conflict not_admitted or bed_taken. Audit: from where to where.
    """
    stay = _open_stay(by, trail, patient_id)
    bed = Bed.objects.select_related("ward").filter(pk=bed_id).first()
    if bed is None:
        raise NotFound("no_such_bed", "There is no such bed.", field="bed", remedy="Choose a bed.")
    before = {"ward": stay.ward.code, "bed": stay.bed.label if stay.bed else None}
    try:
        with transaction.atomic():
            moved = Stay.objects.filter(pk=stay.pk, discharged_at=None).update(bed=bed, ward=bed.ward)
    except IntegrityError:
        raise Conflict("bed_taken", f"Bed {bed.label} is taken.", field="bed", remedy="Choose a free bed.") from None
    if moved != 1:
        raise _not_admitted()
    now = clock.now()
    StayMove.objects.create(
        stay=stay, kind="transferred", ward=bed.ward, bed=bed, at=now, recorded_at=now, recorded_by=by.user
    )
    stay.ward, stay.bed = bed.ward, bed
    make_review_due(stay.patient_id)
    trail.done(before=before, after={"ward": bed.ward.code, "bed": bed.label})
    return stay


@action("discharge_patient", Perm.MANAGE_PATIENTS)
def discharge_patient(*, by: Actor, trail: Trail, patient_id: int, discharged_at: str | datetime | None = None) -> Stay:
    """End the stay; nothing can be given afterwards.

    Raises: NotFound, BadInput, Conflict not_admitted. Audit: when.
    """
    stay = _open_stay(by, trail, patient_id)
    now = clock.now()
    said = read_instant(discharged_at or now, field="discharged_at", what="time of discharge")
    instant = not_after(said, now=now, field="discharged_at", what="time of discharge")
    if instant < stay.admitted_at:
        raise BadInput(
            "before_admission",
            "The discharge is before the admission.",
            field="discharged_at",
            remedy="Check the time.",
        )
    if Stay.objects.filter(pk=stay.pk, discharged_at=None).update(discharged_at=instant) != 1:
        raise _not_admitted()
    StayMove.objects.create(
        stay=stay, kind="discharged", ward=stay.ward, bed=stay.bed, at=instant, recorded_at=now, recorded_by=by.user
    )
    stay.discharged_at = instant
    make_review_due(stay.patient_id)
    trail.done(after={"discharged_at": instant})
    return stay


def _open_stay(by: Actor, trail: Trail, patient_id: int) -> Stay:
    """The stay under the lock of the chart: a dose or a round waits, then sees where the patient lies."""
    stay = stay_for(by.user, patient_id)
    trail.about(patient=stay.patient, object_type="stay", object_id=stay.pk)
    lock_chart(stay.patient_id)
    stay.refresh_from_db(fields=["ward", "bed", "discharged_at"])
    if stay.discharged_at is not None:
        raise _not_admitted()
    return stay


def _not_admitted() -> Conflict:
    return Conflict("not_admitted", "The patient is not admitted now.", remedy="Look at the patient's stays.")
