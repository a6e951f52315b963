"""States that a page comes into by what people do: axe-core, sizes of targets and sideways scroll in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dosing.bedside_checks import CHECKS
from tests.browser.demo import Demo
from tests.browser.looks import Looks, looking, people
from tests.browser.own_ward import OwnWard
from tests.conftest import SECRET
from tests.live import LiveWard
from tracker.views.problems import fault

pytestmark = pytest.mark.browser

PATIENT = """
from tracker.wristband import wristband_code
start = clock.now() - timedelta(minutes={late})
patient = new_patient({family!r})
if {seen}:
    full_round(cast, patient, at=min(start, clock.now()) - timedelta(minutes=1){values})
cycle = running_cycle(cast, patient, first=start)
slot = cycle.slots.get(number=1)
{more}
answer({{"patient": patient.pk, "cycle": cycle.pk, "slot": slot.pk, "band": wristband_code(patient.record_number),
         "round": max(patient.rounds.values_list("pk", flat=True), default=0)}})
"""
BAG = "bag_for_(slot)"
GIVEN = """
from dosing.actions.give_dose import give_dose
bag_for_(slot)
give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))
"""
SENT_EMPTY = """() => {
  const form = document.querySelector("main form[method=post]");
  const typed = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea";
  for (const field of form.elements) if (field.matches(typed)) field.value = "";
  form.noValidate = true;
  form.requestSubmit();
}"""


@pytest.fixture(scope="module")
def own(ward: LiveWard) -> OwnWard:
    return OwnWard(ward, "ST", "State")


@pytest.fixture(scope="module")
def page_of(browser: Browser, own: OwnWard) -> Iterator[Callable[[str], Page]]:
    own.run("answer(1)")
    with people(browser, own.live.url) as page_of:
        yield page_of


@pytest.fixture
def look() -> Iterator[Looks]:
    with looking() as looks:
        yield looks


@pytest.fixture
def nurse(own: OwnWard, page_of: Callable[[str], Page]) -> Iterator[Page]:
    page = page_of(own.one)
    yield page
    page.close()


def patient_of(
    own: OwnWard, family: str, *, late: int = 0, seen: bool = True, values: str = "", more: str = ""
) -> dict:
    return own.run(PATIENT.format(family=family, late=late, seen=seen, values=values, more=more))


def bedside(at: dict) -> str:
    return f"/patients/{at['patient']}/"


def test_a_round_as_it_is_typed(own, nurse, look):
    at = patient_of(own, "Runde", late=-30)
    nurse.goto(f"{bedside(at)}round/")
    nurse.get_by_role("button", name="All unremarkable").first.tap()
    expect(nurse.locator("input[name=mental_status]:checked")).to_be_attached()
    look(nurse, "all unremarkable")

    nurse.locator("#systolic_bp").fill("84")
    expect(nurse.locator("[data-entry=systolic_bp]")).to_have_class(re.compile("v-hold"))
    expect(nurse.locator("#meaning")).to_contain_text("HOLD")
    look(nurse, "an abnormal value marked")
    nurse.locator("#heart_rate").fill("900")
    expect(nurse.locator("#meaning")).to_contain_text("Heart rate 900 /min is outside")
    look(nurse, "a value outside its range")

    nurse.locator("#temperature").tap()
    nurse.get_by_role("button", name="Not done…").tap()
    one = nurse.locator("#why-one")
    one.get_by_role("button", name="Other").tap()
    expect(one.locator("[data-one-problem]")).to_be_visible()
    look(nurse, "why one is not done, refused")
    one.get_by_role("button", name="Equipment missing or broken").tap()
    expect(one).to_be_hidden()

    nurse.locator("[data-save]").tap()
    why = nurse.locator("#why-left")
    why.locator("label.choice", has_text="Other").tap()
    why.get_by_role("button", name="Save round").tap()
    expect(why.locator("[data-left-problem]")).to_be_visible()
    look(nurse, "why the rest is not recorded, refused")
    why.locator("label.choice", has_text="Patient asleep").tap()
    why.get_by_role("button", name="Save round").tap()
    expect(nurse.locator(".entry-problem")).not_to_have_count(0)
    look(nurse, "a refused round")

    nurse.goto(f"{bedside(at)}round/")
    expect(nurse.locator(".kept-note")).to_be_visible()
    look(nurse, "what was typed is back")
    nurse.locator("#heart_rate").fill("97")
    nurse.locator("[data-save]").tap()
    nurse.wait_for_url(f"**{bedside(at)}")
    expect(nurse.locator("main")).to_contain_text("Saved.")
    look(nurse, "saved")
    nurse.goto(f"{bedside(at)}chart/")
    expect(nurse.locator("main")).to_contain_text("asleep")
    look(nurse, "the chart of a partial round")


@pytest.mark.long
def test_readiness_for_each_verdict(own, nurse, look):
    for verdict, seen, values in (
        ("proceed", True, ""),
        ("hold", True, ", systolic_bp='84'"),
        ("incomplete", False, ""),
    ):
        at = patient_of(own, f"Urteil{verdict}", seen=seen, values=values)
        nurse.goto(bedside(at))
        expect(nurse.locator(f".verdict.v-{verdict}")).to_be_visible()
        look(nurse, f"readiness: {verdict}")


@pytest.mark.long
def test_readiness_and_the_cycle_for_each_stop_of_the_demo(demo: Demo, look):
    nurses = [demo.page_of(name) for name in ("nadia", "mei")]
    oncologist = demo.page_of("farouk")
    met = set()
    for name in demo.patients:
        for page in nurses:
            if page.goto(demo.patient(name)).status == 404:
                continue
            verdict = page.locator(".verdict").get_attribute("class").split("v-")[1].split()[0]
            if verdict not in met:
                met.add(verdict)
                look(page, f"readiness: {verdict}")
                oncologist.goto(f"/cycles/{demo.patients[name]['cycle_id']}/")
                look(oncologist, f"cycle: {verdict}")
    for page in (*nurses, oncologist):
        page.close()
    assert met >= {"hold", "stop_cycle", "stop_course", "discontinue", "incomplete"}, met


@pytest.mark.long
def test_every_step_of_giving(own, nurse, look):
    at, other = patient_of(own, "Gabe", late=12), patient_of(own, "Nachbar")
    give = f"/doses/{at['slot']}/give/"
    nurse.goto(give)
    look(nurse, "giving without a bag")
    nurse.get_by_role("link", name="Record the bag").tap()
    nurse.locator("#expires_on").fill("2020-01-31")
    nurse.get_by_role("button", name="Record this bag").tap()
    expect(nurse.get_by_role("alert")).to_contain_text("expired")
    look(nurse, "an expired bag refused")
    nurse.locator("#expires_on").fill("2099-12-31")
    nurse.get_by_role("button", name="Record this bag").tap()
    nurse.wait_for_url("**/give/")

    nurse.get_by_role("button", name="Compare and go on").tap()
    expect(nurse.get_by_role("alert")).to_be_visible()
    look(nurse, "nothing checked, refused")
    nurse.locator("#wristband").fill(other["band"])
    check_all(nurse, own, "42")
    expect(nurse.get_by_role("alert")).to_contain_text("another patient")
    look(nurse, "another patient's wristband")
    nurse.goto(give)
    nurse.locator("#wristband").fill(at["band"])
    check_all(nurse, own, "45")
    expect(nurse.get_by_role("alert")).to_contain_text("differ")
    look(nurse, "two results that differ")
    nurse.locator("#wristband").fill(at["band"])
    check_all(nurse, own, "42")
    expect(nurse.locator(".agreed")).to_be_visible()
    look(nurse, "two results that agree, to be signed")
    sign(nurse, "wrong")
    expect(nurse.get_by_role("alert")).to_be_visible()
    look(nurse, "a wrong password of the witness")
    sign(nurse, SECRET)
    nurse.wait_for_url(f"**{bedside(at)}")
    expect(nurse.locator(".banner")).to_contain_text("INFUSING")
    look(nurse, "running")
    nurse.goto(give)
    look(nurse, "given already")


def check_all(page: Page, own: OwnWard, result: str) -> None:
    for code in CHECKS:
        page.locator(f"#check_{code}").check()
    page.locator("#witness").select_option(own.two)
    page.locator("#result").fill(result)
    page.locator("label.choice", has_text="million IU").tap()
    page.get_by_role("button", name="Compare and go on").tap()


def sign(page: Page, witness_secret: str) -> None:
    page.locator("#secret").fill(SECRET)
    page.locator("#witness_secret").fill(witness_secret)
    page.get_by_role("button", name="Start dose 1").tap()


@pytest.mark.long
def test_an_infusion_paused_interrupted_and_its_entries_struck(own, nurse, look):
    at = patient_of(own, "Laufend", more=GIVEN)
    end = f"/doses/{at['slot']}/infusion-end/"

    def record(how: str, why: str) -> None:
        nurse.goto(end)
        nurse.locator("label.choice", has_text=how).tap()
        nurse.locator("#reason").fill(why)
        nurse.get_by_role("button", name="Record for dose 1").tap()

    record("Paused, to go on", "rigor")
    nurse.wait_for_url(f"**{bedside(at)}")
    look(nurse, "paused")
    nurse.goto(end)
    look(nurse, "does a paused infusion go on")
    record("Interrupted for good", "")
    expect(nurse.get_by_role("alert")).to_contain_text("reason")
    look(nurse, "interrupted without a reason, refused")
    record("Interrupted for good", "rigor stays")
    nurse.wait_for_url(f"**{bedside(at)}")
    look(nurse, "interrupted")
    nurse.goto(f"/patients/{at['patient']}/wristband/")
    look(nurse, "the wristband")
    event = own.run(f"answer(DoseEvent.objects.filter(slot={at['slot']}, kind='given').get().pk)")
    refused_when_empty(nurse, f"/entries/{event}/strike/", look, "striking a giving, refused")


def refused_when_empty(page: Page, path: str, look: Looks, state: str) -> None:
    """The page's form, sent with nothing in it; the refusal is looked at."""
    page.goto(path)
    with page.expect_navigation():
        page.evaluate(SENT_EMPTY)
    expect(page.locator(".problems[role=alert]"), f"{path} was not refused").to_be_visible()
    look(page, state)


