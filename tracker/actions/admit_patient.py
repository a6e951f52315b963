"""Admit a patient to a bed, registering the person when the hospital does not know them yet."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from .. import clock
from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..errors import BadInput, Conflict, NotFound
from ..models import Bed, ChartState, Patient, Stay, StayMove
from ..permissions import ward_ids
from ..review import make_review_due
from ..roles import Perm
from ..times import not_after, read_instant
from ..typed import short_text


@action("admit_patient", Perm.MANAGE_PATIENTS)
def admit_patient(
    *,
    by: Actor,
    trail: Trail,
    bed_id: int,
    record_number: str,
    family_name: str,
    given_name: str,
    birth_date: date,
    sex: str,
    allergies: str = "",
    admitted_at: str | datetime | None = None,
) -> Stay:
    """Put the patient in a free bed of one's own ward.

    A known record number must come with the same name and birth date: two people never share a chart. Allergies that
    are new for a known patient are added to those that are known.
    Raises: BadInput, NotFound no_such_bed, Conflict bed_taken, already_admitted, other_person. Audit: who and where.
    """
    bed = Bed.objects.select_related("ward").filter(pk=bed_id, ward_id__in=ward_ids(by.user)).first()
    if bed is None:
        raise NotFound("no_such_bed", "There is no such bed on your wards.", field="bed", remedy="Choose a bed.")
    person = _read_person(record_number, family_name, given_name, birth_date, sex, allergies)
    now = clock.now()
    instant = not_after(
        read_instant(admitted_at or now, field="admitted_at", what="time of admission"), now=now, field="admitted_at"
    )
    patient = _find_or_register(person, trail)
    trail.about(patient=patient)
    before = _add_allergies(patient, person["allergies"])
    try:
        with transaction.atomic():
            stay = Stay.objects.create(patient=patient, ward=bed.ward, bed=bed, admitted_at=instant)
    except IntegrityError:
        raise _why_not(patient, bed) from None
    StayMove.objects.create(
        stay=stay, kind="admitted", ward=bed.ward, bed=bed, at=instant, recorded_at=now, recorded_by=by.user
    )
    make_review_due(patient.pk)
    trail.about(object_type="stay", object_id=stay.pk)
    after = {"ward": bed.ward.code, "bed": bed.label, "admitted_at": instant}
    trail.done(before=before, after=after if before is None else {**after, "allergies": patient.allergies})
    return stay


def _read_person(
    record_number: str, family_name: str, given_name: str, birth_date: date, sex: str, allergies: str
) -> dict:
    person = {"record_number": record_number, "family_name": family_name, "given_name": given_name}
    for field, text in person.items():
        person[field] = short_text(text, field=field, longest=Patient._meta.get_field(field).max_length)
        if not person[field]:
            what = field.replace("_", " ")
            raise BadInput(f"missing_{field}", f"The {what} is missing.", field=field, remedy=f"Enter the {what}.")
    if not isinstance(birth_date, date) or not date(1900, 1, 1) <= birth_date <= clock.now().date():
        raise BadInput(
            "bad_birth_date", "The birth date is missing or not possible.", field="birth_date", remedy="Check it."
        )
    if sex not in dict(Patient.SEXES):
        raise BadInput("bad_sex", "The sex is missing.", field="sex", remedy="Choose female, male or other.")
    known = short_text(allergies, field="allergies", longest=Patient._meta.get_field("allergies").max_length)
    return {**person, "birth_date": birth_date, "sex": sex, "allergies": known}


def _find_or_register(person: dict, trail: Trail) -> Patient:
    known = Patient.objects.filter(record_number=person["record_number"]).first()
    if known is None:
        patient = Patient.objects.create(**person)
        ChartState.objects.create(patient=patient)
        return patient
    trail.about(patient=known)
    same = (known.family_name.casefold(), known.birth_date) == (person["family_name"].casefold(), person["birth_date"])
    if not same:
        raise Conflict(
            "other_person",
            f"Record number {known.record_number} belongs to another person.",
            field="record_number",
            remedy="Check the record number, the family name and the birth date against the wristband.",
        )
    return known


def _add_allergies(patient: Patient, said: str) -> dict | None:
    """Keep what is said now beside what was known: an allergy is never lost by an admission. What stood before."""
    before = patient.allergies
    if not said or said.casefold() in before.casefold():
        return None
    patient.allergies = short_text(f"{before}; {said}" if before else said, field="allergies", longest=300)
    patient.save(update_fields=["allergies"])
    return {"allergies": before}


def _why_not(patient: Patient, bed: Bed) -> Conflict:
    if Stay.objects.filter(patient=patient, discharged_at=None).exists():
        return Conflict("already_admitted", "The patient is already admitted.", remedy="Transfer the patient instead.")
    return Conflict("bed_taken", f"Bed {bed.label} is taken.", field="bed", remedy="Choose a free bed.")
