"""Bodies that cannot be read: each gets a clear answer, and nothing is written."""

from __future__ import annotations

import pytest

from tests.api.caller import of_problem
from tracker.models import Round


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 422, "missing_time"),
        (b"not json", 400, "not_json"),
        (b"{'observed_at': 1}", 400, "not_json"),
        (b'{"observed_at": "2026', 400, "not_json"),
        (b"[]", 400, "not_an_object"),
        (b"null", 400, "not_an_object"),
        (b"84", 400, "not_an_object"),
        (b"\xff\xfe", 400, "not_json"),
        (b'{"values": {}, "values": {"heart_rate": 80}}', 400, "duplicate_key"),
        (b'{"values": {"heart_rate": 80, "heart_rate": 90}}', 400, "duplicate_key"),
        (b"[" * 100_000, 400, "too_deep"),
        (b'{"values": ' + b'{"a": ' * 50 + b"1" + b"}" * 51, 400, "too_deep"),
        (b'{"note": "\\ud800"}', 422, "bad_text"),
        (b'{"note": "a\\u0000b"}', 422, "bad_text"),
        (b'{"observed": "2026-03-02T08:00:00Z"}', 422, "unknown_field"),
    ],
)
def test_a_body_that_cannot_be_read(cast, nina, patient, raw, status, code):
    of_problem(nina.post(f"patients/{patient.pk}/rounds/", raw), status, code)
    assert not Round.objects.exists()


def test_five_megabytes_are_too_large(cast, nina, patient):
    raw = b'{"note": "' + b"x" * 5_000_000 + b'"}'
    answer = of_problem(nina.post(f"patients/{patient.pk}/rounds/", raw), 413, "body_too_large")
    assert "1024 kB" in answer["detail"]


def test_a_body_larger_than_it_says_is_too_large(cast, nina, patient, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 64
    raw = b'{"note": "' + b"x" * 100 + b'"}'
    of_problem(nina.post(f"patients/{patient.pk}/rounds/", raw), 413, "body_too_large")


def test_a_body_in_chunks_is_not_taken_for_an_empty_one(cast, nina, patient):
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    of_problem(nina.post(f"patients/{patient.pk}/rounds/", b"", **chunked), 411, "length_required")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_a_body_of_another_kind(cast, nina, patient, kind):
    answer = nina.post(f"patients/{patient.pk}/rounds/", b'{"values": {}}', content_type=kind)
    of_problem(answer, 415, "not_json")


def test_an_address_without_a_slash_or_that_does_not_exist(cast, nina):
    for path in ("patients", "doses/", "patients/x/", ""):
        of_problem(nina.get(path), 404, "no_such_address")
    of_problem(nina.post("patients", {"a": 1}), 404, "no_such_address")


def test_another_method(cast, nina):
    response = nina.client.delete("/api/v1/patients/", headers=nina.headers)
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD, POST"
    of_problem(nina.post("audit/export/"), 405, "method_not_allowed")


def test_json_is_answered_whatever_is_asked_for(cast, nina):
    nina.headers["Accept"] = "text/html"
    assert nina.get("patients/").type == "application/json"
