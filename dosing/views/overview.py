"""The oncologist's overview: every running cycle on one's wards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker import clock
from tracker.closed_world import page
from tracker.roles import Perm

from ..overview import running_cycles
from ..screens.overview_rows import FILTERS, Overview, overview_of

SHOWS = (*FILTERS, "waits")


@page(Perm.VIEW_CYCLES)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All running cycles, what waits for this person first."""
    context = {"overview": _overview(request), "live": True, "print_url": "#print"}
    return render(request, "dosing/overview.html", context)


@page(Perm.VIEW_CYCLES)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The part of the overview that keeps itself true."""
    return render(request, "dosing/overview_rows.html", {"overview": _overview(request), "now": clock.now()})


def _overview(request: HttpRequest) -> Overview:
    """The filters come from the address; an unknown one shows everything."""
    show = request.GET.get("show", "")
    now = clock.now()
    found = running_cycles(request.user, now)
    codes = {each.stay.ward.code for each in found}
    ward = request.GET.get("ward", "")
    return overview_of(found, request.user, now, show=show if show in SHOWS else "", ward=ward if ward in codes else "")
