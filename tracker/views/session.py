"""Sign in and out, and the page where a person lands."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from ..actions.sign_in import record_sign_in, record_sign_out
from ..audit.record import Actor
from ..closed_world import page
from ..errors import Refusal
from ..models import Site, User
from ..origin import actor_of, origin_of
from ..roles import Perm
from ..sessions import begin_session, end_session
from ..signatures import check_secret

HOME = {
    "nurse": "board",
    "pharmacist": "overview",
    "oncologist": "overview",
    "auditor": "audit",
    "administrator": "staff",
}


@page(Perm.PUBLIC)
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; a wrong one is said beside the form, and the name stays typed."""
    asked = {"username": "", "next": request.GET.get("next", "")}
    if request.method == "GET":
        return _form(request, asked)
    asked = {"username": request.POST.get("username", ""), "next": request.POST.get("next", "")}
    try:
        signature = check_secret(
            by=Actor(user=None, origin=origin_of(request), name=asked["username"].strip()[:60] or "nobody"),
            username=asked["username"],
            secret=request.POST.get("password", ""),
            field="password",
            purpose="sign in",
        )
    except Refusal as refusal:
        return _form(request, asked, [refusal], status=refusal.status)
    begin_session(request, signature.user)
    record_sign_in(by=actor_of(request), signature=signature)
    return redirect(_next(request, asked["next"]))


@page(Perm.SIGNED_IN, with_given_password=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on this device."""
    record_sign_out(by=actor_of(request))
    end_session(request)
    return redirect(settings.LOGIN_URL)


@page(Perm.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The first page of this person's role."""
    return redirect(HOME[request.user.role])


def _next(request: HttpRequest, asked: str) -> str:
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if asked and safe else reverse("home")


def _form(request: HttpRequest, asked: dict, problems: list | None = None, status: int = 200) -> HttpResponse:
    site = Site.objects.first()
    people = User.objects.filter(is_active=True).order_by("id") if site and site.demo else []
    context = {"asked": asked, "problems": problems or [], "site": site, "demo_people": people}
    return render(request, "tracker/sign_in.html", context, status=status)
