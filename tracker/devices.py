"""Which enrolled tablet a request comes from: a signed cookie that no script reads, and a row that is not revoked."""

from __future__ import annotations

import hashlib

from django.core import signing
from django.http import HttpRequest, HttpResponse

from .models import Device, LockTime

COOKIE = "device"
SALT = "tracker.device"
LOCK_AFTER = range(1, 16)  # idle minutes that a site may set
LOCK_AFTER_DEFAULT = 2
LIVES = 5 * 366 * 86_400  # until it is revoked, or the tablet is thrown away


def device_of(request: HttpRequest) -> Device | None:
    """The tablet that sent this request; None for any other browser. Asked for once a request."""
    if not hasattr(request, "_device"):
        request._device = _find(request.COOKIES.get(COOKIE, ""))
    return request._device


def _find(cookie: str) -> Device | None:
    if not cookie:
        return None
    try:
        key = signing.loads(cookie, salt=SALT, max_age=LIVES)
    except signing.BadSignature:
        return None
    device = Device.objects.filter(digest=digest(str(key)), revoked_at=None).select_related("ward").first()
    if device is not None:
        device.locks_after_min = locks_after(device, site_locks_after())
    return device


def site_locks_after() -> int:
    """After how many idle minutes the tablets of this site lock."""
    newest = LockTime.objects.order_by("-id").values_list("minutes", flat=True).first()
    return newest or LOCK_AFTER_DEFAULT


def locks_after(device: Device, site: int) -> int:
    """After how many idle minutes this tablet locks: it may be stricter than the site, never looser."""
    return min(site, device.lock_after_min or site)


def mark(response: HttpResponse, key: str, *, secure: bool) -> None:
    """Make the browser that gets this response the tablet with this key."""
    signed = signing.dumps(key, salt=SALT)
    response.set_cookie(COOKIE, signed, max_age=LIVES, secure=secure, httponly=True, samesite="Lax")


def digest(key: str) -> str:
    """What is kept of a key: it is random and long, so a plain digest is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
