"""Is it alive, is it ready, and how is it: for the machines that watch this one, and for people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .. import clock
from ..closed_world import page
from ..health import CARE, parts
from ..roles import Perm


@page(Perm.PUBLIC)
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers. It asks nothing of the database: a restart would not mend that."""
    return HttpResponse("alive\n", content_type="text/plain")


@page(Perm.PUBLIC)
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether everything works that an alert needs, else 503 with the reasons as codes and nothing else."""
    reasons = [each.reason for each in parts(clock.now()) if not each.well and each.reason not in CARE]
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)


@page(Perm.SIGNED_IN)
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """The same for people, in words."""
    found = parts(clock.now())
    troubles = [each for each in found if not each.well]
    late = any(each.reason not in CARE for each in troubles)
    return render(request, "tracker/status.html", {"parts": found, "troubles": troubles, "late": late})
