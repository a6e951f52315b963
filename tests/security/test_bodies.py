"""Bodies made to cost much, or to break a reader: each is refused in a sentence, before anybody signed in."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import SECRET
from tracker import exact_json
from tracker.errors import BadInput

TOKEN = "/api/v1/auth/token/"


def send(raw: bytes) -> object:
    return Client(raise_request_exception=False).post(TOKEN, raw, content_type="application/json")


class Counted(str):
    """A key that counts how often it is compared."""

    compared = 0
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other):
        Counted.compared += 1
        return str.__eq__(self, other)


def test_a_key_that_occurs_twice_is_found_in_one_walk():
    """500 kB of keys with the same one twice at the end once took half a minute."""
    Counted.compared = 0
    pairs = [(Counted(number), 1) for number in range(2000)] + [(Counted("1999"), 2)]
    with pytest.raises(exact_json.NotJSON, match="'1999'"):
        exact_json._object(pairs)
    assert Counted.compared < 3 * len(pairs)


@pytest.mark.parametrize(
    "number", ["1e99999999999999999999", "-1E+99999999999999999999", "1e-99999999999999999999", "9" * 5000, "NaN"]
)
def test_a_number_of_no_usable_size_is_refused(db, number):
    response = send(b'{"username": %s, "password": "x"}' % number.encode())
    assert response.status_code == 422
    assert response.json()["code"] == "wrong_type"


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000, b'{"a":' * 90_000 + b"1" + b"}" * 90_000, b"\xff\xfe", b'"x"', b"{", b"null", b"{'a': 1}",
        b'{"username": "\xed\xa0\x80"}', b'{"a": 1}{"b": 2}',
    ],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_object_is_refused(db, raw):
    assert send(raw).status_code == 400


@pytest.mark.parametrize("sign", [r"\u0000", r"\ud800", r"\udfff\ud800"])
def test_a_sign_that_no_database_keeps_is_refused(db, sign):
    response = send(b'{"username": "a%s", "password": "x"}' % sign.encode())
    assert (response.status_code, response.json()["code"]) == (422, "bad_text")


def test_unknown_fields_do_not_swell_the_answer(db):
    response = send(json.dumps({f"field {number}": 1 for number in range(20_000)}).encode())
    assert response.status_code == 422
    assert len(response.content) < 20_000


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_page_takes_no_large_form_and_no_file(cast, content_type):
    """A file would be written to the server's disk before anybody asked who sends it."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    size = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    response = client.post("/sign-in/", b"x" * size, content_type=content_type)
    assert response.status_code == 413
    assert b"too large" in response.content


def test_a_form_of_very_many_fields_is_refused(cast):
    client = Client(raise_request_exception=False)
    assert client.post("/sign-in/", {f"f{number}": "1" for number in range(1000)}).status_code == 400


def test_a_very_long_secret_is_wrong_and_nothing_else(client, cast):
    response = client.post("/sign-in/", {"username": "nina", "password": "x" * 500_000})
    assert response.status_code == 403
    assert client.post("/sign-in/", {"username": "nina" * 10_000, "password": SECRET}).status_code == 403


def test_a_body_is_read_without_floats_whatever_it_says():
    with pytest.raises(BadInput):
        exact_json.read_object(b'{"a": "\\u0000"}')
    assert str(exact_json.read_object(b'{"a": 1e400}')["a"]) == "1E+400"
