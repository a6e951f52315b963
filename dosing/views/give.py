"""Giving a dose with a witness, ending its infusion, and striking an entry made in error."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.look.times import clock_text
from tracker.models import Stay
from tracker.origin import actor_of
from tracker.roles import Perm

from ..actions._bedside import newest_bag
from ..actions.check_bedside import check_bedside
from ..actions.end_infusion import end_infusion as record_end
from ..actions.give_dose import give_dose
from ..actions.pause_infusion import pause_infusion, resume_infusion
from ..actions.strike_entry import strike_entry
from ..bedside import Bedside, bedside_at
from ..bedside_checks import BedsideChecks
from ..models import DoseEvent
from ..permissions import event_for, slot_for
from ..queries import paused_since, standing_gives, witnesses_for
from ..screens.chart import STRIKABLE, chart_events
from ..screens.checking import LABELS, check_context, hidden_of, late_words, result_words
from ..screens.dose import amount_of, dose_context, first_giving, running_words, witness_choices
from ..screens.form_problems import problems_of as form_problems
from ..screens.problems import problems_of
from ..states import Happened
from .checking import checks_of, still_agree
from .drafts import draft_of, forgets
from .signing import both_signatures, typed_time


@page(Perm.GIVE_DOSE)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, slot_id: int) -> HttpResponse:
    """First what is checked before anybody sees our result, then the dose with two signatures.

    A refusal says why beside its field and keeps all but the passwords.
    """
    refusal, checks = None, checks_of(request)
    if request.method == "POST":
        try:
            if request.POST.get("step") == "check":
                check_bedside(by=actor_of(request), slot_id=slot_id, checks=checks)
            else:
                return _given(request, _give(request, slot_id, checks))
        except Refusal as refused:
            refusal = refused
    shown = bedside_at(slot_for(request.user, slot_id))
    return _page(request, shown, checks, refusal)


def _page(request: HttpRequest, shown: Bedside, checks: BedsideChecks, refusal: Refusal | None) -> HttpResponse:
    first = standing_gives(shown.events).get(shown.slot.number)
    people = witnesses_for(shown.stay.ward, request.user)
    other_patient = refusal is not None and refusal.code == "wrong_patient"
    signing = request.method == "POST" and still_agree(request, shown, checks)
    context = {
        **dose_context(shown, f"Give dose {shown.slot.number}"),
        **check_context(shown, checks, refusal, newest_bag(shown.slot)),
        "draft": draft_of(request, "give", shown.slot.pk),
        "amount": amount_of(shown) if signing else None,
        "can_give": shown.can_give,
        "other_patient": other_patient,
        "overridden": shown.overridden,
        "override": shown.override,
        "first": first_giving(first, shown),
        "started_at": request.POST.get("started_at", ""),
        "witnesses": witness_choices(people, checks.result_by),
        "own_result": result_words(checks, {each.username: each.full_name for each in people}),
        "carried": hidden_of(checks),
        "problems": form_problems(refusal, {} if other_patient else LABELS) if refusal else (),
    }
    return render(request, "dosing/give.html", context, status=refusal.status if refusal else 200)


def _give(request: HttpRequest, slot_id: int, checks: BedsideChecks) -> DoseEvent:
    """The signatures first: no lock waits for the hashing of a password."""
    reached = slot_for(request.user, slot_id)
    start = typed_time(request, "started_at", reached.stay)
    giver, witness = both_signatures(request, "give dose", pin=True)
    return give_dose(
        by=actor_of(request), slot_id=slot_id, giver=giver, witness=witness, started_at=start, checks=checks
    )


def _given(request: HttpRequest, event: DoseEvent) -> HttpResponse:
    shown = bedside_at(slot_for(request.user, event.slot_id))
    at = clock_text(event.at, shown.now, shown.tz)
    late = late_words(event.checks["minutes_late"])
    messages.success(request, f"Dose {shown.slot.number} started at {at}, {late}. Witness: {event.witness.full_name}.")
    return forgets(redirect("bedside", shown.stay.patient_id), draft_of(request, "give", shown.slot.pk))


@page(Perm.GIVE_DOSE)
@require_http_methods(["GET", "POST"])
def end_infusion(request: HttpRequest, slot_id: int) -> HttpResponse:
    """When the infusion ended, and why if it was interrupted."""
    reached = slot_for(request.user, slot_id)
    refusal = None
    if request.method == "POST":
        try:
            event = _end_or_pause(request, slot_id, reached.stay)
        except Refusal as refused:
            refusal = refused
        else:
            said = "was interrupted" if event.reason_code == "interrupted" else DONE[event.kind]
            messages.success(request, f"The infusion of dose {reached.slot.number} {said}.")
            return forgets(redirect("bedside", reached.stay.patient_id), draft_of(request, "end", slot_id))
    shown = bedside_at(reached)
    context = {
        **dose_context(shown, f"End of dose {shown.slot.number}"),
        "draft": draft_of(request, "end", slot_id),
        **_running(shown),
        "asked": request.POST,
        "problems": problems_of(refusal) if refusal else (),
    }
    return render(request, "dosing/end_infusion.html", context, status=refusal.status if refusal else 200)


DONE = {Happened.PAUSED: "is paused", Happened.RESUMED: "goes on", Happened.INFUSION_ENDED: "ended"}


def _end_or_pause(request: HttpRequest, slot_id: int, stay: Stay) -> DoseEvent:
    by, how, reason = actor_of(request), request.POST.get("how"), request.POST.get("reason", "")
    if how == "paused":
        return pause_infusion(by=by, slot_id=slot_id, reason=reason)
    if how == "resumed":
        return resume_infusion(by=by, slot_id=slot_id)
    return record_end(
        by=by,
        slot_id=slot_id,
        ended_at=typed_time(request, "ended_at", stay),
        interrupted=how == "interrupted",
        reason=reason,
    )


def _running(shown: Bedside) -> dict:
    start = standing_gives(shown.events).get(shown.slot.number)
    runs = shown.unended is not None and shown.unended.slot_id == shown.slot.pk
    paused = paused_since(start) if start and runs else None
    return {
        "start": start,
        "runs": runs,
        "running": running_words(start, shown.now) if start and runs else "",
        "paused": clock_text(paused, shown.now, shown.tz) if paused else "",
    }


@page(Perm.GIVE_DOSE)
@require_http_methods(["GET", "POST"])
def strike(request: HttpRequest, event_id: int) -> HttpResponse:
    """Mark a giving or an omission as entered in error, signed by two people."""
    event, reached = event_for(request.user, event_id)
    refusal = None
    if request.method == "POST":
        try:
            _strike(request, event, reached.stay)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, f"The entry of dose {reached.slot.number} is struck.")
            return redirect("bedside", reached.stay.patient_id)
    shown = bedside_at(reached)
    context = {
        **dose_context(shown, f"Entry of dose {shown.slot.number}"),
        "entry": chart_events([event], request.user, shown.now, shown.tz)[0],
        "strikable": event.kind in STRIKABLE,
        "has_start": event.kind == STRIKABLE[0],
        "asked": request.POST,
        "witnesses": witness_choices(witnesses_for(shown.stay.ward, request.user), request.POST.get("witness", "")),
        "problems": problems_of(refusal) if refusal else (),
    }
    return render(request, "dosing/strike.html", context, status=refusal.status if refusal else 200)


def _strike(request: HttpRequest, event: DoseEvent, stay: Stay) -> None:
    start = typed_time(request, "started_at", stay)
    signer, witness = both_signatures(request, "strike an entry")
    strike_entry(
        by=actor_of(request),
        event_id=event.pk,
        reason=request.POST.get("reason", ""),
        signer=signer,
        witness=witness,
        started_at=start.isoformat() if start else None,
    )