@pytest.mark.long
def test_refused_doses_and_overrides(own, nurse, page_of, look):
    held = patient_of(own, "Gehalten", values=", systolic_bp='84'", more=BAG)
    ready = patient_of(own, "Bereit")
    give = f"/doses/{held['slot']}/give/"
    nurse.goto(give)
    expect(nurse.locator("main")).to_contain_text("HOLD")
    expect(nurse.get_by_role("button", name="Compare and go on")).to_have_count(0)
    look(nurse, "giving against a hold")
    for what in ("hold", "omit"):
        refused_when_empty(nurse, f"/doses/{ready['slot']}/{what}/", look, f"{what} without a reason, refused")

    doctor = page_of(own.tag.lower() + "doc")
    doctor.goto(f"/doses/{ready['slot']}/override/")
    look(doctor, "an override that nothing needs")
    refused_when_empty(doctor, f"/doses/{held['slot']}/override/", look, "an override without a reason, refused")
    doctor.locator("#reason").fill("Warm, well perfused, usual pressure 95")
    doctor.locator("#secret").fill(SECRET)
    doctor.get_by_role("button", name=re.compile("Sign the override")).click()
    doctor.wait_for_url(lambda url: "/override/" not in url)
    look(doctor, "the page after an override")
    doctor.goto(f"/cycles/{held['cycle']}/")
    look(doctor, "a cycle with an override")
    doctor.close()
    nurse.goto(bedside(held))
    look(nurse, "readiness on override")
    nurse.goto(give)
    look(nurse, "giving on override")
    nurse.goto(f"/doses/{ready['slot']}/hold/")
    nurse.locator("#reason").fill("family meeting")
    nurse.get_by_role("button", name="Hold dose 1").tap()
    nurse.wait_for_url(lambda url: "/hold/" not in url)
    look(nurse, "a dose held by hand")
    nurse.goto(f"/doses/{ready['slot']}/give/")
    look(nurse, "giving a held dose")


