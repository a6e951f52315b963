"""Which enrolled tablet a request comes from: a signed cookie that no script reads, and a row that is not revoked."""

from __future__ import annotations

import hashlib

from django.core import signing
from django.http import HttpRequest, HttpResponse

from .models import Device

COOKIE = "device"
SALT = "tracker.device"
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
    return Device.objects.filter(digest=digest(str(key)), revoked_at=None).select_related("ward").first()


def mark(response: HttpResponse, key: str, *, secure: bool) -> None:
    """Make the browser that gets this response the tablet with this key."""
    signed = signing.dumps(key, salt=SALT)
    response.set_cookie(COOKIE, signed, max_age=LIVES, secure=secure, httponly=True, samesite="Lax")


def digest(key: str) -> str:
    """What is kept of a key: it is random and long, so a plain digest is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
