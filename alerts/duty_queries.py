"""Reads who has a duty on a ward at an instant, and where people can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from tracker.models import Stay, User, Ward

from .escalation import ROLE_OF, Duty
from .models import Alert, Contact, DutyTurn


def people_for(alert: Alert, duty: str, at: datetime) -> list[User]:
    """Who is to be told. Without anybody in the rota: everybody on the ward whose role may have the duty.

    A nurse of the patient's bed comes before the other nurses of the turn. One whose access has ended is replaced by
    the stand-in.
    """
    turns = turns_at(alert.ward, duty, at)
    if duty == Duty.NURSE and (bed_id := _bed_of(alert)) is not None:
        turns = [turn for turn in turns if turn.bed_id == bed_id] or [turn for turn in turns if turn.bed_id is None]
    found = [turn.user if turn.user.is_active else turn.stand_in for turn in turns]
    people = {user.pk: user for user in found if user is not None and user.is_active}
    return list(people.values()) or staff_of(alert.ward, duty)


def stand_ins_for(alert: Alert, duty: str, at: datetime, people: Iterable[User]) -> list[User]:
    """Who stands in for these people in this turn and has not been told."""
    known = {user.pk for user in people}
    found = [turn.stand_in for turn in turns_at(alert.ward, duty, at) if turn.user_id in known]
    return [user for user in found if user is not None and user.is_active and user.pk not in known]


def turns_at(ward: Ward | None, duty: str, at: datetime) -> list[DutyTurn]:
    """The turns of this duty that run, of the ward or of the whole site; what is about the site concerns every ward."""
    running = DutyTurn.objects.filter(begins_at__lte=at, ends_at__gt=at, duty=duty).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    )
    if ward is not None:
        running = running.filter(Q(ward=ward) | Q(ward__isnull=True))
    return list(running.select_related("user", "stand_in"))


def staff_of(ward: Ward | None, duty: str) -> list[User]:
    """Everybody active whose role may have the duty; administrators belong to the site."""
    staff = User.objects.filter(is_active=True, role=ROLE_OF[duty]).order_by("full_name", "id")
    return list(staff if duty == Duty.ADMINISTRATOR or ward is None else staff.filter(wards=ward))


def contacts_of(people: Sequence[User], ward: Ward | None) -> QuerySet[Contact]:
    """Where these people are reached, and the ward's own addresses (its pager gateway, its webhook)."""
    theirs = Q(user__in=[user.pk for user in people])
    return Contact.objects.filter(ended_at=None).filter(theirs | Q(ward=ward) if ward is not None else theirs)


def _bed_of(alert: Alert) -> int | None:
    if alert.patient_id is None:
        return None
    stay = Stay.objects.filter(patient_id=alert.patient_id).order_by("-admitted_at", "-id").first()
    return None if stay is None or stay.discharged_at is not None else stay.bed_id
