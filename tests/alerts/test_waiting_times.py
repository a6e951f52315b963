"""How long alerts waited, step by step, on a page and for a monitor; and who may read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from alerts import sweeps
from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.dwell import CAUSE_TO_RAISED, RAISED_TO_SEEN, SEEN_TO_ANSWERED, dwells
from alerts.models import Alert, AlertSight
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker import clock

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
TOKEN = "a token of a monitor"


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
    return admit(cast)


@pytest.fixture
def raised(cast, patient, at) -> Alert:
    """A pressure of 08:00, recorded at 08:10 and raised three seconds later."""
    full_round(cast, patient)
    running_cycle(cast, patient)
    at.shift(timedelta(minutes=10))
    round_(cast, patient, at=EIGHT + timedelta(seconds=1), systolic_bp="84")
    at.shift(timedelta(seconds=3))
    sweeps.sweep_reviews()
    return Alert.objects.get(cause="L-CV-SBP")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def measured() -> dict[str, tuple[float, ...]]:
    return {each.step: each.seconds for each in dwells(EIGHT, clock.now())}


def test_a_cause_is_known_from_when_it_was_recorded_not_observed(raised):
    assert 3.0 in measured()[CAUSE_TO_RAISED]
    assert max(measured()[CAUSE_TO_RAISED]) <= 3.0


def test_seen_is_when_it_was_first_on_the_screen_of_who_may_answer(cast, raised, at):
    at.shift(timedelta(seconds=20))
    signed_in(cast.paul).get(f"/patients/{raised.patient_id}/")
    assert not AlertSight.objects.exists()
    signed_in(cast.nina).get("/alerts/")
    at.shift(timedelta(seconds=20))
    signed_in(cast.noah).get("/alerts/")
    sight = AlertSight.objects.get(alert=raised)
    assert sight.by == cast.nina
    assert set(measured()[RAISED_TO_SEEN]) == {20.0}


def test_who_must_not_see_it_has_not_seen_it(cast, raised):
    signed_in(cast.zoe).get("/alerts/")
    assert not AlertSight.objects.exists()


def test_the_answer_counts_from_the_sight(cast, raised, at):
    signed_in(cast.nina).get("/alerts/")
    at.shift(timedelta(seconds=45))
    acknowledge_alert(by=as_(cast.nina), alert_id=raised.pk)
    assert measured()[SEEN_TO_ANSWERED] == (45.0,)


def test_the_page_says_it_in_words(cast, raised):
    said = signed_in(cast.nina).get("/status/waiting-times/").content.decode()
    assert "From the cause being known to the alert" in said and "3.0 s" in said and "none so far" in said


def test_a_monitor_reads_the_same_and_no_name(raised, settings):
    settings.METRICS_TOKEN = TOKEN
    said = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert 'ward_alert_dwell_seconds{step="cause_to_raised",which="longest"} 3.0' in said
    assert 'ward_alerts_open{kind="hold"' in said and 'ward_part_well{part="Worker"} 0.0' in said
    assert "Almeida" not in said and "4471-882" not in said


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
@pytest.mark.parametrize("known", ["", TOKEN])
def test_without_the_token_nobody_reads(db, settings, sent, known):
    settings.METRICS_TOKEN = known
    response = Client().get("/metrics", headers={"Authorization": sent})
    assert response.status_code == 403 and b"ward_" not in response.content


def test_the_administrator_reads_and_a_nurse_does_not(cast):
    assert signed_in(cast.max).get("/metrics").status_code == 200
    assert signed_in(cast.nina).get("/metrics").status_code == 403
