"""Looking at a state of a page with everybody's eyes: what is wrong is gathered under the state's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.demo import ACROSS, UPRIGHT
from tests.browser.fit import faults_for_everybody, faults_for_fingers
from tests.conftest import SECRET


class Looks:
    """Call it with a page and what the page shows just now."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.faults: list[str] = []

    def __call__(self, page: Page, state: str) -> None:
        self.seen.append(state)
        found = faults_for_fingers(page, UPRIGHT, ACROSS) + faults_for_everybody(page)
        self.faults += [f"{state}: {fault}" for fault in found]


@contextmanager
def looking() -> Iterator[Looks]:
    """Fails at the end with every fault of every state that was looked at."""
    looks = Looks()
    yield looks
    assert looks.seen, "nothing was looked at"
    assert not looks.faults, "\n".join(looks.faults)


@contextmanager
def people(browser: Browser, url: str) -> Iterator[Callable[[str], Page]]:
    """New pages of persons of the tests' site, each of whom signs in once; their scripts must not break."""
    contexts: dict[str, BrowserContext] = {}
    broken: list[str] = []

    def page_of(username: str) -> Page:
        known = contexts.get(username)
        if known is None:
            known = browser.new_context(
                base_url=url,
                has_touch=True,
                service_workers="block",
                viewport={"width": UPRIGHT[0], "height": UPRIGHT[1]},
            )
            known.set_default_timeout(30_000)
            contexts[username] = known
            page = known.new_page()
            page.goto("/sign-in/")
            page.get_by_label("Sign-in name").fill(username)
            page.get_by_label("Password").fill(SECRET)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/sign-in/" not in url)
            page.close()
        page = known.new_page()
        page.on("pageerror", lambda error: broken.append(f"{username}: {error}"))
        return page

    yield page_of
    for context in contexts.values():
        context.close()
    assert broken == [], "scripts of the page broke"
