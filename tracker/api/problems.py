"""Turns refusals and framework errors into problem+json (RFC 9457), in this one place. The pages have their own."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response

from ..errors import Refusal, Several
from ..exact_json import dumps

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:il2-ward:problem:"

NOT_FOUND_REMEDY = "Check the id, and that the patient lies on your wards."

# What the framework refuses: our code and what to do about it.
KNOWN: dict[type[Exception], tuple[int, str, str]] = {
    exceptions.NotAuthenticated: (401, "not_signed_in", "Send the header Authorization: Bearer <token>."),
    exceptions.AuthenticationFailed: (401, "bad_token", "Get a new token from /api/v1/auth/token/."),
    exceptions.PermissionDenied: (403, "not_allowed", "Ask a colleague whose role allows it."),
    PermissionDenied: (403, "not_allowed", "Ask a colleague whose role allows it."),
    exceptions.NotFound: (404, "not_found", "Check the address."),
    Http404: (404, "not_found", "Check the address."),
    exceptions.MethodNotAllowed: (405, "method_not_allowed", "Look at /api/v1/docs/ for what this address takes."),
    exceptions.UnsupportedMediaType: (415, "not_json", "Send the body as application/json."),
    exceptions.ParseError: (400, "not_json", "Send a JSON object."),
    RequestDataTooBig: (413, "body_too_large", "Send one round at a time."),
    SuspiciousOperation: (400, "bad_request", "Check the address and the headers."),
    UnreadablePostError: (400, "body_cut_off", "Nothing was saved. Send the request again."),
    OperationalError: (503, "busy", "Nothing was saved. Send the request again, with the same Idempotency-Key."),
}


def as_problem(exception: Exception, context: dict) -> Response:
    """The framework's hook: what went wrong, as an answer."""
    if isinstance(exception, Refusal):
        return _answer(problem_of(exception), {})
    for kind in type(exception).__mro__:
        if kind in KNOWN:
            return _answer(*_from_framework(exception, *KNOWN[kind]))
    log.error("fault in %s", context["request"].path, exc_info=exception)
    got_request_exception.send(sender=as_problem, request=context["request"]._request)
    return _answer(
        _problem(500, "fault", "Something broke on our side.", "", "What you sent was not saved. Send it again."), {}
    )


def problem_of(refusal: Refusal) -> dict:
    """A refusal as a problem: `code`, `field` and `remedy` of the first one, and all of them under `errors`."""
    remedy = refusal.remedy or (NOT_FOUND_REMEDY if refusal.status == 404 else "")
    problem = _problem(refusal.status, refusal.code, refusal.sentence, refusal.field, remedy)
    if isinstance(refusal, Several):
        problem["errors"] = [_error(each.code, each.field, each.sentence, each.remedy) for each in refusal.refusals]
    return {**problem, **{name: value for name, value in refusal.extra.items() if name not in problem}}


def nowhere(request: object, **kwargs: object) -> HttpResponse:
    """The answer to an address that the API does not have."""
    problem = _problem(
        404, "no_such_address", "The API has no such address.", "", "Addresses end with a slash: see /api/v1/docs/."
    )
    return HttpResponse(dumps(problem), status=404, content_type=MEDIA_TYPE)


def _problem(status: int, code: str, detail: str, field: str, remedy: str) -> dict:
    return {
        "type": TYPE + code,
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "field": field,
        "remedy": remedy,
        "errors": [_error(code, field, detail, remedy)],
    }


def _error(code: str, field: str, detail: str, remedy: str) -> dict:
    return {"code": code, "field": field, "detail": detail, "remedy": remedy}


def _from_framework(exception: Exception, status: int, code: str, remedy: str) -> tuple[dict, dict]:
    detail = str(getattr(exception, "detail", "") or "The request was not understood.")
    if isinstance(exception, Http404):
        detail = "There is no such thing on your wards."
    if isinstance(exception, OperationalError):
        log.error("database not available", exc_info=exception)
        detail = "The database did not answer in time."
    own = getattr(getattr(exception, "detail", None), "code", "")
    code = own if own in ("token_expired", "bad_token") else code
    headers = {}
    if getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = exception.auth_header
    return _problem(status, code, detail, "", remedy), headers


def _answer(problem: dict, headers: dict) -> Response:
    return Response(problem, status=problem["status"], headers=headers, content_type=MEDIA_TYPE)
