"""Who may see whom: to fetch is to be allowed, and what is out of reach does not exist."""

from __future__ import annotations

from django.db.models import OuterRef, Q, QuerySet, Subquery

from .errors import NotFound
from .models import Patient, Stay, User, Ward
from .prepared import prepared
from .roles import Perm, may


def can(user: User, permission: Perm) -> bool:
    """True when this signed-in person's role carries the permission."""
    return bool(user.is_authenticated and user.is_active and may(user.role, permission))


def ward_ids(user: User) -> frozenset[int]:
    """The wards this person belongs to; asked of the database once per request's user object."""
    known = getattr(user, "_ward_ids", None)
    if known is None:
        known = frozenset(ward_id for _, ward_id in _wards_of_two(one=user.pk, other=user.pk))
        user._ward_ids = known
    return known


def remember_wards(one: User, other: User) -> None:
    """Ask for the wards of two people in one query, before each is asked for alone."""
    found = _wards_of_two(one=one.pk, other=other.pk)
    for user in (one, other):
        user._ward_ids = frozenset(ward_id for user_id, ward_id in found if user_id == user.pk)


@prepared
def _wards_of_two(one: int, other: int) -> QuerySet:
    theirs = User.wards.through.objects.filter(Q(user_id=one) | Q(user_id=other))
    return theirs.values_list("user_id", "ward_id")


def wards_of(user: User) -> QuerySet[Ward]:
    """The wards this person belongs to, for a chooser."""
    return Ward.objects.filter(pk__in=ward_ids(user))


def stays_within_reach(user: User) -> QuerySet[Stay]:
    """The latest stay of every patient whose latest stay is on one of this person's wards."""
    latest = Stay.objects.filter(patient=OuterRef("patient")).order_by("-admitted_at", "-id").values("id")[:1]
    return Stay.objects.filter(ward_id__in=ward_ids(user), id=Subquery(latest)).select_related(
        "patient__chart", "ward", "bed"
    )


@prepared
def _stay(patient_id: int) -> QuerySet[Stay]:
    latest = Stay.objects.filter(patient_id=patient_id).order_by("-admitted_at", "-id")
    return latest.select_related("ward", "bed")[:1]


@prepared
def _stay_with_patient(patient_id: int) -> QuerySet[Stay]:
    latest = Stay.objects.filter(patient_id=patient_id).order_by("-admitted_at", "-id")
    return latest.select_related("patient__chart", "ward", "bed")[:1]


def stay_for(user: User, patient_id: int, *, patient: Patient | None = None) -> Stay:
    """The patient's latest stay, with patient, chart, ward and bed. `patient`, when already read, is not read again.

    Raises: NotFound when there is no such patient within this person's wards.
    """
    if patient is None:
        stay = _stay_with_patient.one(patient_id=patient_id)
    elif stay := _stay.one(patient_id=patient_id):
        stay.patient = patient
    if stay is None or stay.ward_id not in ward_ids(user):
        raise NotFound("no_such_patient", "There is no such patient on your wards.", remedy="Check the record number.")
    return stay
