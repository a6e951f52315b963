"""The ward board: who needs whom, now. It refreshes itself and answers nothing new with an empty answer."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from tracker import clock
from tracker.closed_world import page
from tracker.origin import actor_of
from tracker.roles import Perm

from ..actions.see_alerts import see_board
from ..board_queries import Board, board_of, no_board, ward_of
from ..context import Waiting, navigation, wards_shown
from .unchanged import answer_if_changed


@page(Perm.VIEW_CHART)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The whole page of one ward; a person with several wards chooses."""
    context = _context(request)
    _shown(request, context["board"])
    return render(request, "alerts/board.html", {**context, "live": True})


@page(Perm.VIEW_CHART)
@require_safe
def board_cards(request: HttpRequest) -> HttpResponse:
    """The part that refreshes itself; nothing when it would look the same."""
    context = _context(request)

    def draw() -> HttpResponse:
        _shown(request, context["board"])
        return render(request, "alerts/board_cards.html", context)

    return answer_if_changed(request, version=context["board"].version, now=context["now"], draw=draw)


def _shown(request: HttpRequest, board: Board) -> None:
    """What this person was told of is shown by the board that is drawn; one that stays as it was says nothing."""
    if board.waiting_ids:
        see_board(by=actor_of(request), alert_ids=board.waiting_ids)


def _context(request: HttpRequest) -> dict:
    now = clock.now()
    wards = wards_shown(request.user)
    ward = ward_of(wards, request.GET.get("ward", ""))
    if ward is None:
        return {"now": now, "board": no_board()}
    shown = board_of(ward, wards, now)
    # Who has one ward sees all alerts of hers on it: no need to count them again.
    known = Waiting(shown.unanswered, shown.overdue) if len(wards) == 1 else None
    return {
        "now": now,
        "board": shown,
        "ward_name": ward.name,
        "ward_tz": ZoneInfo(ward.timezone),
        "nav": SimpleLazyObject(lambda: navigation(request, known)),
    }
