"""Each watchdog finds work that was not done, is quiet when all is done, and one that fails hides no other."""

from __future__ import annotations

import http.server
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import F

from alerts import sweeps, system_watch, watch_tasks, watchdog
from alerts.models import Alert, AlertStep, CycleWatch
from tests.people import admit, full_round, round_, running_cycle
from tracker import clock, health, heartbeats
from tracker.models import ChartState, Heartbeat

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
    return admit(cast)


@pytest.fixture
def cycle(cast, patient):
    full_round(cast, patient)
    return running_cycle(cast, patient)


@pytest.fixture
def held(cast, patient, cycle):
    """A hold that was raised."""
    round_(cast, patient, systolic_bp="84")
    sweeps.sweep_reviews()
    return Alert.objects.get(cause="L-CV-SBP")


def later(at, seconds: int) -> datetime:
    at.shift(timedelta(seconds=seconds))
    return clock.now()


def seen() -> None:
    for name in (heartbeats.WORKER, heartbeats.BEAT, *health.sweeps()):
        heartbeats.sign(name)


# --- what each finds --------------------------------------------------------------------------------------------------


def test_with_all_work_done_every_check_is_silent(held, at):
    assert {name: check(clock.now()) for name, check in watchdog.CHECKS.items() if name != "steps"} == {
        "reviews": "", "looks": "", "deliveries": "", "disk": "", "backup": "",
    }  # fmt: skip


def test_a_change_that_nobody_reviewed_within_a_minute(cast, patient, cycle, at):
    assert watchdog.reviews(later(at, 60)) == ""
    assert watchdog.reviews(later(at, 1)) == "1 changed chart was not looked at within 60 s."
    sweeps.sweep_reviews()
    assert watchdog.reviews(clock.now()) == ""


def test_a_chart_that_goes_on_changing_is_not_thereby_on_time(cast, patient, cycle, at):
    for _ in range(3):
        round_(cast, patient, heart_rate="84")
        later(at, 40)
    assert ChartState.objects.get().changed_at > clock.now() - watchdog.WITHIN
    assert watchdog.reviews(clock.now()) != ""


def test_a_cycle_that_time_may_have_changed(cast, patient, cycle, at):
    sweeps.sweep_reviews()
    CycleWatch.objects.update(look_at=clock.now() - timedelta(seconds=61))
    assert watchdog.looks(clock.now()) == "1 running cycle was not looked at within 60 s."


def test_a_cycle_that_nobody_watches(cast, patient, cycle, at):
    sweeps.sweep_reviews()
    CycleWatch.objects.all().delete()
    assert watchdog.looks(later(at, 61)) != ""


def test_an_open_alert_without_a_next_step(held, at):
    AlertStep.objects.filter(alert=held).update(done_at=clock.now())
    assert watchdog.steps(later(at, 61)) == "1 open alert has no next step within 60 s."


def test_a_step_that_was_not_taken(held, at):
    AlertStep.objects.filter(alert=held).update(done_at=None, due_at=clock.now())
    assert watchdog.steps(later(at, 61)) != ""


def test_a_step_in_the_future_is_enough(held, at):
    now = later(at, 61)
    AlertStep.objects.filter(alert=held).update(done_at=None, due_at=now + timedelta(minutes=5))
    assert watchdog.steps(now) == ""


def test_an_answer_that_lapsed_unnoticed(held, at):
    Alert.objects.update(state="acknowledged", acknowledged_until=clock.now())
    assert watchdog.steps(later(at, 61)) != ""


# --- what is done about it --------------------------------------------------------------------------------------------


def test_a_trouble_becomes_one_system_alert_that_ends_with_it(cast, patient, cycle, at, monkeypatch):
    later(at, 61)
    seen()
    for _ in range(3):
        watch_tasks.watchdog()
    (alert,) = Alert.objects.filter(kind="system")
    assert alert.cause == "watch-trouble:reviews" and "1 changed chart" in alert.headline
    ChartState.objects.update(reviewed_seq=F("seq"))
    CycleWatch.objects.update_or_create(cycle=cycle, defaults={"look_at": clock.now() + timedelta(minutes=5)})
    watch_tasks.watchdog()
    alert.refresh_from_db()
    assert alert.state == "resolved"


def test_a_check_that_fails_is_a_trouble_and_hides_no_other(db, at, monkeypatch):
    def fail(now: datetime) -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(watchdog.CHECKS, "reviews", fail)
    monkeypatch.setitem(watchdog.CHECKS, "looks", lambda now: "1 late.")
    system_watch.watch()
    rows = dict(Heartbeat.objects.filter(pk__startswith="watchdog").values_list("pk", "trouble"))
    assert rows["watchdog: reviews"] == "It could not be checked." and rows["watchdog: looks"] == "1 late."


def test_who_lives_tells_of_the_one_that_was_silent_for_a_minute_of_its_own_time(db, at, monkeypatch):
    monkeypatch.setattr(system_watch, "_seen", {})
    monotonic = [1000.0]
    monkeypatch.setattr(system_watch.time, "monotonic", lambda: monotonic[0])
    seen()
    Heartbeat.objects.filter(pk="beat").update(at=clock.now() - timedelta(hours=8))
    system_watch.look_around()
    assert not Alert.objects.exists()
    monotonic[0] += 60
    system_watch.look_around()
    assert [alert.cause for alert in Alert.objects.all()] == ["watch-beat_silent"]
    heartbeats.sign("beat")
    system_watch.look_around()
    assert Alert.objects.get().state == "resolved"


# --- the call to the outside ------------------------------------------------------------------------------------------


@pytest.fixture
def outside(settings):
    """A server that counts the calls."""
    calls = []

    class Monitor(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(500 if len(calls) > 1 else 200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Monitor)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.HEARTBEAT_URL = f"http://127.0.0.1:{server.server_port}/ping/secret"
    yield calls
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_outside_is_called_once_when_all_is_well_and_not_when_something_is_wrong(db, at, outside):
    seen()
    assert system_watch.watch() == []
    assert outside == ["/ping/secret"]
    later(at, 61)
    assert system_watch.watch() != []
    assert len(outside) == 1


def test_an_outside_that_fails_is_not_called_again_and_its_address_not_told(db, at, outside, caplog):
    outside.append("before")
    seen()
    system_watch.watch()
    assert len(outside) == 2
    assert "the outside was not told" in caplog.text and "secret" not in caplog.text


def test_without_an_address_nobody_is_called(db, at, settings):
    settings.HEARTBEAT_URL = ""
    seen()
    assert system_watch.watch() == [] and system_watch.ping() is False
