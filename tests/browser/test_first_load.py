"""What a tablet on slow Wi-Fi fetches over the wire before it shows its first page, and for the next ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.demo import ACROSS, Demo, sign_in

pytestmark = pytest.mark.browser

FIRST_KB, LATER_KB = 300, 100
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}  # 1.6 Mbit/s
SLOWER = 4


class Wire:
    """Counts what comes over the wire until the page has loaded.

    What the service worker puts away for a time without network follows afterwards, one page after the other, and
    nobody waits for it: it is left out, and kept from answering for the pages that are counted.
    """

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.bytes = 0
        self.session = context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.send("Network.emulateNetworkConditions", NETWORK)
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        self.session.on("Network.loadingFinished", self._count)

    def _count(self, event: dict) -> None:
        self.bytes += int(event["encodedDataLength"])

    def since(self, before: int) -> float:
        """kB since then."""
        return (self.bytes - before) / 1000


@pytest.fixture
def tablet(demo: Demo) -> Iterator[BrowserContext]:
    """A new tablet: nothing is in its memory."""
    context = demo.browser.new_context(
        base_url=demo.ward.url,
        has_touch=True,
        viewport={"width": ACROSS[0], "height": ACROSS[1]},
        service_workers="block",
    )
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.mark.long
@pytest.mark.parametrize("first", ["board", "round"])
def test_a_first_load_is_small_and_the_next_pages_are_smaller(demo, tablet, first):
    page = tablet.new_page()
    wire = Wire(tablet, page)
    sign_in(page, "mei")
    target = "/board/" if first == "board" else f"{demo.patient('Mensah')}round/"
    page.goto(target)
    print(f"\nfirst load of the {first}: {wire.since(0):.0f} kB")
    assert 20 <= wire.since(0) <= FIRST_KB
    for path in (demo.patient("Mensah"), "/due/", "/alerts/", "/handover/"):
        before = wire.bytes
        page.goto(path)
        print(f"then {path}: {wire.since(before):.0f} kB")
        assert 1 <= wire.since(before) <= LATER_KB, path
