"""Due list, fluids, handover and downtime sheets in a real Chromium: by touch, at both sizes, in every theme."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SEED = """
from tests.people import *
from tests.conftest import Cast
from tracker.models import User, Ward
cast = cast_of_site()
patient = admit(cast, mrn="5500-010", bed=9, family="Dorn", given="Elke")
full_round(cast, patient, systolic_bp="84")
running_cycle(cast, patient)
print(patient.pk)
"""
SIZES = [(768, 1024), (1024, 768)]
TOO_SMALL = """() => ["a.button", "button", "summary", ".choice", ".tabs a", ".chip"]
    .flatMap((kind) => [...document.querySelectorAll(`main ${kind}`)])
    .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5)).map(([text]) => text)"""


@pytest.fixture(scope="module")
def dorn(ward) -> int:
    """Elke Dorn in bed 10, whose pressure holds dose 1."""
    return int(ward.run_python(SEED).splitlines()[-1])


def stands_well(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate(TOO_SMALL) == []


def test_off_the_ward_and_back_by_touch(sign_in, ward, dorn):
    page = sign_in("nina", SIZES[0])
    page.get_by_role("link", name="Due list").tap()
    row = page.locator(".due-row", has_text="Dorn, Elke")
    expect(row.filter(has_text="Dose 1")).to_contain_text("HOLD")
    row.get_by_role("link", name="Off ward").first.tap()
    page.locator("label.choice", has_text="CT").tap()
    page.get_by_role("button", name="Off the ward").tap()
    expect(row.filter(has_text="Off the ward since")).to_contain_text("Expected back by")
    expect(row.filter(has_text="Dose 1")).to_contain_text("HOLD")  # never softened
    row.get_by_role("button", name="Back on the ward").tap()
    expect(page.locator(".due-list")).not_to_contain_text("Off the ward since")


def test_one_tap_records_what_is_due(sign_in, ward, dorn):
    page = sign_in("nina", SIZES[0])
    page.goto("/due/?tab=rounds")
    page.locator(".due-row", has_text="Dorn, Elke").get_by_role("link", name="Record").first.tap()
    expect(page.locator("#systolic_bp")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "night", "contrast"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_scrolls_sideways_and_every_target_is_large(sign_in, ward, dorn, size, theme):
    page = sign_in("nina", size)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": ward.url}])
    for path in ("/due/", f"/patients/{dorn}/pause/", f"/patients/{dorn}/fluids/", "/handover/", "/downtime/"):
        page.goto(path)
        stands_well(page)


def test_the_sheets_print(sign_in, ward, dorn):
    page = sign_in("nina", SIZES[1])
    for path in ("/handover/", f"/downtime/?patient={dorn}"):
        page.goto(path)
        page.emulate_media(media="print")
        expect(page.locator("main")).to_contain_text("Dorn, Elke")
        expect(page.locator("nav[aria-label=Pages]")).to_be_hidden()
        assert len(page.pdf(format="A4")) > 10_000
        page.emulate_media(media="screen")


def test_the_worker_has_written_a_pack_that_opens_without_a_server(browser, ward, dorn):
    ward.run_python("from alerts.downtime_pack import write_packs; print(write_packs())")
    file = ward.folder / "var" / "downtime" / "4W" / "ward.html"
    context = browser.new_context(offline=True, viewport={"width": 768, "height": 1024})
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.locator(".sheet", has_text="Dorn, Elke")).to_contain_text("HOLD as of")
    stands_well(page)
    context.close()
