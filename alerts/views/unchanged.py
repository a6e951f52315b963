"""Answers a page that refreshes itself: the new part, or nothing when the page already shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

ASKED = "X-Version"  # what the page shows (tracker/static/tracker/unchanged.js); the answer names what it holds
HEARD = "X-Heard"  # the server's time, so that an empty answer is a sign of life too


def answer_if_changed(
    request: HttpRequest, *, version: str, now: datetime, draw: Callable[[], HttpResponse]
) -> HttpResponse:
    """204 when the page shows this version, else the part drawn anew."""
    same = bool(version) and request.headers.get(ASKED, "") == version
    response = HttpResponse(status=HTTPStatus.NO_CONTENT) if same else draw()
    response[ASKED] = version
    response[HEARD] = now.isoformat()
    return response
