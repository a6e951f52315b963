"""The states that a walk through the addresses does not meet: bad input, every verdict, menus, no contact."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dosing.bedside_checks import CHECKS
from tests.browser.demo import ACROSS, UPRIGHT, Demo, sign_in
from tests.browser.fit import faults_for_everybody, faults_for_fingers
from tests.security.addresses import real
from tracker.wristband import wristband_code

pytestmark = pytest.mark.browser

SEND_AS_IT_IS = """() => {
  const forms = [...document.querySelectorAll("main form[method=post]")];
  const form = forms.find((each) => each.querySelector("input:not([type=hidden]), select, textarea"));
  form.noValidate = true;
  form.requestSubmit();
}"""


def stands_well(page: Page) -> None:
    """Nothing is wrong with this state for a finger, an eye or a screen reader, in any theme, upright and across."""
    faults = faults_for_fingers(page, UPRIGHT, ACROSS) + faults_for_everybody(page)
    assert not faults, "\n".join(faults)


@pytest.fixture
def opened(demo: Demo):
    """Open a page as somebody; it is closed afterwards."""
    pages = []

    def open_as(username: str, path: str) -> Page:
        page = demo.page_of(username)
        pages.append(page)
        page.goto(path)
        return page

    yield open_as
    for page in pages:
        page.close()


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "person", "says"),
    [
        ("Petrov", "nadia", "STOP CYCLE"),
        ("Nowak", "nadia", "DISCONTINUE"),
        ("Bauer", "mei", "STOP COURSE"),
        ("Okafor", "nadia", "INCOMPLETE"),
        ("Lindqvist", "nadia", "PROCEED"),
        ("Nasser", "nadia", "PROCEED"),
        ("Kimura", "nadia", "INCOMPLETE"),
    ],
)
def test_readiness_under_every_verdict(demo, opened, name, person, says):
    page = opened(person, demo.patient(name))
    expect(page.locator("main")).to_contain_text(says)
    stands_well(page)


# --- refused input ----------------------------------------------------------------------------------------------------

REFUSED = [
    ("nadia", "/patients/admit/", "Lindqvist", None),
    ("nadia", "/account/", "Lindqvist", None),
    ("nadia", "/doses/<int:slot_id>/bag/", "Lindqvist", 6),
    ("nadia", "/doses/<int:slot_id>/hold/", "Brandt", 3),
    ("nadia", "/doses/<int:slot_id>/omit/", "Brandt", 3),
    ("nadia", "/doses/<int:slot_id>/give/", "Lindqvist", 6),
    ("nadia", "/patients/<int:patient_id>/pause/", "Brandt", None),
    ("nadia", "/patients/<int:patient_id>/transfer/", "Brandt", None),
    ("nadia", "/cycles/<int:cycle_id>/past-dose/", "Brandt", None),
    ("nadia", "/rounds/<int:round_id>/strike/", "Brandt", None),
    ("nadia", "/rounds/<int:round_id>/correct/", "Brandt", None),
    ("farouk", "/entries/<int:event_id>/strike/", "Brandt", None),
    ("farouk", "/doses/<int:slot_id>/override/", "Almeida", 9),
    ("farouk", "/cycles/<int:cycle_id>/end/", "Petrov", None),
    ("farouk", "/patients/<int:patient_id>/prescribe/", "Okafor", None),
    ("ines", "/settings/sign/", "Brandt", None),
    ("tomas", "/staff/new/", "Brandt", None),
    ("tomas", "/wards/new/", "Brandt", None),
    ("tomas", "/rota/", "Brandt", None),
    ("tomas", "/devices/", "Brandt", None),
]


@pytest.mark.parametrize(("person", "pattern", "name", "slot"), REFUSED, ids=[each[1] for each in REFUSED])
def test_a_form_that_is_refused(demo, opened, person, pattern, name, slot):
    page = opened(person, real(pattern, demo.numbers(name, slot)))
    with page.expect_navigation() as answered:
        page.evaluate(SEND_AS_IT_IS)
    assert answered.value.status in (400, 403, 409, 422)
    stands_well(page)


def test_a_wrong_password(demo, browser):
    page = browser.new_page(base_url=demo.ward.url, has_touch=True)
    page.goto("/sign-in/")
    stands_well(page)
    page.get_by_label("Sign-in name").fill("nadia")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()
    stands_well(page)
    page.close()


def test_what_is_not_there(opened):
    page = opened("nadia", "/patients/987654/")
    expect(page.locator("h1")).to_be_visible()
    stands_well(page)


# --- giving -----------------------------------------------------------------------------------------------------------


def test_the_wristband_of_another_patient_and_the_signatures(demo, opened):
    page = opened("nadia", real("/doses/<int:slot_id>/bag/", demo.numbers("Lindqvist", 6)))
    page.locator("#expires_on").fill("2099-12-31")
    page.get_by_role("button", name="Record this bag").click()
    page.wait_for_url("**/give/")
    fill_checks(page, "4471-882")
    expect(page.locator("main")).to_contain_text("this is another patient")
    stands_well(page)
    page.get_by_role("link", name="Scan again").click()
    fill_checks(page, "4470-316")
    expect(page.locator("main")).to_contain_text("it agrees")
    stands_well(page)


def fill_checks(page: Page, wristband: str) -> None:
    page.locator("#wristband").fill(wristband_code(wristband))
    for code in CHECKS:
        page.locator(f"#check_{code}").check()
    page.locator("#witness").select_option("jonas")
    page.locator("#result").fill("50.52")
    page.locator("input[name=unit][value=million_iu]").check(force=True)
    page.get_by_role("button", name="Compare and go on").click()


# --- the round --------------------------------------------------------------------------------------------------------


def test_a_round_with_a_value_that_holds_and_its_dialogs(demo, opened):
    page = opened("nadia", f"{demo.patient('Brandt')}round/")
    page.locator("#systolic_bp").fill("84")
    expect(page.locator("#meaning")).to_contain_text("HOLD")
    stands_well(page)
    page.get_by_role("button", name="Cannot do all").click()
    expect(page.locator("#why-left")).to_be_visible()
    stands_well(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Not done").first.click()
    expect(page.locator("#why-one")).to_be_visible()
    stands_well(page)
    page.keyboard.press("Escape")
    page.locator(".seen summary").click()
    stands_well(page)


def test_a_round_with_values_that_cannot_be(demo, opened):
    page = opened("nadia", f"{demo.patient('Brandt')}round/?mode=all")
    page.locator("#systolic_bp").fill("900")
    page.get_by_role("button", name="Save round").click()
    page.locator("#why-left [name=left_reason][value=asleep]").check(force=True)
    page.locator("#why-left").get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("900 mmHg is outside 30 to 280 mmHg")
    stands_well(page)


# --- menus, no contact, an empty ward ---------------------------------------------------------------------------------


@pytest.mark.parametrize("menu", [".menu-pages", ".bar-end > .menu:last-child", "#alarm"])
def test_an_open_menu(opened, menu):
    page = opened("nadia", "/board/")
    page.locator(f"{menu} > summary").click()
    expect(page.locator(f"{menu} .menu-list")).to_be_visible()
    stands_well(page)


@pytest.mark.parametrize("path", ["/board/", "/due/", "bedside"])
def test_no_contact(demo, opened, path):
    page = opened("nadia", demo.patient("Lindqvist") if path == "bedside" else path)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(page.locator("[data-lost-words]").first).to_contain_text("No contact: as of")
    stands_well(page)


def test_opened_alerts_and_their_history(opened):
    page = opened("nadia", "/alerts/")
    page.locator(".alert-story summary").first.click()
    page.locator("#alarm").evaluate("(alarm) => { alarm.hidden = false; }")
    stands_well(page)


@pytest.mark.parametrize("path", ["/board/", "/due/", "/alerts/", "/handover/", "/downtime/", "/patients/", "/cycles/"])
def test_a_ward_with_nobody_in_it(opened, path):
    stands_well(opened("nora", path))


# --- the lock, and a time without network -----------------------------------------------------------------------------


def test_a_locked_tablet(demo, browser):
    context = browser.new_context(base_url=demo.ward.url, has_touch=True, service_workers="block")
    page = context.new_page()
    sign_in(page, "tomas")
    page.goto("/devices/")
    page.get_by_label("Name on its label").fill("Tablet 7")
    page.get_by_role("button", name="Enrol this browser").click()
    expect(page.locator("main")).to_contain_text("is now the tablet Tablet 7")
    stands_well(page)
    page.locator("details.menu summary").last.click()
    page.get_by_role("button", name="Lock, change person").click()
    page.wait_for_url("**/switch/")
    stands_well(page)
    context.close()


def test_a_tablet_without_network(demo, browser):
    context = browser.new_context(base_url=demo.ward.url, has_touch=True)
    page = context.new_page()
    sign_in(page, "nora")
    expect(page.locator("html[data-kept=yes]")).to_be_attached(timeout=30_000)
    context.set_offline(True)
    page.goto("/board/")
    expect(page.locator("[data-lost-words]")).to_contain_text("No contact: as of")
    stands_well(page)
    page.goto("/handover/")
    expect(page.locator("h1")).to_have_text("No contact")
    stands_well(page)
    context.close()


# --- on paper ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "pattern"),
    [
        ("nadia", "/handover/"),
        ("nadia", "/downtime/?patient=<int:patient_id>"),
        ("nadia", "/patients/<int:patient_id>/wristband/"),
        ("nadia", "/doses/<int:slot_id>/label/"),
        ("nadia", "/patients/<int:patient_id>/fluids/"),
        ("farouk", "/cycles/"),
        ("farouk", "/cycles/<int:cycle_id>/"),
    ],
)
def test_what_is_printed(demo, opened, person, pattern):
    page = opened(person, real(pattern, demo.numbers("Almeida", 9)))
    page.emulate_media(media="print")
    faults = faults_for_everybody(page)
    assert not faults, "\n".join(faults)
