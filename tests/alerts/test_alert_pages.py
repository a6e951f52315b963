"""The alert pages: the three lists, one alert, the answer, and the fragment for the bedside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.review_chart import review_chart
from alerts.models import Alert
from tests.people import admit, as_, full_round, running_cycle
from tracker import clock
from tracker.audit.record import SYSTEM
from tracker.models import AuditEntry

MORNING = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)  # 05:30 on the ward


@pytest.fixture
def frozen():
    with clock.telling(MORNING):
        yield MORNING


@pytest.fixture
def held(cast, frozen):
    """Teresa in bed 07, whose pressure of 84 has raised an alert."""
    return hold(cast, mrn="4471-882", bed=6, family="Almeida")


def hold(cast, *, mrn: str, bed: int, family: str):
    patient = admit(cast, mrn=mrn, bed=bed, family=family)
    running_cycle(cast, patient)
    full_round(cast, patient, systolic_bp="84")
    review_chart(by=SYSTEM, patient_id=patient.pk)
    return patient


def text(response) -> str:
    return " ".join(response.content.decode().replace("\N{THIN SPACE}", " ").split())


def alert_of(patient) -> Alert:
    return Alert.objects.get(patient=patient)


# --- lists ------------------------------------------------------------------------------------------------------------


def test_an_open_alert_says_what_number_unit_time_limit_and_what_ends_it(cast, client, held):
    client.force_login(cast.nina)
    page = text(client.get("/alerts/"))
    assert "systolic 84 mmHg at 05:30, below 90." in page
    assert "Ends when:" in page and alert_of(held).release in page
    assert "L-CV-SBP" in page and alert_of(held).source in page
    assert "Raised 05:30" in page and "No answer yet." in page
    assert "Bed 07" in page and "Almeida, Teresa" in page and "MRN 4471-882" in page and "14 Sep 1968" in page
    assert "History, 1 entry" in page


def test_an_answered_alert_moves_to_its_own_list_with_who_and_when(cast, client, held):
    with clock.telling(MORNING + timedelta(minutes=12)):
        acknowledge_alert(by=as_(cast.olga), alert_id=alert_of(held).pk, note="on my way")
        client.force_login(cast.nina)
        assert "Nothing waits for an answer." in text(client.get("/alerts/"))
        page = text(client.get("/alerts/?tab=answered"))
    assert "Answered by Olga Oncologist, 05:42" in page
    assert "on my way" in page
    assert "I have seen it" not in page


def test_a_resolved_alert_keeps_its_history(cast, client, held):
    alert = alert_of(held)
    acknowledge_alert(by=as_(cast.olga), alert_id=alert.pk)
    with clock.telling(MORNING + timedelta(minutes=30)):
        full_round(cast, held)
        review_chart(by=SYSTEM, patient_id=held.pk)
        client.force_login(cast.nina)
        page = text(client.get("/alerts/?tab=history"))
    assert "Resolved 06:00." in page
    assert page.index("Raised</b>") < page.index("Answered</b> by Olga Oncologist") < page.index("Resolved</b>")


def test_the_list_can_be_narrowed_to_one_patient(cast, client, held):
    other = hold(cast, mrn="4471-900", bed=2, family="Brandt")
    client.force_login(cast.nina)
    assert "Brandt" in text(client.get("/alerts/rows/")) and "Almeida" in text(client.get("/alerts/rows/"))
    only = text(client.get(f"/alerts/rows/?patient={other.pk}"))
    assert "Brandt" in only and "Almeida" not in only
    assert "Open <b>1</b>" in only


def test_the_gravest_open_alert_comes_first(cast, client, held):
    with clock.telling(MORNING + timedelta(minutes=5)):
        patient = admit(cast, mrn="4471-900", bed=2, family="Nowak")
        running_cycle(cast, patient)
        full_round(cast, patient, rhythm="ventricular_tachycardia_sustained")
        review_chart(by=SYSTEM, patient_id=patient.pk)
        client.force_login(cast.nina)
        page = text(client.get("/alerts/rows/"))
    assert page.index("Nowak") < page.index("Almeida")


def test_history_is_paged(cast, client, frozen, monkeypatch):
    monkeypatch.setattr("alerts.views.alerts.PER_PAGE", 3)
    for number in range(4):
        at = MORNING + timedelta(hours=6 * number)
        with clock.telling(at):
            if number == 0:
                patient = admit(cast)
                running_cycle(cast, patient)
            full_round(cast, patient, systolic_bp="84")
            review_chart(by=SYSTEM, patient_id=patient.pk)
        with clock.telling(at + timedelta(minutes=5)):
            full_round(cast, patient)
            review_chart(by=SYSTEM, patient_id=patient.pk)
    with clock.telling(at + timedelta(minutes=5)):
        client.force_login(cast.nina)
        first = client.get("/alerts/?tab=history")
        with CaptureQueriesContext(connection) as queries:
            second = text(client.get("/alerts/?tab=history&page=2"))
    assert first.content.decode().count('data-key="alert-') == 3
    assert "Page 2 of 2" in second
    assert len(queries) <= 12  # with the frame; none of them for a single row


def test_nothing_new_is_answered_with_nothing(cast, client, held):
    client.force_login(cast.nina)
    first = client.get("/alerts/rows/")
    again = client.get("/alerts/rows/", headers={"X-Version": first["X-Version"]})
    assert (first.status_code, again.status_code, again.content) == (200, 204, b"")
    acknowledge_alert(by=as_(cast.olga), alert_id=alert_of(held).pk)
    assert client.get("/alerts/rows/", headers={"X-Version": first["X-Version"]}).status_code == 200


@pytest.mark.parametrize("query", ["?tab=nonsense", "?page=nonsense", "?page=999", "?patient=x", "?patient="])
def test_a_strange_address_shows_the_open_list(cast, client, held, query):
    client.force_login(cast.nina)
    assert "Almeida" in text(client.get(f"/alerts/{query}"))


# --- the answer -------------------------------------------------------------------------------------------------------


def test_answering_notes_who_and_returns_to_where_one_was(cast, client, held):
    client.force_login(cast.nina)
    response = client.post(f"/alerts/{alert_of(held).pk}/answer/", {"next": "/alerts/?tab=open"})
    assert (response.status_code, response["Location"]) == (302, "/alerts/?tab=open")
    alert = alert_of(held)
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", cast.nina)
    assert AuditEntry.objects.filter(action="acknowledge_alert", outcome="done", actor_id=cast.nina.pk).count() == 1


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_an_answer_never_leads_away_from_here(cast, client, held, elsewhere):
    client.force_login(cast.nina)
    pk = alert_of(held).pk
    assert client.post(f"/alerts/{pk}/answer/", {"next": elsewhere})["Location"] == f"/alerts/{pk}/"


def test_the_second_answer_says_who_was_first(cast, client, held):
    acknowledge_alert(by=as_(cast.olga), alert_id=alert_of(held).pk)
    client.force_login(cast.nina)
    response = client.post(f"/alerts/{alert_of(held).pk}/answer/")
    assert response.status_code == 409
    assert "Olga Oncologist has already answered this alert." in text(response)


def test_a_note_that_is_too_long_stays_typed(cast, client, held):
    client.force_login(cast.nina)
    response = client.post(f"/alerts/{alert_of(held).pk}/answer/", {"note": "x" * 301})
    assert response.status_code == 422
    assert "x" * 301 in response.content.decode()
    assert alert_of(held).state == "raised"


def test_an_answer_is_a_post(cast, client, held):
    client.force_login(cast.nina)
    assert client.get(f"/alerts/{alert_of(held).pk}/answer/").status_code == 405


# --- at the bedside ---------------------------------------------------------------------------------------------------


def test_the_bedside_shows_the_open_alerts_of_its_patient(cast, client, held):
    hold(cast, mrn="4471-900", bed=2, family="Brandt")
    client.force_login(cast.nina)
    response = client.get(f"/alerts/patient/{held.pk}/")
    page = text(response)
    assert page.count('class="alert alert-unanswered"') == 1
    assert "systolic 84 mmHg" in page and "I have seen it" in page
    again = client.get(page.split('hx-get="')[1].split('"')[0])
    assert (again.status_code, again.content) == (204, b"")


def test_answering_at_the_bedside_redraws_only_the_alerts(cast, client, held):
    client.force_login(cast.nina)
    headers = {"HX-Request": "true"}
    first = client.post(f"/alerts/{alert_of(held).pk}/answer/", headers=headers)
    assert "Answered by Nina Nurse, 05:30" in text(first) and "<html" not in text(first)
    second = client.post(f"/alerts/{alert_of(held).pk}/answer/", headers=headers)
    assert "Nina Nurse has already answered this alert." in text(second)


def test_a_pharmacist_reads_but_does_not_answer(cast, client, held):
    client.force_login(cast.paul)
    page = text(client.get(f"/alerts/patient/{held.pk}/"))
    assert "systolic 84 mmHg" in page and "I have seen it" not in page
    assert client.post(f"/alerts/{alert_of(held).pk}/answer/").status_code == 403


# --- who may see what -------------------------------------------------------------------------------------------------


def test_out_of_reach_does_not_exist(cast, client, held):
    client.force_login(cast.zoe)
    pk = alert_of(held).pk
    assert "Almeida" not in text(client.get("/alerts/"))
    for path in (f"/alerts/{pk}/", f"/alerts/patient/{held.pk}/", f"/alerts/?patient={held.pk}"):
        assert client.get(path).status_code == 404
    assert client.post(f"/alerts/{pk}/answer/").status_code == 404
    assert client.post(f"/alerts/{pk}/answer/", headers={"HX-Request": "true"}).status_code == 404
    assert alert_of(held).state == "raised"


@pytest.mark.parametrize(("who", "status"), [("nina", 200), ("olga", 200), ("paul", 403), ("ada", 403)])
def test_who_may_open_the_alerts(cast, client, held, who, status):
    client.force_login(getattr(cast, who))
    assert client.get("/alerts/").status_code == status
    assert client.get(f"/alerts/{alert_of(held).pk}/").status_code == status


def test_an_administrator_sees_no_patient_s_alert(cast, client, held):
    client.force_login(cast.max)
    page = client.get("/alerts/")
    assert page.status_code == 200 and held.family_name.encode() not in page.content
    for path in (f"/alerts/{alert_of(held).pk}/", f"/alerts/patient/{held.pk}/", f"/alerts/?patient={held.pk}"):
        assert client.get(path).status_code in (403, 404)


def test_words_of_others_are_text_and_never_markup(cast, client, held):
    acknowledge_alert(by=as_(cast.olga), alert_id=alert_of(held).pk, note="<script>alert(1)</script>")
    client.force_login(cast.nina)
    assert "<script>alert(1)" not in client.get("/alerts/?tab=answered").content.decode()
