"""The sound of alerts: what sounds on this person's pages, and silencing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tracker import clock
from tracker.closed_world import page
from tracker.errors import BadInput
from tracker.origin import actor_of
from tracker.roles import Perm

from ..actions.silence_sound import silence_sound
from ..alarm_queries import alarm_of


@page(Perm.ANSWER_ALERT)
@require_safe
def alarm(request: HttpRequest) -> HttpResponse:
    """What sounds now, for the script of the pages."""
    found = alarm_of(request.user, clock.now())
    sounding = [each._asdict() for each in found.sounding]
    return JsonResponse({"sounding": sounding, "silenced": found.silenced, "until": found.until})


@page(Perm.ANSWER_ALERT)
@require_POST
def silence(request: HttpRequest) -> HttpResponse:
    """Silence what sounds now. Without a reason it goes on."""
    try:
        silence_sound(by=actor_of(request), reason=request.POST.get("silence_reason", ""))
    except BadInput as refusal:
        messages.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        messages.success(request, "Silent for 10 minutes. The alerts stand and go on to the next in line.")
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if wanted and safe else "alerts")
