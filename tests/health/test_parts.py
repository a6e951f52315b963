"""Each part that is not well is named by a code to machines and in words to people, and nothing else is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client

from tests.dosing.pages import text_of
from tracker import clock, health, heartbeats
from tracker.models import Heartbeat

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
PROCESSES = (heartbeats.WORKER, heartbeats.BEAT)


@pytest.fixture
def at(db):
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def running(at):
    """Every part was seen just now."""
    for name in (*PROCESSES, *health.sweeps()):
        heartbeats.sign(name)


def asked() -> tuple[int, list[str]]:
    response = Client().get("/readyz")
    return response.status_code, response.json()["reasons"]


def test_a_process_that_answers_is_alive_without_asking_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"alive\n")


def test_with_everything_seen_it_is_ready(running):
    assert asked() == (200, [])


def test_it_costs_two_queries(running, django_assert_num_queries):
    with django_assert_num_queries(2):
        Client().get("/readyz")


def test_nothing_was_seen_so_far(at):
    status, reasons = asked()
    assert status == 503
    assert {"worker_silent", "beat_silent", "late:alerts.sweep_reviews", "late:alerts.sweep_time"} <= set(reasons)


@pytest.mark.parametrize(
    ("silent", "reason"),
    [
        ("worker", "worker_silent"),
        ("beat", "beat_silent"),
        ("alerts.sweep_reviews", "late:alerts.sweep_reviews"),
        ("alerts.sweep_time", "late:alerts.sweep_time"),
    ],
)
def test_one_that_is_silent_for_more_than_a_minute_is_named_alone(running, at, silent, reason):
    at.shift(timedelta(seconds=61))
    for name in (*PROCESSES, *health.sweeps()):
        if name != silent:
            heartbeats.sign(name)
    assert asked() == (503, [reason])


def test_a_minute_is_not_more_than_a_minute(running, at):
    at.shift(timedelta(seconds=60))
    assert asked() == (200, [])


def test_what_runs_once_a_day_is_no_sweep():
    assert "tracker.forget_answers" not in health.sweeps()


def test_without_its_database_it_says_so_and_stays_alive(running, monkeypatch):
    def gone(*args: object) -> None:
        raise OperationalError("no such server at 10.0.0.7")

    client = Client()
    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", gone)
        assert client.get("/readyz").json() == {"ready": False, "reasons": ["database"]}
        assert client.get("/healthz").status_code == 200


def test_a_broker_that_is_gone_is_named(running, settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}
    assert asked() == (503, ["broker"])


def test_a_clock_that_was_set_back_is_named(running, at):
    at.move_to(EIGHT - timedelta(hours=1))
    assert asked() == (503, ["clock"])


def test_what_a_watchdog_found_is_told_in_words_to_staff_only(running, cast):
    heartbeats.sign("watchdog: reviews", trouble="2 changed charts were not looked at.")
    assert asked() == (503, ["trouble:reviews"])
    assert b"2 changed charts" not in Client().get("/readyz").content
    client = Client()
    assert client.get("/status/").status_code == 302
    client.force_login(cast.nina)
    said = client.get("/status/").content.decode()
    assert "2 changed charts were not looked at." in said and "not well" in said


def test_a_trouble_keeps_the_time_at_which_it_began(at):
    heartbeats.sign("watchdog: reviews", trouble="One chart.")
    at.shift(timedelta(minutes=2))
    heartbeats.sign("watchdog: reviews", trouble="Two charts.")
    row = Heartbeat.objects.get(pk="watchdog: reviews")
    assert (row.since, row.at, row.trouble) == (EIGHT, clock.now(), "Two charts.")
    heartbeats.sign("watchdog: reviews")
    row.refresh_from_db()
    assert (row.since, row.trouble) == (None, "")


def test_all_is_well_is_said_too(running, cast):
    client = Client()
    client.force_login(cast.ada)
    assert "All is well" in client.get("/status/").content.decode()


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02:30 +01:00"),  # that hour comes twice
        (datetime(2026, 11, 24, 1, 30, tzinfo=UTC), "02:30"),
    ],
)
def test_the_page_says_times_as_the_ward_does_with_their_age(cast, client, at, said):
    with time_machine.travel(at, tick=False) as time:
        heartbeats.sign(heartbeats.WORKER)
        heartbeats.sign("watchdog: reviews", trouble="One chart.")
        time.shift(timedelta(seconds=200))
        client.force_login(cast.nina)
        words = text_of(client.get("/status/"))
    assert f"{said} 3 min ago" in words and f"Since {said}, for 3 min." in words
    assert "Steps of alerts" in words and "alerts.sweep_steps" not in words
    assert "T02:" not in words and "T01:" not in words
