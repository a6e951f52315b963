"""A whole round by touch: how many taps it takes, what the keypad offers, what is marked, asked and kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.own_ward import OwnWard
from tests.conftest import SECRET
from tests.live import LiveWard

pytestmark = pytest.mark.browser

SIZE = {"width": 768, "height": 1024}
SECONDS_A_TAP = 0.35  # one tap of a hand in a glove; reckoned, never waited for
SECONDS_ALLOWED = 40
PATIENT = """
patient = new_patient({family!r})
full_round(cast, patient, at=clock.now() - timedelta(hours=2, minutes=20))
running_cycle(cast, patient, first=clock.now() + timedelta(minutes=30))
answer(patient.pk)
"""
ROUNDS = """
from tracker.models import Round
answer([{{"values": {{v.code: v.entered for v in r.values.all()}},
         "not_done": {{n.code: [n.reason, n.words] for n in r.not_done.all()}}}}
        for r in Round.objects.filter(patient={patient}).order_by("seq")])
"""
PRESSURE = (
    "round_(cast, __import__('tracker.models').models.Patient.objects.get(pk={patient}), systolic_bp='84'); answer(1)"
)
COUNT_TAPS = "addEventListener('pointerdown', () => sessionStorage.taps = Number(sessionStorage.taps || 0) + 1, true)"
ROUND = {
    "respiratory_rate": "20",
    "spo2": "95",
    "oxygen_flow": "2",
    "systolic_bp": "104",
    "diastolic_bp": "62",
    "heart_rate": "112",
    "temperature": "38.6",
}
NEURO = {
    "mental_status": "normal",
    "serial_sevens": "able",
    "spell_world_backward": "able",
    "rhythm": "sinus",
    "cardiac_symptoms": "none",
}


@pytest.fixture(scope="module")
def own(ward: LiveWard) -> OwnWard:
    return OwnWard(ward, "RO", "Round")


@pytest.fixture(scope="module")
def signed_in(browser: Browser, own: OwnWard) -> dict:
    """A nurse's session, made once for the module."""
    own.run("answer(1)")
    context = browser.new_context(base_url=own.live.url)
    page = context.new_page()
    page.goto("/sign-in/", timeout=60_000)
    page.get_by_label("Sign-in name").fill(own.one)
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url, timeout=60_000)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(browser: Browser, own: OwnWard, signed_in: dict) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZE, base_url=own.live.url, has_touch=True, storage_state=signed_in)
    context.set_default_timeout(30_000)
    faults = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == [], "scripts of the page broke"


@pytest.fixture
def new_patient(own: OwnWard) -> Callable[[str], int]:
    return lambda family: own.run(PATIENT.format(family=family))


def rounds(own: OwnWard, patient: int) -> list[dict]:
    return own.run(ROUNDS.format(patient=patient))


def press(page: Page, keys: str) -> None:
    """Keys of the keypad on the screen."""
    for key in keys:
        name = "Decimal point" if key == "." else key
        page.locator(".keypad").get_by_role("button", name=name, exact=True).tap()


def pressing(page: Page, name: str) -> None:
    page.locator(".keypad").get_by_role("button", name=name).tap()


def save(page: Page) -> None:
    page.locator("[data-save]").tap()


def test_a_full_round_takes_less_than_forty_seconds_of_taps_and_a_double_tap_saves_it_once(page, own, new_patient):
    patient = new_patient("Vollrunde")
    page.goto(f"/patients/{patient}/")
    page.add_init_script(COUNT_TAPS)
    page.evaluate(COUNT_TAPS)
    page.get_by_role("link", name="Record round").tap()
    expect(page.locator("[data-key-label]")).to_have_text("Respiratory rate")  # the first key already writes there
    for code, typed in ROUND.items():
        press(page, typed)
        expect(page.locator(f"#{code}")).to_have_value(typed)
        if code != "temperature":
            pressing(page, "Next")
    page.get_by_role("button", name="All unremarkable, records all five").tap()
    page.locator(".grade-card", has_text="Mild drowsiness").tap()
    expect(page.locator("[data-save]")).to_contain_text("13 / 13")
    before = page.evaluate("Number(sessionStorage.taps)")
    page.locator("[data-save]").dblclick(no_wait_after=True)
    page.wait_for_url(f"**/patients/{patient}/")
    taps = before + 1
    assert taps == sum(map(len, ROUND.values())) + len(ROUND) - 1 + 4  # open, unremarkable, grade, save
    assert taps * SECONDS_A_TAP < SECONDS_ALLOWED, f"{taps} taps"

    first, saved = rounds(own, patient)
    assert saved["values"] == {**ROUND, **NEURO, "somnolence_grade": "1"}
    expect(page.locator("main")).to_contain_text("Saved.")


