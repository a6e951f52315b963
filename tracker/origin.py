"""Where a request came from, for the audit trail: address and the program that sent it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from .audit.record import Actor
from .devices import device_of


def origin_of(request: HttpRequest) -> str:
    """Address and user agent; of an enrolled tablet its number first, by which its wrong secrets are counted.

    Behind a trusted proxy the address is the one that the proxy saw.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
        address = forwarded or address
    device = device_of(request)
    address = f"tablet-{device.pk} {address}" if device else address
    return f"{address} {request.META.get('HTTP_USER_AGENT') or '-'}"[:300]


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person and where they are."""
    user = request.user if request.user.is_authenticated else None
    device = device_of(request)
    return Actor(user=user, origin=origin_of(request), device=device.pk if device else None)
