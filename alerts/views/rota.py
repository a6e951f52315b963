"""The rota of each ward and the addresses to which notices go: the administrator's page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tracker import clock
from tracker.closed_world import page
from tracker.errors import NotFound, Refusal
from tracker.look.times import clock_text
from tracker.models import Bed, User, Ward
from tracker.origin import actor_of
from tracker.roles import Perm
from tracker.times import read_posted_time
from tracker.typed import row_number

from ..actions.keep_contacts import add_contact, end_contact
from ..actions.keep_rota import end_turn, plan_turn
from ..escalation import DUTY_CHOICES, DUTY_WORDS, ROLE_OF
from ..models import Contact, DutyTurn
from ..outbox import Channel


@page(Perm.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def rota(request: HttpRequest) -> HttpResponse:
    """Running and coming turns; a new one."""
    if request.method == "GET":
        return _page(request)
    try:
        turn = _plan(request)
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, f"{turn.user.full_name} is in the rota as {DUTY_WORDS[turn.duty]}.")
    return redirect("rota")


def _plan(request: HttpRequest) -> DutyTurn:
    asked = request.POST
    ward = Ward.objects.filter(pk=_row(request, "ward")).first()
    if ward is None:
        raise NotFound("no_such_ward", "There is no such ward.", field="ward", remedy="Choose one of the list.")
    zone = ZoneInfo(ward.timezone)
    return plan_turn(
        by=actor_of(request),
        ward_id=ward.pk,
        duty=asked.get("duty", ""),
        user_id=_row(request, "user"),
        stand_in_id=_row(request, "stand_in"),
        bed_id=_row(request, "bed"),
        begins_at=read_posted_time(asked, "begins_at", zone=zone),
        ends_at=read_posted_time(asked, "ends_at", zone=zone),
    )


@page(Perm.MANAGE_STAFF)
@require_POST
def turn_end(request: HttpRequest, turn_id: int) -> HttpResponse:
    """The turn counts no more."""
    end_turn(by=actor_of(request), turn_id=turn_id)
    messages.success(request, "The turn counts no more.")
    return redirect("rota")


@page(Perm.MANAGE_STAFF)
@require_POST
def contact_new(request: HttpRequest) -> HttpResponse:
    """One more address of a person or a ward."""
    kind, _, number = request.POST.get("whose", "").partition("-")
    try:
        add_contact(
            by=actor_of(request),
            channel=request.POST.get("channel", ""),
            address=request.POST.get("address", ""),
            secret=request.POST.get("secret", ""),
            user_id=row_number(number) if kind == "person" else None,
            ward_id=row_number(number) if kind == "ward" else None,
        )
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, "Notices go there from now on.")
    return redirect("rota")


@page(Perm.MANAGE_STAFF)
@require_POST
def contact_end(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Nothing new goes there."""
    end_contact(by=actor_of(request), contact_id=contact_id)
    messages.success(request, "Nothing new goes there.")
    return redirect("rota")


def _row(request: HttpRequest, name: str) -> int | None:
    return row_number(request.POST.get(name, ""))


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    now = clock.now()
    turns = DutyTurn.objects.filter(Q(ended_at=None), ends_at__gt=now).select_related("ward", "bed", "user", "stand_in")
    contacts = Contact.objects.filter(ended_at=None).select_related("user", "ward")
    context = {
        "turns": [_turn(each, now) for each in turns],
        "contacts": [
            {"id": each.pk, "whose": str(each.user.full_name if each.user else each.ward.name), "channel": each.channel}
            for each in contacts
        ],
        "wards": Ward.objects.order_by("code"),
        "beds": Bed.objects.select_related("ward").order_by("ward__code", "label"),
        "people": User.objects.filter(is_active=True, role__in=set(ROLE_OF.values())).order_by("full_name"),
        "duties": DUTY_CHOICES,
        "channels": [each.value for each in Channel],
        "asked": request.POST,
        "problems": [refusal] if refusal else [],
    }
    return render(request, "alerts/rota.html", context, status=refusal.status if refusal else 200)


def _turn(turn: DutyTurn, now: object) -> dict:
    zone = ZoneInfo(turn.ward.timezone if turn.ward else "UTC")
    return {
        "id": turn.pk,
        "ward": turn.ward.name if turn.ward else "Whole site",
        "duty": DUTY_WORDS[turn.duty],
        "bed": turn.bed.label if turn.bed else "",
        "person": turn.user.full_name,
        "stand_in": turn.stand_in.full_name if turn.stand_in else "",
        "begins": clock_text(turn.begins_at, now, zone),
        "ends": clock_text(turn.ends_at, now, zone),
        "runs": turn.begins_at <= now,
    }
