"""A real Chromium and a real ward. A missing browser fails the tests; it never skips them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.demo import demo  # noqa: F401  a fixture, made once for all modules
from tests.conftest import SECRET
from tests.live import LiveWard, live_ward

# An answer may take long on a busy machine; a test waits for what it expects, never for a time.
expect.set_options(timeout=30_000)

expect.set_options(timeout=30_000)  # a loaded machine is slow, not wrong

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

SEED = """
from tests.people import *
from tests.conftest import Cast
from tracker.models import User, Ward
cast = cast_of_site()
patient = admit(cast)
full_round(cast, patient)
running_cycle(cast, patient)
print(patient.pk)
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveWard]:
    """Web, worker and beat, with the cast; each test makes the patients that it needs."""
    with live_ward(tmp_path_factory.mktemp("ward"), "web", "worker", "beat") as ward:
        yield ward


@pytest.fixture(scope="session")
def patient_id(ward: LiveWard) -> int:
    """Teresa Almeida, whose dose 1 is due now and can be given."""
    return int(ward.run_python(SEED).splitlines()[-1])


TABLET, DESKTOP = (1024, 768), (1440, 900)


@pytest.fixture
def sign_in(browser: Browser, ward: LiveWard) -> Iterator[Callable[..., Page]]:
    """Open a browser of one's own and sign in through the page."""
    contexts = []

    def open_for(username: str, size: tuple[int, int] = TABLET, *, touch: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=ward.url, has_touch=touch, accept_downloads=True
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto("/sign-in/")
        page.get_by_label("Sign-in name").fill(username)
        page.get_by_label("Password").fill(SECRET)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    yield open_for
    faults = [fault for context in contexts for page in context.pages for fault in getattr(page, "faults", [])]
    for context in contexts:
        context.close()
    assert faults == [], "scripts of the page broke"
