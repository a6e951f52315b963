"""Wards and beds."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions.keep_staff import create_bed, create_ward
from ..closed_world import page
from ..errors import Refusal
from ..models import Stay, Ward
from ..origin import actor_of
from ..roles import Perm


@page(Perm.MANAGE_STAFF)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All wards with their beds; a taken bed is marked, without saying by whom."""
    return render(request, "tracker/wards.html", _context())


@page(Perm.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new ward."""
    asked = {name: request.POST.get(name, "") for name in ("code", "name", "timezone", "beds")}
    if request.method == "GET":
        return render(request, "tracker/ward_form.html", {"asked": {**asked, "timezone": "Europe/Berlin"}})
    try:
        ward = create_ward(
            by=actor_of(request),
            code=asked["code"],
            name=asked["name"],
            timezone=asked["timezone"].strip(),
            beds=asked["beds"].replace(",", " ").split(),
        )
    except Refusal as refusal:
        context = {"asked": asked, "problems": [refusal]}
        return render(request, "tracker/ward_form.html", context, status=refusal.status)
    messages.success(request, f"Ward {ward.name} is made.")
    return redirect("wards")


@page(Perm.MANAGE_STAFF)
@require_POST
def new_bed(request: HttpRequest, ward_id: int) -> HttpResponse:
    """One more bed."""
    try:
        bed = create_bed(by=actor_of(request), ward_id=ward_id, label=request.POST.get("label", ""))
    except Refusal as refusal:
        context = {**_context(), "problems": [refusal]}
        return render(request, "tracker/wards.html", context, status=refusal.status)
    messages.success(request, f"Bed {bed.label} is made.")
    return redirect("wards")


def _context() -> dict:
    taken = set(Stay.objects.filter(discharged_at=None).values_list("bed_id", flat=True))
    wards = Ward.objects.prefetch_related("beds")
    return {"wards": [{"ward": w, "beds": [{"bed": b, "taken": b.pk in taken} for b in w.beds.all()]} for w in wards]}
