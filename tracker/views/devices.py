"""Shared tablets: enrolling and revoking them, one's own PIN, the lock, and the quick change of person."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from ..actions.keep_devices import enrol_device, record_lock, revoke_device, set_pin
from ..actions.set_lock_time import set_lock_time
from ..actions.sign_in import record_sign_in
from ..audit.record import Actor
from ..closed_world import page
from ..devices import device_of, locks_after, mark, site_locks_after
from ..errors import BadInput, Refusal
from ..models import Device, LockTime, Pin, User, Ward
from ..origin import actor_of, origin_of
from ..roles import Perm
from ..sessions import begin_session, end_session
from ..signatures import check_secret
from ..typed import row_number

LOCK_TIMES_SHOWN = 20
LOCKED = "locked"  # in the session of a locked tablet: who was working, and on which page


@page(Perm.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def devices(request: HttpRequest) -> HttpResponse:
    """All tablets; and this browser becomes one."""
    if request.method == "GET":
        return _devices(request)
    asked = {name: request.POST.get(name, "") for name in ("name", "ward", "lock_after_min")}
    try:
        key, device = enrol_device(
            by=actor_of(request),
            name=asked["name"],
            ward_id=row_number(asked["ward"]),
            lock_after_min=_minutes(asked["lock_after_min"], "lock_after_min"),
        )
    except Refusal as refusal:
        return _devices(request, asked, refusal)
    messages.success(request, f"This browser is now the tablet {device.name}. Sign out before you hand it over.")
    response = redirect("devices")
    mark(response, key, secure=settings.HTTPS)
    return response


@page(Perm.MANAGE_STAFF)
@require_POST
def revoke(request: HttpRequest, device_id: int) -> HttpResponse:
    """A lost or broken tablet."""
    device = revoke_device(by=actor_of(request), device_id=device_id)
    messages.success(request, f"{device.name} is revoked: no PIN works on it any more.")
    return redirect("devices")


@page(Perm.MANAGE_STAFF)
@require_POST
def lock_time(request: HttpRequest) -> HttpResponse:
    """When the tablets of the site lock, signed by the administrator who changes it."""
    asked = {name: request.POST.get(name, "") for name in ("minutes", "reason")}
    try:
        minutes = _minutes(asked["minutes"], "minutes")
        signature = check_secret(
            by=actor_of(request),
            username=request.user.username,
            secret=request.POST.get("secret", ""),
            field="secret",
            purpose="set when tablets lock",
        )
        set_lock_time(by=actor_of(request), minutes=minutes, reason=asked["reason"], signature=signature)
    except Refusal as refusal:
        return _devices(request, asked, refusal)
    messages.success(request, f"The tablets of this site lock after {minutes} idle minutes from now on.")
    return redirect("devices")


@page(Perm.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own PIN for shared tablets."""
    problems, status = [], 200
    if request.method == "POST":
        try:
            signature = check_secret(
                by=actor_of(request),
                username=request.user.username,
                secret=request.POST.get("secret", ""),
                field="secret",
                purpose="set a PIN",
            )
            set_pin(by=actor_of(request), signature=signature, pin=request.POST.get("pin", "").strip())
        except Refusal as refusal:
            problems, status = [refusal], refusal.status
        else:
            messages.success(request, "Your PIN is set. It works on the shared tablets of your wards.")
            return redirect("account")
    context = {"problems": problems, "has_pin": Pin.objects.filter(user=request.user).exists()}
    return render(request, "tracker/account.html", context, status=status)


@page(Perm.PUBLIC)
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """End the session, and say on the lock screen who was working. Elsewhere than on a tablet: to the sign-in page.

    A second page of a tablet that is locked already is led to the lock screen like the first.
    """
    if not request.user.is_authenticated:
        return redirect("switch" if device_of(request) else settings.LOGIN_URL)
    was = {"user": request.user.pk, "name": request.user.full_name, "next": _own(request, request.POST.get("next", ""))}
    record_lock(by=actor_of(request))
    end_session(request)
    if device_of(request) is None:
        return redirect(settings.LOGIN_URL)
    request.session[LOCKED] = was
    return redirect("switch")


@page(Perm.PUBLIC)
@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """The lock screen of an enrolled tablet: choose who you are and type your PIN."""
    device = device_of(request)
    if device is None:
        return redirect(settings.LOGIN_URL)
    if request.method == "GET":
        if request.headers.get("X-Offline-Copy"):  # kept on the tablet for a lock without network: it shows nobody
            request.user = AnonymousUser()
        return _switch(request, device)
    username = request.POST.get("username", "").strip().lower()[:60]
    by = Actor(user=None, origin=origin_of(request), name=username or "nobody", device=device.pk)
    try:
        signature = check_secret(
            by=by, username=username, secret=request.POST.get("pin", ""), field="pin", purpose="switch", pin=True
        )
    except Refusal as refusal:
        return _switch(request, device, username, refusal)
    was = request.session.get(LOCKED, {})
    begin_session(request, signature.user, by_pin=True)
    record_sign_in(by=actor_of(request), signature=signature)
    return redirect(was["next"] if was.get("user") == signature.user.pk and was.get("next") else "home")


def _switch(request: HttpRequest, device: Device, chosen: str = "", refusal: Refusal | None = None) -> HttpResponse:
    was = request.session.get(LOCKED, {})
    people = User.objects.filter(is_active=True, wards=device.ward_id, pin__isnull=False)
    rows = [
        {"person": each, "chosen": each.username == chosen if chosen else each.pk == was.get("user")} for each in people
    ]
    context = {"device": device, "was": was, "people": rows, "problems": [refusal] if refusal else []}
    return render(request, "tracker/switch.html", context, status=refusal.status if refusal else 200)


def _devices(request: HttpRequest, asked: dict | None = None, refusal: Refusal | None = None) -> HttpResponse:
    site = site_locks_after()
    devices = list(Device.objects.select_related("ward", "enrolled_by"))
    for each in devices:
        each.locks_after_min = locks_after(each, site)
    context = {
        "asked": asked or {},
        "site_lock": site,
        "lock_history": LockTime.objects.select_related("set_by").order_by("-id")[:LOCK_TIMES_SHOWN],
        "devices": devices,
        "here": device_of(request),
        "all_wards": Ward.objects.all(),
        "problems": [refusal] if refusal else [],
    }
    return render(request, "tracker/devices.html", context, status=refusal.status if refusal else 200)


def _minutes(text: str, field: str) -> int | None:
    """A number of minutes, None for nothing. Raises: BadInput bad_minutes."""
    if not text.strip():
        return None
    number = row_number(text.strip())
    if number is None:
        raise BadInput("bad_minutes", "Minutes are a whole number.", field=field, remedy="Type digits only.")
    return number


def _own(request: HttpRequest, asked: str) -> str:
    safe = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, {request.get_host()})
    return asked if safe else ""