@pytest.mark.long
def test_a_struck_and_a_corrected_round(own, nurse, look):
    at = patient_of(own, "Korrektur", values=", systolic_bp='84'")
    refused_when_empty(nurse, f"/rounds/{at['round']}/strike/", look, "striking a round, refused")
    refused_when_empty(nurse, f"/rounds/{at['round']}/correct/", look, "correcting a round, refused")
    nurse.goto(f"/rounds/{at['round']}/correct/")
    nurse.locator("#systolic_bp").fill("104")
    nurse.locator("[name=reason]").fill("typed for another bed")
    nurse.locator("main form .button-act").tap()
    nurse.wait_for_url(lambda url: "/correct/" not in url)
    look(nurse, "after a correction")
    again = own.run(
        f"from tracker.models import Round; answer(Round.objects.filter(patient={at['patient']}).latest('seq').pk)"
    )
    nurse.goto(f"/rounds/{again}/strike/")
    nurse.locator("[name=reason]").fill("another patient's")
    nurse.locator("main form .button-act").tap()
    nurse.wait_for_url(lambda url: "/strike/" not in url)
    nurse.goto(f"{bedside(at)}chart/")
    expect(nurse.locator("main")).to_contain_text("typed for another bed")
    look(nurse, "a chart with struck entries")


