"""A refresh moves nothing under the eye and takes nothing away from under the hands: Chromium counts the shifts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.demo import ACROSS
from tests.browser.looks import people
from tests.browser.own_ward import OwnWard
from tests.live import LiveWard

pytestmark = pytest.mark.browser

ALLOWED = 0.02
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) {
    if (each.hadRecentInput) continue;
    const moved = each.sources.map((source) => source.node && (source.node.outerHTML || source.node.textContent));
    window.shifts.push([each.value, moved.map((html) => String(html).slice(0, 120))]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# Two frames are drawn, and the observer has had its turn.
DRAWN = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"""
REFRESHED = """() => new Promise((done) => {
  document.addEventListener("ward:heard", () => done(), { once: true });
  htmx.trigger(document.body, "refresh-now");
})"""
WARD = """
patients = []
for n, name in enumerate({names!r}):
    patient = new_patient(name)
    full_round(cast, patient, at=clock.now() - timedelta(minutes=50 - n))
    running_cycle(cast, patient, first=clock.now() + timedelta(minutes=25 + 20 * n))
    patients.append(patient.pk)
answer(patients)
"""
ROUND = """
from tracker.models import Patient
round_(cast, Patient.objects.get(pk={patient}), **{values!r})
answer(1)
"""
LOW = {"systolic_bp": "84", "diastolic_bp": "46"}
WELL = {"systolic_bp": "118", "diastolic_bp": "70", "rhythm": "sinus", "cardiac_symptoms": "none"}
# Its rows are others, or read otherwise, than before.
CHANGED = """(before) => {
  const rows = [...document.querySelectorAll("[data-list] > [data-key]")];
  return rows.map((row) => row.dataset.key + row.innerText).join() !== before;
}"""
AS_IT_IS = """() => [...document.querySelectorAll("[data-list] > [data-key]")]
  .map((row) => row.dataset.key + row.innerText).join()"""


@pytest.fixture(scope="module")
def own(ward: LiveWard) -> OwnWard:
    return OwnWard(ward, "RF", "Ruhig")


@pytest.fixture(scope="module")
def patients(own: OwnWard) -> list[int]:
    return own.run(WARD.format(names=["Ahorn", "Birke", "Buche", "Eiche", "Erle", "Fichte"]))


@pytest.fixture(scope="module")
def page_of(browser: Browser, own: OwnWard, patients: list[int]) -> Iterator[Callable[[str], Page]]:
    with people(browser, own.live.url) as page_of:
        yield page_of


@pytest.fixture
def page(own: OwnWard, page_of: Callable[[str], Page]) -> Iterator[Page]:
    page = page_of(own.one)
    page.set_viewport_size({"width": ACROSS[0], "height": ACROSS[1]})
    page.add_init_script(WATCH)
    yield page
    page.close()


def charted(own: OwnWard, patient: int, values: dict) -> None:
    own.run(ROUND.format(patient=patient, values=values))


def card_of(page: Page, patient: int) -> Locator:
    """The patient's card on the board."""
    return page.locator("[data-key]", has=page.locator(f"a[href='/patients/{patient}/']"))


