"""Closed by default: every address names its permission, and a forgotten one stops the start."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from rest_framework.views import APIView

from tests.conftest import SECRET
from tracker import checks, closed_world
from tracker.closed_world import page, routes
from tracker.roles import ROLES, Perm, may


def test_every_address_names_its_permission():
    assert closed_world.unnamed() == []
    assert len(list(routes())) > 30


def test_only_signing_in_and_the_questions_of_machines_are_public():
    public = [path for path, view in routes() if getattr(view, "permission", None) is Perm.PUBLIC]
    # A lock that comes twice finds nobody signed in any more.
    # /metrics asks for its own token. The last one is whatever address the API does not have.
    assert public == ["sign-in/", "lock/", "switch/", "healthz", "readyz", "metrics", "api/v1/"]


def test_an_address_that_the_api_does_not_have_is_not_found(client, db):
    response = client.get("/api/v1/nothing/here/")
    assert response.status_code == 404 and response["Content-Type"] == "application/problem+json"


class Forgetful(APIView):
    """An endpoint that forgot its POST."""

    permissions = {"GET": Perm.SIGNED_IN}

    def get(self, request):
        return HttpResponse()

    def post(self, request):
        return HttpResponse()


def forgotten(request):
    return HttpResponse("open to all")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (path("forgotten/", forgotten), "/forgotten/ names no permission."),
        (path("half/", Forgetful.as_view()), "/half/ POST names no permission."),
    ],
)
def test_a_forgotten_permission_fails_at_start(monkeypatch, pattern, said):
    resolver = type("Resolver", (), {"url_patterns": [pattern]})()
    monkeypatch.setattr(closed_world, "get_resolver", lambda: resolver)
    messages = [message.msg for message in checks.every_route_names_its_permission(None)]
    assert messages == [said]


PAGES = (
    "home", "board", "due", "handover", "downtime", "alerts", "overview", "patients", "admit", "settings", "rules",
    "audit", "audit-export",
    "staff", "staff-new", "wards", "ward-new",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_who_is_not_signed_in_is_sent_to_sign_in(client, db, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("person", ["nina", "olga", "paul", "ada", "max"])
def test_each_role_opens_its_pages_and_no_others(cast, person):
    user = getattr(cast, person)
    client = Client()
    client.force_login(user)
    for path_, view in routes():
        permission = getattr(view, "permission", None)
        if permission is None or "<" in path_ or permission in (Perm.PUBLIC, Perm.SIGNED_IN):
            continue
        status = client.get(f"/{path_}").status_code
        allowed = may(user.role, permission)
        assert (status != 403) == allowed, f"{user.role} {path_} answered {status}"


def test_every_role_says_what_it_may():
    assert set(ROLES) == {"nurse", "oncologist", "pharmacist", "auditor", "administrator"}
    assert all(len(role.description) > 40 for role in ROLES.values())
    assert not may("nurse", Perm.OVERRIDE_HOLD) and not may("administrator", Perm.GIVE_DOSE)
    assert not may("visitor", Perm.VIEW_CHART)


def test_the_sign_in_page_takes_the_right_secret_only(client, cast):
    wrong = client.post(reverse("sign-in"), {"username": "nina", "password": "no"})
    assert wrong.status_code == 403 and b"wrong" in wrong.content and b'value="nina"' in wrong.content
    right = client.post(reverse("sign-in"), {"username": "Nina ", "password": SECRET})
    assert right.status_code == 302


def test_signing_in_never_leads_elsewhere(client, cast):
    response = client.post(
        reverse("sign-in"), {"username": "nina", "password": SECRET, "next": "https://elsewhere.example/"}
    )
    assert response["Location"] == reverse("home")


def test_a_person_who_left_cannot_sign_in(client, cast):
    cast.nina.is_active = False
    cast.nina.save(update_fields=["is_active"])
    assert client.post(reverse("sign-in"), {"username": "nina", "password": SECRET}).status_code == 403


def test_after_eight_wrong_secrets_that_person_waits_at_that_place(client, cast):
    for _ in range(8):
        client.post(reverse("sign-in"), {"username": "nina", "password": "wrong"})
    locked = client.post(reverse("sign-in"), {"username": "nina", "password": SECRET})
    assert locked.status_code == 403 and b"Wait five minutes" in locked.content
    colleague = client.post(reverse("sign-in"), {"username": "noah", "password": SECRET})
    assert colleague.status_code == 302


def test_page_needs_a_permission():
    @page(Perm.VIEW_AUDIT)
    def view(request):
        return HttpResponse()

    assert view.permission is Perm.VIEW_AUDIT