@pytest.mark.long
def test_an_alert_through_its_life(own, nurse, look):
    at = patient_of(own, "Alarm", values=", systolic_bp='84'")
    nurse.goto(f"/alerts/?tab=open&patient={at['patient']}")
    row = nurse.locator(".alert-row", has_text="Alarm")
    expect(row.first).to_be_visible()
    row.first.locator("summary").tap()
    look(nurse, "an open alert with its history")
    nurse.goto("/board/")
    bell = nurse.locator("#alarm")
    expect(bell).to_be_visible()
    bell.locator("summary").tap()
    look(nurse, "the menu of the sound")
    nurse.locator("#alarm-reason").fill("I am at the bedside")
    nurse.get_by_role("button", name="Silence 10 min").tap()
    expect(nurse.locator(".messages, .message").first).to_be_visible()
    look(nurse, "silenced")
    nurse.goto(f"/alerts/?tab=open&patient={at['patient']}")
    row.first.locator(".alert-link").tap()
    nurse.locator("#note").fill("Dr Farouk is on the way")
    nurse.get_by_role("button", name="I have seen it").tap()
    expect(nurse.locator("main")).to_contain_text("Noted that you have seen it.")
    nurse.goto(f"/alerts/?tab=answered&patient={at['patient']}")
    expect(row.first).to_contain_text("Dr Farouk is on the way")
    look(nurse, "an answered alert")
    own.run(
        f"round_(cast, __import__('tracker.models').models.Patient.objects.get(pk={at['patient']}), "
        "systolic_bp='118', diastolic_bp='70'); answer(1)"
    )
    nurse.goto(f"/alerts/?tab=history&patient={at['patient']}")
    look(nurse, "the history of alerts")


LONG_AGO = """
import time_machine
from alerts.actions.review_chart import review_chart
from alerts.escalation_sweeps import take_steps_of
from alerts.models import Alert
from tracker.audit.record import SYSTEM
with time_machine.travel(clock.now() - timedelta(hours=1)):
    both = [new_patient(family) for family in ("Niemand", "Stumm")]
    for patient in both:
        full_round(cast, patient, systolic_bp="84")
        running_cycle(cast, patient)
        review_chart(by=SYSTEM, patient_id=patient.pk)
take_steps_of(both[0].pk)
round_(cast, both[1], rhythm="ventricular_tachycardia_sustained")  # graver than the hold, which is quiet from here on
review_chart(by=SYSTEM, patient_id=both[1].pk)
answer({f"{each.state}, {each.kind}{', muted' if each.muted_by_id else ''}": each.pk
        for each in Alert.objects.filter(patient__in=both)})
"""


