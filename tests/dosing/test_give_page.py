"""Giving at the bedside: the dose and its arithmetic, two signatures, and every refusal beside the form."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.models import DoseEvent, Slot
from tests.conftest import SECRET
from tests.dosing.pages import browser, checked, give, prepared, signatures, text_of
from tests.people import admit, full_round, round_, running_cycle
from tracker import clock
from tracker.models import AuditEntry


@pytest.fixture
def patient(cast):
    return admit(cast)


@pytest.fixture
def slot(cast, patient):
    cycle = running_cycle(cast, patient, weight="68.4")
    full_round(cast, patient, weight="68.4")
    return Slot.objects.get(cycle=cycle, number=1)


@pytest.fixture
def nina(cast):
    return browser(cast.nina)


def page_of(client, slot, step="give"):
    return client.get(f"/doses/{slot.pk}/{step}/")


def test_the_dose_and_its_arithmetic_are_shown_once_the_witness_has_worked_it_out(cast, slot, nina):
    prepared(slot)
    first = text_of(page_of(nina, slot))
    assert "41,040,000" not in first and "2.28" not in first and "68.4 kg dosing weight" in first
    assert "Noah Nurse" in first and "Paul Pharmacist" in first and "Olga Oncologist" in first
    second = nina.post(f"/doses/{slot.pk}/give/", checked(slot, cast.noah, step="check"))
    words = text_of(second)
    assert "Noah Nurse: 41040000 IU: it agrees." in words
    for part in ("41,040,000 IU", "2.28 mL from 2 vials", "50 mL", "68.4 kg × 600,000 IU/kg = 41,040,000 IU"):
        assert part in words
    assert "Noah Nurse" in words and "Paul Pharmacist" in words and "Olga Oncologist" in words
    assert "Zoe Elsewhere" not in words and "Ada Auditor" not in words
    assert 'value="nina"' not in second.content.decode()
    assert "4471-882" in words and "14 Sep 1968" in words


def test_given_with_two_signatures_and_told_at_the_bedside(cast, slot, nina):
    prepared(slot)
    response = nina.post(f"/doses/{slot.pk}/give/", checked(slot, cast.noah, **signatures(cast.noah)))
    assert response.status_code == 302
    event = DoseEvent.objects.get(kind="given")
    assert (event.by, event.witness) == (cast.nina, cast.noah)
    assert "Witness: Noah Nurse." in text_of(nina.get(response.url))


def test_both_wrong_passwords_are_told_and_only_the_passwords_are_lost(cast, slot, nina):
    page = give(nina, slot.pk, cast.noah, secret="wrong", witness_secret="wrong too", started_at="2026-03-04T05:30")
    html = page.content.decode()
    assert page.status_code == 422
    assert "The dose was not given" in text_of(page)
    assert text_of(page).count("The name or the password is wrong.") == 2
    assert '<option value="noah" selected>' in html
    assert 'value="2026-03-04T05:30"' in html
    assert "wrong too" not in html
    assert not DoseEvent.objects.filter(kind="given").exists()


def test_without_a_witness_nothing_is_given(cast, slot, nina):
    prepared(slot)
    page = nina.post(f"/doses/{slot.pk}/give/", {**checked(slot, cast.noah), "secret": SECRET})
    assert page.status_code == 422
    assert "Choose who witnesses it." in text_of(page)


def test_nobody_witnesses_their_own_dose(cast, slot, nina):
    page = give(nina, slot.pk, cast.nina)
    assert page.status_code == 403
    assert "Nobody witnesses their own dose." in text_of(page)


def test_a_second_tap_shows_the_first_giving(cast, slot, nina):
    give(nina, slot.pk, cast.noah)
    again = give(nina, slot.pk, cast.noah)
    assert again.status_code == 409
    words = text_of(again)
    assert "Dose 1 was already given." in words
    assert "by Nina Nurse, witness Noah Nurse. Nothing was given twice." in words
    assert DoseEvent.objects.filter(kind="given").count() == 1


def test_what_came_up_after_the_page_was_opened_refuses_the_dose(cast, patient, slot, nina):
    page_of(nina, slot)
    round_(cast, patient, systolic_bp="84")
    page = give(nina, slot.pk, cast.noah)
    assert page.status_code == 409
    assert "Do not give dose 1: HOLD." in text_of(page) and "below 90" in text_of(page)
    assert AuditEntry.objects.filter(action="give_dose", outcome="refused").count() == 1


def test_while_it_is_off_the_page_has_no_form(cast, patient, slot, nina):
    round_(cast, patient, systolic_bp="84")
    page = page_of(nina, slot)
    assert "HOLD" in text_of(page) and 'name="witness_secret"' not in page.content.decode()


def test_a_start_long_ago_is_refused_and_stays_typed(cast, slot, nina):
    page = give(nina, slot.pk, cast.noah, started_at="2026-01-01T05:30")
    assert page.status_code == 422
    assert "more than 10 minutes ago" in text_of(page)
    assert 'value="2026-01-01T05:30"' in page.content.decode()


def test_the_end_of_an_infusion_and_its_interruption(cast, slot, nina):
    give(nina, slot.pk, cast.noah)
    assert "of 15 min" in text_of(page_of(nina, slot, "infusion-end"))
    refused = nina.post(f"/doses/{slot.pk}/infusion-end/", {"how": "interrupted"})
    assert refused.status_code == 422
    ended = nina.post(f"/doses/{slot.pk}/infusion-end/", {"how": "interrupted", "reason": "line occluded"}, follow=True)
    assert "was interrupted" in text_of(ended)
    again = nina.post(f"/doses/{slot.pk}/infusion-end/", {"how": "complete"})
    assert again.status_code == 409
    assert "already recorded" in text_of(again)


def test_an_infusion_is_paused_and_goes_on_each_an_entry(cast, patient, slot, nina):
    give(nina, slot.pk, cast.noah)
    address = f"/doses/{slot.pk}/infusion-end/"
    assert "needs a reason" in text_of(nina.post(address, {"how": "paused"}))
    assert nina.post(address, {"how": "resumed"}).status_code == 409
    assert "is paused" in text_of(nina.post(address, {"how": "paused", "reason": "rigor"}, follow=True))
    assert "Paused since" in text_of(page_of(nina, slot, "infusion-end"))
    assert nina.post(address, {"how": "paused", "reason": "again"}).status_code == 409
    assert "goes on" in text_of(nina.post(address, {"how": "resumed"}, follow=True))
    assert nina.post(address, {"how": "paused", "reason": "rigor"}).status_code == 302
    assert nina.post(address, {"how": "interrupted", "reason": "rigor stays"}).status_code == 302
    assert nina.post(address, {"how": "resumed"}).status_code == 409
    kinds = list(DoseEvent.objects.exclude(kind="started").values_list("kind", flat=True))
    assert kinds == ["given", "paused", "resumed", "paused", "infusion_ended"]
    for page in (f"/patients/{patient.pk}/chart/", f"/cycles/{slot.cycle_id}/", "/handover/"):
        shown = nina.get(page)
        assert shown.status_code == 200, page
        assert "paused" in text_of(shown), page


def test_a_hold_takes_its_first_draft_from_the_findings(cast, patient, slot, nina):
    round_(cast, patient, systolic_bp="84")
    assert "Systolic 84 mmHg at" in text_of(page_of(nina, slot, "hold"))
    refused = nina.post(f"/doses/{slot.pk}/hold/", {"reason": ""})
    assert refused.status_code == 422 and "needs a reason" in text_of(refused)
    held = nina.post(f"/doses/{slot.pk}/hold/", {"reason": "hypotension"}, follow=True)
    assert "Dose 1 is held." in text_of(held)
    slot.refresh_from_db()
    assert slot.state == "held"
    again = nina.post(f"/doses/{slot.pk}/hold/", {"reason": "hypotension"})
    assert again.status_code == 409 and "Dose 1 was held." in text_of(again)


def test_an_omission_has_a_coded_reason_and_other_needs_words(cast, slot, nina):
    other = nina.post(f"/doses/{slot.pk}/omit/", {"reason_code": "other", "reason": ""})
    assert other.status_code == 422
    assert 'value="other" checked' in other.content.decode()
    omitted = nina.post(f"/doses/{slot.pk}/omit/", {"reason_code": "patient_refused"}, follow=True)
    assert "Dose 1 is omitted." in text_of(omitted)


def test_an_override_needs_the_password_and_keeps_the_reason(cast, patient, slot):
    round_(cast, patient, systolic_bp="84")
    olga = browser(cast.olga)
    page = olga.post(f"/doses/{slot.pk}/override/", {"reason": "warm, well perfused", "secret": "wrong"})
    assert page.status_code == 403
    assert "warm, well perfused" in text_of(page)
    assert not DoseEvent.objects.filter(kind="override").exists()


def test_nothing_to_override_is_said(cast, slot):
    olga = browser(cast.olga)
    assert "No hold stands in the way" in text_of(page_of(olga, slot, "override"))
    page = olga.post(f"/doses/{slot.pk}/override/", {"reason": "just in case", "secret": SECRET})
    assert page.status_code == 409


def test_a_giving_entered_in_error_is_struck_by_two_people(cast, patient, slot, nina):
    give(nina, slot.pk, cast.noah)
    event = DoseEvent.objects.get(kind="given")
    chart = nina.get(f"/patients/{patient.pk}/chart/")
    assert f"/entries/{event.pk}/strike/" in chart.content.decode()
    form = signatures(cast.noah, reason="wrong patient")
    struck = nina.post(f"/entries/{event.pk}/strike/", form, follow=True)
    assert "The entry of dose 1 is struck." in text_of(struck)
    slot.refresh_from_db()
    assert slot.state == "open"
    assert "Struck as entered in error." in text_of(nina.get(f"/patients/{patient.pk}/chart/"))


def test_a_wrong_start_is_corrected_by_striking(cast, patient, nina):
    cycle = running_cycle(cast, patient, first=clock.now())
    full_round(cast, patient)
    slot = Slot.objects.get(cycle=cycle, number=1)
    give(nina, slot.pk, cast.noah)
    event = DoseEvent.objects.get(kind="given")
    before = (event.at - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    page = nina.post(f"/entries/{event.pk}/strike/", signatures(cast.noah, reason="late entry", started_at=before))
    assert page.status_code == 422
    assert f'value="{before}"' in page.content.decode()
