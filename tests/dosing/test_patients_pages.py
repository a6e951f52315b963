"""Patients: found on one's own wards only, admitted, moved and discharged, every refusal beside the form."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from dosing.patient_rows import PER_PAGE
from tests.dosing.pages import browser, text_of, value_of
from tests.people import admit, as_, running_cycle
from tracker import clock
from tracker.actions.admit_patient import admit_patient
from tracker.actions.move_patient import discharge_patient
from tracker.models import AuditEntry, Bed, Patient, Stay

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def patient(cast):
    return admit(cast)


@pytest.fixture
def nina(cast):
    return browser(cast.nina)


def person(cast, **changes):
    """The admission form filled in for the second bed."""
    return {
        "bed": str(cast.beds[1].pk),
        "record_number": "5102-448",
        "family_name": "Bauer",
        "given_name": "Hanna",
        "birth_date": "1966-10-03",
        "sex": "female",
        "allergies": "none known",
        "admitted_at": "",
        **changes,
    }


def local(instant):
    return instant.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")


# --- the list -----------------------------------------------------------------------------------------------------


def test_the_list_shows_bed_two_identifiers_and_the_cycle(cast, patient, nina):
    running_cycle(cast, patient)
    words = text_of(nina.get("/patients/"))
    for part in ("4 West 01", "Almeida, Teresa", "14 Sep 1968", "4471-882", "Cycle 1, 0 of 14 given"):
        assert part in words, part


@pytest.mark.parametrize(
    ("words", "found"),
    [("almeida", True), ("4471", True), ("Almeida, Teresa", True), ("teresa almeida", True), ("tere 882", True),
     ("Almeida Hanna", False), ("9999", False), ("%", False), ("'; drop table", False)],
)  # fmt: skip
def test_search_finds_by_name_and_record_number(patient, nina, words, found):
    shown = text_of(nina.get("/patients/", {"q": words}))
    assert ("Almeida, Teresa" in shown) is found
    assert found or "Nobody fits" in shown


def test_discharged_patients_are_within_reach_under_their_own_filter(cast, patient, nina):
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    assert "Almeida" not in text_of(nina.get("/patients/"))
    assert "Almeida, Teresa" in text_of(nina.get("/patients/?show=discharged"))


def test_a_nurse_of_another_ward_sees_nobody(cast, patient):
    zoe = browser(cast.zoe)
    for address in ("/patients/", "/patients/?show=discharged", "/patients/?q=almeida"):
        assert "Almeida" not in text_of(zoe.get(address))


def test_many_patients_are_paged_in_a_fixed_number_of_queries(cast, nina, django_assert_max_num_queries):
    beds = Bed.objects.bulk_create(Bed(ward=cast.ward, label=f"P{n:03d}") for n in range(PER_PAGE + 3))
    for number, bed in enumerate(beds):
        admit_patient(
            by=as_(cast.nina), bed_id=bed.pk, record_number=f"N{number:03d}", family_name=f"Name{number:03d}",
            given_name="A", birth_date=date(1970, 1, 1), sex="other",
        )  # fmt: skip
    with django_assert_max_num_queries(9):
        first = nina.get("/patients/")
    assert "1 to 50 of 53" in text_of(first)
    last = nina.get("/patients/?page=2")
    assert "51 to 53 of 53" in text_of(last)
    assert "Name052" in text_of(last)
    assert "51 to 53 of 53" in text_of(nina.get("/patients/?page=99"))
    assert "1 to 50 of 53" in text_of(nina.get("/patients/?page=x"))


@pytest.mark.parametrize(("who", "status"), [("nina", 200), ("olga", 200), ("paul", 200), ("ada", 403), ("max", 403)])
def test_who_may_see_the_list(cast, patient, who, status):
    assert browser(getattr(cast, who)).get("/patients/").status_code == status


def test_only_a_prescriber_is_offered_a_prescription(cast, patient):
    assert "Prescribe a cycle" in text_of(browser(cast.olga).get("/patients/"))
    assert "Prescribe a cycle" not in text_of(browser(cast.nina).get("/patients/"))
    assert "Admit a patient" not in text_of(browser(cast.paul).get("/patients/"))


# --- admission ----------------------------------------------------------------------------------------------------


def test_admitted_to_a_free_bed_and_led_to_the_bedside(cast, nina):
    page = nina.post("/patients/admit/", person(cast))
    stay = Stay.objects.select_related("patient").get()
    assert (page.status_code, page.url) == (302, f"/patients/{stay.patient_id}/")
    assert (stay.bed, str(stay.patient)) == (cast.beds[1], "Bauer, Hanna")
    assert "is admitted to bed 02, 4 West." in text_of(nina.get(page.url))


def test_the_time_of_admission_is_read_on_the_wards_clock(cast, nina):
    at = (clock.now() - timedelta(hours=5)).replace(second=0, microsecond=0)
    nina.post("/patients/admit/", person(cast, admitted_at=local(at)))
    assert Stay.objects.get().admitted_at == at


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"bed": ""}, 404, "There is no such bed"),
        ({"bed": "²"}, 404, "There is no such bed"),
        ({"bed": "9" * 40}, 404, "There is no such bed"),
        ({"record_number": " "}, 422, "The record number is missing."),
        ({"family_name": "x" * 81}, 422, "At most 80 characters."),
        ({"birth_date": ""}, 422, "birth date is missing or not possible"),
        ({"birth_date": "2100-01-01"}, 422, "birth date is missing or not possible"),
        ({"birth_date": "03.10.1966"}, 422, "birth date is missing or not possible"),
        ({"sex": "unknown"}, 422, "The sex is missing."),
        ({"admitted_at": "soon"}, 422, "is not a time"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays_typed(cast, nina, changes, status, sentence):
    page = nina.post("/patients/admit/", person(cast, **changes))
    assert page.status_code == status
    assert sentence in text_of(page)
    assert value_of(page, "given_name") == "Hanna"
    assert not Stay.objects.exists()


def test_an_admission_in_the_future_is_refused(cast, nina):
    page = nina.post("/patients/admit/", person(cast, admitted_at=local(clock.now() + timedelta(hours=2))))
    assert page.status_code == 422
    assert "is in the future" in text_of(page)


def test_a_bed_of_another_ward_is_not_offered_and_not_taken(cast, nina):
    other = Bed.objects.filter(ward=cast.other_ward).first()
    assert "5 North" not in text_of(nina.get("/patients/admit/"))
    assert nina.post("/patients/admit/", person(cast, bed=str(other.pk))).status_code == 404


def test_a_taken_bed_is_not_offered_and_refused(cast, patient, nina):
    assert f'value="{cast.beds[0].pk}"' not in nina.get("/patients/admit/").content.decode()
    page = nina.post("/patients/admit/", person(cast, bed=str(cast.beds[0].pk)))
    assert page.status_code == 409
    assert "Bed 01 is taken." in text_of(page)


def test_a_known_number_with_another_name_is_refused(cast, patient, nina):
    page = nina.post("/patients/admit/", person(cast, record_number="4471-882"))
    assert page.status_code == 409
    assert "belongs to another person" in text_of(page)
    assert "Almeida" not in text_of(page)
    assert Patient.objects.count() == 1


# --- transfer and discharge ---------------------------------------------------------------------------------------


def test_transferred_to_a_free_bed_of_another_ward(cast, patient, nina):
    other = Bed.objects.filter(ward=cast.other_ward).first()
    words = text_of(nina.get(f"/patients/{patient.pk}/transfer/"))
    assert "Now 4 West, bed 01" in words and "5 North, bed 01" in words
    page = nina.post(f"/patients/{patient.pk}/transfer/", {"bed": other.pk})
    assert (page.status_code, page.url) == (302, "/patients/")
    assert "is now in bed 01, 5 North." in text_of(nina.get("/patients/"))
    assert nina.get(f"/patients/{patient.pk}/transfer/").status_code == 404


def test_no_bed_or_a_taken_one_is_refused_beside_the_form(cast, patient, nina):
    admit(cast, mrn="1", bed=1, family="Other")
    assert nina.post(f"/patients/{patient.pk}/transfer/", {}).status_code == 404
    page = nina.post(f"/patients/{patient.pk}/transfer/", {"bed": cast.beds[1].pk})
    assert page.status_code == 409
    assert "Bed 02 is taken." in text_of(page)


def test_before_a_discharge_what_follows_is_said(cast, patient, nina):
    running_cycle(cast, patient)
    words = text_of(nina.get(f"/patients/{patient.pk}/discharge/"))
    assert "Cycle 1 has not ended. After discharge no dose can be given. The prescriber ends it." in words
    assert "7 weeks" in words
    assert "End the cycle" in text_of(browser(cast.olga).get(f"/patients/{patient.pk}/discharge/"))


def test_discharged_at_the_time_that_was_said(cast, patient, nina):
    at = (clock.now() - timedelta(minutes=20)).replace(second=0, microsecond=0)
    page = nina.post(f"/patients/{patient.pk}/discharge/", {"discharged_at": local(at)})
    assert (page.status_code, page.url) == (302, "/patients/")
    assert Stay.objects.get().discharged_at == at
    assert AuditEntry.objects.filter(action="discharge_patient", outcome="done").count() == 1


@pytest.mark.parametrize(
    ("shift", "sentence"), [(timedelta(hours=-30), "before the admission"), (timedelta(hours=3), "in the future")]
)
def test_a_time_that_cannot_be_is_refused_and_stays_typed(patient, nina, shift, sentence):
    typed = local(clock.now() + shift)
    page = nina.post(f"/patients/{patient.pk}/discharge/", {"discharged_at": typed})
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert value_of(page, "discharged_at") == typed


def test_a_second_discharge_is_refused(cast, patient, nina):
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    page = nina.post(f"/patients/{patient.pk}/discharge/", {"discharged_at": local(clock.now())})
    assert page.status_code == 409
    assert "not admitted now" in text_of(page)


@pytest.mark.parametrize("page", ["admit", "transfer", "discharge"])
@pytest.mark.parametrize("who", ["paul", "ada", "max"])
def test_who_does_not_manage_patients_is_refused(cast, patient, who, page):
    address = "/patients/admit/" if page == "admit" else f"/patients/{patient.pk}/{page}/"
    client = browser(getattr(cast, who))
    assert client.get(address).status_code == 403
    assert client.post(address, {}).status_code == 403


@pytest.mark.parametrize("page", ["transfer", "discharge"])
def test_out_of_reach_is_not_found(cast, patient, page):
    zoe = browser(cast.zoe)
    assert zoe.get(f"/patients/{patient.pk}/{page}/").status_code == 404
    assert zoe.post(f"/patients/{patient.pk}/{page}/", {"bed": "1"}).status_code == 404