@pytest.mark.long
def test_alerts_that_nobody_answers(own, nurse, look):
    kinds = own.run(LONG_AGO)
    assert any("escalated" in kind for kind in kinds) and any("muted" in kind for kind in kinds), kinds
    for kind, alert in kinds.items():
        nurse.goto(f"/alerts/{alert}/")
        look(nurse, kind)
    nurse.goto("/alerts/")
    expect(nurse.locator(".alert-row", has_text="Quiet, because a graver alert says more").first).to_be_visible()
    look(nurse, "escalated and muted alerts")


@pytest.mark.long
def test_an_empty_ward(demo: Demo, look):
    page = demo.page_of("nora")
    for path in ("/board/", "/due/", "/alerts/", "/handover/", "/patients/", "/cycles/", "/downtime/"):
        assert page.goto(path).status == 200
        look(page, f"an empty ward: {path}")
    page.close()


def test_pages_that_refuse(own, nurse, look):
    for status, path in ((404, "/patients/999999/"), (404, "/nowhere/"), (403, "/staff/")):
        assert nurse.goto(path).status == status
        look(nurse, f"{status} at {path}")
    nurse.goto("/account/")
    nurse.locator("main form [name=csrfmiddlewaretoken]").evaluate("(field) => { field.value = 'x'; }")
    with nurse.expect_navigation() as sent:
        nurse.evaluate(SENT_EMPTY)
    assert sent.value.status == 403
    expect(nurse.locator("main")).to_contain_text("older than the present sign-in")
    look(nurse, "a form that is too old")
    nurse.set_content(fault(None).content.decode())  # nothing here can provoke it
    look(nurse, "a fault of ours")


@pytest.mark.long
@pytest.mark.parametrize("username", ["nadia", "farouk", "ines", "greta", "tomas"])
def test_menus_open(demo: Demo, look, username):
    page = demo.page_of(username)
    page.goto("/")
    for place in range(page.locator("details[data-menu]:visible").count()):
        menu = page.locator("details[data-menu]:visible").nth(place)
        menu.locator("summary").tap()
        expect(menu.locator(".menu-list")).to_be_visible()
        look(page, f"menu {place} of {username}")
        page.keyboard.press("Escape")
    page.close()


REFUSING = [
    ("doc", "/patients/{patient}/prescribe/"), ("one", "/patients/admit/"), ("one", "/account/"),
    ("one", "/account/password/"), ("doc", "/settings/sign/"), ("doc", "/alerts/settings/draft/"),
    ("doc", "/rules/label-2023/draft/"), ("doc", "/cycles/{cycle}/end/"), ("doc", "/cycles/{cycle}/move/"),
    ("one", "/patients/{patient}/discharge/"), ("one", "/doses/{slot}/bag/"), ("one", "/cycles/{cycle}/past-dose/"),
    ("one", "/patients/{patient}/transfer/"), ("one", "/patients/{patient}/pause/"),
    ("max", "/staff/new/"), ("max", "/wards/new/"), ("max", "/devices/"), ("max", "/rota/"),
]  # fmt: skip


@pytest.mark.long
def test_forms_that_are_sent_empty(own, page_of, look):
    at = patient_of(own, "Leer")
    for short, path in REFUSING:
        page = page_of(short if short == "max" else own.tag.lower() + short)
        refused_when_empty(page, path.format(**at), look, f"{path} refused")
        page.close()


def test_a_refused_sign_in(browser, own, look):
    context = browser.new_context(base_url=own.live.url, has_touch=True, service_workers="block")
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("Sign-in name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").tap()
    expect(page.locator(".problems")).to_be_visible()
    look(page, "a refused sign-in")
    context.close()
