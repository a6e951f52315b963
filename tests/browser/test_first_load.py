"""What a tablet on slow Wi-Fi fetches, and what a refresh leaves alone: layout, focus, and what is being typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.demo import ACROSS, Demo, sign_in

pytestmark = pytest.mark.browser

FIRST_KB, LATER_KB = 300, 100
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}  # 1.6 Mbit/s
SLOWER = 4

CHANGE = """
from dosing.demo.site import acting
from tracker import clock
from tracker.actions.record_round import record_round
from tracker.models import User
record_round(by=acting(User.objects.get(username="jonas")), patient_id={patient}, observed_at=clock.now(),
    values={{"systolic_bp": "{value}"}}, confirmed=frozenset({{"systolic_bp"}}))
"""
WATCH_SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.shifts.push(each.sources.map((one) => one.node && one.node.className));
  }).observe({ type: "layout-shift" });
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Wire:
    """Counts what comes over the wire, whoever asked for it: the page or its service worker."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.bytes = 0
        self.session = context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.send("Network.emulateNetworkConditions", NETWORK)
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        self.session.on("Network.loadingFinished", self._count)
        # The worker asks from a place of its own, which the page's session does not see.
        context.on("response", self._count_worker)

    def _count(self, event: dict) -> None:
        self.bytes += int(event["encodedDataLength"])

    def _count_worker(self, response: object) -> None:
        if response.request.service_worker is not None:
            self.bytes += int(response.headers.get("content-length", 0))

    def since(self, before: int) -> float:
        """kB since then."""
        return (self.bytes - before) / 1000


@pytest.fixture
def tablet(demo: Demo) -> Iterator[BrowserContext]:
    """A new tablet: nothing is in its memory, its service worker is at work."""
    context = demo.browser.new_context(
        base_url=demo.ward.url, has_touch=True, viewport={"width": ACROSS[0], "height": ACROSS[1]}
    )
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.mark.parametrize("first", ["board", "round"])
def test_a_first_load_is_small_and_the_next_pages_are_smaller(demo, tablet, first):
    page = tablet.new_page()
    wire = Wire(tablet, page)
    sign_in(page, "mei")
    target = "/board/" if first == "board" else f"{demo.patient('Mensah')}round/"
    page.goto(target)
    page.locator("h1").first.wait_for(state="attached")
    # Until the worker has put away what it keeps for a time without network: all of it is counted.
    expect(page.locator("html[data-kept=yes]")).to_be_attached()
    print(f"\nfirst load of the {first}, with what the worker keeps: {wire.since(0):.0f} kB")
    assert wire.since(0) <= FIRST_KB
    for path in (demo.patient("Mensah"), "/due/", "/alerts/", "/handover/"):
        before = wire.bytes
        page.goto(path)
        expect(page.locator("html[data-kept=yes]")).to_be_attached()
        assert wire.since(before) <= LATER_KB, path


def test_a_refresh_shifts_nothing_and_changes_the_card(demo):
    page = demo.page_of("nadia", ACROSS)
    page.goto("/board/")
    card = page.locator(".card", has_text="Yilmaz")
    expect(card).to_contain_text("PROCEED")
    page.evaluate(WATCH_SHIFTS)
    demo.ward.run_python(CHANGE.format(patient=demo.patients["Yilmaz"]["patient_id"], value=84))
    expect(card).to_contain_text("HOLD")
    page.evaluate(TWO_FRAMES)
    assert page.evaluate("window.shifts") == []
    page.close()


def test_a_refresh_takes_neither_focus_nor_what_is_typed(demo):
    board = demo.page_of("nadia", ACROSS)
    board.goto("/board/")
    board.locator(".card", has_text="O'Brien").locator("a").focus()
    alerts = demo.page_of("nadia", ACROSS)
    alerts.goto("/alerts/")
    alerts.locator(".alarm summary").click()
    alerts.locator("#alarm-reason").fill("A doctor is on")
    form = demo.page_of("nadia", ACROSS)
    form.goto(demo.patient("O'Brien") + "round/")
    form.locator("#heart_rate").fill("97")
    demo.ward.run_python(CHANGE.format(patient=demo.patients["O'Brien"]["patient_id"], value=82))
    for page in (board, alerts, form):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(board.locator(".card", has_text="O'Brien")).to_have_attribute("data-waiting", "yes")
    assert board.evaluate("document.activeElement.textContent") == "O'Brien, Mary"
    expect(alerts.locator("main")).to_contain_text("systolic 82")
    expect(alerts.locator("#alarm-reason")).to_have_value("A doctor is on")
    expect(alerts.locator("#alarm-reason")).to_be_focused()
    expect(form.locator("#heart_rate")).to_have_value("97")
    expect(form.locator("#heart_rate")).to_be_focused()
    for page in (board, alerts, form):
        page.close()
