"""A request that is answered after the change-over takes nothing from the person who is there now."""

from __future__ import annotations

import pytest
from django.contrib import messages
from django.http import HttpResponse
from django.test import Client

from tests.conftest import SECRET
from tests.tracker.test_devices import change_to, tablet, who  # noqa: F401  a fixture
from tracker.views import offline

POLLS = ("/board/", "/unsent/", "/offline/pages/", "/alerts/", "/sign-in/")


def as_before(client):
    """The same browser's requests that are under way with the cookies of now."""
    late = Client()
    for name, morsel in client.cookies.items():
        late.cookies[name] = morsel.value
    return late


def take_in(client, answer):
    """What a browser does with the cookies of an answer, however late it comes."""
    client.cookies.update(answer.cookies)


@pytest.mark.parametrize("path", POLLS)
def test_the_lock_screen_still_knows_who_was_working(cast, tablet, path):  # noqa: F811
    change_to(tablet, "nina")
    tablet.get("/board/")
    late = as_before(tablet)
    tablet.post("/lock/", {"next": "/alerts/"})
    take_in(tablet, late.get(path))
    assert b"Nina Nurse was working" in tablet.get("/switch/").content
    assert change_to(tablet, "nina")["Location"] == "/alerts/"


@pytest.mark.parametrize("path", POLLS)
def test_the_next_person_stays_signed_in_and_her_forms_count(cast, tablet, path):  # noqa: F811
    change_to(tablet, "nina")
    tablet.get("/board/")
    late = as_before(tablet)
    tablet.post("/lock/", {"next": ""})
    change_to(tablet, "noah")
    tablet.get("/board/")
    token = tablet.cookies["csrftoken"].value
    assert token != late.cookies["csrftoken"].value
    take_in(tablet, late.get(path))
    assert tablet.cookies["csrftoken"].value == token
    assert who(tablet) == "Noah Nurse"


@pytest.mark.parametrize("says_something", [True, False])
def test_a_request_that_began_before_the_change_over_and_ends_after_it(cast, tablet, monkeypatch, says_something):  # noqa: F811
    """It has read the old session, and perhaps wants to write into it, when that is gone."""
    change_to(tablet, "nina")
    late = as_before(tablet)

    def slow(request, *_):
        tablet.post("/lock/", {"next": ""})
        change_to(tablet, "noah")
        if says_something:
            messages.success(request, "a patient's name, for Nina")
        return HttpResponse("late")

    monkeypatch.setattr(offline, "render", slow)
    take_in(tablet, late.get("/unsent/"))
    monkeypatch.undo()
    assert who(tablet) == "Noah Nurse"
    assert b"for Nina" not in tablet.get("/board/").content
    assert who(as_before(late)) is None  # and the old session is gone for good


def test_a_second_page_of_a_locked_tablet_is_led_to_the_lock_screen(cast, tablet):  # noqa: F811
    change_to(tablet, "nina")
    tablet.post("/lock/", {"next": "/alerts/"})
    assert tablet.post("/lock/", {"next": "/board/"})["Location"] == "/switch/"
    assert change_to(tablet, "nina")["Location"] == "/alerts/"
    assert Client().post("/lock/")["Location"] == "/sign-in/"


def test_signing_out_still_takes_the_cookie_away_and_signing_in_sets_a_new_one(cast):
    client = Client()
    first = client.post("/sign-in/", {"username": "nina", "password": SECRET}).cookies["sessionid"].value
    again = client.post("/sign-in/", {"username": "nina", "password": SECRET}).cookies["sessionid"].value
    assert first != again
    gone = client.post("/sign-out/").cookies["sessionid"]
    assert gone.value == "" and gone["max-age"] == 0
    assert who(client) is None
