"""Entering a dose that was given while the system was down."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tracker.closed_world import page
from tracker.errors import BadInput, Refusal
from tracker.look.times import clock_text
from tracker.origin import actor_of
from tracker.roles import Perm

from ..actions.enter_past_dose import enter_past_dose
from ..bedside import bedside_at
from ..models import DoseEvent, Slot
from ..permissions import Reached, cycle_for
from ..queries import witnesses_for
from ..schedule import SlotState
from ..screens.checking import wrong_of
from ..screens.dose import witness_choices
from ..screens.form_problems import problems_of
from ..screens.patient import frame, patient_head
from ..screens.ward_time import whole_number
from .drafts import draft_of, forgets
from .signing import both_signatures, typed_time

LABELS = {
    "number": "Dose",
    "started_at": "Start",
    "ended_at": "End",
    "reason": "Reason",
    "secret": "Your password",
    "witness": "Second person",
    "witness_secret": "The second person's password",
}
SAID = {
    "held": "By the rules it would have been held: tell the prescriber now.",
    "schedule": "By the schedule it would have been refused: tell the prescriber.",
    "missing": "Nobody can tell whether it would have been held: data were missing.",
}

BAGS = {
    "no_bag": "No bag is on record for it: record when it was prepared, or tell the pharmacy.",
    "not_yet_prepared": "The bag on record was prepared after this start: check both times.",
    "bag_expired": "The bag on record had expired or expired during the infusion: tell prescriber and pharmacy.",
}


@page(Perm.GIVE_DOSE)
@require_http_methods(["GET", "POST"])
def past_dose(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Which dose, when, and why it is entered only now, signed by the two people who gave it."""
    reached = cycle_for(request.user, cycle_id)
    refusal = None
    if request.method == "POST":
        try:
            event = _enter(request, reached)
        except Refusal as refused:
            refusal = refused
        else:
            return forgets(_entered(request, event), draft_of(request, "past", cycle_id))
    slots = reached.cycle.slots.exclude(state=SlotState.GIVEN).order_by("number")
    shown = bedside_at(Reached(reached.cycle, reached.stay, slots.first() or reached.cycle.slots.first()))
    context = {
        **frame(shown.stay, shown.now, "Dose given in a downtime"),
        "patient": patient_head(shown.stay, shown.cycle, shown.today, assessment=shown.assessment),
        "draft": draft_of(request, "past", cycle_id),
        "doses": tuple((each.number, clock_text(each.planned_at, shown.now, shown.tz)) for each in slots),
        "asked": request.POST,
        "asked_number": whole_number(request.POST.get("number")),
        "witnesses": witness_choices(witnesses_for(shown.stay.ward, request.user), request.POST.get("witness", "")),
        "wrong": wrong_of(refusal),
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "dosing/past_dose.html", context, status=refusal.status if refusal else 200)


def _enter(request: HttpRequest, reached: Reached) -> DoseEvent:
    slot = Slot.objects.filter(cycle=reached.cycle, number=whole_number(request.POST.get("number"))).first()
    if slot is None:
        raise BadInput("no_dose", "Choose the dose.", field="number", remedy="It is on the downtime sheet.")
    start = typed_time(request, "started_at", reached.stay)
    end = typed_time(request, "ended_at", reached.stay)
    giver, witness = both_signatures(request, "enter a past dose")
    return enter_past_dose(
        by=actor_of(request),
        slot_id=slot.pk,
        started_at=start,
        ended_at=end,
        reason=request.POST.get("reason", ""),
        giver=giver,
        witness=witness,
    )


def _entered(request: HttpRequest, event: DoseEvent) -> HttpResponse:
    messages.success(request, f"Dose {event.slot.number} is entered as given in a downtime.")
    against = event.checks["would_have_been_refused"]
    if against:
        messages.warning(request, f"Dose {event.slot.number}: {SAID[against]}")
    if event.checks["bag_problem"]:
        messages.warning(request, f"Dose {event.slot.number}: {BAGS[event.checks['bag_problem']]}")
    return redirect("bedside", event.cycle.patient_id)
