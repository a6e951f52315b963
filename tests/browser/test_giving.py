"""A whole dose by touch: two people, two PINs, one dose; cut off, reloaded, tapped twice and tried on two tablets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dosing.bedside_checks import CHECKS
from tests.browser.own_ward import OwnWard
from tests.conftest import SECRET
from tests.live import LiveWard

pytestmark = pytest.mark.browser

SIZE = {"width": 768, "height": 1024}
PINS = {"one": "258011", "two": "369122"}
TABLETS = """
from django.core import signing
from tracker.actions.keep_devices import enrol_device, set_pin
from tracker.devices import SALT
from tracker.signatures import check_secret
admin = User.objects.get(username="max")
for user, pin in zip((cast.nina, cast.noah), {pins!r}):
    by = as_(user)
    proof = check_secret(by=by, username=user.username, secret=SECRET, field="secret", purpose="pin")
    set_pin(by=by, signature=proof, pin=pin)
keys = [enrol_device(by=as_(admin), name=name, ward_id=ward.pk, lock_after_min=None)[0] for name in ("A", "B")]
answer([signing.dumps(key, salt=SALT) for key in keys])
"""
PATIENT = """
from tracker.wristband import wristband_code
start = clock.now() - timedelta(minutes={late})
patient = new_patient({family!r})
full_round(cast, patient, at=start - timedelta(minutes=1))
cycle = running_cycle(cast, patient, first=start)
slot = cycle.slots.get(number=1)
{more}
answer({{"patient": patient.pk, "slot": slot.pk, "band": wristband_code(patient.record_number)}})
"""
BAG = "bag_for_(slot)"
OLD_BAG = """
import time_machine
with time_machine.travel(clock.now() - timedelta(hours=47, minutes=50)):  # recorded when it was prepared
    bag_for_(slot)
"""
GIVEN = """
from dosing.actions.give_dose import give_dose
bag_for_(slot)
give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))
"""
EVENTS = """
rows = DoseEvent.objects.filter(slot={slot}).order_by("id").select_related("by", "witness")
answer([{{"kind": e.kind, "by": e.by.username if e.by else "", "witness": e.witness.username if e.witness else "",
         "reason": e.reason_code, "words": e.reason, "checks": e.checks}} for e in rows])
