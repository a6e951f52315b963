"""The begin and the end of a session, and which request it was that ended it."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.http import HttpRequest

from .models import User

BY_PIN = "by_pin"


def begin_session(request: HttpRequest, user: User, *, by_pin: bool = False) -> None:
    """A new session of this person, with nothing in it of what this browser was before."""
    request.session.flush()
    login(request, user)
    if by_pin:
        request.session[BY_PIN] = True


def began_by_pin(request: HttpRequest) -> bool:
    """Whether this session began with the PIN at a tablet's lock screen."""
    return bool(request.session.get(BY_PIN))


def end_session(request: HttpRequest) -> None:
    """Sign the person of this request out."""
    logout(request)
    request._ended_session = True


def has_ended(request: HttpRequest) -> bool:
    """Whether this request signed its person out; another one may merely have come with a session that was gone."""
    return getattr(request, "_ended_session", False)
