"""Who gives signs of life when, and that neither a failing database nor a clock set back silences the beat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import OperationalError

from tracker import beat, clock, heartbeats, signs
from tracker.celery import app
from tracker.models import Heartbeat

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_written(monkeypatch):
    monkeypatch.setattr(heartbeats, "_written", {})
    monkeypatch.setattr(heartbeats, "close_old_connections", lambda: None)


@pytest.fixture
def scheduler(tmp_path, monkeypatch):
    """The beat with its file, sending into a list."""
    sent = []
    made = beat.Scheduler(app=app, schedule_filename=str(tmp_path / "schedule"), lazy=False)
    monkeypatch.setattr(made, "apply_async", lambda entry, **kwargs: sent.append(entry.task))
    made.sent = sent
    yield made
    made.close()


def tick_until_quiet(scheduler) -> float:
    for _ in range(20):
        if pause := scheduler.tick():
            return pause
    raise AssertionError("the beat never rests")


def test_a_sweep_that_ended_well_gives_a_sign_and_a_failed_one_none(db):
    task = SimpleNamespace(name="alerts.sweep_time")
    signs.sign_for_a_sweep(task=task, state="FAILURE")
    assert not Heartbeat.objects.exists()
    signs.sign_for_a_sweep(task=task, state="SUCCESS")
    assert Heartbeat.objects.get().name == "alerts.sweep_time"


def test_a_task_outside_the_table_gives_none(db):
    signs.sign_for_a_sweep(task=SimpleNamespace(name="alerts.review_chart"), state="SUCCESS")
    assert not Heartbeat.objects.exists()


def test_a_hundred_tasks_are_one_write(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(100):
            heartbeats.try_to_sign("worker")


def test_a_database_that_fails_is_logged_and_tried_again(db, monkeypatch, caplog):
    real = heartbeats.sign

    def fail(name: str) -> None:
        raise OperationalError("locked")

    monkeypatch.setattr(heartbeats, "sign", fail)
    heartbeats.try_to_sign("beat")
    assert "no sign of life of beat" in caplog.text
    monkeypatch.setattr(heartbeats, "sign", real)
    heartbeats.try_to_sign("beat")
    assert Heartbeat.objects.get().name == "beat"


def test_the_beat_signs_and_never_sleeps_longer_than_a_sign_may_take(db, scheduler):
    assert 0 < tick_until_quiet(scheduler) <= heartbeats.EVERY_S
    assert Heartbeat.objects.get().name == "beat"


@pytest.mark.parametrize("hours", [-1, -25, 1, 25])
def test_after_the_clock_jumped_the_sweeps_go_on_at_once(db, scheduler, hours):
    with time_machine.travel(EIGHT, tick=False) as machine:
        for entry in scheduler.schedule.values():
            entry.last_run_at = clock.now()
        tick_until_quiet(scheduler)
        machine.shift(timedelta(seconds=15))
        tick_until_quiet(scheduler)
        before = scheduler.sent.count("alerts.sweep_reviews")
        machine.shift(timedelta(hours=hours))
        tick_until_quiet(scheduler)
        assert scheduler.sent.count("alerts.sweep_reviews") == before + 1
        machine.shift(timedelta(seconds=15))
        tick_until_quiet(scheduler)
        assert scheduler.sent.count("alerts.sweep_reviews") == before + 2


def test_the_worker_signs_at_its_start_by_its_own_timer_and_not_after_its_end(db):
    repeated = []
    tref = SimpleNamespace(cancelled=False)
    tref.cancel = lambda: setattr(tref, "cancelled", True)
    parent = SimpleNamespace(
        timer=SimpleNamespace(call_repeatedly=lambda every, call, args: repeated.append((every, args)) or tref)
    )
    step = signs.WorkerSigns(parent)
    step.start(parent)
    assert Heartbeat.objects.get().name == "worker"
    assert repeated == [(heartbeats.EVERY_S, ("worker",))]
    step.stop(parent)
    assert tref.cancelled


def test_a_look_around_that_fails_does_not_end_the_signs(db, caplog):
    def fail(**kwargs: object) -> None:
        raise ZeroDivisionError

    heartbeats.looked_around.connect(fail)
    try:
        heartbeats.sign_from_thread("beat")
    finally:
        heartbeats.looked_around.disconnect(fail)
    assert "beat looked around in vain: fail" in caplog.text
    assert Heartbeat.objects.get(pk="beat")