"""


@pytest.fixture(scope="module")
def own(ward: LiveWard) -> OwnWard:
    return OwnWard(ward, "GI", "Giver")


@pytest.fixture(scope="module")
def cookies(own: OwnWard) -> list[str]:
    """Two enrolled tablets of the ward; its nurses have PINs."""
    return own.run(TABLETS.format(pins=tuple(PINS.values())))


@pytest.fixture
def tablet(browser: Browser, own: OwnWard, cookies: list[str]) -> Iterator[Callable[..., Page]]:
    """A tablet with somebody signed in by PIN."""
    contexts = []

    def take(who: str = "one", which: int = 0) -> Page:
        context = browser.new_context(viewport=SIZE, base_url=own.live.url, has_touch=True)
        contexts.append(context)
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": "device", "value": cookies[which], "url": own.live.url}])
        page = context.new_page()
        page.goto("/switch/")
        page.locator("label.choice", has_text=f"{who.title()}Giver").tap()
        page.get_by_label("PIN", exact=True).fill(PINS[who])
        page.get_by_role("button", name="Go on").tap()
        page.wait_for_url(lambda url: "/switch/" not in url)
        return page

    yield take
    for context in contexts:
        context.close()


def patient_of(own: OwnWard, family: str, *, late: int = 0, more: str = "") -> dict:
    return own.run(PATIENT.format(family=family, late=late, more=more))


def entries(own: OwnWard, slot: int) -> list[dict]:
    return own.run(EVENTS.format(slot=slot))


def scan_by_hand(page: Page, band: str) -> None:
    """A scanner that types, and ends with Enter: that sends nothing."""
    page.locator("#wristband").fill(band)
    page.locator("#wristband").press("Enter")
    expect(page.locator("#check_premedication")).to_be_focused()


def tick_and_work_out(page: Page, own: OwnWard, *, by: str = "", result: str = "42") -> None:
    for code in CHECKS:
        page.locator(f"#check_{code}").check()
    page.locator("#witness").select_option(by or own.two)
    page.locator("#result").fill(result)
    page.locator("label.choice", has_text="million IU").tap()


def compare(page: Page) -> None:
    page.get_by_role("button", name="Compare and go on").tap()


def sign(page: Page, own_pin: str, witness_pin: str) -> None:
    page.locator("#secret").fill(own_pin)
    page.locator("#witness_secret").fill(witness_pin)


def test_a_whole_dose_by_touch_with_two_pins(tablet, own):
    at = patient_of(own, "Ganz", late=12)
    page = tablet()
    page.goto(f"/patients/{at['patient']}/")
    expect(page.locator(".verdict")).to_contain_text("PROCEED")
    page.get_by_role("link", name="Give dose 1").tap()

    page.get_by_role("link", name="Record the bag").tap()
    page.locator("#expires_on").fill("2020-01-31")
    page.get_by_role("button", name="Record this bag").tap()
    expect(page.get_by_role("alert")).to_contain_text("The product has expired.")
    page.locator("#expires_on").fill("2099-12-31")
    page.get_by_role("button", name="Record this bag").tap()
    page.wait_for_url("**/give/")
    expect(page.locator("#bag")).to_contain_text("Infusion must end by")

    tick_and_work_out(page, own, result="45")
    scan_by_hand(page, at["band"])
    compare(page)
    expect(page.get_by_role("alert")).to_contain_text("The two results differ: 42,000,000 IU here, 45,000,000 IU")
    expect(page.get_by_role("button", name="Start dose 1")).to_have_count(0)
    page.locator("#result").fill("42")
    compare(page)
    expect(page.locator(".agreed")).to_contain_text("it agrees")
    expect(page.locator("main")).to_contain_text(re.compile(r"A start now is 1\d min late"))

    own_name = "(field, me) => { field.add(new Option(me, me)); field.value = me; }"
    page.locator("#witness").evaluate(own_name, own.one)  # the page does not offer it
    sign(page, PINS["one"], PINS["one"])
    page.get_by_role("button", name="Start dose 1").tap()
    expect(page.get_by_role("alert")).to_contain_text("Nobody witnesses their own dose.")
    page.locator("#witness").select_option(own.two)
    sign(page, PINS["one"], PINS["two"])
    page.get_by_role("button", name="Start dose 1").dblclick(no_wait_after=True)
    page.wait_for_url(f"**/patients/{at['patient']}/")
    expect(page.locator("main")).to_contain_text(re.compile(r"Dose 1 started at .*, 1\d min late\. Witness: TwoGiver"))

    expect(page.locator(".banner")).to_contain_text("INFUSING")
    timer = page.locator(".banner-when .count b")
    expect(timer).to_have_text(re.compile(r"^\d+:\d\d$"))
    first = timer.inner_text()
    expect(timer).not_to_have_text(first)
    page.get_by_role("link", name="End infusion").tap()
    page.get_by_role("button", name="Record for dose 1").tap()
    page.wait_for_url(f"**/patients/{at['patient']}/")
    expect(page.locator("main")).to_contain_text("The infusion of dose 1 ended.")

    given, ended = entries(own, at["slot"])
    assert (given["kind"], given["by"], given["witness"]) == ("given", own.one, own.two)
    assert given["checks"]["identified"] == {"by": "wristband"}
    assert given["checks"]["witness_result"] == {"typed": "42", "unit": "million_iu", "by": own.two}
    assert 12 <= given["checks"]["minutes_late"] < 20
    assert (ended["kind"], ended["reason"]) == ("infusion_ended", "complete")


def test_paused_and_interrupted_by_touch_each_an_entry(tablet, own):
    at = patient_of(own, "Pause", more=GIVEN)
    page = tablet()

    def record(how: str, why: str = "") -> None:
        page.goto(f"/patients/{at['patient']}/")
        page.get_by_role("link", name="End infusion").tap()
        page.locator("label.choice", has_text=how).tap()
        page.locator("#reason").fill(why)
        page.get_by_role("button", name="Record for dose 1").tap()

    record("Paused, to go on", "rigor")
    expect(page.locator("main")).to_contain_text("The infusion of dose 1 is paused.")
    record("It goes on")
    expect(page.locator("main")).to_contain_text("The infusion of dose 1 goes on.")
    record("Interrupted for good")
    expect(page.get_by_role("alert")).to_contain_text("needs a reason")
    page.locator("#reason").fill("rigor stays")
    page.get_by_role("button", name="Record for dose 1").tap()
    expect(page.locator("main")).to_contain_text("The infusion of dose 1 was interrupted.")
    found = [(each["kind"], each["words"]) for each in entries(own, at["slot"])]
    assert found == [("given", ""), ("paused", "rigor"), ("resumed", ""), ("infusion_ended", "rigor stays")]


STORED = """async () => JSON.stringify([
  { ...localStorage }, { ...sessionStorage },
  await window.wardQueue.all(),
])"""


def test_cut_off_at_each_step_nothing_is_authorised_and_what_was_typed_stays(tablet, own):
    at = patient_of(own, "Schnitt", more=OLD_BAG)
    page = tablet()
    expect(page.locator("html[data-kept=yes]")).to_be_attached()
    address = f"/doses/{at['slot']}/give/"
    start = page.get_by_role("button", name="Start dose 1")
    off = page.get_by_text("Giving is off: no contact.")

    # the first step: cut, and reloaded while cut
    page.goto(address)
    page.locator("#wristband").fill(at["band"])
    tick_and_work_out(page, own)
    page.locator("#wristband-typing summary").tap()
    page.locator("#record_number").fill("typed by hand")
    page.context.set_offline(True)
    expect(off).to_be_visible()
    expect(page.get_by_role("button", name="Compare and go on")).to_be_hidden()
    page.reload()
    expect(page.locator("h1")).to_have_text("No dose without network")
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator(".kept-note")).to_contain_text("Nothing was sent.")
    expect(page.locator("#record_number")).to_have_value("typed by hand")
    expect(page.locator("#result")).to_have_value("42")
    expect(page.locator("#check_own_line")).to_be_checked()
    expect(page.locator("#wristband")).to_have_value("")  # scanned again, for who lies here now

    # sent although the tablet has not noticed yet
    page.context.set_offline(True)
    page.evaluate("document.querySelector('form[data-needs-contact]').submit()")
    expect(page.locator("h1")).to_have_text("No dose without network")
    expect(page.locator("body")).to_contain_text("no dose is authorised: do not start it")
    page.context.set_offline(False)

    # contact again: a bag that would expire meanwhile is refused, another one is recorded
    page.goto(address)
    scan_by_hand(page, at["band"])
    compare(page)
    expect(page.get_by_role("alert")).to_contain_text("would expire during the 15 minutes of the infusion")
    page.get_by_role("link", name="Record another bag").tap()
    page.locator("#expires_on").fill("2099-12-31")
    page.get_by_role("button", name="Record this bag").tap()
    page.wait_for_url("**/give/")
    expect(page.locator("#result")).to_have_value("42")
    scan_by_hand(page, at["band"])
    compare(page)

    # the second step: cut with both PINs typed
    expect(start).to_be_visible()
    sign(page, PINS["one"], PINS["two"])
    page.context.set_offline(True)
    expect(off).to_be_visible()
    expect(start).to_be_hidden()
    page.evaluate("document.querySelector('form[data-needs-contact]').submit()")
    expect(page.locator("body")).to_contain_text("no dose is authorised: do not start it")
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator("#result")).to_have_value("42")
    kept = page.evaluate(STORED)
    assert "typed by hand" in kept and not any(pin in kept for pin in PINS.values()) and at["band"] not in kept
    assert entries(own, at["slot"]) == []


def at_the_signatures(page: Page, own: OwnWard, at: dict, other: str) -> None:
    page.goto(f"/doses/{at['slot']}/give/")
    tick_and_work_out(page, own, by=other)
    scan_by_hand(page, at["band"])
    compare(page)
    expect(page.get_by_role("button", name="Start dose 1")).to_be_visible()


def test_two_tablets_at_the_same_time_are_one_dose(tablet, own):
    at = patient_of(own, "Doppel", more=BAG)
    one, two = tablet("one", 0), tablet("two", 1)
    at_the_signatures(one, own, at, own.two)
    at_the_signatures(two, own, at, own.one)
    sign(one, PINS["one"], PINS["two"])
    sign(two, PINS["two"], PINS["one"])
    for page in (one, two):  # neither waits for an answer
        page.get_by_role("button", name="Start dose 1").click(no_wait_after=True)
    both = re.compile(r"Dose 1 started at|Dose 1 was already given")
    expect(one.locator("main")).to_contain_text(both, timeout=90_000)
    expect(two.locator("main")).to_contain_text(both, timeout=90_000)
    (given,) = entries(own, at["slot"])
    winner, loser = (one, two) if given["by"] == own.one else (two, one)
    names = ("OneGiver", "TwoGiver") if winner is one else ("TwoGiver", "OneGiver")
    expect(winner.locator(".banner")).to_contain_text("INFUSING")
    expect(loser.locator(".dose-first")).to_contain_text("Dose 1 was already given.")
    said = re.compile(rf"Given at \d\d:\d\d.* by {names[0]}, witness {names[1]}\. Nothing was given twice\.")
    expect(loser.locator(".dose-first")).to_contain_text(said)
    expect(loser.get_by_role("button", name="Start dose")).to_have_count(0)


def test_a_password_still_signs_on_the_tablet_and_a_wrong_pin_does_not(tablet, own):
    at = patient_of(own, "Falsch", more=BAG)
    page = tablet()
    at_the_signatures(page, own, at, own.two)
    sign(page, PINS["one"], "000000")
    page.get_by_role("button", name="Start dose 1").tap()
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")
    expect(page.locator("#secret")).to_have_value("")
    sign(page, PINS["one"], SECRET)
    page.get_by_role("button", name="Start dose 1").tap()
    page.wait_for_url(f"**/patients/{at['patient']}/")
    expect(page.locator(".banner")).to_contain_text("INFUSING")


def test_another_patients_wristband_is_told_as_it_is_scanned(own, tablet):
    at = patient_of(own, "Scharf", more=BAG)
    other = patient_of(own, "Falsch")
    page = tablet()
    page.goto(f"/doses/{at['slot']}/give/")
    band, said = page.locator("#wristband"), page.locator("[data-identity]")
    places = "[...document.querySelectorAll('main button, main input')].map((each) => each.getBoundingClientRect().y)"
    before = page.evaluate(places)
    band.press_sequentially(other["band"])  # as a scanner does that sends no Enter
    expect(said).to_have_class(re.compile("is-other"))
    expect(said).to_contain_text("This wristband is not that of Scharf")
    expect(said).to_contain_text("It belongs to Falsch")
    assert page.evaluate(places) == before
    band.fill(at["band"])
    expect(said).to_have_class(re.compile("is-same"))
    expect(said).to_contain_text("Right patient: Scharf")
    band.fill("")
    expect(said).to_contain_text("as soon as it is read")
    page.locator("#wristband-typing summary").tap()
    page.locator("#record_number").fill(other["band"].split(".")[1])
    page.locator("#record_number").press("Tab")
    expect(said).to_contain_text("This record number is not that of Scharf")
    page.context.set_offline(True)
    band.fill(at["band"])
    expect(said).to_contain_text("No contact")
    page.context.set_offline(False)
    assert entries(own, at["slot"]) == []
