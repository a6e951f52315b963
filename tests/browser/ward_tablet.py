"""A shared tablet of the ward in a browser test: enrolled, with PINs for its people."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.browser.tablet import Tablet
from tests.live import LiveWard
from tracker.devices import COOKIE, LIVES

PINS = {"nina": "2580", "noah": "3691"}
ENROL = """
from django.contrib.auth.hashers import make_password
from django.core import signing
from tracker import clock
from tracker.actions.keep_devices import enrol_device
from tracker.audit.record import Actor
from tracker.devices import SALT
from tracker.models import Pin, User, Ward
for name, pin in {pins}.items():
    Pin.objects.update_or_create(
        user=User.objects.get(username=name), defaults={{"hashed": make_password(pin), "set_at": clock.now()}}
    )
by = Actor(user=User.objects.get(username="max"), origin="tests")
key, device = enrol_device(by=by, name="Tablet 7", ward_id=Ward.objects.get(code="4W").pk, lock_after_min=None)
print(signing.dumps(key, salt=SALT))
"""
LEFT_LYING = "localStorage.setItem('ward-touched', String(Date.now() - 121000))"


def enrol(ward: LiveWard, tablet: Tablet) -> None:
    """This browser becomes a tablet of 4 West."""
    cookie = ward.run_python(ENROL.format(pins=PINS)).splitlines()[-1]
    lasting = {"httpOnly": True, "expires": time.time() + LIVES}  # as the server sets it: it outlasts a dead battery
    tablet.enrolled = [{"name": COOKIE, "value": cookie, "url": tablet.line.url, **lasting}]
    tablet.context.add_cookies(tablet.enrolled)


def change_to(page: Page, name: str, pin: str = "") -> None:
    """Choose a person at the lock screen and type a PIN, the right one unless another is given."""
    page.get_by_role("radio", name=f"{name.title()} Nurse").check()
    page.get_by_label("PIN", exact=True).fill(pin or PINS[name])
    page.get_by_role("button", name="Go on").tap()


def lock(page: Page) -> None:
    """As a person locks it on leaving."""
    page.locator("details.menu summary").last.tap()
    page.get_by_role("button", name="Lock, change person").tap()
    page.wait_for_url("**/switch/")


def sealed(tablet: Tablet, name: str) -> None:
    """Changed over with the PIN, and the pages are kept sealed."""
    change_to(tablet.page, name)
    tablet.page.wait_for_url(lambda url: "/switch/" not in url)
    tablet.ready()
    expect(tablet.page.locator("html[data-sealed=yes]")).to_be_attached(timeout=30_000)
