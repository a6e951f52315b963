"""The main job with the keyboard only, from signing in to Give; and what a screen reader hears."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dosing.demo.site import DEMO_PASSWORD
from tests.browser.demo import ACROSS, Demo

pytestmark = pytest.mark.browser

VITALS = {
    "respiratory_rate": "18", "spo2": "96", "oxygen_flow": "0", "systolic_bp": "118", "diastolic_bp": "70",
    "heart_rate": "88", "temperature": "37.0",
}  # fmt: skip
# What has the focus shows it: an outline on it, or on the card, the label or the choice around it, that is in view.
SHOWN = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return true;
  const near = [focused, ...(focused.labels || []), focused.closest(".card"), focused.nextElementSibling];
  const ring = near.filter(Boolean).find((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = (ring || focused).getBoundingClientRect();
  return Boolean(ring) && box.bottom > 0 && box.top < innerHeight && box.width > 0;
}"""
WHERE = "() => document.activeElement.outerHTML.slice(0, 200)"


@pytest.fixture
def page(demo: Demo) -> Iterator[Page]:
    """A browser without touch and without a mouse."""
    context = demo.browser.new_context(
        base_url=demo.ward.url, viewport={"width": ACROSS[0], "height": ACROSS[1]}, service_workers="block"
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def tab_to(page: Page, selector: str, *, key: str = "Tab") -> None:
    """Press Tab until this has the focus; on the way every focus is visible."""
    for _ in range(150):
        page.keyboard.press(key)
        assert page.evaluate(SHOWN), page.evaluate(WHERE)
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"no way to {selector} with {key}")


def test_sign_in_open_a_patient_record_a_round_and_reach_give(demo, page):
    page.goto("/sign-in/")
    expect(page.locator("#username")).to_be_focused()
    page.keyboard.type("jonas")
    tab_to(page, "#password")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    path = demo.patient("Lindqvist")
    tab_to(page, f".card-link[href='{path}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")

    tab_to(page, f"a[href^='{path}round/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/round/")
    for code, value in VITALS.items():
        if not page.evaluate("(id) => document.activeElement.id === id", code):
            tab_to(page, f"#{code}")
        page.keyboard.type(value)
    tab_to(page, "[data-all-clear]")
    page.keyboard.press("Enter")
    tab_to(page, "[data-save]")
    page.keyboard.press("Enter")
    expect(page.locator("#why-left")).to_be_visible()
    tab_to(page, "#why-left input[name=left_reason]")
    page.keyboard.press("Space")
    tab_to(page, "#why-left [data-save-anyway]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    expect(page.locator("main")).to_contain_text("118")

    tab_to(page, ".give a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/give/")
    expect(page.locator("main")).to_contain_text("Scan the wristband")


def test_a_new_hold_is_announced(demo):
    page = demo.page_of("mei", ACROSS)
    page.goto("/board/")
    region = page.locator("#announce")
    expect(region).to_have_attribute("aria-live", "polite")
    demo.ward.run_python(HOLD.format(patient=demo.patients["Dubois"]["patient_id"]))
    expect(region).to_contain_text("Bed 25: HOLD")
    page.close()


HOLD = """
from dosing.demo.site import acting
from tracker import clock
from tracker.actions.record_round import record_round
from tracker.models import User
record_round(by=acting(User.objects.get(username="mei")), patient_id={patient}, observed_at=clock.now(),
    values={{"systolic_bp": "81"}}, confirmed=frozenset({{"systolic_bp"}}))
"""
