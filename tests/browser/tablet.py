"""A tablet for tests: a Chromium whose memory stays on the disk, so that it can be killed and started again."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, BrowserType, Error, Page, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.line import Line
from tests.conftest import SECRET
from tests.live import LiveWard

AHEAD = """
const real = Date, off = %d;
Date = class extends real {
  constructor(...given) { given.length ? super(...given) : super(real.now() + off); }
  static now() { return real.now() + off; }
};
"""


class Tablet:
    """One person's browser with a folder of its own."""

    def __init__(self, chromium: BrowserType, ward: LiveWard, folder: Path, *, ahead_ms: int = 0) -> None:
        self.chromium, self.ward, self.folder, self.ahead_ms = chromium, ward, folder, ahead_ms
        self.line = Line(ward.port)
        self.faults: list[str] = []
        self.enrolled: list[dict] = []  # the cookie of a tablet of the ward
        self.context = self._open()

    def _open(self) -> BrowserContext:
        context = self.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"],
            viewport={"width": 1024, "height": 768},
            base_url=self.line.url,
            has_touch=True,
        )
        context.set_default_timeout(30_000)
        if self.ahead_ms:
            context.add_init_script(AHEAD % self.ahead_ms)
        self.page = context.pages[0]
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        return context

    def go(self, path: str) -> None:
        """Open a page; one that renews itself in that moment, because there is contact again, is let go first."""
        for left in range(4, -1, -1):
            try:
                self.page.goto(path)
                return
            except Error as problem:
                by_the_page = "ERR_ABORTED" in str(problem) or "interrupted by another" in str(problem)
                if not (by_the_page and left):
                    raise

    def sign_in(self, username: str) -> Page:
        self.go("/sign-in/")
        self.page.get_by_label("Sign-in name").fill(username)
        self.page.get_by_label("Password").fill(SECRET)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in/" not in url, timeout=30_000)
        return self.page

    def ready(self) -> None:
        """Its pages are kept and its service worker answers for them."""
        expect(self.page.locator("html[data-kept=yes]")).to_be_attached(timeout=30_000)

    def offline(self) -> None:
        """No network, and the browser knows it."""
        self.line.cut()
        self.context.set_offline(True)

    def online(self) -> None:
        self.line.mend()
        self.context.set_offline(False)

    def die(self) -> None:
        """The battery ends: no page is asked whether it would like to finish."""
        for pid in self._pids():
            os.kill(pid, signal.SIGKILL)
        with suppress(Error):  # it may already know that the browser is gone
            self.context.close()

    def _pids(self) -> list[int]:
        """The browser's own processes: those that were started with this tablet's folder."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    line = (entry / "cmdline").read_bytes().decode(errors="replace")
                except OSError:
                    continue
                if f"--user-data-dir={self.folder}\0" in line and "--type=" not in line:
                    found.append(int(entry.name))
        return found

    def start_again(self) -> Page:
        for lock in self.folder.glob("Singleton*"):
            lock.unlink()
        self.context = self._open()
        # A tablet was enrolled long ago; what is newer than half a minute Chromium has not written yet.
        if self.enrolled:
            self.context.add_cookies(self.enrolled)
        return self.page

    def record(self, patient_id: int, **values: str) -> None:
        """One round through the form, with a reason for what is left."""
        self.go(f"/patients/{patient_id}/round/")
        for code, typed in values.items():
            self.page.locator(f"#{code}").fill(typed)
        self.save(patient_id)

    def save(self, patient_id: int) -> None:
        """Save the round that is typed, and see the patient's page."""
        self.page.get_by_role("button", name="Save round").tap()
        self.page.locator("#why-left [name=left_reason][value=asleep]").check(force=True)
        self.page.locator("#why-left").get_by_role("button", name="Save").tap()
        self.page.wait_for_url(f"**/patients/{patient_id}/")

    def unsent(self, count: int) -> None:
        """What the top bar says is what the queue holds."""
        expect(self.page.locator("html")).to_have_attribute("data-unsent", str(count))
        badge = self.page.locator("[data-unsent-badge]")
        if count:
            expect(badge).to_have_text(f"{count} not sent")
        else:
            expect(badge).to_be_hidden()
        assert len(self.queue()) == count

    def queue(self) -> list[dict]:
        return self.page.evaluate("window.wardQueue.all()")


@contextmanager
def tablet(chromium: BrowserType, ward: LiveWard, folder: Path, *, ahead_ms: int = 0) -> Iterator[Tablet]:
    """A tablet that is put away at the end; a script that broke fails the test."""
    made = Tablet(chromium, ward, folder, ahead_ms=ahead_ms)
    try:
        yield made
    finally:
        made.context.close()
        made.line.close()
    assert made.faults == [], "scripts of the page broke"


def rounds(ward: LiveWard, patient_id: int) -> list[dict]:
    """The rounds of one patient's chart, oldest first, with their values and times."""
    code = (
        "import json; from tracker.models import Round; "
        f"print(json.dumps([{{'at': r.observed_at.isoformat(), 'recorded': r.recorded_at.isoformat(), "
        "'values': {v.code: v.entered for v in r.values.all()}} "
        f"for r in Round.objects.filter(patient={patient_id}).order_by('seq')]))"
    )
    return json.loads(ward.run_python(code).splitlines()[-1])
