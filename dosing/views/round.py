"""Recording a round, and what it would mean before it is saved."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tracker import clock
from tracker.actions.record_round import record_round
from tracker.catalogue import CODES
from tracker.closed_world import page
from tracker.errors import BadInput, Refusal, Several
from tracker.origin import actor_of
from tracker.permissions import stay_for
from tracker.roles import Perm

from ..actions.once import ALREADY_SAVED, once
from ..bedside import bedside_for
from ..round_input import Typed
from ..screens.patient import frame, patient_head
from ..screens.problems import problems_of
from ..screens.round_meaning import meaning_of
from ..screens.round_page import MODES, chart_history, keep_key, round_form
from ..screens.saved import saved_message
from ..tablet_clock import AHEAD, AT, of_the_tablet
from .drafts import forgets

OF_THE_SCREEN = frozenset({"csrfmiddlewaretoken", "key", "mode", "speaks_of", AT, AHEAD})


@page(Perm.RECORD_ROUND)
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The form, and saving it; a refused one comes back with everything typed and each problem at its field."""
    if request.method == "GET":
        return _form(request, patient_id)
    stay = stay_for(request.user, patient_id)
    typed = Typed(request.POST.dict(), ZoneInfo(stay.ward.timezone))
    try:
        once(
            request.user,
            typed.text("key"),
            lambda: _save(request, patient_id, typed),
            said=said_of(request, patient_id),
        )
    except Refusal as refusal:
        if refusal.code == ALREADY_SAVED:  # another round now, with a key of its own
            typed = Typed({**typed.post, "key": ""}, typed.zone)
        return _form(request, patient_id, typed, refusal)
    messages.add_message(request, *saved_message(stay.patient, typed.zone))
    return forgets(redirect("bedside", patient_id), keep_key(request.user.pk, patient_id))


@page(Perm.RECORD_ROUND)
@require_POST
def preview(request: HttpRequest, patient_id: int) -> HttpResponse:
    """What the typed values would mean for the next dose. Nothing is saved."""
    shown = bedside_for(request.user, patient_id)
    typed = Typed(request.POST.dict(), shown.tz)
    try:
        seen_at = typed.seen_at(shown.now)
    except BadInput:
        seen_at = shown.now
    meaning = meaning_of(shown, typed, chart_history(shown), seen_at)
    return render(request, "components/round_meaning.html", {"meaning": meaning, "ward_tz": shown.tz})


def said_of(request: HttpRequest, patient_id: int) -> dict[str, str]:
    """All that the form says about the patient, without what only belongs to the screen."""
    sent = {name: text for name, text in request.POST.items() if name not in OF_THE_SCREEN}
    return {**sent, "patient": str(patient_id)}


def _save(request: HttpRequest, patient_id: int, typed: Typed) -> None:
    record_round(
        by=actor_of(request),
        patient_id=patient_id,
        observed_at=typed.seen_at(clock.now()),
        values=typed.values(),
        confirmed=typed.confirmed,
        not_done=typed.not_done(),
        tablet=of_the_tablet(typed.post),
    )


def _form(
    request: HttpRequest, patient_id: int, typed: Typed | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    shown = bedside_for(request.user, patient_id)
    only = tuple(code for code in request.GET.get("code", "").split(",") if code in CODES)
    mode = request.GET.get("mode", MODES[0])
    refused = refusal.refusals if isinstance(refusal, Several) else [refusal] if refusal else []
    fields = {each.field.removeprefix("values.").partition(".")[0]: each for each in refused}
    form = round_form(
        shown,
        request.user.pk,
        mode=mode if mode in MODES else MODES[0],
        only=only,
        typed=typed,
        problems={code: each for code, each in fields.items() if code in CODES},
    )
    context = {
        **frame(shown.stay, shown.now, "Round"),
        "keeps": True,
        "patient": patient_head(shown.stay, shown.cycle, shown.today, assessment=shown.assessment),
        "round": form,
        "page_problems": problems_of(refused),
    }
    return render(request, "tracker/round.html", context, status=refusal.status if refusal else 200)
