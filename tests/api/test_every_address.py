"""Every address of the API, found by walking the routes: a new one is tested the day it is added."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver

from tests.api.caller import Caller
from tests.conftest import SECRET
from tracker.closed_world import routes
from tracker.roles import Perm, may

PREFIX = "api/v1/"


def addresses():
    """(path, method, permission) of every method of every endpoint."""
    for path, view in routes(get_resolver("tracker.api.urls")):
        endpoint = getattr(view, "cls", None)
        if endpoint is None:
            continue
        for method, permission in endpoint.permissions.items():
            yield real(path), method, permission


def real(path):
    """The address with a number that nothing has."""
    return f"/{PREFIX}" + re.sub(r"<int:\w+>", "987654", path)


ALL = sorted(addresses())
CLOSED = [each for each in ALL if each[2] is not Perm.PUBLIC]
WRITES = [each for each in CLOSED if each[1] == "POST"]
ABOUT_ONE = [each for each in CLOSED if "987654" in each[0]]


def ids(found):
    return [f"{method} {path}" for path, method, _ in found]


def send(caller, path, method, body=None):
    if method == "GET":
        return caller.client.get(path, headers=caller.headers)
    return caller.client.post(path, body or {}, content_type="application/json", headers=caller.headers)


def is_problem(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert all(problem[key] for key in ("type", "title", "detail", "code", "remedy", "errors"))
    return problem


def test_there_are_addresses_and_only_signing_in_is_public():
    assert len(ALL) > 25
    assert [each[:2] for each in ALL if each[2] is Perm.PUBLIC] == [("/api/v1/auth/token/", "POST")]


@pytest.mark.parametrize(("path", "method", "permission"), CLOSED, ids=ids(CLOSED))
def test_without_a_sign_in_nothing_is_answered(cast, path, method, permission):
    response = send(Caller(), path, method)
    is_problem(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("path", "method", "permission"), CLOSED, ids=ids(CLOSED))
def test_a_role_without_the_permission_is_refused(cast, path, method, permission):
    people = [cast.nina, cast.olga, cast.paul, cast.ada, cast.max]
    without = [person for person in people if not may(person.role, permission)]
    if permission is Perm.SIGNED_IN:
        assert not without
    for person in without[:2]:
        problem = is_problem(send(Caller(person), path, method), 403)
        assert (problem["code"], problem["permission"]) == ("not_allowed", permission.value)


@pytest.mark.parametrize(("path", "method", "permission"), ABOUT_ONE, ids=ids(ABOUT_ONE))
def test_what_does_not_exist_is_not_found(cast, path, method, permission):
    whole = {"reason": "because of this", "reason_code": "off_ward", "secret": SECRET, "witness": "noah"}
    whole |= {"witness_secret": SECRET, "observed_at": "2026-01-01T00:00:00Z", "values": {"heart_rate": 80}}
    person = next(each for each in (cast.nina, cast.olga) if may(each.role, permission))
    caller = Caller(person)
    response = send(caller, path, method, {})
    if response.status_code == 422:  # the fields of the body, those that this address knows
        first = response.json()
        fields = _fields_of(path, method)
        response = send(caller, path, method, {name: whole[name] for name in fields if name in whole})
        assert first["code"] != "fault"
    assert is_problem(response, 404)["code"].startswith("no_such")


def _fields_of(path, method):
    for pattern, view in routes(get_resolver("tracker.api.urls")):
        if real(pattern) == path and method == "POST":
            return view.cls.takes._declared_fields
    return {}


@pytest.mark.parametrize(("path", "method", "permission"), WRITES, ids=ids(WRITES))
def test_every_write_takes_a_key_and_refuses_what_it_does_not_know(cast, path, method, permission):
    people = [cast.nina, cast.olga, cast.paul, cast.ada, cast.max]
    person = next(each for each in people if may(each.role, permission))
    caller = Caller(person)
    problem = is_problem(send(caller, path, method, {"no such field": 1}), 422)
    assert problem["code"] == "unknown_field"
    caller.headers["Idempotency-Key"] = "x" * 300
    codes = {"bad_idempotency_key", "no_such_patient"}
    assert send(caller, path, method, {}).json()["code"] in codes | {"missing_secret"}
