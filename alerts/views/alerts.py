"""The alerts: what needs a person, what was answered, what is over; and the answer itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tracker import clock
from tracker.closed_world import page
from tracker.errors import NotFound, Refusal
from tracker.look.times import clock_text
from tracker.origin import actor_of
from tracker.permissions import stay_for
from tracker.roles import Perm
from tracker.typed import row_number

from ..actions.acknowledge_alert import acknowledge_alert
from ..actions.see_alerts import see_alerts
from ..alert_rows import (
    AlertRow,
    Tab,
    alerts_within_reach,
    of_tab,
    open_alerts_of,
    patients_with_alerts,
    row_of,
    rows_of,
    tab_counts,
    version_of,
)
from ..context import navigation
from ..pause_queries import newest_pause
from ..permissions import alert_for
from .unchanged import answer_if_changed

PER_PAGE = 25


@page(Perm.ANSWER_SYSTEM_ALERT)
@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """One of the three lists, of all patients within reach or of one."""
    people = patients_with_alerts(request.user)
    context = {**_list(request), "patients": people, "nav": navigation(request), "live": True}
    _shown(request, context["rows"])
    return render(request, "alerts/alerts.html", context)


@page(Perm.ANSWER_SYSTEM_ALERT)
@require_safe
def alert_rows(request: HttpRequest) -> HttpResponse:
    """The part of the list that refreshes itself; nothing when it would look the same."""
    context = _list(request)

    def draw() -> HttpResponse:
        _shown(request, context["rows"])
        return render(request, "alerts/alert_rows.html", context)

    return answer_if_changed(request, version=context["version"], now=context["now"], draw=draw)


@page(Perm.ANSWER_SYSTEM_ALERT)
@require_safe
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert with its whole history."""
    return _alert_page(request, alert_id)


@page(Perm.ANSWER_SYSTEM_ALERT)
@require_POST
def answer(request: HttpRequest, alert_id: int) -> HttpResponse:
    """A person has seen the alert. It stays until its cause is gone."""
    note = request.POST.get("note", "")
    problem: Refusal | None = None
    try:
        raising = row_number(request.POST.get("raising", ""))
        acknowledge_alert(by=actor_of(request), alert_id=alert_id, note=note, raising=raising)
    except NotFound:
        raise
    except Refusal as refusal:
        problem = refusal
    patient_id = alert_for(request.user, alert_id).patient_id
    if request.htmx and patient_id is not None:
        return _fragment(request, patient_id, problem)
    if problem is not None:
        return _alert_page(request, alert_id, problem, note=note)
    messages.success(request, "Noted that you have seen it. The alert stays until its cause is gone.")
    return HttpResponseRedirect(_back(request, alert_id))


@page(Perm.VIEW_CHART)
@require_safe
def alerts_of_patient(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The open alerts of one patient, for the bedside page; nothing when the page already shows them."""
    stay_for(request.user, patient_id)
    return _fragment(request, patient_id)


def _shown(request: HttpRequest, rows: Iterable[AlertRow]) -> None:
    """What is drawn for a person who may answer has been seen; a page that stays as it was is not asked again."""
    waiting = [row.id for row in rows if row.answer_url]
    if waiting:
        see_alerts(by=actor_of(request), alert_ids=waiting)


def _list(request: HttpRequest) -> dict:
    now = clock.now()
    tab = Tab(request.GET["tab"]) if request.GET.get("tab") in list(Tab) else Tab.OPEN
    patient_id = row_number(request.GET.get("patient", ""))
    alerts = alerts_within_reach(request.user)
    if patient_id is not None:
        stay_for(request.user, patient_id)
        alerts = alerts.filter(patient_id=patient_id)
    numbers = tab_counts(alerts)
    tabs = [(each.value, each.value.capitalize(), numbers[each], _query(each, patient_id)) for each in Tab]
    shown = Paginator(of_tab(alerts, tab), PER_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(shown.object_list, request.user, now)
    return {
        "now": now,
        "tab": tab.value,
        "tabs": tabs,
        "patient_id": patient_id,
        "rows": rows,
        "version": version_of(rows, tabs, shown.number),
        "pages": shown,
        "here": _query(tab, patient_id, shown.number),
    }


def _query(tab: Tab, patient_id: int | None, number: int = 1) -> str:
    """The address of a list after its question mark."""
    parts = {"tab": tab.value, "patient": patient_id, "page": number if number > 1 else None}
    return urlencode({name: part for name, part in parts.items() if part is not None})


def _alert_page(request: HttpRequest, alert_id: int, problem: Refusal | None = None, *, note: str = "") -> HttpResponse:
    found = alert_for(request.user, alert_id)
    stay = stay_for(request.user, found.patient_id) if found.patient_id is not None else None
    row = row_of(found, stay, clock.now(), answers=True)
    context = {"row": row, "note": note, "page_problems": [problem] if problem else [], "bar_title": "Alert"}
    return render(request, "alerts/alert.html", context, status=problem.status if problem else 200)


def _fragment(request: HttpRequest, patient_id: int, problem: Refusal | None = None) -> HttpResponse:
    now = clock.now()
    rows, away = rows_of(open_alerts_of(patient_id), request.user, now), _away(request, patient_id, now)
    version = version_of(rows, away)
    if problem is None and request.GET.get("shown") == version:
        return HttpResponse(status=204)
    _shown(request, rows)
    refresh = f"{reverse('alerts-of-patient', args=[patient_id])}?shown={version}"
    return render(
        request,
        "alerts/patient_alerts.html",
        {"rows": rows, "away": away, "problem": problem, "refresh": refresh, "now": now},
    )


def _away(request: HttpRequest, patient_id: int, now: datetime) -> str:
    """That the patient is off the ward, since when and why; empty when here."""
    pause = newest_pause(patient_id)
    if pause is None or not pause.open:
        return ""
    zone = ZoneInfo(stay_for(request.user, patient_id).ward.timezone)
    return f"{pause.words(now, zone)}. Expected back by {clock_text(pause.back_by, now, zone)}."


def _back(request: HttpRequest, alert_id: int) -> str:
    """Where the person was, when that is one of our own pages."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else reverse("alert", args=[alert_id])
