"""The audit trail for people: filter, page through, export."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ..audit.export import export_response
from ..audit.search import AuditFilter, read_filter
from ..closed_world import page
from ..errors import Refusal
from ..models import AuditEntry
from ..origin import actor_of
from ..roles import Perm
from ..typed import row_number
from ..zones import site_zone

PER_PAGE = 100


@page(Perm.VIEW_AUDIT)
@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """Newest first, a hundred a page, by the filter in the address."""
    asked, zone = request.GET.dict(), site_zone()
    problems, wanted = [], AuditFilter()
    try:
        wanted = read_filter(asked, zone=zone)
    except Refusal as refusal:
        problems = [refusal]
    found = wanted.entries().order_by("-id")
    before = row_number(asked.pop("before", ""))
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found[: PER_PAGE + 1])
    context = {
        "rows": [_row(each, zone) for each in rows[:PER_PAGE]],
        "asked": asked,
        "older": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "actions": AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct(),
        "problems": problems,
        "zone": zone,
        "ward_tz": zone,
    }
    return render(request, "tracker/audit.html", context, status=422 if problems else 200)


@page(Perm.EXPORT_AUDIT)
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The same filter as a file; the export is itself an entry of the trail."""
    wanted = read_filter(request.GET.dict(), zone=site_zone())
    return export_response(by=actor_of(request), wanted=wanted, form=request.GET.get("format", "csv"))


def _row(entry: AuditEntry, zone: ZoneInfo) -> dict:
    """An entry with its before and after as text, and its time with the offset: an audit reads across clock changes."""
    return {
        "entry": entry,
        "at": f"{entry.at.astimezone(zone):%d %b %Y %H:%M:%S %z}",
        "words": entry.action.replace("_", " "),
        "before": _text(entry.before),
        "after": _text(entry.after),
    }


def _text(value: dict | None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) if value else ""
