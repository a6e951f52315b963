"""How long alerts wait: a page for people and /metrics for a monitor."""

from __future__ import annotations

import hmac
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from tracker import clock
from tracker.closed_world import page
from tracker.errors import NotAllowed
from tracker.permissions import can
from tracker.roles import Perm

from ..dwell import dwells
from ..metrics import Reading

DAYS = 7


@page(Perm.SIGNED_IN)
@require_safe
def waiting_times(request: HttpRequest) -> HttpResponse:
    """The last seven days, of the whole site: numbers only."""
    now = clock.now()
    return render(
        request, "alerts/waiting_times.html", {"dwells": dwells(now - timedelta(days=DAYS), now), "days": DAYS}
    )


@page(Perm.PUBLIC)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For a monitor that sends METRICS_TOKEN, and for who looks after the staff's accounts.

    Raises: NotAllowed no_token.
    """
    if not _has_token(request) and not (request.user.is_authenticated and can(request.user, Perm.MANAGE_STAFF)):
        raise NotAllowed("no_token", "Only the monitor reads this.", remedy="Send METRICS_TOKEN as a bearer token.")
    registry = CollectorRegistry()
    registry.register(Reading(clock.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _has_token(request: HttpRequest) -> bool:
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    known = settings.METRICS_TOKEN
    return bool(known) and kind == "Bearer" and hmac.compare_digest(sent.encode(), known.encode())
