"""A time in the hour that comes twice is asked for as it is typed, without network too, and when a draft comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TWICE, ONCE = "2026-10-25T02:30", "2026-10-25T04:30"


def test_the_choice_comes_with_the_hour_and_goes_with_it(sign_in, patient_id):
    page = sign_in("nina")
    page.goto(f"/patients/{patient_id}/round/")
    page.locator(".seen > summary").click()
    field, asked = page.locator("#observed_at"), page.locator("[data-which-hour=observed_at]")
    expect(asked).to_have_count(0)
    page.context.set_offline(True)
    field.fill(TWICE)
    expect(asked.locator("label")).to_have_text(["first 02:30 (+02:00)", "second 02:30 (+01:00)"])
    expect(asked.locator("input:checked")).to_have_count(0)  # nothing is guessed
    asked.locator("label").nth(1).click()
    expect(page.locator("[data-seen-words]")).to_contain_text("02:30 \N{PLUS SIGN}01:00")
    field.fill(ONCE)
    expect(asked).to_have_count(0)
    field.fill(TWICE)
    expect(asked.locator("input:checked")).to_have_count(0)
    asked.locator("label").nth(1).click()
    page.context.set_offline(False)
    page.reload()  # what was typed is back, with its answer
    expect(page.locator("[data-which-hour=observed_at] input:checked")).to_have_value("+01:00")
    sent = page.evaluate("new FormData(document.getElementById('round')).getAll('observed_at_offset')")
    assert sent == ["+01:00"]


def test_words_about_the_past_carry_the_offset_near_a_clock_change(sign_in, patient_id):
    page = sign_in("nina")
    page.goto(f"/patients/{patient_id}/")
    said = page.evaluate("['2026-10-25T01:30Z', '2026-11-12T01:30Z'].map((at) => wardClock.hour(Date.parse(at)))")
    assert said == ["02:30 +01:00", "02:30"]
    page.evaluate("""() => {
      document.documentElement.dataset.heard = '2026-10-25T01:30:00Z';
      document.dispatchEvent(new CustomEvent('ward:lost'));
    }""")
    expect(page.locator("[data-lost-words]").first).to_contain_text("as of 02:30 +01:00,")