def test_the_keypad_fits_the_value_and_shows_what_was_seen_last(page, new_patient):
    patient = new_patient("Tasten")
    page.goto(f"/patients/{patient}/round/")
    row = page.locator("[data-entry=heart_rate]")
    expect(row.locator(".entry-last")).to_have_text(re.compile(r"^84 at \d\d:\d\d · 2 h 2\d$"))
    keypad = page.locator(".keypad")
    page.locator("#heart_rate").tap()
    expect(keypad.locator("[data-key-last]")).to_have_text(re.compile(r"^84 at \d\d:\d\d, 2 h 2\d ago · \d+ to \d+$"))
    expect(keypad.get_by_role("button", name="Decimal point")).to_have_count(0)
    press(page, "97")
    expect(keypad.locator("[data-key-value]")).to_have_text("97")
    pressing(page, "Delete the last digit")
    expect(page.locator("#heart_rate")).to_have_value("9")
    pressing(page, "Clear the field")
    expect(page.locator("#heart_rate")).to_have_value("")
    press(page, "900")
    expect(page.locator("#meaning")).to_contain_text("Heart rate 900 /min is outside")
    page.locator("#temperature").tap()
    press(page, ".4")
    expect(page.locator("#temperature")).to_have_value("0.4")
    expect(keypad.get_by_role("button", name="Clear the field")).to_have_count(0)
    page.locator("#temperature").tap()  # the first key after coming back replaces what stands there
    page.locator("#spo2").tap()
    page.locator("#temperature").tap()
    press(page, "37.2")
    expect(page.locator("#temperature")).to_have_value("37.2")
    pressing(page, "Left hand")
    page.reload()
    expect(page.locator("[data-thumb]")).to_have_class(re.compile("left-hand"))
    expect(page.locator("#temperature")).to_have_value("37.2")  # and what was typed is back
    expect(page.locator("body")).to_contain_text("Nothing was sent")


def test_an_abnormal_value_is_marked_as_typed_with_its_rule_and_is_measured_again(page, new_patient):
    patient = new_patient("Marke")
    page.goto(f"/patients/{patient}/round/")
    page.locator("#systolic_bp").tap()
    press(page, "84")
    row = page.locator("[data-entry=systolic_bp]")
    expect(row).to_have_class(re.compile("v-hold"))
    expect(row.locator(".entry-rule")).to_have_text("L-CV-SBP")
    expect(page.locator("#meaning")).to_contain_text("HOLD dose 1")
    expect(page.locator("#meaning")).to_contain_text(re.compile(r"Systolic 84\s*mmHg at \d\d:\d\d, below 90"))
    page.locator("#spo2").tap()
    press(page, "88")
    expect(page.locator("[data-entry=spo2] .entry-rule")).to_contain_text("L-")
    expect(page.locator("#meaning")).to_contain_text("88")
    page.locator("#systolic_bp").tap()  # back to it: the page speaks of it again
    expect(page.locator("#meaning")).to_contain_text(re.compile(r"Systolic 84\s*mmHg"))
    page.get_by_role("button", name="84 is right").tap()
    expect(page.locator("[name=systolic_bp_confirmed]")).to_have_value("84")
    page.get_by_role("button", name="Measure again").tap()
    expect(page.locator("#systolic_bp")).to_have_value("")
    press(page, "104")
    expect(row).not_to_have_class(re.compile("v-hold"))
    expect(row.locator(".entry-rule")).to_be_empty()


