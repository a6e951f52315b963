"""One cycle: its page, its start, its end, and the signed decision to go on after a stop."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.origin import actor_of
from tracker.roles import Perm
from tracker.signatures import check_secret

from ..actions.end_cycle import end_cycle
from ..actions.end_cycle import go_on as sign_go_on
from ..actions.start_cycle import start_cycle
from ..cycle_record import cycle_record
from ..screens.cycle_page import cycle_page
from ..screens.form_problems import problems_of
from ..screens.frames import frame

LABELS = {"reason": "Reason", "secret": "Your password"}


@page(Perm.VIEW_CYCLES)
@require_safe
def cycle(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """The whole record of the cycle, dose by dose."""
    return render(request, "dosing/cycle.html", {**shown(request, cycle_id), "print_url": "#print"})


@page(Perm.VIEW_CYCLES)
@require_safe
def live(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """The part of the page that keeps itself true."""
    return render(request, "dosing/cycle_live.html", shown(request, cycle_id))


@page(Perm.START_CYCLE)
@require_POST
def start(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Start a prescribed cycle; back to where the button was."""
    started = start_cycle(by=actor_of(request), cycle_id=cycle_id)
    messages.success(request, f"Cycle {started.number} is started. What was observed up to now is its baseline.")
    if request.POST.get("back") == "cycle":
        return redirect("cycle", cycle_id)
    return redirect("bedside", started.patient_id)


@page(Perm.END_CYCLE)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """End the cycle for good, after what follows from it was shown."""
    if request.method == "GET":
        return _sign(request, cycle_id, "dosing/cycle_end.html")
    try:
        ended = end_cycle(by=actor_of(request), cycle_id=cycle_id, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        return _sign(request, cycle_id, "dosing/cycle_end.html", refusal)
    messages.success(request, f"Cycle {ended.number} has ended.")
    return redirect("cycle", cycle_id)


@page(Perm.OVERRIDE_HOLD)
@require_http_methods(["GET", "POST"])
def go_on(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """A prescriber's signed word that a stopped cycle goes on."""
    if request.method == "GET":
        return _sign(request, cycle_id, "dosing/cycle_go_on.html")
    try:
        signature = check_secret(
            by=actor_of(request),
            username=request.user.username,
            secret=request.POST.get("secret", ""),
            field="secret",
            purpose="let a stopped cycle go on",
        )
        sign_go_on(by=actor_of(request), cycle_id=cycle_id, reason=request.POST.get("reason", ""), signature=signature)
    except Refusal as refusal:
        return _sign(request, cycle_id, "dosing/cycle_go_on.html", refusal)
    messages.success(request, "Signed: the cycle goes on. Findings that still stand hold the next dose as before.")
    return redirect("cycle", cycle_id)


def shown(request: HttpRequest, cycle_id: int) -> dict:
    record = cycle_record(request.user, cycle_id)
    return {**frame(record.bedside.stay), **cycle_page(record, request.user)}


def _sign(request: HttpRequest, cycle_id: int, template: str, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        **shown(request, cycle_id),
        "live": False,
        "asked": {"reason": request.POST.get("reason", "")},
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, template, context, status=refusal.status if refusal else 200)
