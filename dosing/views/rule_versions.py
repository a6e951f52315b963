"""The hospital's own versions of a rule set: drafted by one prescriber, signed by another and by a pharmacist."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tracker import clock
from tracker.closed_world import page
from tracker.errors import NotFound, Refusal
from tracker.origin import actor_of
from tracker.roles import Perm
from tracker.signatures import check_secret
from tracker.times import read_posted_time
from tracker.zones import site_zone

from ..actions.draft_version import draft_version
from ..actions.sign_version import sign_version, withdraw_version
from ..published import in_force
from ..rules.registry import newest_sets
from ..rules.rule_set import RuleSet
from ..screens.form_problems import problems_of
from ..screens.version_page import labels_of, rule_fields, typed_of
from ..site_values import AGES
from ..version_values import VERSION_COUNTS
from .rule_sets import rule_set_page


@page(Perm.PRESCRIBE)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, name: str) -> HttpResponse:
    """A draft on the newest shipped version; the form begins with the numbers in force."""
    base = next((each for each in newest_sets() if each.id == name), None)
    if base is None:
        raise NotFound("no_such_rule_set", f"There is no rule set {name[:60]!r}.", remedy="Look at the list.")
    if request.method == "GET":
        return _form(request, base, typed_of(in_force(clock.now()).get(base.id)))
    names = [*base.limits, *(span.name for span in (*VERSION_COUNTS, *AGES))]
    typed = {each: request.POST.get(each, "").strip() for each in names}
    try:
        drafted = draft_version(
            by=actor_of(request),
            rule_set=base.id,
            values=typed,
            reason=request.POST.get("reason", ""),
            effective_from=_start(request),
        )
    except Refusal as refusal:
        return _form(request, base, typed, refusal)
    messages.success(request, "Drafted. It binds nothing until another prescriber and a pharmacist have signed it.")
    return redirect("rule-set", str(drafted))


@page(Perm.SIGN_SETTINGS)
@require_POST
def sign(request: HttpRequest, name: str) -> HttpResponse:
    """One signature under the version whose page was read."""
    try:
        signature = check_secret(
            by=actor_of(request),
            username=request.user.username,
            secret=request.POST.get("secret", ""),
            field="secret",
            purpose="sign a version of the rules",
        )
        sign_version(by=actor_of(request), key=name, signature=signature)
    except Refusal as refusal:
        return rule_set_page(request, name, refusal)
    messages.success(request, f"{name} is signed by you.")
    return redirect("rule-set", name)


@page(Perm.SIGN_SETTINGS)
@require_POST
def withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """A draft taken back; it stays readable."""
    try:
        withdraw_version(by=actor_of(request), key=name, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        return rule_set_page(request, name, refusal)
    messages.success(request, f"{name} is withdrawn.")
    return redirect("rule-set", name)


def _start(request: HttpRequest) -> object:
    text = request.POST.get("effective_from", "").strip()
    return read_posted_time(request.POST, "effective_from", zone=_zone(request)) if text else None


def _zone(request: HttpRequest) -> ZoneInfo:
    """The clock of the person's first ward, as everywhere on the person's pages."""
    ward = request.user.wards.order_by("code").first()
    return ZoneInfo(ward.timezone) if ward else site_zone()


def _form(request: HttpRequest, base: RuleSet, typed: dict, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "set": base,
        "typed": {name: request.POST.get(name, "") for name in ("reason", "effective_from")},
        "rules": rule_fields(base, typed),
        "counts": [(span, typed.get(span.name, "")) for span in VERSION_COUNTS] if base.counts else [],
        "ages": [(span, typed.get(span.name, "")) for span in AGES],
        "problems": problems_of(refusal, labels_of(base)) if refusal else (),
    }
    return render(request, "dosing/rule_draft.html", context, status=refusal.status if refusal else 200)
