"""The downtime sheets: printed with one tap, and how old the pack in the data folder is."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from dosing.screens.ward_time import whole_number
from tracker import clock
from tracker.closed_world import page
from tracker.look.times import age_text, clock_text
from tracker.models import Ward
from tracker.roles import Perm

from ..board_queries import ward_of
from ..context import wards_shown
from ..downtime import pack_of
from ..downtime_pack import LAST_HOURS, OLD_AFTER, folder_of, written_at
from ..handover_queries import WardRecord, ward_record


@page(Perm.VIEW_CHART)
@require_safe
@gzip_page  # a whole ward is a long page, and the criteria repeat on every sheet
def downtime(request: HttpRequest) -> HttpResponse:
    """The sheets as they are now, for printing; of everybody on the ward or of one patient."""
    now = clock.now()
    wards = wards_shown(request.user)
    ward = ward_of(wards, request.GET.get("ward", ""))
    context = {"now": now, "pack": None, "sheets": (), "print_url": "#print"}
    if ward is not None:
        record = ward_record(ward, now, LAST_HOURS)
        pack, only = pack_of(record), whole_number(request.GET.get("patient"))
        context.update(
            pack=pack,
            sheets=[sheet for sheet in pack.sheets if only in (0, sheet.patient_id)],
            only=only,
            here=f"?ward={ward.code}",
            wards=[(each.name, f"{reverse('downtime')}?ward={each.code}", each == ward) for each in wards],
            written=_written(ward, record, now),
            folder=str(folder_of(ward)),
            ward_name=ward.name,
            ward_tz=record.zone,
        )
    return render(request, "alerts/downtime.html", context)


def _written(ward: Ward, record: WardRecord, now: datetime) -> dict:
    """When the pack was last written, and whether it is older than it should be."""
    at = written_at(ward)
    if at is None:
        return {"words": "The pack was not written yet.", "old": True}
    words = f"The pack was written at {clock_text(at, now, record.zone)}, {age_text(min(at, now), now)} ago."
    return {"words": words, "old": now - at > OLD_AFTER}
