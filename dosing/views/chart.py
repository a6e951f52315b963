"""The chart: rounds with both their times, and striking or correcting one of them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tracker import clock
from tracker.actions.correct_round import correct_round
from tracker.actions.retract_round import retract_round
from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.models import Round, Stay
from tracker.origin import actor_of
from tracker.permissions import stay_for
from tracker.roles import Perm

from ..bedside import round_for
from ..queries import chart_page, events_of, latest_cycle_of
from ..round_input import Typed
from ..screens.chart import chart_events, chart_round, chart_rounds
from ..screens.correction import correction_form, same_time, typed_before
from ..screens.patient import frame, patient_head
from ..screens.problems import problems_of
from ..screens.saved import saved_message
from ..states import Happened

ROUNDS_ON_A_PAGE = 20


@page(Perm.VIEW_CHART)
@require_safe
def chart(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Rounds newest first, and what happened to the doses."""
    stay = stay_for(request.user, patient_id)
    now, tz = clock.now(), ZoneInfo(stay.ward.timezone)
    asked = request.GET.get("from", "")
    offset = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    rounds, more = chart_page(stay.patient, offset, ROUNDS_ON_A_PAGE)
    cycle = latest_cycle_of(stay.patient)
    events = events_of([cycle], tuple(Happened))[cycle.pk] if cycle and not offset else []
    context = {
        **frame(stay, now, "Chart"),
        "patient": patient_head(stay, cycle, now.astimezone(tz).date()),
        "rounds": chart_rounds(rounds, request.user, now, tz),
        "events": chart_events(events, request.user, now, tz),
        "newer_url": f"?from={max(offset - ROUNDS_ON_A_PAGE, 0)}" if offset else "",
        "older_url": f"?from={offset + ROUNDS_ON_A_PAGE}" if more else "",
        "shown": f"Rounds {offset + 1} to {offset + len(rounds)}" if rounds else "",
    }
    return render(request, "tracker/chart.html", context)


@page(Perm.RECORD_ROUND)
@require_http_methods(["GET", "POST"])
def strike(request: HttpRequest, round_id: int) -> HttpResponse:
    """Mark a round as entered in error, with a reason."""
    found, stay = round_for(request.user, round_id)
    refusal = None
    if request.method == "POST":
        try:
            retract_round(by=actor_of(request), round_id=round_id, reason=request.POST.get("reason", ""))
        except Refusal as refused:
            refusal = refused
        else:
            return _done(request, stay, "The round is struck.")
    context = {**_context(stay, found, "Strike a round", refusal), "reason": request.POST.get("reason", "")}
    return render(request, "tracker/strike_round.html", context, status=refusal.status if refusal else 200)


@page(Perm.RECORD_ROUND)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, round_id: int) -> HttpResponse:
    """Strike a round and chart the right values in its place; the form starts with the values as they were typed."""
    found, stay = round_for(request.user, round_id)
    zone = ZoneInfo(stay.ward.timezone)
    typed = Typed(request.POST.dict(), zone) if request.method == "POST" else typed_before(found, zone)
    refusal = None
    if request.method == "POST":
        try:
            _correct(request, found, typed)
        except Refusal as refused:
            refusal = refused
        else:
            return _done(request, stay, "The round is corrected.")
    form = correction_form(found, typed, refusal, zone)
    context = {**_context(stay, found, "Correct a round", refusal), "form": form}
    return render(request, "tracker/correct_round.html", context, status=refusal.status if refusal else 200)


def _correct(request: HttpRequest, found: Round, typed: Typed) -> None:
    kept = same_time(typed, typed_before(found, typed.zone))
    correct_round(
        by=actor_of(request),
        round_id=found.pk,
        reason=typed.text("reason"),
        values=typed.values(),
        # The form knows minutes only; an untouched time stays exactly what it was.
        observed_at=None if kept else typed.seen_at(clock.now()),
        confirmed=typed.confirmed,
    )


def _done(request: HttpRequest, stay: Stay, words: str) -> HttpResponse:
    messages.add_message(request, *saved_message(stay.patient, ZoneInfo(stay.ward.timezone), words))
    return redirect("bedside", stay.patient_id)


def _context(stay: Stay, found: Round, title: str, refusal: Refusal | None) -> dict:
    now, tz = clock.now(), ZoneInfo(stay.ward.timezone)
    return {
        **frame(stay, now, title),
        "patient": patient_head(stay, None, now.astimezone(tz).date()),
        "round": chart_round(found, now, tz),
        "problems": problems_of(refusal) if refusal else (),
    }
