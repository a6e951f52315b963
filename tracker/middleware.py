"""Turns the named refusals of actions into pages, in this one place. The API has its own translation."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from .devices import device_of
from .errors import Refusal, Several, TooLarge
from .sessions import has_ended
from .views.problems import show

API = "/api/"


class CookieMiddleware:
    """Drops cookies that hold a NUL: the session is looked up by one, and PostgreSQL cannot compare such a text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return self.get_response(request)


class LateAnswerMiddleware:
    """Keeps an answer from changing a session or a form token that the request did not change itself.

    On a shared tablet a request of the person before may be answered after the change-over. Django would then delete
    the session cookie, because the one that the request came with is gone, or renew the old form token: the person
    who is there now would be signed out, or refused. A cookie is sent only when it is another one than came, and
    deleted only by the request that ended the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
            sent = response.cookies.get(name)
            if sent is None:
                continue
            unchanged = sent.value == request.COOKIES.get(name)
            if unchanged or not (sent.value or has_ended(request)):
                del response.cookies[name]
        return response


class DeviceMiddleware:
    """Lets templates ask `request.device`: the enrolled tablet, looked up only where it is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.device = SimpleLazyObject(lambda: device_of(request))
        return self.get_response(request)


class RefusalMiddleware:
    """A refusal that a page did not show beside its own form becomes a page that says why and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._too_large(request) or self.get_response(request)
        response.setdefault("Cache-Control", "no-store")  # a chart is never served from a browser's memory
        return response

    def _too_large(self, request: HttpRequest) -> HttpResponse | None:
        """A page's form is small; files, which Django would write to disk whatever their size, are never sent here."""
        declared = request.META.get("CONTENT_LENGTH") or ""
        small = not declared.isdecimal() or int(declared) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if small or request.path.startswith(API):
            return None  # the API has its own words for it
        return show(request, TooLarge("body_too_large", "What was sent is too large.", remedy="Nothing was saved."))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        problems = exception.refusals if isinstance(exception, Several) else [exception]
        return render(
            request, "tracker/refused.html", {"problems": problems, "status": exception.status}, status=exception.status
        )
