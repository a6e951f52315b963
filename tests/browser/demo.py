"""The demo ward for tests of how it looks and works: every verdict, history and alerts, and everybody signed in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from dosing.demo.site import DEMO_PASSWORD
from tests.live import LiveWard

UPRIGHT, ACROSS = (768, 1024), (1024, 768)

# An empty ward with a nurse of its own, and one row of every kind that a page names.
SEED = """
import json
from django.contrib.auth.hashers import make_password
from django.core import signing
from alerts.actions.keep_rota import plan_turn
from alerts.actions.system_alert import raise_system_alert
from alerts.models import Alert
from dosing.demo.site import acting
from dosing.models import Cycle, DoseEvent
from tracker import clock
from tracker.actions.keep_devices import enrol_device
from tracker.actions.keep_staff import create_ward
from tracker.audit.record import SYSTEM
from tracker.devices import SALT
from tracker.models import Patient, Pin, Round, User, Ward
from datetime import timedelta

tomas, nadia = User.objects.get(username="tomas"), User.objects.get(username="nadia")
create_ward(by=acting(tomas), code="6S", name="6 South", timezone="Europe/Berlin", beds=("31", "32"))
nora = User.objects.create(username="nora", full_name="Nora Quiet", role="nurse", password=nadia.password)
nora.wards.set(Ward.objects.filter(code="6S"))
now = clock.now()
key, device = enrol_device(
    by=acting(tomas), name="Tablet 7", ward_id=Ward.objects.get(code="4W").pk, lock_after_min=None)
Pin.objects.create(user=nadia, hashed=make_password("2580"), set_at=now)
of_system = raise_system_alert(by=SYSTEM, cause="seeded", headline="Pager: no message could be sent since 02:10.")
plan_turn(by=acting(tomas), ward_id=Ward.objects.get(code="4W").pk, duty="charge_nurse", user_id=nadia.pk,
    stand_in_id=None, bed_id=None, begins_at=now, ends_at=now + timedelta(hours=8))
found = {}
for patient in Patient.objects.all():
    cycle = Cycle.objects.filter(patient=patient).latest("pk")
    given = DoseEvent.objects.filter(cycle=cycle, kind="given").last()
    found[patient.family_name] = {
        "patient_id": patient.pk, "cycle_id": cycle.pk, "event_id": given.pk if given else None,
        "round_id": Round.objects.filter(patient=patient).latest("seq").pk,
        "slots": {slot.number: slot.pk for slot in cycle.slots.all()},
    }
print(json.dumps({"patients": found, "user_id": nadia.pk, "system_alert_id": of_system.pk,
    "tablet": signing.dumps(key, salt=SALT)}))
"""
OF_ALERT = "from alerts.models import Alert; a = Alert.objects.filter(patient={}).first(); print(a.pk if a else 0)"


@dataclass
class Demo:
    """The ward, what is in it, and a browser for each person who was asked for."""

    ward: LiveWard
    browser: Browser
    patients: dict
    user_id: int
    alert_id: int
    system_alert_id: int
    tablet: str  # the cookie of an enrolled tablet of 4 West
    people: dict[str, BrowserContext] = field(default_factory=dict)

    def page_of(self, username: str, size: tuple[int, int] = UPRIGHT) -> Page:
        """A new page of this person, who signed in once for all tests; its service worker keeps out of the way."""
        if username not in self.people:
            self.people[username] = self._signed_in(username)
        page = self.people[username].new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        return page

    def _signed_in(self, username: str) -> BrowserContext:
        context = self.browser.new_context(base_url=self.ward.url, has_touch=True, service_workers="block")
        context.set_default_timeout(30_000)
        sign_in(context.new_page(), username)
        return context

    def numbers(self, name: str, slot: int | None = None) -> dict[str, int]:
        """What stands for each number in the address of a page, by the name that the address gives it."""
        patient = self.patients[name]
        known = {key: patient[key] for key in ("patient_id", "cycle_id", "round_id", "event_id")}
        slots = patient["slots"]
        return {
            **known,
            "slot_id": slots[str(slot)] if slot else next(iter(slots.values())),
            "alert_id": self.alert_id,
            "user_id": self.user_id,
        }

    def patient(self, name: str) -> str:
        return f"/patients/{self.patients[name]['patient_id']}/"


def sign_in(page: Page, username: str) -> None:
    """Through the page, with the password of the demo."""
    page.goto("/sign-in/")
    page.get_by_label("Sign-in name").fill(username)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def prepare(ward: LiveWard) -> None:
    """The same as `make run` does with an empty database; the files are gathered while the patients are made."""
    with ThreadPoolExecutor() as both:
        files = both.submit(ward.manage, "collectstatic", "--noinput", "--verbosity", "0", timeout=600)
        ward.manage("migrate", "--verbosity", "0", timeout=600)
        ward.manage("simulate", "--verbosity", "0", timeout=600)
        files.result()


@pytest.fixture(scope="session")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo ward at work."""
    folder: Path = tmp_path_factory.mktemp("demo")
    ward = LiveWard(folder)
    try:
        prepare(ward)
        ward.start("web", "worker", "beat")
        seeded = json.loads(ward.run_python(SEED).splitlines()[-1])
        alert = int(ward.run_python(OF_ALERT.format(seeded["patients"]["Almeida"]["patient_id"])).splitlines()[-1])
        made = Demo(ward, browser, alert_id=alert, **seeded)
        yield made
        for context in made.people.values():
            context.close()
    finally:
        ward.stop()
