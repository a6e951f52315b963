"""Tokens: who gets one, how long it is good, and what a request without one is told."""

from __future__ import annotations

from datetime import timedelta

from tests.api.caller import Caller, of_problem
from tests.conftest import SECRET
from tracker import clock
from tracker.models import AuditEntry, Token


def test_name_and_password_make_a_token_that_works(cast):
    answer = Caller().post("auth/token/", {"username": "Nina", "password": SECRET})
    assert answer.status == 201
    assert answer["token_type"] == "Bearer"
    caller = Caller()
    caller.headers["Authorization"] = f"Bearer {answer['token']}"
    assert caller.get("patients/").status == 200
    assert Token.objects.get().digest != answer["token"]
    actions = list(AuditEntry.objects.filter(actor_id=cast.nina.pk).values_list("action", flat=True))
    assert "issue_token" in actions


def test_a_wrong_password_and_an_unknown_name_are_told_apart_by_nobody(cast):
    wrong = Caller().post("auth/token/", {"username": "nina", "password": "nope"})
    unknown = Caller().post("auth/token/", {"username": "nobody-here", "password": "nope"})
    for answer in (wrong, unknown):
        of_problem(answer, 403, "wrong_secret", "password")
    assert wrong["detail"] == unknown["detail"]
    assert AuditEntry.objects.filter(action="check_secret", outcome="refused").count() == 2


def test_what_is_missing_is_named(cast):
    of_problem(Caller().post("auth/token/", {"username": "nina"}), 422, "missing_password", "password")
    of_problem(Caller().post("auth/token/", {"password": "x"}), 422, "missing_username", "username")


def test_a_token_expires_and_a_new_one_can_be_got_with_the_old_one_still_in_the_header(cast, nina):
    Token.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    answer = of_problem(nina.get("patients/"), 401, "token_expired")
    assert answer.response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert nina.post("auth/token/", {"username": "nina", "password": SECRET}).status == 201


def test_an_unknown_a_malformed_and_a_dismissed_persons_token(cast, nina):
    for header in ("Bearer nonsense", "Bearer", "Bearer a b"):
        caller = Caller()
        caller.headers["Authorization"] = header
        of_problem(caller.get("patients/"), 401, "bad_token")
    cast.nina.is_active = False
    cast.nina.save(update_fields=["is_active"])
    of_problem(nina.get("patients/"), 401, "bad_token")


def test_a_session_reads_and_writes_only_with_its_csrf_token(cast, patient):
    caller = Caller(enforce_csrf_checks=True)
    caller.client.force_login(cast.nina)
    assert caller.get("patients/").status == 200
    of_problem(caller.post(f"patients/{patient.pk}/rounds/", {}), 403, "csrf_failed")
    caller.client.get("/api/v1/docs/")
    caller.headers["X-CSRFToken"] = caller.client.cookies["csrftoken"].value
    of_problem(caller.post(f"patients/{patient.pk}/rounds/", {}), 422, "missing_time", "observed_at")
