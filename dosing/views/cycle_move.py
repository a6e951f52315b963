"""Moving an open cycle to the versions in force: what would change, then the prescriber's signature."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tracker import clock
from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.origin import actor_of
from tracker.roles import Perm
from tracker.signatures import check_secret

from ..actions.move_cycle import move_cycle
from ..screens.form_problems import problems_of
from ..screens.move_page import move_offer
from .cycle import LABELS, shown


@page(Perm.PRESCRIBE)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """A prescriber's signed move; with what it would change for the next dose."""
    if request.method == "GET":
        return _form(request, cycle_id)
    try:
        signature = check_secret(
            by=actor_of(request),
            username=request.user.username,
            secret=request.POST.get("secret", ""),
            field="secret",
            purpose="move a cycle to other versions",
        )
        move_cycle(
            by=actor_of(request),
            cycle_id=cycle_id,
            reason=request.POST.get("reason", ""),
            signature=signature,
            with_settings=request.POST.get("with_settings") == "on",
        )
    except Refusal as refusal:
        return _form(request, cycle_id, refusal)
    messages.success(request, "Moved. What had happened stays as it was.")
    return redirect("cycle", cycle_id)


def _form(request: HttpRequest, cycle_id: int, refusal: Refusal | None = None) -> HttpResponse:
    context = shown(request, cycle_id)
    asked = {name: request.POST.get(name, "") for name in ("reason", "with_settings")}
    context |= {
        "live": False,
        "offer": move_offer(context["cycle"], clock.now()),
        "asked": asked,
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "dosing/cycle_move.html", context, status=refusal.status if refusal else 200)
