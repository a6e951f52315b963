"""A password that an administrator chose proves nothing: it opens only the page on which one chooses an own."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.api.caller import Caller
from tests.conftest import SECRET
from tests.people import admit, as_, full_round, running_cycle
from tracker.actions.keep_staff import change_user
from tracker.closed_world import routes
from tracker.errors import NotAllowed
from tracker.models import AuditEntry, Token, User
from tracker.roles import Perm
from tracker.signatures import check_secret

GIVEN, OWN = "chosen by the administrator", "known to nobody else"
PAGE = "/account/password/"


@pytest.fixture
def nina(cast) -> User:
    """Nina after Max has set a new password for her."""
    wards = list(cast.nina.wards.values_list("pk", flat=True))
    return change_user(
        by=as_(cast.max), user_id=cast.nina.pk, full_name="Nina Nurse", role="nurse", ward_ids=wards, is_active=True,
        password=GIVEN,
    )  # fmt: skip


def signed_in(secret: str) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": "nina", "password": secret}).status_code == 302
    return client


def choose(client: Client, **changes: str):
    return client.post(PAGE, {"secret": GIVEN, "new_password": OWN, "again": OWN, **changes})


def test_every_page_leads_to_choosing_an_own_one(nina):
    client = signed_in(GIVEN)
    for path, view in routes():
        if getattr(view, "permission", Perm.PUBLIC) is Perm.PUBLIC or path in ("account/password/", "sign-out/"):
            continue
        concrete = path.replace("<int:", "<").replace("<str:", "<")
        if "<" in concrete:
            continue
        response = client.get(f"/{path}")
        assert response.status_code == 302 and response["Location"] == PAGE, path
    assert b"An administrator chose your present password" in client.get(PAGE).content


def test_it_signs_nothing_and_gets_no_token(cast, nina):
    with pytest.raises(NotAllowed) as refused:
        check_secret(by=as_(nina), username="nina", secret=GIVEN, field="secret", purpose="give dose")
    assert refused.value.code == "given_password"
    answer = Client().post(
        "/api/v1/auth/token/", {"username": "nina", "password": GIVEN}, content_type="application/json"
    )
    assert answer.status_code == 403 and answer.json()["code"] == "given_password"
    assert not Token.objects.filter(user=nina).exists()


def test_the_session_of_the_pages_opens_no_endpoint_either(nina):
    answer = signed_in(GIVEN).get("/api/v1/patients/")
    assert answer.status_code == 403 and answer.json()["code"] == "given_password"


def test_a_witness_with_a_given_password_witnesses_nothing(cast, nina):
    patient = admit(cast)
    full_round(cast, patient)
    slot = running_cycle(cast, patient).slots.get(number=1)
    answer = Caller(cast.noah).post(
        f"slots/{slot.pk}/give/", {"secret": SECRET, "witness": "nina", "witness_secret": GIVEN}
    )
    assert answer.status == 403 and answer.body["code"] == "given_password"
    slot.refresh_from_db()
    assert slot.state == "open"


def test_an_own_one_opens_everything_and_is_audited_without_its_words(nina):
    client = signed_in(GIVEN)
    assert choose(client).status_code == 302
    assert client.get(reverse("board")).status_code == 200  # this session goes on
    assert signed_in(OWN).get(reverse("board")).status_code == 200
    entry = AuditEntry.objects.filter(action="choose_password", outcome="done").get()
    assert entry.actor == "Nina Nurse" and entry.after["password_is_given"] is False
    assert OWN not in str(entry.after) and GIVEN not in str(entry.after)
    nina.refresh_from_db()
    assert not nina.password_is_given


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"again": "another one"}, b"The two new passwords differ."),
        ({"new_password": GIVEN, "again": GIVEN}, b"This is the old password."),
        ({"new_password": "12345678", "again": "12345678"}, b"too common"),
        ({"secret": "wrong"}, b"The name or the password is wrong."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(nina, changes, said):
    client = signed_in(GIVEN)
    response = choose(client, **changes)
    assert response.status_code in (403, 422) and said in response.content
    nina.refresh_from_db()
    assert nina.password_is_given and nina.check_password(GIVEN)


def test_another_session_and_the_tokens_end_with_the_old_password(cast):
    other = signed_in(SECRET)
    Caller(cast.nina)
    this = signed_in(SECRET)
    assert choose(this, secret=SECRET).status_code == 302
    assert other.get(reverse("board")).status_code == 302
    assert not Token.objects.filter(user=cast.nina).exists()
