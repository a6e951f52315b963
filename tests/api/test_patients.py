"""Patients: within reach only, in pages, and admitted by the same action as on the pages."""

from __future__ import annotations

import pytest

from tests.api.caller import of_problem
from tests.people import admit
from tracker.models import AuditEntry, Patient

PERSON = {
    "ward": "4W",
    "bed": "03",
    "record_number": "5512-007",
    "family_name": "Brandt",
    "given_name": "Jörg",
    "birth_date": "1961-02-28",
    "sex": "male",
}


def test_a_patient_is_admitted_and_found(cast, nina):
    answer = nina.post("patients/", PERSON)
    assert answer.status == 201
    assert (answer["family_name"], answer["stay"]["bed"], answer["stay"]["time_zone"]) == (
        "Brandt",
        "03",
        "Europe/Berlin",
    )
    found = nina.get("patients/", record_number="5512-007")
    assert [each["id"] for each in found["results"]] == [answer["id"]]
    assert nina.get(f"patients/{answer['id']}/").body == answer.body


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"bed": "99"}, 404, "no_such_bed", "bed"),
        ({"ward": "5N", "bed": "01"}, 404, "no_such_bed", "bed"),
        ({"bed": None}, 404, "no_such_bed", "bed"),
        ({"birth_date": "28.02.1961"}, 422, "bad_birth_date", "birth_date"),
        ({"birth_date": None}, 422, "bad_birth_date", "birth_date"),
        ({"sex": "m"}, 422, "bad_sex", "sex"),
        ({"family_name": ""}, 422, "missing_family_name", "family_name"),
        ({"family_name": 7}, 422, "wrong_type", "family_name"),
        ({"admitted_at": "2026-03-02T08:00:00"}, 422, "naive_time", "admitted_at"),
        ({"admitted_at": "2999-03-02T08:00:00Z"}, 422, "time_in_future", "admitted_at"),
        ({"diagnosis": "melanoma"}, 422, "unknown_field", "diagnosis"),
    ],
)
def test_what_cannot_be_admitted_is_named(cast, nina, change, status, code, field):
    of_problem(nina.post("patients/", {**PERSON, **change}), status, code, field)
    assert not Patient.objects.exists()


def test_the_list_turns_its_pages_while_patients_are_admitted(cast, nina):
    for number in range(5):
        admit(cast, mrn=f"100-{number}", bed=number)
    first = nina.get("patients/", page_size=2)
    admit(cast, mrn="100-9", bed=9)
    second = nina.client.get(first["next"], headers=nina.headers).json()
    third = nina.client.get(second["next"], headers=nina.headers).json()
    seen = [each["record_number"] for page in (first, second, third) for each in page["results"]]
    assert seen == [f"100-{number}" for number in (4, 3, 2, 1, 0)]
    assert third["next"] is None


def test_a_list_of_forty_takes_no_more_queries_than_one_of_one(cast, nina, django_assert_max_num_queries):
    for number in range(10):
        admit(cast, mrn=f"100-{number}", bed=number)
    with django_assert_max_num_queries(3):
        assert len(nina.get("patients/")["results"]) == 10


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"page_size": "many"}, "bad_page_size", "page_size"),
        ({"page_size": "1000"}, "bad_page_size", "page_size"),
        ({"cursor": "nonsense"}, "bad_cursor", "cursor"),
        ({"cursor": "cD1ub25zZW5zZQ=="}, "bad_cursor", "cursor"),
        ({"recordnumber": "1"}, "unknown_filter", "recordnumber"),
        ({"admitted": "perhaps"}, "bad_choice", "admitted"),
        ({"admitted": ["yes", "no"]}, "repeated_filter", "admitted"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(cast, nina, query, code, field):
    of_problem(nina.get("patients/", **query), 422, code, field)


def test_who_was_discharged_is_told_from_who_lies_here(cast, nina, patient):
    assert len(nina.get("patients/", admitted="yes")["results"]) == 1
    assert nina.get("patients/", admitted="no")["results"] == []


def test_a_nurse_of_another_ward_sees_nobody(cast, zoe, patient):
    assert zoe.get("patients/")["results"] == []
    of_problem(zoe.get(f"patients/{patient.pk}/"), 404, "no_such_patient")


def test_a_write_that_the_role_does_not_allow_is_audited(cast, ada):
    of_problem(ada.post("patients/", PERSON), 403, "not_allowed")
    entry = AuditEntry.objects.get(action="write_by_api")
    assert (entry.actor, entry.outcome, entry.after["path"]) == ("Ada Auditor", "refused", "/api/v1/patients/")
