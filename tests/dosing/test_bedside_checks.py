"""Before the start: the right patient, a bag that may be used, the line, and a second person's own result."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from dosing.actions.give_dose import give_dose
from dosing.models import DoseEvent, Slot
from tests.conftest import SECRET
from tests.dosing.pages import browser, checked, give, prepared, signatures, text_of, value_of
from tests.people import admit, as_, full_round, running_cycle, signed
from tracker import clock
from tracker.actions.admit_patient import admit_patient
from tracker.errors import Conflict
from tracker.models import AuditEntry, Bed
from tracker.wristband import record_number_of, wristband_code


@pytest.fixture
def patient(cast):
    return admit(cast)


@pytest.fixture
def slot(cast, patient):
    cycle = running_cycle(cast, patient, weight="68.4")
    full_round(cast, patient, weight="68.4")
    return Slot.objects.select_related("cycle__patient").get(cycle=cycle, number=1)


@pytest.fixture
def nina(cast):
    return browser(cast.nina)


def check(client, slot, cast, **changes):
    return client.post(f"/doses/{slot.pk}/give/", checked(slot, cast.noah, step="check", **changes))


def start(client, slot, cast, **changes):
    return client.post(f"/doses/{slot.pk}/give/", checked(slot, cast.noah, **signatures(cast.noah), **changes))


def nothing_given():
    return not DoseEvent.objects.filter(kind="given").exists()


# --- who it is --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", ["4471-882", "A.B.1", "ä-7", "0"])
def test_a_wristband_code_comes_back_and_a_misread_one_does_not(record):
    code = wristband_code(record)
    assert record_number_of(f" {code}\r") == record
    for place, sign in enumerate(code):
        other = code[:place] + ("7" if sign != "7" else "3") + code[place + 1 :]
        assert record_number_of(other) is None, other
    assert record_number_of(record) is None


def test_the_wristband_of_another_patient_on_the_ward_says_whose_it_is(cast, slot, nina):
    admit(cast, mrn="4471-900", bed=1, family="Berg", given="Ida")
    prepared(slot)
    page = check(nina, slot, cast, wristband=wristband_code("4471-900"))
    assert page.status_code == 409
    words = text_of(page)
    assert "This wristband is not that of Almeida, Teresa. It belongs to Berg, Ida, bed 02." in words
    assert "41,040,000" not in words
    assert "Stop: this is another patient" in words and "PROCEED" not in words
    entry = AuditEntry.objects.get(action="check_bedside", outcome="refused")
    assert (entry.after["code"], entry.after["read"]) == ("wrong_patient", "4471-900")
    assert start(nina, slot, cast, wristband=wristband_code("4471-900")).status_code == 409
    assert nothing_given()


def test_whose_wristband_it_is_is_not_told_out_of_reach(cast, slot, nina):
    admit_patient(
        by=as_(cast.zoe), bed_id=Bed.objects.filter(ward=cast.other_ward).first().pk, record_number="5500-001",
        family_name="Secret", given_name="Sam", birth_date=slot.cycle.patient.birth_date, sex="male",
    )  # fmt: skip
    prepared(slot)
    words = text_of(check(nina, slot, cast, wristband=wristband_code("5500-001")))
    assert "This wristband is not that of Almeida, Teresa." in words
    assert "Secret" not in words and "belongs to" not in words


def test_typing_instead_of_scanning_needs_a_reason_and_two_identifiers(cast, slot, nina):
    prepared(slot)
    typed = {"wristband": "", "record_number": "4471-882", "birth_date": "1968-09-14"}
    assert "needs a reason" in text_of(check(nina, slot, cast, **typed))
    typed["unable_to_scan"] = "damaged"
    wrong = check(nina, slot, cast, **{**typed, "birth_date": "1968-09-15"})
    assert wrong.status_code == 422 and "This is not the patient's birth date." in text_of(wrong)
    assert check(nina, slot, cast, **{**typed, "record_number": "4471-883"}).status_code == 409
    assert start(nina, slot, cast, **typed).status_code == 302
    kept = DoseEvent.objects.get(kind="given").checks
    assert kept["identified"] == {"by": "record_number_and_birth_date", "unable_to_scan": "damaged"}


def test_a_misread_wristband_is_nobody_s(cast, slot, nina):
    prepared(slot)
    page = check(nina, slot, cast, wristband="IL2.4471-882.99")
    assert page.status_code == 422 and "misread" in text_of(page)
    assert value_of(page, "wristband") == ""  # the next scan is not added to the wrong one


# --- the bag ----------------------------------------------------------------------------------------------------------


def test_without_a_bag_nothing_is_given(cast, slot, nina):
    page = start(nina, slot, cast)
    assert page.status_code == 409 and "No prepared bag is recorded for dose 1." in text_of(page)
    assert nothing_given()


@pytest.mark.parametrize(("minutes", "given"), [(48 * 60 - 15, True), (48 * 60 - 14, False), (48 * 60 + 1, False)])
def test_the_infusion_must_end_within_48_hours_of_preparation(cast, minutes, given):
    with time_machine.travel("2026-03-02T07:00:00Z", tick=False) as time:
        patient = admit(cast)
        due = clock.now() + timedelta(minutes=minutes)
        cycle = running_cycle(cast, patient, first=due)
        slot = Slot.objects.get(cycle=cycle, number=1)
        prepared(slot)
        time.move_to(due)
        full_round(cast, patient)
        if given:
            _give(cast, slot)
            return
        with pytest.raises(Conflict) as refusal:
            _give(cast, slot)  # also for a program that sends no checks
        assert refusal.value.code == "bag_expired"
        assert nothing_given()


def _give(cast, slot):
    return give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))


def test_an_expired_product_is_not_recorded_and_one_that_expires_meanwhile_is_not_given(cast, slot, nina):
    page = nina.post(f"/doses/{slot.pk}/bag/", {"expires_on": "2020-01-31"})
    assert page.status_code == 409 and "The product has expired." in text_of(page)
    assert nina.post(f"/doses/{slot.pk}/bag/", {"expires_on": ""}).status_code == 422
    old = (clock.now() - timedelta(hours=48)).isoformat()
    with pytest.raises(Conflict):
        prepared(slot, prepared_at=old)
    assert not slot.bags.exists()


def test_the_newest_bag_counts_and_its_times_are_shown(cast, slot, nina):
    prepared(slot, lot="A1")
    page = nina.post(f"/doses/{slot.pk}/bag/", {"expires_on": "2099-12-31", "lot": "=B2"}, follow=True)
    words = text_of(page)
    assert "The bag for dose 1 is recorded." in words and "=B2" in words and "Infusion must end by" in words
    assert start(nina, slot, cast).status_code == 302
    assert DoseEvent.objects.get(kind="given").checks["bag"] == slot.bags.last().pk


def test_a_pharmacist_records_a_bag_and_an_auditor_does_not(cast, slot):
    assert browser(cast.paul).get(f"/doses/{slot.pk}/bag/").status_code == 200
    assert browser(cast.ada).get(f"/doses/{slot.pk}/bag/").status_code in (403, 404)


# --- the line ---------------------------------------------------------------------------------------------------------


def test_what_is_not_ticked_needs_a_reason(cast, slot, nina):
    prepared(slot)
    page = start(nina, slot, cast, check_premedication="")
    assert page.status_code == 422 and "needs a reason" in text_of(page)
    assert nothing_given()
    assert start(nina, slot, cast, check_premedication="", why_premedication="allergic to it").status_code == 302
    kept = DoseEvent.objects.get(kind="given").checks["checks"]
    assert kept["premedication"] == "allergic to it" and kept["own_line"] == "done"


def test_all_that_is_missing_is_told_at_once_and_nothing_typed_is_lost(cast, slot, nina):
    page = nina.post(f"/doses/{slot.pk}/give/", {"step": "check", "result": "41", "why_own_line": "x"})
    words, html = text_of(page), page.content.decode()
    for part in ("The patient is not identified.", "No prepared bag", "The unit of the result is missing."):
        assert part in words
    assert 'value="41"' in html and 'value="x"' in html


# --- the second person's result ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "unit"), [("41.04", "million_iu"), ("41,040,000", "iu"), ("2.28", "ml"), ("2.280", "ml")]
)
def test_t31_a_right_result_of_ones_own_agrees(cast, slot, nina, typed, unit):
    prepared(slot)
    assert start(nina, slot, cast, result=typed, unit=unit).status_code == 302
    assert DoseEvent.objects.get(kind="given").checks["witness_result"] == {"typed": typed, "unit": unit, "by": "noah"}


@pytest.mark.parametrize(
    ("typed", "unit", "said"),
    [("45.6", "million_iu", "45,600,000 IU"), ("41040001", "iu", "41,040,001 IU"), ("2.27", "ml", "2.27 mL")],
)
def test_t31_a_disagreement_refuses_with_both_results_and_is_audited(cast, slot, nina, typed, unit, said):
    prepared(slot)
    ours = "2.28 mL" if unit == "ml" else "41,040,000 IU"
    for send in (check, start):
        page = send(nina, slot, cast, result=typed, unit=unit)
        assert page.status_code == 409
        assert f"The two results differ: {ours} here, {said} by the witness." in text_of(page)
    assert nothing_given()
    for action in ("check_bedside", "give_dose"):
        after = AuditEntry.objects.get(action=action, outcome="refused").after
        assert (after["code"], after["ours"], after["theirs"]) == ("witness_disagrees", ours, said)


def test_t31_a_result_that_is_no_number_is_asked_again(cast, slot, nina):
    prepared(slot)
    for typed in ("", "abc", "-1", "nan", "1e400", "2,28"):
        assert check(nina, slot, cast, result=typed, unit="ml").status_code == 422, typed
    assert check(nina, slot, cast, unit="").status_code == 422


def test_t31_whoever_witnesses_has_worked_it_out(cast, slot, nina):
    prepared(slot)
    form = {**checked(slot, cast.noah), **signatures(cast.paul)}
    page = nina.post(f"/doses/{slot.pk}/give/", form)
    assert page.status_code == 422 and "Paul Pharmacist has not worked the dose out." in text_of(page)


def test_our_result_is_not_shown_to_somebody_who_skips_the_first_step(cast, slot, nina):
    prepared(slot)
    page = nina.post(f"/doses/{slot.pk}/give/", {"secret": SECRET, "witness": "noah", "witness_secret": "wrong"})
    assert "41,040,000" not in text_of(page)


def test_t01_a_second_tap_shows_the_first_giving(cast, slot, nina):
    assert give(nina, slot.pk, cast.noah).status_code == 200
    again = start(nina, slot, cast)
    assert again.status_code == 409 and "Nothing was given twice." in text_of(again)
    assert DoseEvent.objects.filter(kind="given").count() == 1


def test_a_late_start_says_how_much(cast, slot, nina):
    with time_machine.travel(clock.now() + timedelta(minutes=12), tick=False):
        page = give(nina, slot.pk, cast.noah)
    assert "12 min late" in text_of(page)
    assert DoseEvent.objects.get(kind="given").checks["minutes_late"] == 12


# --- labels -----------------------------------------------------------------------------------------------------------


def test_wristband_and_bag_label_are_drawn_without_inline_style(cast, slot, nina):
    prepared(slot, lot="A1")
    for address in (f"/patients/{slot.cycle.patient_id}/wristband/", f"/doses/{slot.pk}/label/"):
        page = nina.get(address)
        html = page.content.decode()
        assert page.status_code == 200 and html.count("<svg role=") == 2
        assert "style=" not in html
        assert "Almeida, Teresa" in html and "4471-882" in html
        assert browser(cast.zoe).get(address).status_code == 404


def identify(client, slot, **read):
    return client.post(f"/doses/{slot.pk}/identify/", read)


def test_a_wristband_is_compared_as_soon_as_it_is_read(cast, slot):
    nina, own = browser(cast.nina), slot.cycle.patient
    other = admit(cast, mrn="4470-316", bed=3, family="Lindqvist", given="Sven")
    for read in ({"wristband": wristband_code(own.record_number)}, {"record_number": f" {own.record_number} "}):
        assert identify(nina, slot, **read).json() == {"same": True, "sentence": f"Right patient: {own}."}
    for read in ({"wristband": wristband_code(other.record_number)}, {"record_number": other.record_number}):
        said = identify(nina, slot, **read)
        assert said.status_code == 409 and said.json()["code"] == "wrong_patient" and not said.json()["same"]
        assert f"not that of {own}" in said.json()["sentence"] and f"{other}, bed" in said.json()["sentence"]
    kept = list(AuditEntry.objects.filter(action="identify_patient").order_by("id").values_list("outcome", flat=True))
    assert kept == ["done", "done", "refused", "refused"]
    assert nothing_given()


@pytest.mark.parametrize(
    ("read", "code"),
    [({}, "not_identified"), ({"wristband": "IL2.4471-882.99"}, "unreadable_wristband")],
)
def test_what_is_no_wristband_is_not_called_another_patients(cast, slot, read, code):
    said = identify(browser(cast.nina), slot, **read)
    assert (said.status_code, said.json()["code"]) == (422, code)


def test_who_may_not_give_is_told_nothing_about_whose_it_is(cast, slot):
    band = wristband_code(slot.cycle.patient.record_number)
    assert identify(browser(cast.zoe), slot, wristband=band).status_code == 404
    assert identify(browser(cast.ada), slot, wristband=band).status_code in (403, 404)
