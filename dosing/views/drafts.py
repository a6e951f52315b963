"""What a tablet keeps of a form that is being typed, and when it may forget it. Secrets and scans are never kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

SAVED_FORM = "saved_form"


def draft_of(request: HttpRequest, kind: str, number: int) -> str:
    """Under which name: one kind of form, one person, one dose or cycle."""
    return f"{kind}:{request.user.pk}:{number}"


def forgets(response: HttpResponse, draft: str) -> HttpResponse:
    """The form was saved: the tablet forgets what was typed into it."""
    response.set_cookie(SAVED_FORM, draft, max_age=60, samesite="Lax")
    return response
