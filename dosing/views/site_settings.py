"""The hospital's dosing settings: what is in force, what was before, and a new version signed by two people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.models import User
from tracker.origin import actor_of
from tracker.roles import Perm, may
from tracker.signatures import check_secret

from ..actions.sign_settings import KINDS, sign_settings
from ..models import SiteSettings
from ..screens.form_problems import problems_of
from ..screens.settings_form import LABELS, groups_of, lines_of, typed_of
from ..site_values import OVERRIDERS, POLICIES, SPANS, read_site_values

SHOWN = 20
PURPOSE = "sign the dosing settings"


@page(Perm.SIGNED_IN)
@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """The signed version that binds cycles prescribed from now on, and the versions before it."""
    versions = list(SiteSettings.objects.select_related("drafted_by", "signed_by").order_by("-id")[: SHOWN + 1])
    pairs = zip(versions[:SHOWN], [*versions[1:], None], strict=False)
    history = [{"version": each, "lines": lines_of(each, before) if before else ()} for each, before in pairs]
    context = {
        "current": versions[0] if versions else None,
        "lines": lines_of(versions[0]) if versions else (),
        "history": history,
        "may_sign": may(request.user.role, Perm.SIGN_SETTINGS),
        "print_url": "#print",
    }
    return render(request, "dosing/settings.html", context)


@page(Perm.SIGN_SETTINGS)
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest) -> HttpResponse:
    """A new version: filled in by one, signed by both. Passwords are asked again when it is refused."""
    if request.method == "GET":
        return _form(request, typed_of(SiteSettings.objects.order_by("-id").first()))
    names = (*(span.name for span in SPANS), "late_dose_policy", "override_by")
    asked = {name: request.POST.get(name, "") for name in names}
    try:
        read_site_values(asked)  # before the passwords, which are slow to check and must be typed again
        new = sign_settings(
            by=actor_of(request),
            values=asked,
            reason=request.POST.get("reason", ""),
            signer=_signature(request, request.user.username, "secret"),
            second=_signature(request, request.POST.get("second", ""), "second_secret"),
        )
    except Refusal as refusal:
        return _form(request, asked, refusal)
    messages.success(request, f"Version {new.pk} is signed. It binds the cycles that are prescribed from now on.")
    return redirect("settings")


def _signature(request: HttpRequest, username: str, field: str) -> object:
    return check_secret(
        by=actor_of(request), username=username, secret=request.POST.get(field, ""), field=field, purpose=PURPOSE
    )


def _form(request: HttpRequest, asked: dict, refusal: Refusal | None = None) -> HttpResponse:
    other = next(role for role in KINDS if role != request.user.role)
    context = {
        "asked": {**asked, "reason": request.POST.get("reason", ""), "second": request.POST.get("second", "")},
        "groups": groups_of(asked),
        "policies": POLICIES.items(),
        "overriders": OVERRIDERS.items(),
        "others": User.objects.filter(role=other, is_active=True),
        "other_kind": KINDS[other],
        "problems": problems_of(refusal, LABELS) if refusal else (),
    }
    return render(request, "dosing/settings_sign.html", context, status=refusal.status if refusal else 200)
