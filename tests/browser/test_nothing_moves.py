"""Nothing moves under a finger once it is drawn: not for a sound, a wrong clock, lost contact or rounds that wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.own_ward import OwnWard
from tests.conftest import SECRET
from tests.live import LiveWard

pytestmark = pytest.mark.browser

HOLD = """
patient = new_patient("Ruhig")
full_round(cast, patient)
running_cycle(cast, patient)
round_(cast, patient, systolic_bp="84")
answer(patient.pk)
"""
# What has moved, as the browser itself tells it; a clock ten minutes ahead and a browser
# without sound have the page say so.
WATCH = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) moved.push(...each.sources.map(({ node, previousRect, currentRect }) =>
    `${node && (node.className || node.nodeName)}: ${previousRect.y} -> ${currentRect.y}`));
}).observe({ type: "layout-shift", buffered: true });
const now = Date.now;
Date.now = () => now() + 600000;
delete window.AudioContext;
delete window.webkitAudioContext;
"""
LOST = "document.dispatchEvent(new CustomEvent('ward:lost'))"
WAITS = """async () => {
  const user = document.documentElement.dataset.user;
  const fields = { observed_at: "2026-03-04T05:30" };
  await wardQueue.add({ id: "waits", user, patient: "0", state: "waiting", problems: [], tries: 0, fields });
  await wardSend.show();
}"""
PLACES = """() => [...document.querySelectorAll("main a, main button, main input")].map((each) => {
  const { x, y, width, height } = each.getBoundingClientRect();
  return [x, y, width, height];
})"""


@pytest.fixture(scope="module")
def own(ward: LiveWard) -> OwnWard:
    own = OwnWard(ward, "NM1", "Still")
    own.run(HOLD)
    return own


@pytest.fixture(params=[(768, 1024), (1024, 768)], ids=["upright", "lying"])
def page(browser: Browser, own: OwnWard, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=own.live.url, has_touch=True)
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("Sign-in name").fill(own.one)
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.add_init_script(WATCH)
    yield page
    context.close()


def test_the_account_page_stays_where_it_was_drawn(page):
    page.goto("/account/")
    before = page.evaluate(PLACES)
    sound = page.locator("#alarm")
    expect(sound).to_be_visible()  # it comes some seconds after the page
    expect(sound.locator("summary [data-alarm-off]")).to_be_visible()
    expect(page.locator(".skew")).to_contain_text("10 min ahead")
    assert page.evaluate(PLACES) == before
    page.get_by_role("heading", name="My account").tap()
    expect(sound.locator("summary [data-alarm-refused]")).to_be_visible()
    assert page.evaluate(PLACES) == before
    page.evaluate(LOST)
    expect(page.locator(".live-lost")).to_be_visible()
    assert page.evaluate(PLACES) == before
    page.evaluate(WAITS)
    expect(page.locator("[data-unsent-badge]")).to_be_visible()
    assert page.evaluate(PLACES) == before
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    below = [each for each in page.evaluate("moved") if not each.startswith("bar-end")]  # the bar makes room in itself
    assert below == []
