"""Prescribe a cycle: the form, the exact arithmetic while it is typed, and the order."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tracker import clock
from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.models import Stay
from tracker.origin import actor_of
from tracker.permissions import stay_for
from tracker.roles import Perm

from ..actions.prescribe_cycle import prescribe_cycle
from ..courses import past_of
from ..orders import DEFAULT_ULN
from ..regimen import HD_IL2, REGIMENS
from ..rules.registry import newest_sets
from ..screens.form_problems import problems_of
from ..screens.frames import frame
from ..screens.patient import patient_head
from ..screens.prescription import LABELS, TEXTS, TIMES, earlier_cycles, preview_of, typed_order

# What the form begins with. There is no weight and no time in it: those are said, never taken for granted.
FRESH = {"regimen": HD_IL2.id, "ast_uln": DEFAULT_ULN, "alt_uln": DEFAULT_ULN}


@page(Perm.PRESCRIBE)
@require_http_methods(["GET", "POST"])
def prescribe(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The form; with `show` only the arithmetic is shown, for a browser without scripts."""
    stay = stay_for(request.user, patient_id)
    if request.method == "GET" or "show" in request.POST:
        return _form(request, stay)
    try:
        asked = _typed(request, stay)
        cycle = prescribe_cycle(by=actor_of(request), patient_id=patient_id, **asked)
    except Refusal as refusal:
        return _form(request, stay, refusal)
    messages.success(request, f"Cycle {cycle.number} is prescribed. It can be started.")
    return redirect("cycle", cycle.pk)


@page(Perm.PRESCRIBE)
@require_POST
def preview(request: HttpRequest, patient_id: int) -> HttpResponse:
    """What the typed order comes to, for the part of the page beside the form; nothing is saved."""
    stay = stay_for(request.user, patient_id)
    return render(request, "dosing/prescribe_order.html", {**frame(stay), **_preview(request, stay)})


def _typed(request: HttpRequest, stay: Stay) -> dict:
    posted = request.POST if request.method == "POST" else FRESH
    return typed_order(posted, request.POST.getlist("rule_sets"), ZoneInfo(stay.ward.timezone))


def _preview(request: HttpRequest, stay: Stay) -> dict:
    try:
        shown = preview_of(stay, _typed(request, stay))
    except Refusal as refusal:
        return {"shown": None, "shown_problems": problems_of(refusal, LABELS)}
    listed = [each for problem in shown.problems for each in problems_of(problem, LABELS)]
    return {"shown": shown, "shown_problems": listed}


def _form(request: HttpRequest, stay: Stay, refusal: Refusal | None = None) -> HttpResponse:
    asked = {name: request.POST.get(name, "") for name in (*TEXTS, *TIMES, "new_course")}
    if request.method == "GET":
        asked.update(FRESH)
    today = clock.now().astimezone(ZoneInfo(stay.ward.timezone)).date()
    context = {
        **frame(stay),
        **_preview(request, stay),
        "stay": stay,
        "patient": patient_head(stay, None, today),
        "asked": {**asked, "rule_sets": request.POST.getlist("rule_sets")},
        "regimens": REGIMENS.values(),
        "all_sets": newest_sets(),
        "earlier": earlier_cycles(past_of(stay)),
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "dosing/prescribe.html", context, status=refusal.status if refusal else 200)
