"""Patients of one's wards: the list, admission, transfer and discharge."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tracker import clock
from tracker.actions.admit_patient import admit_patient
from tracker.actions.move_patient import discharge_patient, transfer_patient
from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.models import Patient, Stay
from tracker.origin import actor_of
from tracker.permissions import stay_for
from tracker.roles import Perm, may
from tracker.times import read_posted_time

from ..patient_rows import free_beds, open_cycles, patient_page
from ..screens.form_problems import problems_of
from ..screens.frames import frame
from ..screens.patient import patient_head
from ..screens.ward_time import local_text, whole_number

PERSON = ("bed", "record_number", "family_name", "given_name", "birth_date", "sex", "allergies", "admitted_at")
LABELS = {
    "bed": "Bed",
    "record_number": "Record number",
    "family_name": "Family name",
    "given_name": "Given name",
    "birth_date": "Birth date",
    "sex": "Sex",
    "allergies": "Allergies",
    "admitted_at": "Admitted",
    "discharged_at": "Discharged",
}


@page(Perm.VIEW_CHART)
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """The patients of one's wards, admitted or discharged, found by name or record number."""
    words = request.GET.get("q", "").strip()[:100]
    discharged = request.GET.get("show") == "discharged"
    found = patient_page(request.user, words=words, discharged=discharged, number=whole_number(request.GET.get("page")))
    role = request.user.role
    context = {
        "found": found,
        "words": words,
        "discharged": discharged,
        "may_admit": may(role, Perm.MANAGE_PATIENTS),
        "may_prescribe": may(role, Perm.PRESCRIBE),
        "may_see_cycles": may(role, Perm.VIEW_CYCLES),
    }
    return render(request, "dosing/patients.html", context)


@page(Perm.MANAGE_PATIENTS)
@require_http_methods(["GET", "POST"])
def admit(request: HttpRequest) -> HttpResponse:
    """Admit a patient to a free bed of one's own wards."""
    if request.method == "GET":
        return _admission(request, dict.fromkeys(PERSON, ""))
    asked = {name: request.POST.get(name, "") for name in PERSON}
    try:
        stay = _admit(request, asked)
    except Refusal as refusal:
        return _admission(request, asked, refusal)
    messages.success(request, f"{stay.patient} is admitted to bed {stay.bed.label}, {stay.ward.name}.")
    return redirect("bedside", stay.patient_id)


def _admit(request: HttpRequest, asked: dict) -> Stay:
    beds = {bed.pk: bed for bed in free_beds(request.user)}
    bed_id = whole_number(asked["bed"])
    admitted_at = None
    if asked["admitted_at"]:
        zone = ZoneInfo(beds[bed_id].ward.timezone if bed_id in beds else "UTC")
        admitted_at = read_posted_time(request.POST, "admitted_at", zone=zone, what="time of admission")
    person = {name: asked[name] for name in ("record_number", "family_name", "given_name", "sex", "allergies")}
    return admit_patient(
        by=actor_of(request),
        bed_id=bed_id,
        birth_date=_read_date(asked["birth_date"]),
        admitted_at=admitted_at,
        **person,
    )


def _read_date(text: str) -> date | None:
    """The date, None for anything else: the action says what is wrong."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _admission(request: HttpRequest, asked: dict, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "asked": {**asked, "bed": whole_number(asked["bed"])},
        "beds": free_beds(request.user),
        "sexes": Patient.SEXES,
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "dosing/admit.html", context, status=refusal.status if refusal else 200)


@page(Perm.MANAGE_PATIENTS)
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Move a patient to another free bed, on any ward of the site."""
    stay = stay_for(request.user, patient_id)
    if request.method == "GET":
        return _transfer(request, stay)
    try:
        moved = transfer_patient(
            by=actor_of(request), patient_id=patient_id, bed_id=whole_number(request.POST.get("bed"))
        )
    except Refusal as refusal:
        return _transfer(request, stay, refusal)
    messages.success(request, f"{moved.patient} is now in bed {moved.bed.label}, {moved.ward.name}.")
    return redirect("patients")


def _transfer(request: HttpRequest, stay: Stay, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        **_about(stay),
        "beds": free_beds(request.user, everywhere=True),
        "asked": {"bed": whole_number(request.POST.get("bed"))},
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "dosing/transfer.html", context, status=refusal.status if refusal else 200)


@page(Perm.MANAGE_PATIENTS)
@require_http_methods(["GET", "POST"])
def discharge(request: HttpRequest, patient_id: int) -> HttpResponse:
    """End the stay; what that means for a running cycle is said first."""
    stay = stay_for(request.user, patient_id)
    zone = ZoneInfo(stay.ward.timezone)
    if request.method == "GET":
        return _discharge(request, stay, local_text(clock.now(), zone))
    typed = request.POST.get("discharged_at", "")
    try:
        at = read_posted_time(request.POST, "discharged_at", zone=zone, what="time of discharge")
        discharge_patient(by=actor_of(request), patient_id=patient_id, discharged_at=at)
    except Refusal as refusal:
        return _discharge(request, stay, typed, refusal)
    messages.success(request, f"{stay.patient} is discharged.")
    return redirect("patients")


def _discharge(request: HttpRequest, stay: Stay, typed: str, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        **_about(stay),
        "cycle": open_cycles([stay.patient_id]).get(stay.patient_id),
        "may_end": may(request.user.role, Perm.END_CYCLE),
        "asked": {"discharged_at": typed},
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "dosing/discharge.html", context, status=refusal.status if refusal else 200)


def _about(stay: Stay) -> dict:
    today = clock.now().astimezone(ZoneInfo(stay.ward.timezone)).date()
    return {**frame(stay), "stay": stay, "patient": patient_head(stay, None, today)}
