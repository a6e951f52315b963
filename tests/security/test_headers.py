"""What every answer carries, also those that are given before a page is reached."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.security.addresses import addresses, names, real
from tracker.roles import Perm, may

READ = [each for each in addresses() if each[1] == "GET"]
BEFORE_A_PAGE = [
    ("/nowhere-at-all", {}, 404),
    ("/static/../settings.py", {}, 404),
    ("/static/%2e%2e/%2e%2e/secret_key", {}, 404),
    ("/board/", {"HTTP_HOST": "elsewhere.example"}, 400),
    ("/board", {}, 301),
    ("/api/v1/nowhere/", {}, 404),
]


def is_closed(response):
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(("pattern", "method", "kind", "permission"), READ, ids=names(READ))
def test_every_answer_is_closed_to_other_sites_and_kept_nowhere(cast, pattern, method, kind, permission):
    for person in (None, cast.nina, cast.olga, cast.max, cast.ada):
        client = Client(raise_request_exception=False)
        if person is not None:
            client.force_login(person)
        response = client.get(real(pattern, 987_654))
        is_closed(response)
        assert response["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in response
        if person is None and permission is not Perm.PUBLIC:
            assert response.status_code in (302, 401)
        elif person is not None and not may(person.role, permission):
            assert response.status_code == 403


@pytest.mark.parametrize(("path", "more", "status"), BEFORE_A_PAGE, ids=[each[0] for each in BEFORE_A_PAGE])
def test_an_answer_given_before_a_page_is_reached_is_closed_too(db, path, more, status):
    response = Client(raise_request_exception=False).get(path, **more)
    assert response.status_code == status
    is_closed(response)
    assert "elsewhere" not in response.get("Location", "")


def test_a_form_without_its_token_changes_nothing(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.max)
    response = client.post("/wards/new/", {"code": "X", "name": "X", "timezone": "UTC"})
    assert response.status_code == 403
    is_closed(response)


def test_the_session_of_a_page_writes_through_the_api_only_with_its_token(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.nina)
    response = client.post("/api/v1/patients/", {}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize(
    "wanted", ["//elsewhere.example", "https:elsewhere.example", "/\\elsewhere.example", "javascript:x"]
)
def test_nobody_is_led_elsewhere_after_answering_an_alert_or_signing_in(cast, wanted):
    from tests.conftest import SECRET

    response = Client().post("/sign-in/", {"username": "nina", "password": SECRET, "next": wanted})
    assert response["Location"] == "/"


def test_a_fault_says_nothing_of_the_inside(cast, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the inside: /etc/ward and SELECT secret")

    monkeypatch.setattr("tracker.views.audit.read_filter", broken)
    client = Client(raise_request_exception=False)
    client.force_login(cast.ada)
    response = client.get("/audit/")
    assert response.status_code == 500
    assert b"inside" not in response.content
    assert b"Traceback" not in response.content
    is_closed(response)
