"""The sound of alerts: who hears it, until when, how it is silenced; who is next in line; the rota page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.review_chart import review_chart
from alerts.escalation_sweeps import sweep_steps
from alerts.models import Alert, Contact, DutyTurn, SoundSilence
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker import clock
from tracker.audit.record import SYSTEM
from tracker.models import AuditEntry

MORNING = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)  # 05:30 on the ward


@pytest.fixture
def hold(cast):
    with clock.telling(MORNING):
        patient = admit(cast)
        full_round(cast, patient)
        running_cycle(cast, patient)
        round_(cast, patient, systolic_bp="84")
        review_chart(by=SYSTEM, patient_id=patient.pk)
        sweep_steps()
        yield Alert.objects.get()


def sounding(client, user) -> dict:
    client.force_login(user)
    return client.get("/alerts/alarm/").json()


def text(response) -> str:
    return " ".join(response.content.decode().replace("\N{THIN SPACE}", " ").split())


def test_a_hold_sounds_at_once_for_the_nurses_of_the_ward_and_names_its_cause(cast, client, hold):
    (one,) = sounding(client, cast.nina)["sounding"]
    assert "systolic 84" in one["words"] and one["url"] == f"/alerts/{hold.pk}/"
    assert sounding(client, cast.zoe)["sounding"] == []


def test_the_oncologist_hears_it_when_it_has_come_to_her(cast, client, hold):
    assert sounding(client, cast.olga)["sounding"] == []
    with clock.telling(MORNING + timedelta(minutes=10)):
        sweep_steps()
        assert len(sounding(client, cast.olga)["sounding"]) == 1


def test_an_answer_ends_the_sound(cast, client, hold):
    acknowledge_alert(by=as_(cast.noah), alert_id=hold.pk)
    assert sounding(client, cast.nina)["sounding"] == []


def test_silence_needs_a_reason_covers_what_sounds_and_not_what_comes(cast, client, hold):
    client.force_login(cast.nina)
    client.post("/alerts/alarm/silence/", {"silence_reason": " "})
    assert SoundSilence.objects.count() == 0
    with clock.telling(MORNING + timedelta(seconds=30)):
        client.post("/alerts/alarm/silence/", {"silence_reason": "I am at the bedside"})
        answer = client.get("/alerts/alarm/").json()
        assert (answer["sounding"], answer["silenced"], answer["until"]) == ([], 1, "05:40")
        assert len(sounding(client, cast.noah)["sounding"]) == 1  # everybody silences for themselves
    assert AuditEntry.objects.get(action="silence_sound", outcome="done").reason == "I am at the bedside"
    with clock.telling(MORNING + timedelta(minutes=5)):
        sweep_steps()  # it has gone on to the charge nurse: it sounds anew
        assert len(sounding(client, cast.nina)["sounding"]) == 1
    hold.refresh_from_db()
    assert hold.state == "escalated"


def test_the_page_carries_the_sound_and_a_form_to_silence_it(cast, client, hold):
    client.force_login(cast.nina)
    page = text(client.get("/board/"))
    assert 'id="alarm"' in page and "tracker/alarm.js" in page and "Why silence it" in page
    client.force_login(cast.max)
    assert 'id="alarm"' not in text(client.get("/staff/"))


def test_board_and_list_say_who_is_next_and_who_was_told(cast, client, hold):
    client.force_login(cast.nina)
    assert "Next: charge nurse, 05:35" in text(client.get("/board/"))
    page = text(client.get("/alerts/"))
    assert "Next: charge nurse, 05:35" in page
    assert "Told: nurse of the patient (Nina Nurse, Noah Nurse)." in page
    acknowledge_alert(by=as_(cast.nina), alert_id=hold.pk)
    assert "Next:" not in text(client.get("/board/"))
    assert "The answer counts until 06:30." in text(client.get("/alerts/?tab=answered"))


# --- the rota page ----------------------------------------------------------------------------------------------------


def test_the_administrator_plans_and_ends_a_turn(cast, client):
    client.force_login(cast.max)
    with clock.telling(MORNING):
        asked = {
            "ward": cast.ward.pk,
            "duty": "charge_nurse",
            "user": cast.nina.pk,
            "stand_in": cast.noah.pk,
            "begins_at": "2026-03-04T05:00",
            "ends_at": "2026-03-04T13:00",
        }
        assert client.post("/rota/", asked).status_code == 302
        page = text(client.get("/rota/"))
        assert "charge nurse" in page and "13:00" in page
        turn = DutyTurn.objects.get()
        client.post(f"/rota/turns/{turn.pk}/end/")
        assert "Nobody is in the rota." in text(client.get("/rota/"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"user": "zoe"}, "does not belong to this ward"),
        ({"user": "olga"}, "that is no charge nurse"),
        ({"ends_at": "2026-03-04T04:00"}, "ends after it begins"),
        ({"ward": "x"}, "no such ward"),
    ],
)
def test_a_turn_that_cannot_be_is_refused(cast, client, change, words):
    client.force_login(cast.max)
    asked = {"ward": cast.ward.pk, "duty": "charge_nurse", "user": cast.nina.pk,
             "begins_at": "2026-03-04T05:00", "ends_at": "2026-03-04T13:00"}  # fmt: skip
    asked.update({key: getattr(cast, value).pk if key == "user" else value for key, value in change.items()})
    with clock.telling(MORNING):
        answer = client.post("/rota/", asked)
    assert answer.status_code in (404, 422) and words in text(answer)
    assert DutyTurn.objects.count() == 0


def test_the_administrator_adds_and_ends_an_address_that_is_not_shown_again(cast, client):
    client.force_login(cast.max)
    asked = {"whose": f"person-{cast.nina.pk}", "channel": "email", "address": "nina@hospital.example"}
    assert client.post("/rota/contacts/new/", asked).status_code == 302
    page = text(client.get("/rota/"))
    assert "Nina Nurse</td><td>email" in page and "nina@hospital.example" not in page
    client.post(f"/rota/contacts/{Contact.objects.get().pk}/end/")
    assert "Nowhere: alerts are on the pages only." in text(client.get("/rota/"))
    assert client.post("/rota/contacts/new/", {**asked, "address": "nobody"}).status_code == 422


def test_a_nurse_has_no_rota_page(cast, client):
    client.force_login(cast.nina)
    assert client.get("/rota/").status_code == 403
