"""Patients within reach, and admitting one."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from ..actions.admit_patient import admit_patient
from ..audit.record import Actor
from ..models import Bed
from ..permissions import stay_for, stays_within_reach, ward_ids
from ..roles import Perm
from .bodies import read_choice
from .documentation import lists, narrows, reads, writes
from .endpoint import Endpoint
from .idempotency import Answer
from .shapes import AdmissionSerializer, PatientSerializer
from .writing import Write


@extend_schema_view(
    get=lists(
        "patients_list",
        "Patients of one's wards, the latest admitted first",
        PatientSerializer,
        filters=(
            narrows("record_number", "Exactly this record number."),
            narrows(
                "admitted", "`yes` for those who lie here now, `no` for those who were discharged.", enum=("yes", "no")
            ),
        ),
    ),
    post=writes("patients_admit", "Admit a patient to a free bed", AdmissionSerializer, PatientSerializer),
)
class Patients(Write):
    """Everybody whose latest stay is on one of the person's wards."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CHART, "POST": Perm.MANAGE_PATIENTS}
    takes = AdmissionSerializer

    def get(self, request: Request) -> Response:
        """One page of patients."""
        wanted = self.filters("record_number", "admitted")
        stays = stays_within_reach(request.user)
        if "record_number" in wanted:
            stays = stays.filter(patient__record_number=wanted["record_number"])
        if "admitted" in wanted:
            here = read_choice(wanted["admitted"], "admitted", ["yes", "no"]) == "yes"
            stays = stays.filter(discharged_at__isnull=here)
        return self.page(stays, PatientSerializer)

    def act(self, by: Actor, body: dict) -> Answer:
        """Admit."""
        bed = Bed.objects.filter(
            ward__code=body.pop("ward") or "", label=body.pop("bed") or "", ward_id__in=ward_ids(by.user)
        )
        known = bed.values_list("id", flat=True).first()
        body["birth_date"] = _date(body["birth_date"])
        stay = admit_patient(by=by, bed_id=known or 0, **body)
        return 201, PatientSerializer(stay_for(by.user, stay.patient_id)).data


@extend_schema_view(get=reads("patients_read", "One patient", PatientSerializer))
class OnePatient(Endpoint):
    """A patient with the latest stay."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CHART}

    def get(self, request: Request, patient_id: int) -> Response:
        """The patient, or 404."""
        return self.one(stay_for(request.user, patient_id), PatientSerializer)


def _date(text: str | None) -> date | None:
    """The date, or None, which the action refuses with its own words."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
