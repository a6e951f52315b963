"""Who may see whom: to fetch is to be allowed, and what is out of reach does not exist."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from .errors import NotFound
from .models import Patient, Stay, User, Ward
from .roles import Perm, may


def can(user: User, permission: Perm) -> bool:
    """True when this signed-in person's role carries the permission."""
    return bool(user.is_authenticated and user.is_active and may(user.role, permission))


def ward_ids(user: User) -> frozenset[int]:
    """The wards this person belongs to; asked of the database once per request's user object."""
    known = getattr(user, "_ward_ids", None)
    if known is None:
        known = frozenset(user.wards.values_list("id", flat=True))
        user._ward_ids = known
    return known


def remember_wards(*users: User) -> None:
    """Ask for the wards of several people in one query, before each is asked for alone."""
    found: dict[int, set[int]] = {user.pk: set() for user in users}
    for user_id, ward_id in User.wards.through.objects.filter(user__in=users).values_list("user_id", "ward_id"):
        found[user_id].add(ward_id)
    for user in users:
        user._ward_ids = frozenset(found[user.pk])


def wards_of(user: User) -> QuerySet[Ward]:
    """The wards this person belongs to, for a chooser."""
    return Ward.objects.filter(pk__in=ward_ids(user))


def stays_within_reach(user: User) -> QuerySet[Stay]:
    """The latest stay of every patient whose latest stay is on one of this person's wards."""
    latest = Stay.objects.filter(patient=OuterRef("patient")).order_by("-admitted_at", "-id").values("id")[:1]
    return Stay.objects.filter(ward_id__in=ward_ids(user), id=Subquery(latest)).select_related(
        "patient__chart", "ward", "bed"
    )


def stay_for(user: User, patient_id: int, *, patient: Patient | None = None) -> Stay:
    """The patient's latest stay, with patient, chart, ward and bed. `patient`, when already read, is not read again.

    Raises: NotFound when there is no such patient within this person's wards.
    """
    related = ("ward", "bed") if patient else ("patient__chart", "ward", "bed")
    stay = (
        Stay.objects.filter(patient__id=patient_id)  # the patient's own id: a number too large for it is nobody's
        .select_related(*related)
        .order_by("-admitted_at", "-id")
        .first()
    )
    if stay is not None and patient is not None:
        stay.patient = patient
    if stay is None or stay.ward_id not in ward_ids(user):
        raise NotFound("no_such_patient", "There is no such patient on your wards.", remedy="Check the record number.")
    return stay