def test_saving_early_asks_why_and_all_fields_are_one_tap_away(page, own, new_patient):
    patient = new_patient("Teilweise")
    page.goto(f"/patients/{patient}/round/")
    page.locator("#heart_rate").tap()
    press(page, "97")
    page.locator("#temperature").tap()
    pressing(page, "Not done…")
    page.locator("#why-one").get_by_role("button", name="Equipment missing or broken").tap()
    expect(page.locator("#temperature")).to_have_attribute("placeholder", "no device")
    page.locator("#spo2").tap()
    pressing(page, "Not done…")
    one = page.locator("#why-one")
    one.get_by_role("button", name="Other").tap()
    expect(one.locator("[data-one-problem]")).to_be_visible()
    one.get_by_label("In your words").fill("probe at the next bed")
    one.get_by_role("button", name="Other").tap()
    expect(one).to_be_hidden()
    page.get_by_role("link", name="Everything").tap()
    expect(page.locator("[data-entry=creatinine]")).to_be_attached()
    expect(page.locator("#heart_rate")).to_have_value("97")
    assert page.locator("[data-entry]").count() == int(page.locator(".tabs a[aria-current] b").inner_text())
    page.get_by_role("link", name="Due first").tap()
    expect(page.locator("#heart_rate")).to_have_value("97")
    before = len(rounds(own, patient))
    save(page)
    why = page.locator("#why-left")
    expect(why).to_be_visible()
    expect(why).to_contain_text("Not recorded: Respiratory rate")
    why.get_by_role("button", name="Back to the round").tap()
    expect(why).to_be_hidden()
    save(page)
    why.locator("label.choice", has_text="Patient asleep").tap()
    why.get_by_role("button", name="Save round").tap()
    page.wait_for_url(f"**/patients/{patient}/")
    saved = rounds(own, patient)
    assert len(saved) == before + 1
    assert saved[-1]["values"] == {"heart_rate": "97"}
    why_not = saved[-1]["not_done"]
    assert why_not["temperature"] == ["equipment", ""] and why_not["spo2"] == ["other", "probe at the next bed"]
    assert why_not["systolic_bp"] == why_not["somnolence_grade"] == ["asleep", ""] and "heart_rate" not in why_not
    page.goto(f"/patients/{patient}/round/")
    expect(page.locator("#heart_rate")).to_have_value("")  # saved: no draft any more


def test_a_refresh_keeps_the_focus_and_lost_touch_is_said_until_it_is_regained(page, own, new_patient):
    patient = new_patient("Frisch")
    page.goto(f"/patients/{patient}/")
    refresh = "htmx.trigger(document.body, 'refresh-now')"
    record = page.get_by_role("link", name="Record round")
    record.focus()
    own.run(PRESSURE.format(patient=patient))
    page.evaluate(refresh)
    expect(page.locator(".verdict")).to_contain_text("HOLD")
    expect(page.locator("#announce")).to_contain_text("Do not give dose 1")
    expect(record).to_be_focused()
    expect(page.locator("html")).not_to_have_attribute("data-touch", "lost")

    page.route("**/live/", lambda route: route.fulfill(status=500, body="broken"))
    page.evaluate(refresh)
    expect(page.locator("[data-lost-words]")).to_have_text(re.compile(r"No contact: as of \d\d:\d\d, \d+ min old"))
    expect(page.locator(".live-ok").first).to_be_hidden()
    page.unroute("**/live/")
    page.evaluate(refresh)
    expect(page.locator("html")).not_to_have_attribute("data-touch", "lost")
    expect(page.locator(".live-lost")).to_be_hidden()

    page.context.set_offline(True)
    expect(page.locator("[data-lost-words]")).to_be_visible()
    page.context.set_offline(False)  # nobody touches it: it finds its way back by itself
    expect(page.locator(".live-lost")).to_be_hidden()
