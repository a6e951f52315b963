"""Who one is, and for how long: sessions, tokens, signatures, and what a stranger learns by guessing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.api.caller import Caller
from tests.conftest import SECRET
from tests.people import admit, as_
from tracker import clock
from tracker.actions.keep_staff import change_user
from tracker.models import AuditEntry, Site, Token, User
from tracker.tasks import forget_answers

SIGN_IN = "/sign-in/"


def signed_in(username, client=None, secret=SECRET):
    client = client or Client(raise_request_exception=False)
    client.post(SIGN_IN, {"username": username, "password": secret})
    return client


def change(cast, person, **changes):
    now = {
        "full_name": person.full_name,
        "role": person.role,
        "ward_ids": list(person.wards.values_list("pk", flat=True)),
        "is_active": person.is_active,
    }
    return change_user(by=as_(cast.max), user_id=person.pk, **{**now, **changes})


@pytest.mark.parametrize("username", ["nina", "nobody.here"])
def test_a_known_name_waits_like_an_unknown_one(cast, username):
    client = Client()
    told = []
    for _ in range(10):
        response = client.post(SIGN_IN, {"username": username, "password": "wrong"})
        told.append((response.status_code, b"Wait five minutes" in response.content))
    assert told == [(403, False)] * 8 + [(403, True)] * 2


def test_names_are_shown_on_the_demo_site_only(client, cast):
    assert b"Nina Nurse" in client.get(SIGN_IN).content
    Site.objects.update(demo=False)
    page = client.get(SIGN_IN).content
    assert not [user.username for user in User.objects.all() if user.full_name.encode() in page]


def test_a_session_that_was_planted_before_signing_in_is_worth_nothing(cast):
    planted = Client()
    planted.get(SIGN_IN)
    session = planted.session
    session["planted"] = True
    session.save()
    before = session.session_key
    planted.cookies["sessionid"] = before
    signed_in("nina", planted)
    after = planted.cookies["sessionid"].value
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("key", ['"\\000aaaaaaaaaaaaa"', "x" * 3000, "../../etc/passwd", "' or 1=1 --"])
def test_a_session_key_of_nonsense_is_nobody(cast, key):
    client = Client(raise_request_exception=False, headers={"cookie": f"sessionid={key}"})
    assert client.get("/board/").status_code == 302


def test_a_session_lies_hidden_from_scripts(cast):
    cookie = signed_in("nina").cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_link_signs_nobody_out(cast):
    client = signed_in("nina")
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.get("/board/").status_code == 200
    client.post(reverse("sign-out"))
    assert client.get("/board/").status_code == 302


def test_what_was_said_to_one_person_is_not_shown_to_the_next(cast):
    """A message names a patient; on a shared tablet it must not outlive the session."""
    client = signed_in("nina")
    patient = admit(cast)
    client.post(f"/patients/{patient.pk}/discharge/", {"discharged_at": "2000-01-01T00:00"})
    response = client.post(
        "/patients/admit/",
        {
            "bed": cast.beds[3].pk, "record_number": "9-9", "family_name": "Vanished", "given_name": "Vera",
            "birth_date": "1970-01-01", "sex": "female",
        },
    )  # fmt: skip
    assert response.status_code == 302
    assert not any("Vanished" in cookie.value for cookie in client.cookies.values())
    assert "messages" not in client.cookies
    client.post(reverse("sign-out"))
    assert b"Vanished" not in client.get(SIGN_IN).content


def test_who_left_is_out_at_once_and_stays_out(cast):
    client, caller = signed_in("nina"), Caller(cast.nina)
    change(cast, cast.nina, is_active=False)
    assert client.get("/board/").status_code == 302
    assert caller.get("patients/").status == 401
    change(cast, cast.nina, is_active=True)
    assert caller.get("patients/").status == 401
    assert not Token.objects.filter(user=cast.nina).exists()


def test_a_new_password_ends_what_the_old_one_opened(cast):
    client, caller = signed_in("nina"), Caller(cast.nina)
    change(cast, cast.nina, password="another horse battery")
    assert client.get("/board/").status_code == 302
    assert caller.get("patients/").status == 401
    assert AuditEntry.objects.filter(action="change_user").latest("id").after["tokens_ended"] == 1


def test_a_new_role_counts_from_the_next_request(cast):
    client = signed_in("nina")
    change(cast, cast.nina, role="auditor")
    assert client.get("/board/").status_code == 403
    assert client.get("/audit/").status_code == 200


def test_a_ward_that_was_taken_away_counts_from_the_next_request(cast):
    patient = admit(cast)
    client, caller = signed_in("nina"), Caller(cast.nina)
    assert client.get(f"/patients/{patient.pk}/").status_code == 200
    change(cast, cast.nina, ward_ids=[cast.other_ward.pk])
    assert client.get(f"/patients/{patient.pk}/").status_code == 404
    assert caller.get(f"patients/{patient.pk}/").status == 404


def test_no_secret_is_kept_in_the_trail_or_in_a_stored_answer(cast):
    from tracker.models import IdempotencyKey

    secret = "an unmistakable secret 9371"  # noqa: S105
    signed_in("nina", secret=secret)
    change(cast, cast.noah, password=secret)
    User.objects.update(password_is_given=False)
    caller = Caller(cast.noah)
    body = {"reason": "because", "secret": secret}
    caller.post("cycles/987654/go-on/", body, key="k-1")
    key = caller.client.post("/api/v1/auth/token/", {"username": "noah", "password": secret}, "application/json").json()
    everything = repr(list(AuditEntry.objects.values())) + repr(list(IdempotencyKey.objects.values()))
    assert secret not in everything
    assert key["token"] not in everything + repr(list(Token.objects.values()))


def test_a_forwarded_address_is_believed_only_behind_a_proxy_of_ours(cast, settings):
    def wrong(forwarded):
        Client(headers={"x-forwarded-for": forwarded}).post(SIGN_IN, {"username": "nina", "password": "wrong"})
        return AuditEntry.objects.latest("id").origin.split()[0]

    assert wrong("10.9.8.7") == "127.0.0.1"
    settings.BEHIND_PROXY = True
    assert wrong("1.2.3.4, 10.9.8.7") == "10.9.8.7"


def test_each_person_has_keys_of_their_own(cast):
    """The key of one caller never shows the answer of another."""
    patient = admit(cast)
    body = {"observed_at": "2000-01-01T00:00:00Z", "values": {"heart_rate": 80}}
    first = Caller(cast.nina).post(f"patients/{patient.pk}/rounds/", body, key="same")
    other = Caller(cast.zoe).post(f"patients/{patient.pk}/rounds/", body, key="same")
    assert first.status != other.status
    assert other.status == 404


def test_sessions_and_tokens_that_are_over_are_removed_and_no_others(cast):
    over, valid = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)
    for name, at in (("over", over), ("valid", valid)):
        Session.objects.create(session_key=name, session_data="", expire_date=at)
        Token.objects.create(digest=name, user=cast.nina, created_at=over, expires_at=at)
    forget_answers()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["valid"]
    assert list(Token.objects.values_list("digest", flat=True)) == ["valid"]


def test_a_password_typed_into_the_name_is_not_kept(cast):
    typed = "my-secret-typed-too-early"
    Client().post(SIGN_IN, {"username": typed, "password": "x"})
    entry = AuditEntry.objects.filter(action="check_secret", outcome="refused").get()
    assert entry.actor == "unknown name" and entry.after["username"].startswith("unknown ")
    assert typed not in repr(list(AuditEntry.objects.values()))
