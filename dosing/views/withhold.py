"""Holding or omitting a dose, and a prescriber's override of a hold."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.origin import actor_of
from tracker.roles import Perm

from ..actions.hold_dose import hold_dose
from ..actions.omit_dose import omit_dose
from ..actions.override_hold import override_hold
from ..bedside import bedside_at
from ..permissions import slot_for
from ..screens.dose import dose_context, usual_reason
from ..screens.problems import problems_of
from ..states import OMISSION_REASONS
from .signing import own_signature


@page(Perm.HOLD_DOSE)
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Withhold one dose for good, with a reason; the findings are its first draft."""
    refusal = None
    if request.method == "POST":
        try:
            hold_dose(by=actor_of(request), slot_id=slot_id, reason=request.POST.get("reason", ""))
        except Refusal as refused:
            refusal = refused
        else:
            return _done(request, slot_id, "is held")
    return _form(request, slot_id, "Hold", "dosing/hold.html", refusal)


@page(Perm.HOLD_DOSE)
@require_http_methods(["GET", "POST"])
def omit(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Record that a dose is not given for a reason that is not a finding."""
    refusal = None
    if request.method == "POST":
        try:
            omit_dose(
                by=actor_of(request),
                slot_id=slot_id,
                reason_code=request.POST.get("reason_code", ""),
                reason=request.POST.get("reason", ""),
            )
        except Refusal as refused:
            refusal = refused
        else:
            return _done(request, slot_id, "is omitted")
    return _form(request, slot_id, "Omit", "dosing/omit.html", refusal)


@page(Perm.OVERRIDE_HOLD)
@require_http_methods(["GET", "POST"])
def override(request: HttpRequest, slot_id: int) -> HttpResponse:
    """A prescriber signs that one dose may pass the findings that stand now."""
    refusal = None
    if request.method == "POST":
        try:
            slot_for(request.user, slot_id)
            signature = own_signature(request, "override a hold")
            reason = request.POST.get("reason", "")
            override_hold(by=actor_of(request), slot_id=slot_id, reason=reason, signature=signature)
        except Refusal as refused:
            refusal = refused
        else:
            return _done(request, slot_id, "may be given on your override")
    return _form(request, slot_id, "Override for", "dosing/override.html", refusal)


def _form(request: HttpRequest, slot_id: int, verb: str, template: str, refusal: Refusal | None) -> HttpResponse:
    shown = bedside_at(slot_for(request.user, slot_id))
    draft = usual_reason(shown) if verb == "Hold" else ""
    context = {
        **dose_context(shown, f"{verb} dose {shown.slot.number}"),
        "asked_reason": request.POST.get("reason", draft),
        "asked_code": request.POST.get("reason_code", ""),
        "omission_reasons": OMISSION_REASONS.items(),
        "assessment": shown.assessment,
        "problems": problems_of(refusal) if refusal else (),
    }
    return render(request, template, context, status=refusal.status if refusal else 200)


def _done(request: HttpRequest, slot_id: int, words: str) -> HttpResponse:
    reached = slot_for(request.user, slot_id)
    messages.success(request, f"Dose {reached.slot.number} {words}.")
    return redirect("bedside", reached.stay.patient_id)
