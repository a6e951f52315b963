"""The buttons that record what the fluids page shows: one tap each, only for people who chart. Pure."""

from __future__ import annotations

from django.urls import reverse

from tracker.models import User
from tracker.roles import Perm, may

from ..bedside import Bedside
from .shapes import Link

RECORDS = (
    ("Record fluids", "fluid_intake,urine_output,fluid_bolus,diarrhea_volume"),
    ("Weigh", "weight"),
    ("Record oxygen", "spo2,oxygen_flow,oxygen_fio2"),
    ("Record edema", "edema_site,edema_grade"),
)


def record_links(bedside: Bedside, user: User) -> tuple[Link, ...]:
    """One link for each part; none for a discharged patient or a role that does not chart."""
    if bedside.discharged or not may(user.role, Perm.RECORD_ROUND):
        return ()
    url = reverse("round", args=[bedside.stay.patient_id])
    return tuple(Link(label, f"{url}?code={codes}") for label, codes in RECORDS)
