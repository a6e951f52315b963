"""A locked tablet without network: its PIN opens it for who was on it, for nobody else; nothing that waits is lost."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.tablet import Tablet
from tests.browser.test_offline import new_patient, new_tablet  # noqa: F401  fixtures
from tests.browser.ward_tablet import LEFT_LYING, change_to, enrol, lock, sealed
from tests.live import LiveWard

pytestmark = pytest.mark.browser

IN_THE_OPEN = """async (name) => {
  for (const cache of await caches.keys()) {
    const pages = await caches.open(cache);
    for (const request of await pages.keys()) {
      if ((await (await pages.match(request)).text()).includes(name)) return request.url;
    }
  }
  return "";
}"""
KEYS = """() => new Promise((done) => {
  const asked = indexedDB.open("ward-vault");
  asked.onsuccess = () => {
    const all = asked.result.transaction("now").objectStore("now").getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.map((row) => row.id)); };
  };
})"""
TOLD = """
import json
from tracker.models import AuditEntry, Round
names = ("open_offline", "destroy_offline_key")
print(json.dumps({{
    "told": [[e.action, e.after["username"], e.after["wrong_pins_before"]]
             for e in AuditEntry.objects.filter(action__in=names, id__gt={since}).order_by("id")],
    "rounds": [[r.recorded_by.username, {{v.code: v.entered for v in r.values.all()}}]
               for r in Round.objects.filter(patient={patient}).order_by("seq")],
    "last": AuditEntry.objects.latest("id").pk,
}}))
"""


def told(ward: LiveWard, patient: int, since: int = 0) -> dict:
    return json.loads(ward.run_python(TOLD.format(patient=patient, since=since)).splitlines()[-1])


@pytest.fixture
def tablet(ward: LiveWard, new_tablet: Callable[..., Tablet]) -> Tablet:  # noqa: F811
    """Enrolled, and its service worker answers: it waits at the lock screen."""
    made = new_tablet()
    enrol(ward, made)
    made.sign_in("nina")
    made.ready()
    lock(made.page)
    return made


@pytest.mark.long
def test_a_locked_tablet_opens_without_network_with_the_pin(ward, new_patient, tablet):  # noqa: F811
    patient, page = new_patient(), tablet.page
    before = told(ward, patient)
    sealed(tablet, "nina")
    page.goto(f"/patients/{patient}/")
    name = page.locator("h1").first.inner_text().split(",")[0]
    assert page.evaluate(IN_THE_OPEN, name) == ""

    tablet.offline()
    page.evaluate(LEFT_LYING)
    page.wait_for_url("**/switch/")
    expect(page.locator("main")).to_contain_text("No contact. It opens with the PIN")
    assert page.evaluate(KEYS) == [] and page.evaluate(IN_THE_OPEN, name) == ""
    page.goto(f"/patients/{patient}/")
    expect(page.get_by_label("PIN", exact=True)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(name)
    change_to(page, "nina", "2581")
    expect(page.locator("main")).to_contain_text("Wrong PIN. 7 tries are left")
    change_to(page, "noah")
    expect(page.locator("main")).to_contain_text("For this person it opens again with the network")

    change_to(page, "nina")
    page.wait_for_url(f"**/patients/{patient}/")
    expect(page.locator("h1").first).to_contain_text(name)
    expect(page.locator("[data-lost-words]")).to_contain_text("No contact: as of")
    tablet.record(patient, heart_rate="97")
    tablet.unsent(1)

    tablet.online()
    page.wait_for_url("**/switch/")
    expect(page.locator("main")).to_contain_text("Nina Nurse was working")
    change_to(page, "nina")
    page.wait_for_url(f"**/patients/{patient}/")
    tablet.unsent(0)
    after = told(ward, patient, before["last"])
    assert after["told"] == [["open_offline", "nina", 1]]
    assert after["rounds"][len(before["rounds"]) :] == [["nina", {"heart_rate": "97"}]]


@pytest.mark.long
def test_eight_wrong_pins_destroy_the_key_and_no_round(ward, new_patient, tablet):  # noqa: F811
    patient, page = new_patient(), tablet.page
    before = told(ward, patient)
    sealed(tablet, "nina")
    tablet.offline()
    tablet.record(patient, heart_rate="96")
    lock(page)
    for left in range(7, 0, -1):
        change_to(page, "nina", "9090")
        expect(page.locator("main")).to_contain_text(f"{left} {'try is' if left == 1 else 'tries are'} left")
    tablet.die()
    page = tablet.start_again()
    tablet.offline()
    page.goto("/board/")
    change_to(page, "nina", "9090")
    expect(page.locator("main")).to_contain_text("Eight wrong PINs")
    change_to(page, "nina")
    expect(page.locator("main")).to_contain_text("For this person it opens again with the network")
    assert not [name for name in page.evaluate("caches.keys()") if name.startswith("sealed")]
    tablet.unsent(1)

    tablet.online()
    expect(page.locator("html:not([data-cached])")).to_be_attached(
        timeout=30_000
    )  # the server's own lock screen, by itself
    change_to(page, "nina")
    page.wait_for_url(lambda url: "/switch/" not in url)
    tablet.unsent(0)
    after = told(ward, patient, before["last"])
    assert after["told"] == [["destroy_offline_key", "nina", 8]]
    assert after["rounds"][-1] == ["nina", {"heart_rate": "96"}]


@pytest.mark.long
def test_what_was_taken_in_another_persons_session_is_its_authors(ward, new_patient, tablet):  # noqa: F811
    """Nina opens without network the tablet that Noah locked: his session on the server saves none of her rounds."""
    patient, page = new_patient(), tablet.page
    before = told(ward, patient)
    sealed(tablet, "nina")
    lock(page)
    sealed(tablet, "noah")
    tablet.offline()
    lock(page)
    change_to(page, "nina")
    page.wait_for_url("**/board/")
    tablet.record(patient, heart_rate="95")
    tablet.unsent(1)
    page.goto(f"/patients/{patient}/round/")
    page.locator("#heart_rate").fill("94")
    tablet.online()
    page.get_by_role("button", name="Save round").tap()
    page.locator("#why-left [name=left_reason][value=asleep]").check(force=True)
    page.locator("#why-left").get_by_role("button", name="Save").tap()
    page.wait_for_url("**/switch/")
    change_to(page, "noah")
    page.wait_for_url(lambda url: "/switch/" not in url)
    tablet.unsent(2)
    assert len(told(ward, patient)["rounds"]) == len(before["rounds"])
    lock(page)
    change_to(page, "nina")
    page.wait_for_url(lambda url: "/switch/" not in url)
    tablet.unsent(0)
    after = told(ward, patient)["rounds"][len(before["rounds"]) :]
    assert sorted(after, key=str) == [["nina", {"heart_rate": "94"}], ["nina", {"heart_rate": "95"}]]
