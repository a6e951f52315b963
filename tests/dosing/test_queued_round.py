"""Rounds out of a tablet's queue: saved once, in any order, refused in words a tablet can show, at the right time."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from dosing.tablet_clock import corrected, seconds_ahead
from tests.people import admit
from tracker import clock
from tracker.errors import BadInput
from tracker.models import AuditEntry, Round
from tracker.times import read_instant

ENGLISH = {"left_reason": "asleep"}


@pytest.fixture
def patient(cast):
    return admit(cast)


@pytest.fixture
def nina(cast):
    client = Client()
    client.force_login(cast.nina)
    return client


def form(minutes_ago=10, **values):
    seen = clock.now() - timedelta(minutes=minutes_ago)
    return {"key": uuid4().hex, "observed_at": seen.isoformat(timespec="minutes"), **ENGLISH, **values}


def send(client, patient, said, **headers):
    return client.post(f"/patients/{patient.pk}/round/queued/", said, headers=headers)


def test_t20_a_queue_in_any_order_any_number_of_times_ends_the_same(nina, patient):
    queue = [form(minutes, heart_rate=str(rate)) for minutes, rate in ((30, 81), (20, 82), (10, 83))]
    for said in [*reversed(queue), *queue, queue[1]]:
        assert send(nina, patient, said).json() == {"saved": True}
    assert sorted(each.values.get().entered for each in Round.objects.all()) == ["81", "82", "83"]


def test_what_the_page_itself_saved_is_not_saved_again(nina, patient):
    said = form(heart_rate="81", tablet_at="2026-11-22T05:40:00Z", tablet_ahead="0")
    assert nina.post(f"/patients/{patient.pk}/round/", said).status_code == 302
    assert send(nina, patient, {**said, "tablet_at": "2026-11-22T05:41:00Z"}).status_code == 200
    assert Round.objects.count() == 1


def test_t19_a_refused_round_says_why_and_can_be_mended_under_its_key(nina, patient):
    said = form(heart_rate="900")
    answer = send(nina, patient, said)
    assert answer.status_code == 422 and answer.json()["problems"][0]["field"].startswith("values.heart_rate")
    assert send(nina, patient, {**said, "heart_rate": "90"}).status_code == 200


@pytest.mark.parametrize("broken", [{"key": ""}, {"tablet_ahead": "soon"}, {"observed_at": "yesterday"}])
def test_what_cannot_be_read_is_refused_in_words(nina, patient, broken):
    answer = send(nina, patient, {**form(heart_rate="80"), **broken})
    assert answer.status_code == 422 and answer.json()["problems"][0]["sentence"]
    assert not Round.objects.exists()


def test_t16_a_clock_that_was_found_wrong_at_the_sending_moves_the_time_and_both_are_kept(nina, patient):
    said = form(5, heart_rate="80", tablet_at="2026-11-22T05:50:00Z", tablet_ahead="0")
    assert send(nina, patient, said, **{"X-Tablet-Ahead": "600"}).status_code == 200
    page_said = read_instant(said["observed_at"], field="observed_at")
    assert Round.objects.get().observed_at == page_said - timedelta(minutes=10)
    after = AuditEntry.objects.get(action="record_round").after
    assert after["tablet_ahead_at_sending_s"] == 600 and after["page_said"].startswith(f"{page_said:%Y-%m-%dT%H:%M}")


def test_less_than_a_minute_is_left_as_it_is():
    at = clock.now()
    assert corrected(at, then=0, now=59) == at
    assert corrected(at, then=600, now=540) == at + timedelta(minutes=1)
    with pytest.raises(BadInput):
        seconds_ahead("9" * 15)


def test_giving_a_round_up_needs_a_reason_and_leaves_what_was_typed_in_the_trail(nina, patient):
    said = {"patient": patient.pk, "key": "k1", "said": "heart_rate=900"}
    assert nina.post("/unsent/discard/", said).status_code == 422
    assert nina.post("/unsent/discard/", {**said, "reason": "Wrong patient"}).status_code == 200
    entry = AuditEntry.objects.get(action="discard_unsent_round", outcome="done")
    assert entry.reason == "Wrong patient" and entry.after["typed"] == "heart_rate=900"
    assert entry.patient_id == patient.pk


def test_a_round_of_a_patient_out_of_reach_is_given_up_by_number_only(cast, patient):
    client = Client()
    client.force_login(cast.zoe)
    said = {"patient": patient.pk, "key": "k1", "said": "x", "reason": "Wrong patient"}
    assert client.post("/unsent/discard/", said).status_code == 200
    entry = AuditEntry.objects.get(action="discard_unsent_round")
    assert entry.patient == "" and entry.patient_id is None


def test_a_tablet_keeps_the_pages_of_its_persons_patients_only(cast, nina, patient):
    listed = nina.get("/offline/pages/").json()
    assert listed["user"] == cast.nina.pk and f"/patients/{patient.pk}/round/" in listed["pages"]
    assert listed["later"] == [f"/patients/{patient.pk}/round/?mode=all"]  # large: one by one, when there is time
    zoe = Client()
    zoe.force_login(cast.zoe)
    hers = zoe.get("/offline/pages/").json()
    assert not any("patients" in each for each in hers["pages"] + hers["later"])


def test_the_worker_is_served_from_the_root_and_the_app_can_be_installed(nina):
    worker = nina.get("/worker.js")
    assert worker["Content-Type"].startswith("text/javascript") and b"addEventListener" in worker.content
    assert b'rel="manifest"' in nina.get("/board/").content


def test_a_round_is_taken_in_its_authors_session_only(cast, nina, patient):
    said = form(heart_rate="80")
    noah = Client()
    noah.force_login(cast.noah)
    answer = send(noah, patient, said, **{"X-Author": str(cast.nina.pk)})
    assert answer.status_code == 403 and not answer["Content-Type"].startswith("application/json")  # it goes on waiting
    assert not Round.objects.exists()
    assert send(nina, patient, said, **{"X-Author": str(cast.nina.pk)}).status_code == 200
    assert Round.objects.get().recorded_by == cast.nina


OPENED = {
    "key": "k1",
    "what": "opened",
    "username": "nina",
    "wrong": "2",
    "at": "1795324800000",
}  # 05:20 UTC


def tell(client, ahead="600", **changes):
    return client.post("/offline/openings/", {**OPENED, **changes}, headers={"X-Tablet-Ahead": ahead})


def test_the_auditor_hears_once_of_a_tablet_that_was_opened_without_network(cast, nina):
    noah = Client()
    noah.force_login(cast.noah)
    for ahead in ("600", "601"):
        assert tell(noah, ahead).status_code == 200
    entry = AuditEntry.objects.get(action="open_offline")
    assert (entry.actor, entry.object_type, entry.object_id) == ("Noah Nurse", "staff", cast.nina.pk)
    assert entry.after["username"] == "nina" and entry.after["wrong_pins_before"] == 2
    assert entry.after["at"].startswith("2026-11-22T05:10:00")  # the tablet was ten minutes ahead
    assert tell(nina, key="k2", what="destroyed", wrong="8").status_code == 200
    assert AuditEntry.objects.get(action="destroy_offline_key").after["wrong_pins_before"] == 8


@pytest.mark.parametrize(
    "broken", [{"what": "sold"}, {"wrong": "many"}, {"at": ""}, {"at": "9" * 18}, {"at": "now"}, {"username": "x" * 61}]
)
def test_an_opening_that_cannot_be_read_is_refused_in_words(nina, broken):
    answer = tell(nina, **broken)
    assert answer.status_code == 422 and answer.json()["problems"][0]["sentence"]
    assert not AuditEntry.objects.filter(action="open_offline").exists()


def test_a_reason_survives_the_queue_as_its_code(patient, nina):
    said = form(heart_rate="90", weight_not_done="refused", weight_not_done_words="nauseous", due_codes="spo2,weight")
    assert send(nina, patient, said).json() == {"saved": True}
    kept = {row.code: (row.reason, row.words) for row in Round.objects.get().not_done.all()}
    assert kept == {"weight": ("refused", "nauseous"), "spo2": ("asleep", "")}
