"""The chart: both times of each round, struck ones visible with their reason, corrections tied to them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dosing.pages import browser, text_of, value_of
from tests.people import admit, full_round, round_, running_cycle
from tracker import clock
from tracker.models import Round


@pytest.fixture
def patient(cast):
    return admit(cast)


@pytest.fixture
def nina(cast):
    return browser(cast.nina)


def chart(client, patient):
    return client.get(f"/patients/{patient.pk}/chart/")


def test_rounds_are_newest_first_by_the_time_they_were_seen(cast, patient, nina):
    round_(cast, patient, at=clock.now() - timedelta(minutes=5), systolic_bp="111")
    round_(cast, patient, at=clock.now() - timedelta(hours=3), systolic_bp="122")
    words = text_of(chart(nina, patient))
    assert words.index("111") < words.index("122")
    assert "3 h 00 later by Nina Nurse" in words


def test_a_value_shows_how_it_was_entered(cast, patient, nina):
    round_(cast, patient, creatinine={"value": "177", "unit": "umol/L"})
    words = text_of(chart(nina, patient))
    assert "entered as 177 umol/L" in words and "mg/dL" in words


def test_a_struck_round_stays_visible_with_its_reason(cast, patient, nina):
    running_cycle(cast, patient)
    full_round(cast, patient, at=clock.now() - timedelta(minutes=30))
    wrong = round_(cast, patient, systolic_bp="84")
    empty = nina.post(f"/rounds/{wrong.pk}/strike/", {"reason": ""})
    assert empty.status_code == 422 and "needs a reason" in text_of(empty)
    struck = nina.post(f"/rounds/{wrong.pk}/strike/", {"reason": "cuff on the wrong patient"}, follow=True)
    assert "The round is struck. Dose 1 can be given." in text_of(struck)
    page = chart(nina, patient)
    assert "Entered in error: cuff on the wrong patient (Nina Nurse" in text_of(page)
    assert f"/rounds/{wrong.pk}/strike/" not in page.content.decode()
    again = nina.post(f"/rounds/{wrong.pk}/strike/", {"reason": "once more"})
    assert again.status_code == 409


def test_a_correction_starts_with_what_was_typed_and_is_tied_to_the_old_round(cast, patient, nina):
    running_cycle(cast, patient)
    full_round(cast, patient, at=clock.now() - timedelta(minutes=30))
    wrong = round_(cast, patient, heart_rate="186", systolic_bp="112", weight={"value": "154", "unit": "[lb_av]"})
    form = nina.get(f"/rounds/{wrong.pk}/correct/")
    assert value_of(form, "heart_rate") == "186"
    sent = {
        "observed_at": value_of(form, "observed_at"),
        "heart_rate": "106",
        "systolic_bp": "112",
        "weight": "154",
        "weight_unit": "lb",
        "reason": "digits swapped",
    }
    done = nina.post(f"/rounds/{wrong.pk}/correct/", sent, follow=True)
    assert "The round is corrected." in text_of(done)
    right = Round.objects.get(corrects=wrong)
    assert right.observed_at == wrong.observed_at
    assert {value.code: value.entered for value in right.values.all()}["heart_rate"] == "106"
    words = text_of(chart(nina, patient))
    assert "Corrected: see the round of" in words and "Corrects the round of" in words


def test_a_wrong_correction_comes_back_with_what_was_typed(cast, patient, nina):
    wrong = round_(cast, patient, heart_rate="86", rhythm="sinus")
    form = nina.get(f"/rounds/{wrong.pk}/correct/")
    sent = {"observed_at": value_of(form, "observed_at"), "heart_rate": "1066", "rhythm": "sinus", "reason": "typo"}
    page = nina.post(f"/rounds/{wrong.pk}/correct/", sent)
    assert page.status_code == 422
    assert value_of(page, "heart_rate") == "1066"
    assert "outside 20 to 260" in text_of(page) and "typo" in text_of(page)
    assert not Round.objects.filter(corrects=wrong).exists()


def test_the_chart_pages_and_stays_within_its_queries(cast, patient, nina, django_assert_max_num_queries):
    for minutes in range(35):
        round_(cast, patient, at=clock.now() - timedelta(minutes=minutes), systolic_bp="110", heart_rate="80")
    with django_assert_max_num_queries(12):
        first = chart(nina, patient)
    assert "Rounds 1 to 20" in text_of(first)
    second = nina.get(f"/patients/{patient.pk}/chart/?from=20")
    assert "Rounds 21 to 35" in text_of(second)


def test_a_pharmacist_reads_the_chart_and_changes_nothing(cast, patient):
    wrong = round_(cast, patient, systolic_bp="84")
    paul = browser(cast.paul)
    assert "Strike" not in text_of(chart(paul, patient))
    assert paul.post(f"/rounds/{wrong.pk}/strike/", {"reason": "no right to"}).status_code == 403


def test_a_round_of_another_ward_does_not_exist(cast, patient):
    found = round_(cast, patient, systolic_bp="84")
    zoe = browser(cast.zoe)
    for step in ("strike", "correct"):
        assert zoe.get(f"/rounds/{found.pk}/{step}/").status_code == 404
        assert zoe.post(f"/rounds/{found.pk}/{step}/", {"reason": "not mine"}).status_code == 404
