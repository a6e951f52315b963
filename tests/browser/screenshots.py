"""`make screenshots`: the pictures of the README, taken from a demo ward of the moment."""

from __future__ import annotations

import os
import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.live import LiveWard

HERE = Path(__file__).parent / "screens"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
TABLET, UPRIGHT, DESKTOP = (1024, 768), (768, 1024), (1440, 900)
COLOURS = 255  # flat areas and letters: nobody sees the difference, and the repository stays small
PASSWORD_CODE = "from dosing.demo.site import DEMO_PASSWORD; print(DEMO_PASSWORD)"  # noqa: S105  code that asks for it


def main() -> None:
    """Load the demo ward, open each page as its person, and keep the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        ward = LiveWard(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            ward.prepare(cast=False)
            ward.manage("simulate")
            ward.start("web", "worker", "beat")
            take_all(browser, ward, ward.run_python(PASSWORD_CODE).splitlines()[-1])
        finally:
            browser.close()
            ward.stop()


def take_all(browser: Browser, ward: LiveWard, password: str) -> None:
    """Every picture, by whom and at which size."""
    nurse = open_as(browser, ward, "nadia", password, TABLET)
    nurse.locator(".card", has_text="answer").first.wait_for()
    take(nurse, "/board/", "board")
    night = open_as(browser, ward, "nadia", password, TABLET, theme="night")
    take(night, "/board/", "board-night")
    upright = open_as(browser, ward, "nadia", password, UPRIGHT)
    take(upright, patient(ward, "Almeida"), "readiness")
    take(upright, f"{patient(ward, 'Almeida')}round/", "round")
    take(upright, f"/doses/{slot(ward, 'Lindqvist', 6)}/give/", "give")
    take(nurse, "/alerts/", "alerts")
    oncologist = open_as(browser, ward, "farouk", password, DESKTOP)
    take(oncologist, "/cycles/", "overview")
    take(oncologist, f"/cycles/{cycle(ward, 'Almeida')}/", "cycle")
    take(oncologist, "/rules/label-2023/", "rules")
    take(open_as(browser, ward, "greta", password, DESKTOP), "/audit/", "audit")


def open_as(
    browser: Browser, ward: LiveWard, username: str, password: str, size: tuple[int, int], theme: str = "light"
) -> Page:
    """A page of a person who signed in."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, base_url=ward.url, locale="en-GB")
    context.add_cookies([{"name": "theme", "value": theme, "url": ward.url}])
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("Sign-in name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    return page


def take(page: Page, path: str, name: str) -> None:
    """One picture of what is on the screen, not of what is below it."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.mouse.click(2, 400)  # a page that nobody has touched yet says that it has no sound
    sound = page.locator("#alarm:not(.is-quiet)")
    if sound.count():
        page.locator("#alarm[data-sound=on]").wait_for()
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)


def ask(ward: LiveWard, code: str) -> str:
    return ward.run_python(code).splitlines()[-1]


def patient(ward: LiveWard, name: str) -> str:
    found = ask(ward, f"from tracker.models import Patient; print(Patient.objects.get(family_name='{name}').pk)")
    return f"/patients/{found}/"


def cycle(ward: LiveWard, name: str) -> str:
    return ask(ward, f"from dosing.models import Cycle; print(Cycle.objects.get(patient__family_name='{name}').pk)")


def slot(ward: LiveWard, name: str, number: int) -> str:
    return ask(
        ward,
        "from dosing.models import Slot; "
        f"print(Slot.objects.get(cycle__patient__family_name='{name}', number={number}).pk)",
    )


if __name__ == "__main__":
    main()
