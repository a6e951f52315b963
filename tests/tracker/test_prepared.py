"""A prepared query answers as the queryset itself does, with its own values each time, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from tests.people import admit, full_round
from tracker import clock
from tracker.models import Round, Stay, User, Ward
from tracker.prepared import prepared, prepared_update

pytestmark = pytest.mark.django_db


@prepared
def _stays(patient_id: int) -> QuerySet[Stay]:
    return Stay.objects.filter(patient_id=patient_id).select_related("ward", "bed", "patient__chart")


@prepared
def _names(ward: str, role: str) -> QuerySet:
    return User.objects.filter(wards__code=ward, role=role).order_by("username").values_list("username", "full_name")


@prepared
def _rounds_before(at: object, patient_id: int) -> QuerySet[Round]:
    return Round.objects.filter(observed_at__lt=at, patient_id=patient_id).order_by("id")


@prepared_update
def _renamed(ward_id: int, before: str, after: str) -> tuple[QuerySet, dict]:
    return Ward.objects.filter(pk=ward_id, name=before), {"name": after, "code": Concat(F("code"), Value("x"))}


def test_models_come_with_their_relations_in_one_query(cast):
    patient = admit(cast)
    _stays(patient_id=patient.pk)
    with CaptureQueriesContext(connection) as asked:
        (stay,) = _stays(patient_id=patient.pk)
        names = stay.ward.code, stay.bed.label, stay.patient.family_name, stay.patient.chart.seq
    same = Stay.objects.get(patient=patient)
    assert names == (same.ward.code, same.bed.label, same.patient.family_name, same.patient.chart.seq)
    assert len(asked) == 1
    assert stay.admitted_at == same.admitted_at  # converted as the database needs it


def test_each_call_has_its_own_values(cast):
    first, second = admit(cast), admit(cast, mrn="2", bed=1)
    assert _stays.one(patient_id=second.pk).patient_id == second.pk
    assert _stays.one(patient_id=first.pk).patient_id == first.pk
    assert _stays.one(patient_id=first.pk + second.pk) is None


def test_the_sql_is_written_once(cast, monkeypatch):
    patient = admit(cast)
    _stays(patient_id=patient.pk)
    monkeypatch.setattr(_stays, "_build", None)
    assert _stays.one(patient_id=patient.pk).patient_id == patient.pk


def test_texts_and_rows_of_values(cast):
    wanted = User.objects.filter(wards__code="4W", role="nurse").order_by("username")
    assert _names(ward="4W", role="nurse") == list(wanted.values_list("username", "full_name")) != []
    assert _names(ward="4W' or 1=1 --", role="nurse") == []


def test_instants_compare_as_the_database_compares_them(cast):
    patient = admit(cast)
    at = clock.now() - timedelta(minutes=5)
    full_round(cast, patient, at=at)
    assert len(_rounds_before(at=at, patient_id=patient.pk)) == 0
    assert len(_rounds_before(at=at + timedelta(microseconds=1), patient_id=patient.pk)) == 1


@pytest.mark.parametrize("number", [2**63, -(2**70)])
def test_a_number_beyond_the_columns_is_nobodys(number):
    assert _stays(patient_id=number) == []


@pytest.mark.parametrize("given", [{}, {"patient_id": None}, {"patient_id": 1, "more": 2}, {"patient_id": [1]}])
def test_what_would_need_other_sql_is_refused(given):
    with pytest.raises(TypeError, match="patient_id"):
        _stays(**given)


@pytest.mark.parametrize("rows", [lambda: Ward.objects.prefetch_related("beds"), lambda: Ward.objects.values("id")])
def test_what_cannot_be_prepared_is_refused(rows):
    with pytest.raises(TypeError, match="prepared"):
        prepared(rows)()


def test_an_update_changes_what_fits_and_says_how_many(cast):
    ward = cast.ward
    assert _renamed(ward_id=ward.pk, before="5 West", after="6 West") == 0
    assert _renamed(ward_id=ward.pk, before="4 West", after="5 West") == 1
    assert _renamed(ward_id=ward.pk, before="5 West", after="it's % 7") == 1
    assert _renamed(ward_id=2**64, before="it's % 7", after="8") == 0
    ward.refresh_from_db()
    assert (ward.name, ward.code) == ("it's % 7", "4Wxx")
    assert Ward.objects.exclude(pk=ward.pk).filter(name="5 North", code="5N").exists()