def opened(page: Page, path: str) -> None:
    """Open it; what moved while it was drawn is another matter."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate(DRAWN)
    page.evaluate("window.shifts.length = 0")


def stood_still(page: Page) -> None:
    page.evaluate(DRAWN)
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) < ALLOWED, shifts


def test_the_board_while_cards_change_and_change_places(page, own, patients):
    opened(page, "/board/")
    last, third = (card_of(page, patients[number]) for number in (-1, 2))
    first_key = page.locator("[data-key]").first.get_attribute("data-key")
    charted(own, patients[-1], LOW)
    expect(last).to_contain_text("HOLD")
    expect(last).to_contain_text("o answer")
    page.evaluate(REFRESHED)
    assert page.locator("[data-key]").first.get_attribute("data-key") != first_key  # it came to the top
    charted(own, patients[2], LOW)
    expect(third).to_contain_text("HOLD")
    charted(own, patients[-1], WELL)
    expect(last).to_contain_text("PROCEED")
    page.evaluate(REFRESHED)
    stood_still(page)
    charted(own, patients[2], WELL)


@pytest.mark.long
def test_the_alerts_while_some_are_raised_and_some_resolved(page, own, patients):
    for patient in patients[:2]:
        charted(own, patient, LOW)
    ahorn, birke, buche = (page.locator(".alert-row", has_text=name) for name in ("Ahorn", "Birke", "Buche"))
    page.goto("/alerts/")
    expect(ahorn.first).to_be_visible()
    expect(birke.first).to_be_visible()
    opened(page, "/alerts/")
    charted(own, patients[0], WELL)
    expect(ahorn).to_have_count(0)
    charted(own, patients[2], LOW)
    expect(buche.first).to_be_visible()
    charted(own, patients[1], WELL)
    expect(birke).to_have_count(0)
    stood_still(page)
    charted(own, patients[2], WELL)


@pytest.mark.long
def test_the_due_list_while_rows_come_and_go(page, own, patients):
    opened(page, "/due/")
    for patient, values in ((patients[0], LOW), (patients[1], LOW), (patients[0], WELL)):
        before = page.evaluate(AS_IT_IS)
        charted(own, patient, values)
        page.wait_for_function(CHANGED, arg=before)
    page.evaluate(REFRESHED)
    stood_still(page)
    charted(own, patients[1], WELL)


@pytest.mark.long
def test_the_bedside_while_findings_and_alerts_come_and_go(page, own, patients):
    patient = patients[3]
    opened(page, f"/patients/{patient}/")
    verdict = page.locator(".verdict")
    charted(own, patient, LOW)
    page.evaluate(REFRESHED)
    expect(verdict).to_contain_text("HOLD")
    expect(page.locator(".alerts-now .alert")).not_to_have_count(0)
    charted(own, patient, {**LOW, "systolic_bp": "82", "spo2": "88"})
    page.evaluate(REFRESHED)
    expect(verdict).to_contain_text("82")
    charted(own, patient, {**WELL, "spo2": "97", "oxygen_flow": "0"})
    page.evaluate(REFRESHED)
    expect(verdict).not_to_contain_text("82")
    stood_still(page)


TYPED = """() => {
  const field = document.activeElement;
  return [field.id || field.name, field.value, field.selectionStart, field.selectionEnd];
}"""


def typed_in_the_middle(page: Page) -> list:
    """A few words in the field with the focus, the caret in the middle of them."""
    page.keyboard.type("I am at the bedside")
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    typed = page.evaluate(TYPED)
    assert typed[1:] == ["I am at the bedside", 11, 11]
    return typed


@pytest.mark.long
@pytest.mark.parametrize("path", ["/board/", "/alerts/", "/due/", "{bedside}"])
def test_what_is_typed_beside_a_refresh_stays_with_focus_and_caret(page, own, patients, path):
    charted(own, patients[4], LOW)
    page.goto(path.format(bedside=f"/patients/{patients[4]}/"))
    bell = page.locator("#alarm > summary")
    expect(bell).to_be_visible()
    bell.tap()
    page.locator("#alarm-reason").focus()
    typed = typed_in_the_middle(page)
    charted(own, patients[5], LOW)
    page.evaluate(REFRESHED)
    page.evaluate(REFRESHED)
    with page.expect_response("**/alerts/alarm/"):
        pass
    assert page.evaluate(TYPED) == typed
    for patient in patients[4:]:
        charted(own, patient, WELL)


def test_what_is_typed_in_a_round_stays_while_its_meaning_is_told_anew(page, own, patients):
    page.goto(f"/patients/{patients[0]}/round/")
    page.locator("#systolic_bp").fill("84")
    page.locator("#heart_rate").focus()
    with page.expect_response("**/round/preview/"):
        page.keyboard.type("112")
    expect(page.locator("#meaning")).to_contain_text("Systolic 84")
    assert page.evaluate(TYPED) == ["heart_rate", "112", 3, 3]
    expect(page.locator("#systolic_bp")).to_have_value("84")
