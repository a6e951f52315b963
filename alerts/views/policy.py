"""The hospital's alert settings: what is in force, every version before it, a new draft, and its signature."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dosing.screens.form_problems import problems_of
from tracker import clock
from tracker.closed_world import page
from tracker.errors import NotFound, Refusal
from tracker.models import User
from tracker.origin import actor_of
from tracker.roles import Perm, may
from tracker.signatures import check_secret
from tracker.times import read_posted_time
from tracker.typed import row_number
from tracker.zones import site_zone

from ..actions.keep_policy import draft_policy, sign_policy, withdraw_policy
from ..models import PolicyVersion
from ..policy import BOUNDS
from ..policy_page import LABELS, changed_words, kind_rows, limit_fields
from ..policy_queries import SIGNED, InForce, begun_versions, newest_in_force, versions
from ..policy_values import read_policy

PURPOSE = "sign the alert settings"


@page(Perm.SIGNED_IN)
@require_safe
def alert_settings(request: HttpRequest) -> HttpResponse:
    """What is in force, or one version by its number; below it every version with what it changed."""
    return _page(request)


@page(Perm.SIGN_SETTINGS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """A draft; the form begins with the numbers in force."""
    if request.method == "GET":
        return _form(request, newest_in_force(clock.now()).values)
    typed = {name: request.POST.get(name, "").strip() for name in BOUNDS}
    try:
        drafted = draft_policy(
            by=actor_of(request), values=typed, reason=request.POST.get("reason", ""), effective_from=_start(request)
        )
    except Refusal as refusal:
        return _form(request, typed, refusal)
    messages.success(request, "Drafted. It binds nothing until a second person has signed it.")
    return redirect(f"{reverse('alert-settings')}?version={drafted.pk}")


@page(Perm.SIGN_SETTINGS)
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """The second signature under the version whose page was read."""
    try:
        signature = check_secret(
            by=actor_of(request),
            username=request.user.username,
            secret=request.POST.get("secret", ""),
            field="secret",
            purpose=PURPOSE,
        )
        event = sign_policy(by=actor_of(request), version=_asked(request.POST), signature=signature)
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, f"Version {event.version_id} is signed by you.")
    return redirect("alert-settings")


@page(Perm.SIGN_SETTINGS)
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """A draft taken back; it stays readable."""
    try:
        event = withdraw_policy(
            by=actor_of(request), version=_asked(request.POST), reason=request.POST.get("reason", "")
        )
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, f"Version {event.version_id} is withdrawn.")
    return redirect("alert-settings")


def _asked(sent: Mapping[str, str]) -> int:
    return row_number(sent.get("version", "")) or 0


def _start(request: HttpRequest) -> object:
    text = request.POST.get("effective_from", "").strip()
    return read_posted_time(request.POST, "effective_from", zone=_zone(request.user)) if text else None


def _zone(user: User) -> ZoneInfo:
    ward = user.wards.order_by("code").first()
    return ZoneInfo(ward.timezone) if ward else site_zone()


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    now, known = clock.now(), versions()
    in_force, begun = newest_in_force(now), {each.version: each.since for each in begun_versions()}
    number = _asked(request.POST if request.method == "POST" else request.GET)
    shown = _shown(number, known) if number else in_force
    row = next((each for each in known if each.pk == shown.version), None)
    history = [_entry(each, older, begun, in_force, now) for each, older in zip_longest(known, known[1:])]
    context = {
        "shown": shown,
        "row": row,
        "entry": next((each for each in history if each["row"] is row), None),
        "limits": limit_fields(shown.values),
        "kinds": kind_rows(shown.values),
        "history": history,
        "may_sign": may(request.user.role, Perm.SIGN_SETTINGS),
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "alerts/policy.html", context, status=refusal.status if refusal else 200)


def _shown(number: int, known: list[PolicyVersion]) -> InForce:
    row = next((each for each in known if each.pk == number), None)
    if row is None:
        raise NotFound("no_such_version", "There is no such version.", remedy="Look at the list of versions.")
    return InForce(row.pk, None, row.values)


def _entry(
    row: PolicyVersion, older: PolicyVersion | None, begun: Mapping[int, object], in_force: InForce, now: object
) -> dict:
    event = next(iter(row.events.all()), None)
    since = begun.get(row.pk)
    if event is None:
        stands = "Draft: waits for a second signature"
    elif event.kind != SIGNED:
        stands = "Withdrawn"
    elif row.pk == in_force.version:
        stands = "In force"
    else:
        stands = "Signed; in force later" if since > now else "Was in force"
    before = older.values if older else read_policy({})
    return {
        "row": row,
        "event": event,
        "since": since,
        "stands": stands,
        "open": event is None,
        "changes": changed_words(row.values, before),
    }


def _form(request: HttpRequest, values: Mapping[str, str], refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "limits": limit_fields(values),
        "kinds": kind_rows(values),
        "typed": {name: request.POST.get(name, "") for name in ("reason", "effective_from")},
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "alerts/policy_draft.html", context, status=refusal.status if refusal else 200)
