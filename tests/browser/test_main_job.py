"""The main job from end to end, as its people do it: a hold, its alert, an override, a dose, and the audit."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dosing.bedside_checks import CHECKS
from tests.browser.conftest import DESKTOP, TABLET
from tests.conftest import SECRET
from tracker.wristband import wristband_code

pytestmark = pytest.mark.browser

VALUES = {
    "respiratory_rate": "20",
    "spo2": "95",
    "oxygen_flow": "0",
    "systolic_bp": "84",
    "diastolic_bp": "50",
    "heart_rate": "96",
    "temperature": "37.4",
}


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def record_round(page: Page, patient_id: int) -> None:
    """With the keypad on the screen, one value after the other."""
    page.goto(f"/patients/{patient_id}/")
    page.get_by_role("link", name="Record round").click()
    for code, typed in VALUES.items():
        page.locator(f"#{code}").tap()
        for key in typed:
            key_name = "Decimal point" if key == "." else key
            page.locator(".keypad").get_by_role("button", name=key_name, exact=True).tap()
        expect(page.locator(f"#{code}")).to_have_value(typed)
    page.get_by_role("button", name=re.compile("All unremarkable")).first.tap()
    page.locator("input[name=somnolence_grade][value='0']").tap()
    expect(page.locator("#meaning")).to_contain_text("HOLD")
    page.get_by_role("button", name=re.compile("Save round")).tap()


@pytest.mark.parametrize("size", [TABLET])
def test_the_main_job(sign_in, ward, patient_id, size, tmp_path):
    board = sign_in("noah", size)
    card = board.locator(".card", has_text="Almeida")
    expect(card).to_contain_text("PROCEED")
    expect(card).to_contain_text("can be given")
    no_sideways_scroll(board)

    nurse = sign_in("nina", size)
    record_round(nurse, patient_id)
    nurse.wait_for_url(f"**/patients/{patient_id}/")
    expect(nurse.locator("main")).to_contain_text("HOLD")
    expect(nurse.locator("main")).to_contain_text(re.compile(r"Systolic 84\s*mmHg at \d\d:\d\d, below 90"))
    expect(nurse.locator("body")).to_contain_text("Give dose 1 is off: HOLD.")
    no_sideways_scroll(nurse)

    # Nobody reloads the colleague's board: the hold and its alert appear on it by themselves.
    expect(card).to_contain_text("HOLD", timeout=10_000)
    expect(card).to_contain_text(re.compile("no answer", re.IGNORECASE), timeout=10_000)

    give = nurse.context.new_page()
    slot = slot_of(ward, patient_id)
    give.goto(f"/doses/{slot}/give/")
    expect(give.locator("main")).to_contain_text("HOLD")
    expect(give.get_by_role("button", name=re.compile("Start dose 1"))).to_have_count(0)
    give.close()

    oncologist = sign_in("olga", DESKTOP, touch=False)
    oncologist.goto("/cycles/")
    row = oncologist.locator("tr, li, article", has_text="Almeida").first
    expect(row).to_contain_text("HOLD")
    expect(row).to_contain_text(re.compile("Systolic 84", re.IGNORECASE))
    no_sideways_scroll(oncologist)
    oncologist.goto(f"/doses/{slot}/override/")
    oncologist.locator("#reason").fill("Warm, well perfused, usual pressure 95")
    oncologist.locator("#secret").fill(SECRET)
    oncologist.get_by_role("button", name=re.compile("override", re.IGNORECASE)).click()
    oncologist.wait_for_url(lambda url: "/override/" not in url)

    nurse.goto(f"/doses/{slot}/give/")
    record_bag(nurse)
    check_bedside(nurse)
    expect(nurse.locator("main")).to_contain_text("it agrees")
    no_sideways_scroll(nurse)
    nurse.locator("#secret").fill(SECRET)
    expect(nurse.locator("#witness")).to_have_value("noah")
    nurse.locator("#witness_secret").fill(SECRET)
    nurse.get_by_role("button", name=re.compile("Start dose 1")).tap()
    nurse.wait_for_url(f"**/patients/{patient_id}/")
    expect(nurse.locator("main")).to_contain_text("INFUSING")

    export_tells_all(sign_in("ada", DESKTOP, touch=False), tmp_path)
    sees_nothing(sign_in("zoe", size), patient_id, slot)


def record_bag(page: Page) -> None:
    """The pharmacy's bag, before anything else is typed."""
    page.get_by_role("link", name="Record the bag").tap()
    page.locator("#expires_on").fill("2099-12-31")
    page.get_by_role("button", name="Record this bag").tap()
    page.wait_for_url("**/give/")
    expect(page.locator("main")).to_contain_text("Infusion must end by")


def check_bedside(page: Page) -> None:
    """A scanner ends with Enter, which sends nothing; a wrong result of the witness is refused with both."""
    page.locator("#wristband").fill(wristband_code("4471-882"))
    page.locator("#wristband").press("Enter")
    expect(page.locator("#check_premedication")).to_be_focused()
    for code in CHECKS:
        page.locator(f"#check_{code}").tap()
    page.locator("#witness").select_option("noah")
    page.locator("#result").fill("45")
    page.locator("input[name=unit][value=million_iu]").tap()
    page.get_by_role("button", name="Compare and go on").tap()
    expect(page.get_by_role("alert")).to_contain_text("The two results differ: 42,000,000 IU here, 45,000,000 IU")
    page.locator("#result").fill("42")
    page.get_by_role("button", name="Compare and go on").tap()


def slot_of(ward, patient_id: int) -> int:
    code = f"from dosing.models import Slot; print(Slot.objects.get(cycle__patient={patient_id}, number=1).pk)"
    return int(ward.run_python(code).splitlines()[-1])


def export_tells_all(auditor: Page, folder: Path) -> None:
    auditor.goto("/audit/")
    with auditor.expect_download() as download:
        auditor.get_by_role("button", name="Export CSV").click()
    path = folder / "audit.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    done = [(row["action"], row["outcome"]) for row in rows]
    for wanted in (
        ("record_round", "done"), ("alert_raised", "done"), ("override_hold", "done"), ("give_dose", "done"),
        ("sign_in", "done"), ("export_audit", "done"),
    ):  # fmt: skip
        assert wanted in done, wanted
    override = next(row for row in rows if row["action"] == "override_hold" and "Almeida" in row["patient"])
    assert override["reason"] == "Warm, well perfused, usual pressure 95"
    assert override["actor"] == "Olga Oncologist"


def sees_nothing(stranger: Page, patient_id: int, slot: int) -> None:
    stranger.goto("/board/")
    expect(stranger.locator("body")).not_to_contain_text("Almeida")
    for path in (f"/patients/{patient_id}/", f"/patients/{patient_id}/round/", f"/doses/{slot}/give/"):
        response = stranger.goto(path)
        assert response.status == 404, path
        expect(stranger.locator("body")).not_to_contain_text("Almeida")
