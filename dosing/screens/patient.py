"""The head of every bedside page: bed, name, two identifiers, allergies, dosing weight and a permanent bar. Pure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from tracker.models import Patient, Stay

from ..models import Cycle
from ..rules.assess import Assessment
from ..rules.verdict import Verdict
from .shapes import Link, PatientHead

SEX = {"female": "F", "male": "M", "other": ""}
BARS = {
    Verdict.DISCONTINUE: "No interleukin-2 in this or any later course.",
    Verdict.STOP_COURSE: "No further dose in this course.",
}


def patient_head(
    stay: Stay, cycle: Cycle | None, today: date, *, assessment: Assessment | None = None, bar: str = ""
) -> PatientHead:
    """Who this is. `today` is the ward's day, for the age; the bar comes from the verdict or is given as words."""
    patient = stay.patient
    if assessment is not None:
        bar = BARS.get(assessment.verdict, bar)
    return PatientHead(
        bed=stay.bed.label if stay.bed and stay.discharged_at is None else "–",
        name=str(patient),
        born=patient.birth_date,
        mrn=patient.record_number,
        sex_age=", ".join(part for part in (SEX[patient.sex], str(age_years(patient, today))) if part),
        allergy=patient.allergies or "not recorded",
        dosing_weight=f"{cycle.dosing_weight_kg} kg" if cycle else "",
        barred=bar,
        url=reverse("bedside", args=[patient.pk]),
    )


def age_years(patient: Patient, today: date) -> int:
    """Completed years on that day."""
    born = patient.birth_date
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def frame(stay: Stay, now: datetime, title: str = "") -> dict:
    """The frame of a page about one patient: the clock of the patient's ward, and the way back.

    Without a title it is the bedside itself, which leads back to the ward; the pages below it lead back to it.
    """
    ward = stay.ward
    patient_url = reverse("bedside", args=[stay.patient_id])
    return {
        "now": now,
        "ward_tz": ZoneInfo(ward.timezone),
        "ward_name": ward.name,
        "back": Link(f"bed of {stay.patient}", patient_url) if title else Link(ward.name, reverse("board")),
        "bar_title": title,
        "bedside_url": patient_url,
        "alerts_url": reverse("alerts-of-patient", args=[stay.patient_id]),
    }
