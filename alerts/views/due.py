"""The due list of a person's wards, and the patients who are off the ward."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dosing.rules.wording import listed
from dosing.screens.patient import frame, patient_head
from dosing.screens.problems import problems_of
from dosing.screens.ward_time import local_text, whole_number
from tracker import clock
from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.origin import actor_of
from tracker.permissions import stay_for
from tracker.roles import Perm
from tracker.times import read_posted_time

from ..actions.end_pause import end_pause
from ..actions.pause_rounds import pause_rounds
from ..alert_rows import version_of
from ..context import navigation, wards_shown
from ..due import HORIZON
from ..due_queries import due_wards, to_catch_up
from ..due_rows import due_page
from ..pauses import LENGTHS_MIN, PAUSE_REASONS
from .unchanged import answer_if_changed


@page(Perm.VIEW_CHART)
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What is due in the next hours, overdue first."""
    return render(request, "alerts/due.html", {**_context(request), "nav": navigation(request), "live": True})


@page(Perm.VIEW_CHART)
@require_safe
def due_rows(request: HttpRequest) -> HttpResponse:
    """The part that refreshes itself; nothing when it would look the same."""
    context = _context(request)
    return answer_if_changed(
        request,
        version=context["version"],
        now=context["now"],
        draw=lambda: render(request, "alerts/due_rows.html", context),
    )


def _context(request: HttpRequest) -> dict:
    now = clock.now()
    tab = request.GET.get("tab", "all")
    shown = due_page(due_wards(wards_shown(request.user), now), request.user, now, tab=tab)
    return {"now": now, "due": shown, "tab": tab, "until": now + HORIZON, "version": version_of(shown.rows, shown.tabs)}


@page(Perm.RECORD_ROUND)
@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Note that a patient leaves the ward: why, since when, and for how long."""
    stay = stay_for(request.user, patient_id)
    now, zone = clock.now(), ZoneInfo(stay.ward.timezone)
    refusal = None
    if request.method == "POST":
        try:
            _pause(request, patient_id, zone)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("due")
    context = {
        **frame(stay, now, "Off the ward"),
        "patient": patient_head(stay, None, now.astimezone(zone).date()),
        "reasons": PAUSE_REASONS.items(),
        "lengths": LENGTHS_MIN,
        "typed": request.POST or {"since": local_text(now, zone), "minutes": "60"},
        "problems": problems_of(refusal) if refusal else (),
    }
    return render(request, "alerts/pause.html", context, status=refusal.status if refusal else 200)


def _pause(request: HttpRequest, patient_id: int, zone: ZoneInfo) -> None:
    pause_rounds(
        by=actor_of(request),
        patient_id=patient_id,
        reason_code=request.POST.get("reason_code", ""),
        minutes=whole_number(request.POST.get("minutes")),
        since=read_posted_time(request.POST, "since", zone=zone),
        note=request.POST.get("note", ""),
    )


@page(Perm.RECORD_ROUND)
@require_POST
def pause_end(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The patient is back: what fell due meanwhile is named, and stands in the list with a mark."""
    end_pause(by=actor_of(request), patient_id=patient_id)
    stay = stay_for(request.user, patient_id)
    waits = [title[:1].lower() + title[1:] for title in to_catch_up(stay.ward, patient_id, clock.now())]
    words = f"To catch up: {listed(waits)}." if waits else "Nothing fell due meanwhile."
    messages.success(request, f"{stay.patient} is back on the ward. {words}")
    return redirect("due")
