"""The shift handover: one page for each ward, to be read aloud or printed."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from tracker import clock
from tracker.closed_world import page
from tracker.roles import Perm

from ..board_queries import ward_of
from ..context import wards_shown
from ..handover import handover_of
from ..handover_queries import ward_record

LENGTHS_H = (8, 12, 24)
USUAL_H = 12


@page(Perm.VIEW_CHART)
@require_safe
@gzip_page  # a whole ward is a long page
def handover(request: HttpRequest) -> HttpResponse:
    """What happened in the last shift, how each bed stands, and what is due."""
    now = clock.now()
    wards = wards_shown(request.user)
    ward = ward_of(wards, request.GET.get("ward", ""))
    asked = request.GET.get("hours", "")
    hours = int(asked) if asked in map(str, LENGTHS_H) else USUAL_H
    context = {
        "now": now,
        "handover": None,
        "hours": hours,
        "lengths": [(each, f"?ward={ward.code if ward else ''}&hours={each}", each == hours) for each in LENGTHS_H],
        "wards": [(each.name, f"{reverse('handover')}?ward={each.code}&hours={hours}", each == ward) for each in wards],
        "print_url": "#print",
    }
    if ward is not None:
        record = ward_record(ward, now, timedelta(hours=hours))
        context.update(handover=handover_of(record), ward_name=ward.name, ward_tz=record.zone)
    return render(request, "alerts/handover.html", context)
