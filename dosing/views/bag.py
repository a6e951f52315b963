"""Recording a prepared bag for one dose."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.origin import actor_of
from tracker.roles import Perm, may

from ..actions._bedside import newest_bag
from ..actions.record_bag import record_bag
from ..bedside import bedside_at
from ..models import PreparedBag
from ..permissions import slot_for
from ..screens.checking import bag_words, wrong_of
from ..screens.dose import amount_of, dose_context
from ..screens.form_problems import problems_of
from .drafts import draft_of, forgets
from .signing import typed_time

LABELS = {"prepared_at": "Prepared at", "expires_on": "Expiry of the product", "lot": "Lot"}


@page(Perm.WITNESS_DOSE)
@require_http_methods(["GET", "POST"])
def bag(request: HttpRequest, slot_id: int) -> HttpResponse:
    """What goes into the bag, when it was prepared, and until when it may be used."""
    refusal = None
    if request.method == "POST":
        try:
            recorded = _record(request, slot_id)
        except Refusal as refused:
            refusal = refused
        else:
            return _done(request, recorded)
    shown = bedside_at(slot_for(request.user, slot_id))
    context = {
        **dose_context(shown, f"Bag for dose {shown.slot.number}"),
        "draft": draft_of(request, "bag", slot_id),
        "amount": amount_of(shown),
        "bag": bag_words(newest_bag(shown.slot), shown),
        "label_url": reverse("bag-label", args=[slot_id]),
        "asked": request.POST,
        "wrong": wrong_of(refusal),
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "dosing/bag.html", context, status=refusal.status if refusal else 200)


def _record(request: HttpRequest, slot_id: int) -> PreparedBag:
    stay = slot_for(request.user, slot_id).stay
    return record_bag(
        by=actor_of(request),
        slot_id=slot_id,
        prepared_at=typed_time(request, "prepared_at", stay),
        expires_on=request.POST.get("expires_on", ""),
        lot=request.POST.get("lot", ""),
    )


def _done(request: HttpRequest, recorded: PreparedBag) -> HttpResponse:
    shown = bedside_at(slot_for(request.user, recorded.slot_id))
    words = bag_words(recorded, shown)
    messages.success(request, f"The bag for dose {shown.slot.number} is recorded. Start it by {words.start_by}.")
    gives = may(request.user.role, Perm.GIVE_DOSE) and shown.can_give
    response = redirect("give" if gives else "bag", recorded.slot_id)
    return forgets(response, draft_of(request, "bag", recorded.slot_id))
