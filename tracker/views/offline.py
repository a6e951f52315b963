"""What a tablet needs to go on without network: its service worker, and the page of what is not sent yet."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..closed_world import page
from ..roles import Perm

WORKER = Path(__file__).resolve().parent.parent / "static" / "tracker" / "worker.js"


@page(Perm.SIGNED_IN)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root: from its folder of static files it could not answer for the pages."""
    return HttpResponse(_source(), content_type="text/javascript; charset=utf-8")


@page(Perm.SIGNED_IN)
@require_safe
def unsent(request: HttpRequest) -> HttpResponse:
    """Rounds that wait on this tablet; the tablet itself fills the list, for only it knows them."""
    return render(request, "tracker/unsent.html", {"reasons": REASONS})


REASONS = ("Recorded twice", "Wrong patient", "Recorded on paper and entered since", "Values were wrong")


@lru_cache
def _source() -> str:
    return WORKER.read_text(encoding="utf-8")
