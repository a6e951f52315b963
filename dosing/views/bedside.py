"""The bedside: may the next dose be given now, and why. Whoever may see the chart may see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tracker.closed_world import page
from tracker.roles import Perm

from ..bedside import bedside_for
from ..screens.patient import frame
from ..screens.readiness import plain, readiness, ready


@page(Perm.VIEW_CHART)
@require_safe
def bedside(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The readiness page; a plain one when no dose is open."""
    shown = bedside_for(request.user, patient_id)
    if not ready(shown):
        context = {**frame(shown.stay, shown.now), **plain(shown, request.user)}
        return render(request, "dosing/bedside_plain.html", context)
    context = {**frame(shown.stay, shown.now), **readiness(shown, request.user), "live": True}
    return render(request, "dosing/bedside.html", context)


@page(Perm.VIEW_CHART)
@require_safe
def live(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The part of the readiness page that keeps itself true; a page that has become another one is loaded anew."""
    shown = bedside_for(request.user, patient_id)
    if not ready(shown):
        return HttpResponse(headers={"HX-Redirect": reverse("bedside", args=[patient_id])})
    context = {**frame(shown.stay, shown.now), **readiness(shown, request.user)}
    return render(request, "bedside_refresh.html", context)
