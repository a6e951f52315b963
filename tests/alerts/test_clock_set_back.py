"""The clock is set back by an hour: the next in line, a lapsing answer and a waiting notice do not wait for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alerts import tasks
from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.keep_contacts import add_contact
from alerts.actions.silence_sound import silence_sound
from alerts.alarm_queries import alarm_of
from alerts.delivery_sweeps import start_deliveries
from alerts.models import Alert, AppNotice, Delivery
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker import clock

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def hold(cast, at) -> Alert:
    """Raised and told to the nurses at 08:00."""
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    round_(cast, patient, systolic_bp="84")
    work()
    return Alert.objects.get(cause="L-CV-SBP")


def work() -> None:
    tasks.sweep_reviews()
    tasks.sweep_time()
    tasks.sweep_answers()
    tasks.sweep_steps()


def told(alert: Alert) -> int:
    return AppNotice.objects.filter(alert=alert).count()


def test_the_next_in_line_are_told_and_then_at_their_ordinary_times(hold, at):
    before = told(hold)
    at.shift(MINUTE - HOUR)
    work()
    assert hold.steps.filter(done_at__isnull=False).count() == 3 and told(hold) > before
    for _ in range(9):
        at.shift(MINUTE)
        work()
    assert hold.steps.filter(done_at__isnull=False).count() == 3  # not again and again
    at.shift(MINUTE)
    work()
    assert hold.steps.filter(done_at__isnull=False).count() == 4


def test_no_step_is_pulled_in_while_the_clock_goes_right(hold, at):
    for minutes, done in ((4, 1), (1, 2), (4, 2), (1, 3), (9, 3), (1, 4)):
        at.shift(minutes * MINUTE)
        work()
        assert hold.steps.filter(done_at__isnull=False).count() == done


def test_an_answer_counts_for_its_length_and_no_longer(cast, hold, at):
    acknowledge_alert(by=as_(cast.nina), alert_id=hold.pk)
    at.shift(-HOUR)
    work()
    at.shift(59 * MINUTE)
    work()
    hold.refresh_from_db()
    assert hold.state == "acknowledged"
    at.shift(MINUTE)
    work()
    hold.refresh_from_db()
    assert (hold.state, hold.raising) == ("notified", 2)


def test_a_notice_that_was_to_be_tried_again_is(cast, hold, at, monkeypatch):
    add_contact(by=as_(cast.max), channel="email", address="noah@hospital.example", user_id=cast.noah.pk)
    round_(cast, hold.patient, systolic_bp="60")
    work()
    Delivery.objects.update(due_at=clock.now() + 40 * timedelta(seconds=1))
    at.shift(-HOUR)
    monkeypatch.setattr("alerts.delivery_sweeps._threads.submit", lambda *args: None)
    monkeypatch.setattr("alerts.delivery_sweeps._under_way", set())  # what is never carried out stays in it
    assert len(start_deliveries()) == Delivery.objects.filter(due_at__lte=clock.now()).count() == 1


def test_the_sound_comes_back(cast, hold, at):
    silence_sound(by=as_(cast.nina), reason="I am at the bedside")
    assert alarm_of(cast.nina, clock.now()).sounding == ()
    at.shift(-HOUR)
    assert [each.words for each in alarm_of(cast.nina, clock.now()).sounding]


@pytest.mark.parametrize("values", [{"systolic_bp": "60"}, {"potassium": "6.4"}])
def test_what_is_charted_by_the_new_clock_raises_though_the_chart_lies_ahead(cast, at, values):
    """The pressure of an hour ago, by the clock of then, seems newer."""
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    at.shift(5 * MINUTE - HOUR)
    round_(cast, patient, **values)
    work()
    alert = Alert.objects.exclude(kind__in=["dose_overdue", "data_missing"]).get()
    assert alert.kind in ("hold", "critical_value") and told(alert) == 2


def test_what_stood_before_stands_on_though_a_milder_value_is_charted_by_the_new_clock(cast, hold, at):
    at.shift(5 * MINUTE - HOUR)
    round_(cast, hold.patient, systolic_bp="118")
    work()
    hold.refresh_from_db()
    assert hold.state != "resolved" and hold.finding["because"] == {"systolic_bp": 84}
