"""States of a shared tablet, with and without network: axe-core, sizes of targets and sideways scroll in each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.looks import Looks, looking
from tests.browser.test_offline import POISON, new_patient, new_tablet  # noqa: F401  fixtures
from tests.browser.ward_tablet import change_to, enrol, lock

pytestmark = [pytest.mark.browser, pytest.mark.long]

SLOT = "from dosing.models import Slot; print(Slot.objects.get(cycle__patient={}, number=1).pk)"


@pytest.fixture
def look() -> Iterator[Looks]:
    with looking() as looks:
        yield looks


def test_the_lock_screen_and_the_change_of_person(ward, new_tablet, look):  # noqa: F811
    tablet = new_tablet()
    enrol(ward, tablet)
    page = tablet.sign_in("nina")
    lock(page)
    look(page, "locked")
    change_to(page, "nina", "2581")
    expect(page.locator(".problems")).to_be_visible()
    look(page, "a wrong PIN")
    change_to(page, "noah")
    page.wait_for_url(lambda url: "/switch/" not in url)
    page.locator("details.menu summary").last.tap()
    expect(page.get_by_role("button", name="Lock, change person")).to_be_visible()
    look(page, "the menu of a shared tablet")


def test_pages_and_the_queue_without_network(ward, new_patient, new_tablet, look):  # noqa: F811
    patient = new_patient("running_cycle(cast, patient)")
    slot = int(ward.run_python(SLOT.format(patient)).splitlines()[-1])
    nina = new_tablet()
    page = nina.sign_in("nina")
    nina.ready()
    nina.offline()
    for path in ("/board/", f"/patients/{patient}/", f"/patients/{patient}/round/", "/unsent/"):
        page.goto(path)
        expect(page.locator("[data-lost-words]")).to_contain_text(re.compile(r"as of \d\d:\d\d"))
        look(page, f"without network: {path}")
    nina.record(patient, heart_rate="97")
    look(page, "a round that is not sent")
    page.goto("/unsent/")
    expect(page.locator("[data-round]")).to_be_visible()
    look(page, "the queue")
    for path, title in ((f"/doses/{slot}/give/", "No dose without network"), ("/handover/", "No contact")):
        page.goto(path)
        expect(page.locator("h1")).to_have_text(title)
        look(page, title)

    nina.online()
    nina.go("/unsent/")
    nina.unsent(0)
    look(page, "everything is sent")
    page.evaluate(POISON, [patient, page.locator("html").get_attribute("data-user")])
    page.reload()
    expect(page.locator("[data-problems] li")).not_to_have_count(0)
    look(page, "a round set aside with its reason")
    page.get_by_role("button", name="Give it up").tap()
    expect(page.locator("[data-round]")).to_contain_text("Choose why")
    look(page, "given up without a reason, refused")
    nina.offline()
    page.goto("/board/")
    page.locator("[data-menu] summary").last.tap()
    page.get_by_role("button", name="Sign out").tap()
    expect(page.locator("h1")).to_have_text("Signed out on this tablet")
    look(page, "signed out without network")
