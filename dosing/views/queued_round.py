"""Rounds that a tablet took without network: which pages it keeps, sending them later, giving one up with a reason."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tracker import clock
from tracker.actions.discard_round import discard_unsent
from tracker.actions.note_opening import note_opening
from tracker.actions.record_round import record_round
from tracker.closed_world import page
from tracker.devices import device_of
from tracker.errors import BadInput, Refusal, Several
from tracker.origin import actor_of
from tracker.permissions import stay_for, stays_within_reach
from tracker.roles import Perm
from tracker.sessions import began_by_pin
from tracker.typed import row_number

from ..actions.once import once
from ..round_input import Typed
from ..tablet_clock import AHEAD, corrected, of_the_tablet, seconds_ahead
from .round import said_of

AHEAD_NOW = "X-Tablet-Ahead"
AUTHOR = "X-Author"
KEPT_AT_MOST = 40  # patients; a tablet fetches three pages for each


@page(Perm.RECORD_ROUND)
@require_safe
def pages(request: HttpRequest) -> JsonResponse:
    """The pages that this person's tablet keeps for a time without network."""
    stays = stays_within_reach(request.user).filter(discharged_at=None).order_by("bed__label")
    patients = list(stays.values_list("patient_id", flat=True)[:KEPT_AT_MOST])
    rounds = [reverse("round", args=[each]) for each in patients]
    kept = [reverse("board"), reverse("unsent"), *(reverse("bedside", args=[each]) for each in patients)]
    return JsonResponse(
        {
            "user": request.user.pk,
            "username": request.user.username,
            "tablet": device_of(request) is not None,
            "pin": device_of(request) is not None and began_by_pin(request),
            "pages": [*kept, *rounds],
            # Three times as large each: they follow one by one, so that opening a tablet on slow Wi-Fi stays quick.
            "later": [f"{each}?mode=all" for each in rounds],
        }
    )


@page(Perm.RECORD_ROUND)
@require_POST
def send(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Save a round of the tablet's queue once, however often and in whatever order it comes.

    It is sent in its author's own session only: on a shared tablet another person may have come meanwhile.
    """
    if request.headers.get(AUTHOR, str(request.user.pk)) != str(request.user.pk):
        return HttpResponse("another person is signed in", status=403, content_type="text/plain")
    try:
        stay = stay_for(request.user, patient_id)
        typed = Typed(request.POST.dict(), ZoneInfo(stay.ward.timezone))
        if not typed.text("key"):
            raise BadInput("missing_key", "The round has no id of its own.", field="key", remedy="Record it again.")
        once(
            request.user,
            typed.text("key"),
            lambda: _save(request, patient_id, typed),
            said=said_of(request, patient_id),
        )
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"saved": True})


@page(Perm.RECORD_ROUND)
@require_POST
def discard(request: HttpRequest) -> JsonResponse:
    """Note that a round which was never saved is given up, and why; the tablet then forgets it."""
    try:
        discard_unsent(
            by=actor_of(request),
            patient_id=row_number(request.POST.get("patient", "")),
            key=request.POST.get("key", ""),
            reason=request.POST.get("reason", ""),
            said=request.POST.get("said", ""),
        )
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"discarded": True})


@page(Perm.SIGNED_IN)
@require_POST
def opening(request: HttpRequest) -> JsonResponse:
    """Take in once what a tablet did without the server: it was opened, or a person's key was destroyed."""
    sent = {name: request.POST.get(name, "") for name in ("key", "what", "username", "wrong", "at")}
    try:
        once(
            request.user,
            sent["key"],
            lambda: note_opening(
                by=actor_of(request),
                what=sent["what"],
                username=sent["username"],
                wrong=row_number(sent["wrong"]),
                said_ms=row_number(sent["at"]),
                ahead_s=seconds_ahead(request.headers.get(AHEAD_NOW, "")),
            ),
            said=sent,
        )
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"noted": True})


def _save(request: HttpRequest, patient_id: int, typed: Typed) -> None:
    said = typed.seen_at(clock.now())
    then, now = seconds_ahead(typed.text(AHEAD)), seconds_ahead(request.headers.get(AHEAD_NOW, typed.text(AHEAD)))
    seen_at = corrected(said, then=then, now=now)
    told = {"sent_later": True, **of_the_tablet(typed.post)}
    if seen_at != said:
        told |= {"page_said": said, "tablet_ahead_at_sending_s": now}
    record_round(
        by=actor_of(request),
        patient_id=patient_id,
        observed_at=seen_at,
        values=typed.values(),
        confirmed=typed.confirmed,
        not_done=typed.not_done(),
        tablet=told,
    )


def _refused(refusal: Refusal) -> JsonResponse:
    each = refusal.refusals if isinstance(refusal, Several) else [refusal]
    problems = [{"field": one.field, "sentence": one.sentence, "remedy": one.remedy} for one in each]
    return JsonResponse({"code": refusal.code, "problems": problems}, status=refusal.status)
