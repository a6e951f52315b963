"""The readiness page: the verdict first, its reason and release, giving in its place, and who sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.models import Slot
from tests.dosing.pages import browser, give, save_round, text_of
from tests.people import admit, full_round, round_, running_cycle
from tracker import clock


@pytest.fixture
def patient(cast):
    return admit(cast)


@pytest.fixture
def cycle(cast, patient):
    return running_cycle(cast, patient)


@pytest.fixture
def slot(cycle):
    return Slot.objects.get(cycle=cycle, number=1)


@pytest.fixture
def nina(cast):
    return browser(cast.nina)


def bedside(client, patient):
    return client.get(f"/patients/{patient.pk}/")


def test_the_main_job_from_a_low_pressure_to_a_dose_on_override(cast, patient, slot, nina):
    full_round(cast, patient, at=clock.now() - timedelta(minutes=40))
    assert "Give dose 1" in text_of(bedside(nina, patient))

    saved = save_round(nina, patient.pk, systolic_bp="84")
    words = text_of(saved)
    assert "Saved. HOLD: Do not give dose 1. Systolic 84 mmHg at" in words
    assert "Give dose 1 is off: HOLD. A prescriber can override with a signed reason." in words
    assert "L-CV-SBP" in words and "Released by all three" in words

    refused = give(nina, slot.pk, cast.noah)
    assert refused.status_code == 409
    assert "The dose was not given" in text_of(refused) and "Do not give dose 1: HOLD." in text_of(refused)

    olga = browser(cast.olga)
    assert "Override for dose 1" in text_of(bedside(olga, patient))
    form = {"reason": "warm and well perfused", "secret": "correct horse battery"}
    overridden = olga.post(f"/doses/{slot.pk}/override/", form, follow=True)
    assert "may be given on your override" in text_of(overridden)

    assert "Give dose 1 on override" in text_of(bedside(nina, patient))
    given = give(nina, slot.pk, cast.noah)
    assert given.status_code == 200
    assert "Dose 1 started at" in text_of(given) and "INFUSING" in text_of(given)
    slot.refresh_from_db()
    assert slot.state == "given"


def test_without_data_the_page_cannot_tell_and_offers_to_record(cast, patient, cycle, nina):
    page = bedside(nina, patient)
    words = text_of(page)
    assert "INCOMPLETE" in words and "Cannot tell:" in words
    assert "Give dose 1 is off: cannot tell. Record what is missing. Nobody can go past missing data." in words
    assert f"/patients/{patient.pk}/round/?code=weight" in page.content.decode()


def test_missing_and_stale_values_stand_first_in_their_column(cast, patient, cycle, nina):
    full_round(cast, patient, at=clock.now() - timedelta(hours=3))
    round_(cast, patient, systolic_bp="110", heart_rate="80")
    html = bedside(nina, patient).content.decode()
    assert html.index('id="input-temperature"') < html.index('id="input-systolic_bp"')


def test_between_doses_it_says_when_the_round_is_due(cast, patient, nina):
    cycle = running_cycle(cast, patient, first=clock.now() + timedelta(hours=5))
    full_round(cast, patient)
    words = text_of(bedside(nina, patient))
    assert "No finding so far. Pre-dose round from" in words
    assert "Give dose 1 is off: too early." in words
    assert cycle.doses == 14


def test_hold_with_missing_data_says_that_no_override_helps(cast, patient, cycle, nina):
    round_(cast, patient, systolic_bp="84")
    words = text_of(bedside(nina, patient))
    assert "Give dose 1 is off: HOLD. An override does not go past missing data: record it first." in words


def test_a_patient_without_a_cycle_has_a_plain_chart(cast, patient, nina):
    words = text_of(bedside(nina, patient))
    assert "No cycle" in words and "Prescribe a cycle" not in words
    assert "Prescribe a cycle" in text_of(bedside(browser(cast.olga), patient))


def test_a_prescribed_cycle_offers_its_start(cast, patient, nina):
    from dosing.actions.prescribe_cycle import prescribe_cycle
    from tests.people import as_

    prescribe_cycle(by=as_(cast.olga), patient_id=patient.pk, dosing_weight_kg="70", first_dose_at=clock.now())
    words = text_of(bedside(nina, patient))
    assert "Start cycle" in words
    assert "Give dose 1 is off: the cycle has not been started." in words


def test_while_a_dose_runs_the_page_asks_for_its_end(cast, patient, slot, nina):
    full_round(cast, patient)
    give(nina, slot.pk, cast.noah)
    words = text_of(bedside(nina, patient))
    assert "Dose 1 is running." in words and "of 15 min" in words and "End infusion" in words
    ended = nina.post(f"/doses/{slot.pk}/infusion-end/", {"how": "complete"}, follow=True)
    assert "The infusion of dose 1 ended." in text_of(ended)
    assert "INFUSING" not in text_of(bedside(nina, patient))


def test_a_permanent_bar_is_said_at_the_patient(cast, patient, cycle, nina):
    full_round(cast, patient, rhythm="ventricular_tachycardia_sustained")
    words = text_of(bedside(nina, patient))
    assert "No interleukin-2 in this or any later course." in words
    assert "DISCONTINUE" in words and "Nothing releases it" in words
    assert "only a correction of the record" in words


def test_criteria_that_stop_the_cycle_together_say_so(cast, patient, cycle, nina):
    full_round(cast, patient, creatinine="2.7", platelets="42000", oxygen_flow="3")
    words = text_of(bedside(nina, patient))
    assert "STOP CYCLE" in words
    assert "3 relative criteria together stop the cycle: the hospital's count is 3." in words


def test_an_ended_cycle_has_no_dose_to_give(cast, patient, cycle, nina):
    from dosing.actions.end_cycle import end_cycle
    from tests.people import as_

    end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="progressive disease")
    words = text_of(bedside(nina, patient))
    assert "The cycle ended" in words and "progressive disease" in words and "Give is off: no dose is open." in words


def test_the_pharmacist_sees_and_does_not_give(cast, patient, cycle):
    full_round(cast, patient)
    words = text_of(bedside(browser(cast.paul), patient))
    assert "a nurse gives it. You may sign as the witness." in words
    assert "Record round" not in words and "Hold dose" not in words


def test_the_refreshing_part_is_the_same_page(cast, patient, cycle, nina):
    full_round(cast, patient, systolic_bp="84")
    live = nina.get(f"/patients/{patient.pk}/live/", HTTP_HX_REQUEST="true")
    assert live.status_code == 200
    assert "HOLD" in text_of(live) and "Give dose 1 is off" in text_of(live)


def test_the_number_of_queries_stays_small(cast, patient, cycle, nina, django_assert_max_num_queries):
    for hours in range(6):
        full_round(cast, patient, at=clock.now() - timedelta(hours=hours))
    with django_assert_max_num_queries(14):
        bedside(nina, patient)


@pytest.mark.parametrize("page", ["", "live/", "round/", "chart/"])
def test_a_nurse_of_another_ward_finds_nothing(cast, patient, cycle, page):
    response = browser(cast.zoe).get(f"/patients/{patient.pk}/{page}")
    assert response.status_code == 404
    assert "Almeida" not in text_of(response)


@pytest.mark.parametrize("step", ["give", "hold", "omit", "infusion-end"])
def test_a_nurse_of_another_ward_cannot_act_on_a_dose(cast, slot, step):
    zoe = browser(cast.zoe)
    assert zoe.get(f"/doses/{slot.pk}/{step}/").status_code == 404
    assert zoe.post(f"/doses/{slot.pk}/{step}/", {}).status_code == 404


def test_the_wrong_role_gets_a_page_that_says_so(cast, patient, slot):
    for person, path in (
        (cast.ada, f"/patients/{patient.pk}/"),
        (cast.paul, f"/patients/{patient.pk}/round/"),
        (cast.olga, f"/doses/{slot.pk}/give/"),
        (cast.nina, f"/doses/{slot.pk}/override/"),
    ):
        response = browser(person).get(path)
        assert response.status_code == 403
        assert "you may not open this page" in text_of(response)
