"""Pages for what went wrong outside an action: not found, a form that is too old, a fault of ours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..errors import Conflict, NotFound, Refusal


def show(request: HttpRequest, problem: Refusal) -> HttpResponse:
    """The refusal as a page of its own."""
    return render(
        request, "tracker/refused.html", {"problems": [problem], "status": problem.status}, status=problem.status
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page."""
    return show(request, NotFound("no_such_page", "There is no such page.", remedy="Go back to your pages."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened before somebody signed in or out on this tablet."""
    problem = Conflict(
        "old_form",
        "Nothing was saved: this form is older than the present sign-in.",
        remedy="Go back, reload the page and send it again.",
    )
    problem.status = 403
    return show(request, problem)


def fault(request: HttpRequest) -> HttpResponse:
    """A fault of ours; shown without touching the database, which may be the cause."""
    page = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Not saved</title><h1>Something broke on our side</h1>"
        "<p>What you sent was not saved. Go back: what you typed is still there. Send it again, or use the paper sheet."
    )
    return HttpResponse(page, status=500)
