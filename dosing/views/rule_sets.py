"""The rules as whoever signs them must be able to read them: every set, every rule, every oddity. No patient in it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker import clock
from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.roles import Perm, may

from ..published import in_force, rule_set_named, versions
from ..regimen import REGIMENS
from ..rules.oddities import oddities_of
from ..rules.registry import newest_sets
from ..rules.standing import STANDING
from ..screens.form_problems import problems_of
from ..screens.rule_pages import sections_of, short_of
from ..screens.version_page import labels_of, signs_as, version_view


@page(Perm.SIGNED_IN)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All rule sets at the version in force, the hospital's drafts, and the regimens that bind them."""
    now, known = clock.now(), versions()
    own = in_force(now, known)
    context = {
        "sets": [*(own[each.id].rule_set if each.id in own else each for each in newest_sets()), STANDING],
        "versions": [version_view(each, request.user, now) for each in reversed(known)],
        "in_force": {each.key for each in own.values()},
        "regimens": REGIMENS.values(),
        "print_url": "#print",
    }
    return render(request, "dosing/rule_sets.html", context)


@page(Perm.SIGNED_IN)
@require_safe
def one(request: HttpRequest, name: str) -> HttpResponse:
    """One rule set: its rules by organ system with anchors by id, our readings marked, and what is odd about it."""
    return rule_set_page(request, name)


def rule_set_page(request: HttpRequest, name: str, refusal: Refusal | None = None) -> HttpResponse:
    """The page of a set at one version; with a refusal above it when a signature was not taken."""
    now = clock.now()
    found = rule_set_named(name, now)
    known = versions(found.id)
    own = next((each for each in known if each.key == found.key), None)
    context = {
        "set": found,
        "short": short_of(found),
        "sections": sections_of(found),
        "oddities": oddities_of(found.id),
        "version": version_view(own, request.user, now) if own else None,
        "versions": [version_view(each, request.user, now) for each in reversed(known)],
        "in_force": {each.key for each in in_force(now, known).values()},
        "may_draft": found is not STANDING and may(request.user.role, Perm.PRESCRIBE),
        "signs_as": signs_as(request.user),
        "problems": problems_of(refusal, labels_of(found)) if refusal else (),
        "print_url": "#print",
    }
    return render(request, "dosing/rule_set.html", context, status=refusal.status if refusal else 200)
