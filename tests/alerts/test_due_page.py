"""The due list as a page: what it shows of real wards, what a tap does, what it costs, and who may see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.models import RoundPause
from tests.alerts.test_board import forget
from tests.dosing.pages import browser, text_of
from tests.people import admit, full_round, running_cycle
from tracker import clock
from tracker.models import Bed

MORNING = datetime(2026, 3, 4, 4, 42, tzinfo=UTC)  # 05:42 on the ward
CLOCKS_BACK = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)  # 02:40 summer time; 20 minutes later it is 02:00 again


@pytest.fixture
def frozen():
    with clock.telling(MORNING):
        yield MORNING


def in_bed(cast, bed: int, **values: str):
    patient = admit(cast, mrn=f"4471-{bed:03d}", bed=bed, family=f"Family{bed:02d}")
    full_round(cast, patient, **values)
    running_cycle(cast, patient, first=clock.now() + timedelta(hours=1))
    return patient


def test_it_shows_what_is_due_with_the_verdict_and_one_tap_to_record(cast, frozen):
    held, well = in_bed(cast, 0, systolic_bp="84"), in_bed(cast, 1)
    page = browser(cast.nina).get("/due/")
    said, html = text_of(page), page.content.decode()
    assert "Blood pressure again" in said and "HOLD" in said and "Dose 1" in said
    assert f'href="/patients/{held.pk}/round/?code=systolic_bp,diastolic_bp,heart_rate"' in html
    assert f'href="/patients/{well.pk}/pause/"' in html
    assert "style=" not in html and said.index("06:12") < said.index("06:42")


def test_the_dose_leads_to_the_bedside_and_nobody_gives_from_a_list(cast, frozen):
    patient = in_bed(cast, 0)
    html = browser(cast.nina).get("/due/?tab=doses").content.decode()
    assert f'href="/patients/{patient.pk}/"' in html and "/give/" not in html and "/round/" not in html


def test_it_is_empty_without_patients_and_for_people_without_a_ward(cast, frozen):
    assert "Nothing is due" in text_of(browser(cast.nina).get("/due/"))
    cast.nina.wards.clear()
    assert "Nothing is due" in text_of(browser(cast.nina).get("/due/"))


def test_other_wards_and_other_roles(cast, frozen):
    patient = in_bed(cast, 0)
    assert "Family00" not in text_of(browser(cast.zoe).get("/due/"))
    assert browser(cast.ada).get("/due/").status_code == 403
    reads = browser(cast.paul).get("/due/").content.decode()
    assert "Family00" in reads and "?code=" not in reads and "/pause/" not in reads
    assert browser(cast.zoe).get(f"/patients/{patient.pk}/pause/").status_code == 404
    assert browser(cast.paul).get(f"/patients/{patient.pk}/pause/").status_code == 403


def test_both_wards_of_a_person_are_listed_with_their_names(cast, frozen):
    in_bed(cast, 0)
    cast.nina.wards.add(cast.other_ward)
    assert "4 West" in text_of(browser(cast.nina).get("/due/?tab=rounds"))


def test_the_refresh_is_empty_while_nothing_changed(cast, frozen):
    patient = in_bed(cast, 0)
    nurse = browser(cast.nina)
    first = nurse.get("/due/rows/")
    assert first.status_code == 200
    again = nurse.get("/due/rows/", headers={"X-Version": first["X-Version"]})
    assert again.status_code == 204
    pause_patient(nurse, patient)
    assert nurse.get("/due/rows/", headers={"X-Version": first["X-Version"]}).status_code == 200


# --- off the ward -----------------------------------------------------------------------------------------------------


def pause_patient(nurse, patient, **changes: str):
    values = {"reason_code": "ct", "note": "", "since": "2026-03-04T05:42", "minutes": "60", **changes}
    return nurse.post(f"/patients/{patient.pk}/pause/", values, follow=True)


def test_a_patient_goes_off_the_ward_and_comes_back(cast, frozen):
    patient = in_bed(cast, 0)
    nurse = browser(cast.nina)
    assert "Rounds wait until the patient is back" in text_of(nurse.get(f"/patients/{patient.pk}/pause/"))
    away = text_of(pause_patient(nurse, patient))
    assert "Off the ward since 05:42, CT" in away and "Expected back by 06:42." in away and "Back on the ward" in away
    assert "Dose 1" in away
    with clock.telling(MORNING + timedelta(minutes=30)):
        back = text_of(nurse.post(f"/patients/{patient.pk}/pause/end/", follow=True))
    assert "Off the ward since" not in back
    assert "Family00, Teresa is back on the ward. Nothing fell due meanwhile." in back


def test_on_the_return_what_fell_due_meanwhile_is_named(cast, frozen):
    patient = in_bed(cast, 0, systolic_bp="84")
    nurse = browser(cast.nina)
    pause_patient(nurse, patient, minutes="120")
    with clock.telling(MORNING + timedelta(minutes=90)):
        back = text_of(nurse.post(f"/patients/{patient.pk}/pause/end/", follow=True))
    assert "is back on the ward. To catch up: blood pressure again." in back
    assert "Blood pressure again Fell due while off the ward" in back


def test_what_was_typed_wrong_is_shown_beside_the_form_and_kept(cast, frozen):
    patient = in_bed(cast, 0)
    page = pause_patient(browser(cast.nina), patient, reason_code="other", since="2026-03-04T05:20")
    assert page.status_code == 422 and "Write it in a few words" in text_of(page)
    assert 'value="2026-03-04T05:20"' in page.content.decode() and not RoundPause.objects.exists()


# --- clock changes ----------------------------------------------------------------------------------------------------


def test_t34_near_a_clock_change_every_time_of_the_list_has_its_offset(cast):
    with clock.telling(CLOCKS_BACK):
        in_bed(cast, 0)
        said = text_of(browser(cast.nina).get("/due/"))
    assert "02:40 +01:00" in said and "03:40 +01:00" in said and "until 05:40 +01:00" in said


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beds", [2, 12, 30])
def test_it_needs_few_queries_however_many_patients(cast, frozen, beds):
    have = len(cast.beds)
    cast.beds += Bed.objects.bulk_create([Bed(ward=cast.ward, label=f"{n}") for n in range(100, 100 + beds - have)])
    for bed in range(beds):
        in_bed(cast, bed)
    nurse = browser(cast.nina)
    forget()
    with CaptureQueriesContext(connection) as cold:
        page = nurse.get("/due/")
    assert page.content.decode().count('data-key="due-') >= beds
    with CaptureQueriesContext(connection) as warm:
        nurse.get("/due/")
    assert len(cold) <= 13 and len(warm) <= 8
