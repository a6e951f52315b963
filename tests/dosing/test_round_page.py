"""The round page: fields by what is due, the meaning before saving, each mistake at its field, nothing lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.dosing.pages import browser, round_page, save_round, text_of, value_of
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker import clock
from tracker.actions.record_round import record_round
from tracker.models import Round, RoundValue


@pytest.fixture
def patient(cast):
    return admit(cast)


@pytest.fixture
def cycle(cast, patient):
    return running_cycle(cast, patient)


@pytest.fixture
def nina(cast):
    return browser(cast.nina)


def preview(client, patient, **values):
    form = {"observed_at": "", **round_page(client, patient.pk), **values}
    return client.post(f"/patients/{patient.pk}/round/preview/", form)


def test_the_form_shows_what_was_seen_last(cast, patient, cycle, nina):
    full_round(cast, patient, at=clock.now() - timedelta(hours=2), systolic_bp="96")
    words = text_of(nina.get(f"/patients/{patient.pk}/round/"))
    assert re.search(r"Systolic BP mmHg 96 at (\w+ )?\d\d:\d\d", words)
    assert "0 of 13 entered" in words
    assert "2 HOLD Moderate sedation" in words


def test_labs_are_due_when_they_will_be_too_old_at_the_dose(cast, patient, nina):
    running_cycle(cast, patient, first=clock.now() + timedelta(hours=10))
    full_round(cast, patient, at=clock.now() - timedelta(hours=16))
    words = text_of(nina.get(f"/patients/{patient.pk}/round/"))
    assert "Also due" in words and "Creatinine" in words and "Weight" in words


def test_everything_is_one_tap_away(cast, patient, cycle, nina):
    words = text_of(nina.get(f"/patients/{patient.pk}/round/?mode=all"))
    assert "Oral mucositis" in words and "Norepinephrine" in words and "Blood in stool" in words


def test_one_value_can_be_recorded_alone(cast, patient, cycle, nina):
    page = nina.get(f"/patients/{patient.pk}/round/?code=weight")
    assert "0 of 1 entered" in text_of(page)
    assert value_of(page, "speaks_of") == "weight"


def test_the_meaning_is_said_before_anything_is_saved(cast, patient, cycle, nina):
    full_round(cast, patient, at=clock.now() - timedelta(hours=1))
    answer = preview(nina, patient, systolic_bp="84", speaks_of="systolic_bp")
    words = text_of(answer)
    assert "HOLD dose 1 Systolic 84 mmHg at" in words and "below 90." in words
    assert "Rule L-CV-SBP. Was 118 mmHg at" in words and "84 is right" in words
    assert 'data-mark-for="systolic_bp" data-verdict="hold"' in answer.content.decode()
    assert Round.objects.filter(patient=patient).count() == 1


def test_the_preview_says_what_a_value_would_release(cast, patient, cycle, nina):
    full_round(cast, patient, at=clock.now() - timedelta(hours=1), systolic_bp="84")
    words = text_of(preview(nina, patient, systolic_bp="96", rhythm="sinus", speaks_of="systolic_bp"))
    assert "This ends L-CV-SBP." in words


def test_the_preview_says_what_still_holds(cast, patient, cycle, nina):
    full_round(cast, patient, at=clock.now() - timedelta(hours=1), systolic_bp="84")
    words = text_of(preview(nina, patient, systolic_bp="96", speaks_of="systolic_bp"))
    assert "HOLD dose 1 Still in force: systolic 84 mmHg" in words


def test_the_preview_of_a_slip_of_the_finger_says_so(cast, patient, cycle, nina):
    words = text_of(preview(nina, patient, systolic_bp="840", speaks_of="systolic_bp"))
    assert "outside 30 to 280" in words


def test_every_mistake_is_told_at_its_field_and_nothing_typed_is_lost(cast, patient, cycle, nina):
    page = save_round(
        nina, patient.pk, systolic_bp="840", heart_rate="9x", temperature="37.2", urine_output="100",
        rhythm="atrial_fibrillation", somnolence_grade="2",
    )  # fmt: skip
    words = text_of(page)
    assert page.status_code == 422
    assert "3 things stand in the way" in words
    assert "outside 30 to 280" in words and "9x is not a number" in words and "time from which" in words
    typed = {name: value_of(page, name) for name in ("systolic_bp", "heart_rate", "temperature", "urine_output")}
    assert typed == {"systolic_bp": "840", "heart_rate": "9x", "temperature": "37.2", "urine_output": "100"}
    html = page.content.decode()
    assert 'name="rhythm" value="atrial_fibrillation" checked' in html
    assert 'name="somnolence_grade" value="2" checked' in html
    assert not Round.objects.filter(patient=patient).exists()


def test_a_surprising_value_is_asked_about_and_saved_once_confirmed(cast, patient, cycle, nina):
    asked = save_round(nina, patient.pk, heart_rate="190")
    assert asked.status_code == 422
    assert "Is it right?" in text_of(asked) and "190 is right" in text_of(asked)
    another = save_round(nina, patient.pk, heart_rate="195", heart_rate_confirmed="190")
    assert another.status_code == 422
    saved = save_round(nina, patient.pk, heart_rate="190", heart_rate_confirmed="190")
    assert saved.status_code == 200
    assert RoundValue.objects.get(code="heart_rate").entered == "190"


def test_a_volume_counts_from_where_the_last_one_ended(cast, patient, cycle, nina):
    before = clock.now() - timedelta(hours=4)
    round_(cast, patient, at=before, urine_output={"value": "200", "from": (before - timedelta(hours=4)).isoformat()})
    page = nina.get(f"/patients/{patient.pk}/round/?code=urine_output")
    since = value_of(page, "urine_output_from")
    assert since
    saved = save_round(nina, patient.pk, urine_output="150", urine_output_from=since)
    assert saved.status_code == 200
    newest = RoundValue.objects.filter(code="urine_output").order_by("-id").first()
    assert newest.since == before.replace(second=0, microsecond=0)


def test_the_round_is_saved_once_however_often_it_is_sent(cast, patient, cycle, nina):
    form = round_page(nina, patient.pk, systolic_bp="110")
    for _ in range(2):
        assert nina.post(f"/patients/{patient.pk}/round/", form).status_code == 302
    assert Round.objects.filter(patient=patient).count() == 1


def test_a_refused_round_can_be_sent_again_with_the_same_key(cast, patient, cycle, nina):
    form = round_page(nina, patient.pk, systolic_bp="840")
    assert nina.post(f"/patients/{patient.pk}/round/", form).status_code == 422
    assert nina.post(f"/patients/{patient.pk}/round/", {**form, "systolic_bp": "84"}).status_code == 302


def test_the_tablet_is_told_that_it_may_forget_the_draft(cast, patient, cycle, nina):
    response = nina.post(f"/patients/{patient.pk}/round/", round_page(nina, patient.pk, systolic_bp="110"))
    cookie = response.cookies["saved_form"]
    assert cookie.value == f"round:{cast.nina.pk}:{patient.pk}" and not cookie["httponly"]


def test_why_something_was_not_done_goes_into_the_chart(cast, patient, cycle, nina):
    due = value_of(nina.get(f"/patients/{patient.pk}/round/"), "due_codes")
    assert {"systolic_bp", "weight", "temperature"} <= set(due.split(","))
    left = {"left_reason": "asleep", "left_note": "since 22:00", "due_codes": "systolic_bp,weight,temperature,spo2"}
    save_round(nina, patient.pk, systolic_bp="110", weight_not_done="refused", **left)
    kept = {row.code: (row.reason, row.words) for row in Round.objects.get().not_done.all()}
    assert kept == {
        "weight": ("refused", ""),
        "temperature": ("asleep", "since 22:00"),
        "spo2": ("asleep", "since 22:00"),
    }
    said = text_of(nina.get(f"/patients/{patient.pk}/chart/"))
    assert "Weight: patient refused." in said and "patient asleep (since 22:00)." in said
    bedside = text_of(nina.get(f"/patients/{patient.pk}/"))
    assert bedside.count(": patient asleep (since 22:00)") == 2 and ": patient refused" in bedside


def test_a_reason_is_over_when_the_value_is_there(cast, patient, cycle, nina):
    save_round(nina, patient.pk, systolic_bp="110", weight_not_done="refused")
    assert ": patient refused" in text_of(nina.get(f"/patients/{patient.pk}/"))
    save_round(nina, patient.pk, weight="70.5")
    assert ": patient refused" not in text_of(nina.get(f"/patients/{patient.pk}/"))


def test_other_needs_words_and_what_was_typed_stays(cast, patient, cycle, nina):
    page = save_round(nina, patient.pk, systolic_bp="110", weight_not_done="other")
    assert page.status_code == 422 and 'reason "other" needs words' in text_of(page)
    assert value_of(page, "systolic_bp") == "110" and value_of(page, "weight_not_done") == "other"


def test_an_older_rounds_note_is_still_read(cast, patient, cycle, nina):
    said = "Not done: Weight: patient refused."
    record_round(
        by=as_(cast.nina), patient_id=patient.pk, observed_at=clock.now(), values={"systolic_bp": 110}, note=said
    )
    assert said in text_of(nina.get(f"/patients/{patient.pk}/chart/"))


def test_a_time_ahead_or_before_admission_is_refused_beside_the_form(cast, patient, cycle, nina):
    for moment, words in (("2036-01-01T10:00", "in the future"), ("2019-01-01T10:00", "before the admission")):
        form = round_page(nina, patient.pk, systolic_bp="110")
        page = nina.post(f"/patients/{patient.pk}/round/", {**form, "observed_at": moment})
        assert page.status_code == 422
        assert words in text_of(page)
        assert value_of(page, "systolic_bp") == "110"


def test_an_empty_round_is_not_saved(cast, patient, cycle, nina):
    page = save_round(nina, patient.pk)
    assert page.status_code == 422
    assert "The round has no values." in text_of(page)


def test_a_patient_without_a_cycle_can_be_charted(cast, patient, nina):
    saved = save_round(nina, patient.pk, weight="70.5", systolic_bp="118")
    assert saved.status_code == 200
    assert "Saved." in text_of(saved) and "118" in text_of(saved)


@pytest.mark.parametrize("count", [1, 12])
def test_saving_takes_the_same_number_of_queries_whatever_the_size(cast, patient, cycle, nina, count):
    values = {
        "systolic_bp": "110", "diastolic_bp": "70", "heart_rate": "80", "respiratory_rate": "16", "spo2": "97",
        "oxygen_flow": "0", "temperature": "36.8", "rhythm": "sinus", "mental_status": "normal",
        "serial_sevens": "able", "spell_world_backward": "able", "cardiac_symptoms": "none",
    }  # fmt: skip
    form = round_page(nina, patient.pk, **dict(list(values.items())[:count]))
    with CaptureQueriesContext(connection) as asked:
        nina.post(f"/patients/{patient.pk}/round/", form)
    marks = ("SAVEPOINT", "RELEASE")  # of the transactions
    own = [each["sql"] for each in asked if not each["sql"].startswith(marks) and "django_session" not in each["sql"]]
    assert len(own) <= 15, own
