"""Shared tablets: enrolled and revoked by an administrator, changed over with a PIN that is worth nothing elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client

from dosing.models import DoseEvent, Slot
from tests.conftest import SECRET
from tests.people import admit, as_, full_round, running_cycle, signed
from tracker.actions.keep_devices import enrol_device, set_pin
from tracker.actions.set_lock_time import set_lock_time
from tracker.audit.record import Actor
from tracker.errors import BadInput, NotAllowed
from tracker.models import AuditEntry, Device, LockTime, Pin
from tracker.signatures import ATTEMPTS, check_secret

PIN = "2580"


@pytest.fixture
def tablet(cast):
    """A tablet of 4 West, on which Nina and Noah can be with a PIN; Zoe belongs to another ward."""
    for person in (cast.nina, cast.noah, cast.zoe):
        give_pin(person)
    return enrol(cast)


def give_pin(person, pin=PIN):
    signature = check_secret(
        by=as_(person), username=person.username, secret=SECRET, field="secret", purpose="set a PIN"
    )
    set_pin(by=as_(person), signature=signature, pin=pin)


def enrol(cast):
    client = Client()
    client.force_login(cast.max)
    answer = client.post("/devices/", {"name": "Tablet 3", "ward": cast.ward.pk, "lock_after_min": ""})
    assert answer.status_code == 302
    client.post("/sign-out/")
    return client


def change_to(client, username, pin=PIN):
    return client.post("/switch/", {"username": username, "pin": pin})


def who(client):
    page = client.get("/board/")
    return page.context["person_name"] if page.status_code == 200 else None


def test_an_administrator_enrols_and_nobody_else(cast, tablet):
    device = Device.objects.get()
    cookie = tablet.cookies["device"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and device.digest not in cookie.value
    entry = AuditEntry.objects.get(action="enrol_device")
    assert entry.after == {"name": "Tablet 3", "ward": "4W", "lock_after_min": None}
    for person in (cast.nina, cast.olga, cast.ada):
        client = Client()
        client.force_login(person)
        assert client.post("/devices/", {"name": "x", "ward": cast.ward.pk, "lock_after_min": "2"}).status_code == 403
    assert Device.objects.count() == 1


@pytest.mark.parametrize("changes", [{"name": " "}, {"ward": "987654"}, {"ward": "x"}, {"lock_after_min": "0"}])
def test_a_wrong_tablet_is_not_enrolled(cast, changes):
    client = Client()
    client.force_login(cast.max)
    answer = client.post("/devices/", {"name": "T", "ward": cast.ward.pk, "lock_after_min": "2", **changes})
    assert answer.status_code == 422 and not Device.objects.exists()


def test_staff_of_the_ward_change_over_with_a_pin(cast, tablet):
    page = tablet.get("/switch/")
    assert b"Nina Nurse" in page.content and b"Zoe" not in page.content
    assert change_to(tablet, "nina").status_code == 302 and who(tablet) == "Nina Nurse"
    assert change_to(tablet, "noah").status_code == 302 and who(tablet) == "Noah Nurse"
    assert AuditEntry.objects.filter(action="sign_in", origin__startswith="tablet-").count() == 2


def test_a_pin_of_another_ward_or_a_wrong_one_is_refused(cast, tablet):
    assert change_to(tablet, "zoe").status_code == 403
    assert change_to(tablet, "nina", "2581").status_code == 403
    assert who(tablet) is None


def test_a_pin_is_worth_nothing_on_another_browser(cast, tablet):
    other = Client()
    assert change_to(other, "nina")["Location"] == "/sign-in/"
    assert other.post("/sign-in/", {"username": "nina", "password": PIN}).status_code == 403
    other.cookies["device"] = tablet.cookies["device"].value + "x"
    assert change_to(other, "nina")["Location"] == "/sign-in/"


def test_a_revoked_tablet_is_a_browser_like_any_other(cast, tablet):
    office = Client()
    office.force_login(cast.max)
    device = Device.objects.get()
    assert office.post(f"/devices/{device.pk}/revoke/").status_code == 302
    assert change_to(tablet, "nina")["Location"] == "/sign-in/"
    assert office.post(f"/devices/{device.pk}/revoke/").status_code == 409
    with pytest.raises(NotAllowed):
        check(cast.nina, device.pk)


def check(person, device, secret=PIN):
    by = Actor(user=person, origin=f"tablet-{device} 10.0.0.1", device=device)
    return check_secret(by=by, username=person.username, secret=secret, field="pin", purpose="switch", pin=True)


def test_wrong_pins_lock_the_person_out_on_that_tablet_only(cast, tablet):
    second = enrol(cast)
    for _ in range(ATTEMPTS):
        assert change_to(tablet, "nina", "9090").status_code == 403
    locked = change_to(tablet, "nina")
    assert locked.status_code == 403 and b"Too many" in locked.content
    assert change_to(tablet, "noah").status_code == 302  # not the ward
    assert change_to(second, "nina").status_code == 302  # not the person


def test_the_lock_ends_the_session_and_says_who_was_working(cast, tablet):
    change_to(tablet, "nina")
    answer = tablet.post("/lock/", {"next": "/alerts/?open=1"})
    assert answer["Location"] == "/switch/" and who(tablet) is None
    assert b"Nina Nurse was working" in tablet.get("/switch/").content
    assert change_to(tablet, "nina")["Location"] == "/alerts/?open=1"
    tablet.post("/lock/", {"next": "/alerts/"})
    assert change_to(tablet, "noah")["Location"] == "/"  # another person begins at their own page


@pytest.mark.parametrize("wanted", ["//elsewhere.example/", "https://elsewhere.example/", "javascript:x"])
def test_the_lock_leads_nobody_elsewhere(cast, tablet, wanted):
    change_to(tablet, "nina")
    tablet.post("/lock/", {"next": wanted})
    assert change_to(tablet, "nina")["Location"] == "/"


@pytest.mark.parametrize("pin", ["123", "1234567", "12a4", "", "1111", "1234", "654321", "١٢٣٥"])
def test_a_pin_that_is_none_or_is_guessed_at_once(cast, pin):
    with pytest.raises(BadInput):
        give_pin(cast.nina, pin)
    assert not Pin.objects.exists()


def test_a_pin_is_hashed_and_never_audited(cast, tablet):
    assert PIN not in Pin.objects.get(user=cast.nina).hashed
    assert not any(PIN in str(entry.after) for entry in AuditEntry.objects.all())


def test_a_pin_is_set_on_the_account_page_with_the_password(cast):
    client = Client()
    client.force_login(cast.nina)
    assert client.post("/account/", {"pin": PIN, "secret": "wrong"}).status_code == 403
    assert client.post("/account/", {"pin": PIN, "secret": SECRET}).status_code == 302
    assert Pin.objects.filter(user=cast.nina).exists()


def test_a_new_password_from_the_administrator_ends_the_pin(cast, tablet):
    office = Client()
    office.force_login(cast.max)
    changed = {"full_name": "Nina Nurse", "role": "nurse", "wards": [cast.ward.pk], "is_active": "on"}
    office.post(f"/staff/{cast.nina.pk}/", {**changed, "password": "another good secret"})
    assert not Pin.objects.filter(user=cast.nina).exists()


def test_an_override_is_never_signed_with_a_pin(cast, tablet):
    give_pin(cast.olga)
    patient = admit(cast)
    full_round(cast, patient, systolic_bp="80")
    slot = Slot.objects.get(cycle=running_cycle(cast, patient), number=1)
    assert change_to(tablet, "olga").status_code == 302
    body = {"reason": "warm and well perfused", "secret": PIN}
    assert tablet.post(f"/doses/{slot.pk}/override/", body).status_code == 403
    assert not DoseEvent.objects.filter(slot=slot).exists()


def test_the_action_itself_refuses_who_may_not(cast):
    with pytest.raises(NotAllowed):
        enrol_device(by=as_(cast.nina), name="T", ward_id=cast.ward.pk, lock_after_min=2)


def set_lock(client, minutes, secret=SECRET, reason="night shift asked"):
    return client.post("/devices/lock-time/", {"minutes": minutes, "reason": reason, "secret": secret})


def office_of(cast):
    client = Client()
    client.force_login(cast.max)
    return client


def locks_after(client):
    change_to(client, "nina")
    return client.get("/board/").content.decode().partition('data-lock-after="')[2].partition('"')[0]


def test_tablets_lock_when_the_site_says_and_the_change_is_signed_and_kept(cast, tablet):
    assert locks_after(tablet) == "2"
    office = office_of(cast)
    assert set_lock(office, "4").status_code == 302 and set_lock(office, "3", reason="too long").status_code == 302
    assert locks_after(tablet) == "3"
    assert [each.minutes for each in LockTime.objects.all()] == [4, 3]
    entry = AuditEntry.objects.filter(action="set_lock_time").latest("id")
    assert (entry.before, entry.after) == ({"lock_after_min": 4}, {"lock_after_min": 3})
    assert entry.reason == "too long" and entry.actor == "Max Administrator"
    page = office.get("/devices/").content.decode()
    assert "night shift asked" in page and "too long" in page


@pytest.mark.parametrize("minutes", ["0", "16", "", "two", "2.5", "-1", "99999999999999999999"])
def test_a_lock_time_that_is_none_is_refused(cast, minutes):
    assert set_lock(office_of(cast), minutes).status_code == 422
    assert not LockTime.objects.exists()


def test_a_lock_time_needs_the_own_password_a_reason_and_a_change(cast):
    office = office_of(cast)
    assert set_lock(office, "3", secret="wrong").status_code == 403
    assert set_lock(office, "3", reason=" ").status_code == 422
    assert set_lock(office, "2").status_code == 409
    nurse = Client()
    nurse.force_login(cast.nina)
    assert set_lock(nurse, "3").status_code == 403
    with pytest.raises(NotAllowed):
        set_lock_time(by=as_(cast.max), minutes=3, reason="because", signature=signed(cast.nina))
    assert not LockTime.objects.exists()


def test_one_tablet_may_be_stricter_and_never_looser(cast, tablet):
    office = office_of(cast)
    set_lock(office, "5")
    body = {"name": "Tablet 4", "ward": cast.ward.pk}
    for looser in ("6", "0", "15", "x"):
        assert office.post("/devices/", {**body, "lock_after_min": looser}).status_code == 422
    assert office.post("/devices/", {**body, "lock_after_min": "4"}).status_code == 302
    assert locks_after(office) == "4"  # this browser is Tablet 4 now
    strict = office_of(cast)
    set_lock(strict, "3")
    assert locks_after(office) == "3"  # the site became stricter than the tablet


def test_a_lock_time_never_changes_once_it_is_set(cast):
    set_lock(office_of(cast), "3")
    with pytest.raises(DatabaseError), transaction.atomic():
        LockTime.objects.update(minutes=15)


def test_the_lock_screen_that_a_tablet_keeps_shows_nobody(cast, tablet):
    change_to(tablet, "nina")
    copy = tablet.get("/switch/", headers={"X-Offline-Copy": "1"}).content.decode()
    assert 'data-user=""' in copy and "data-offline-words hidden>" in copy and "Signed in as" not in copy
    assert who(tablet) == "Nina Nurse"  # and it ended nothing


def test_a_tablet_is_told_who_came_with_a_pin(cast, tablet):
    change_to(tablet, "nina")
    told = tablet.get("/offline/pages/").json()
    assert (told["username"], told["tablet"], told["pin"]) == ("nina", True, True)
    tablet.post("/sign-out/")
    tablet.post("/sign-in/", {"username": "nina", "password": SECRET})
    told = tablet.get("/offline/pages/").json()
    assert (told["tablet"], told["pin"]) == (True, False)
    elsewhere = Client()
    elsewhere.force_login(cast.nina)
    told = elsewhere.get("/offline/pages/").json()
    assert (told["tablet"], told["pin"]) == (False, False)


def test_what_a_tablet_asks_for_its_copies_uses_up_no_message(cast):
    office = office_of(cast)
    office.post("/devices/", {"name": "Tablet 9", "ward": cast.ward.pk, "lock_after_min": ""})
    refused = office.get("/offline/pages/", headers={"X-Offline-Copy": "1"})
    assert refused.status_code == 403 and b"is now the tablet" not in refused.content
    assert b"is now the tablet Tablet 9" in office.get("/devices/").content


def test_before_anybody_signed_in_the_clock_is_the_wards(cast):
    with time_machine.travel(datetime(2026, 3, 4, 4, 28, tzinfo=UTC), tick=False):
        for address in ("/sign-in/", "/switch/"):
            page = Client().get(address, follow=True).content.decode()
            assert '<b data-tick="clock">05:28</b>' in page and 'data-zone="Europe/Berlin"' in page
