"""A row that fails again and again is stepped over in every sweep, told of by name, and over when it passes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError

from alerts import delivery_sweeps, downtime_pack, sweeps, system_watch, tasks
from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.keep_contacts import add_contact
from alerts.escalation_sweeps import sweep_answers, sweep_steps
from alerts.models import Alert, Delivery, StuckRow
from dosing.models import Slot
from tests.people import admit, as_, full_round, running_cycle
from tracker import clock

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def two(cast, at):
    """Two patients in running cycles, each with a pressure that holds dose 1."""
    patients = [admit(cast, mrn=f"bed-{bed}", bed=bed, family=f"Family{bed}") for bed in range(2)]
    for patient in patients:
        full_round(cast, patient, systolic_bp="84")
        running_cycle(cast, patient)
    return patients


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    """Deliveries on the test's own thread and connection."""
    monkeypatch.setattr(delivery_sweeps._threads, "submit", lambda work, number: work(number))
    monkeypatch.setattr(delivery_sweeps.connections, "close_all", lambda: None)


def spoil(monkeypatch, module, name: str, bad: int, *, by: str = ""):
    """This function breaks for one row, and works for all the others."""
    real = getattr(module, name)

    def broken(*args, **named):
        if (named[by] if by else args[0]) == bad:
            raise KeyError("a row that nothing can read")
        return real(*args, **named)

    monkeypatch.setattr(module, name, broken)


def system() -> list[Alert]:
    return list(Alert.objects.filter(kind="system").exclude(state="resolved").order_by("id"))


def again(at, work, times: int = 3) -> None:
    for _ in range(times):
        at.shift(timedelta(seconds=15))
        work()


def healed(at, monkeypatch, work) -> None:
    """The fault is mended: the row passes, and its alert ends within some minutes."""
    monkeypatch.undo()
    monkeypatch.setattr(delivery_sweeps._threads, "submit", lambda job, number: job(number))
    monkeypatch.setattr(delivery_sweeps.connections, "close_all", lambda: None)
    work()
    at.shift(timedelta(seconds=121))
    work()
    system_watch.watch()
    assert [alert.cause for alert in system() if alert.cause.startswith("row:")] == []
    assert not StuckRow.objects.exists()


def test_a_chart_that_cannot_be_reviewed(cast, two, at, monkeypatch):
    bad, good = two
    spoil(monkeypatch, sweeps, "review_chart", bad.pk, by="patient_id")
    tasks.sweep_reviews()
    assert set(Alert.objects.values_list("patient_id", flat=True)) == {good.pk}
    again(at, tasks.sweep_reviews, 1)
    assert system() == []  # once or twice may have been a busy database
    again(at, tasks.sweep_reviews, 5)
    (alert,) = system()
    assert alert.cause == f"row:patient {bad.pk}" and alert.ward == cast.ward
    assert f"/patients/{bad.pk}/" in alert.headline and "KeyError" in alert.headline
    assert "Family" not in alert.headline
    healed(at, monkeypatch, tasks.sweep_reviews)
    assert Alert.objects.filter(patient=bad, kind="hold").exists()


def test_a_nudge_counts_like_a_sweep(cast, two, at, monkeypatch):
    spoil(monkeypatch, sweeps, "review_chart", two[0].pk, by="patient_id")
    again(at, lambda: tasks.review_chart(two[0].pk), 4)
    assert [alert.cause for alert in system()] == [f"row:patient {two[0].pk}"]


def test_a_cycle_that_cannot_be_looked_at(cast, two, at, monkeypatch):
    tasks.sweep_reviews()
    at.shift(timedelta(minutes=20))  # both doses are overdue by now
    spoil(monkeypatch, sweeps, "catch_up", two[0].pk)
    again(at, tasks.sweep_time, 4)
    assert Alert.objects.filter(cause="overdue-1").values_list("patient_id", flat=True)[0] == two[1].pk
    (alert,) = system()
    assert alert.cause.startswith("row:cycle ") and f"/patients/{two[0].pk}/" in alert.headline
    healed(at, monkeypatch, tasks.sweep_time)


def test_a_dose_that_cannot_lapse_keeps_no_alert_from_being_raised(cast, two, at, monkeypatch):
    tasks.sweep_reviews()
    at.shift(timedelta(hours=2, minutes=1))
    bad = Slot.objects.get(cycle__patient=two[0], number=1)
    spoil(monkeypatch, sweeps, "lapse_slot", bad.pk, by="slot_id")
    again(at, tasks.sweep_time, 4)
    assert set(Alert.objects.filter(cause="lapsed-1").values_list("patient_id", flat=True)) == {p.pk for p in two}
    assert list(Slot.objects.filter(number=1).order_by("id").values_list("state", flat=True)) == ["open", "lapsed"]
    assert [alert.cause for alert in system()] == [f"row:slot {bad.pk}"]
    healed(at, monkeypatch, tasks.sweep_time)
    bad.refresh_from_db()
    assert bad.state == "lapsed"


def test_a_step_that_cannot_be_taken(cast, two, at, monkeypatch):
    from alerts import escalation_sweeps

    tasks.sweep_reviews()
    bad = Alert.objects.get(patient=two[0]).steps.get(number=0)
    spoil(monkeypatch, escalation_sweeps, "take_step", bad.pk, by="step_id")
    again(at, sweep_steps, 4)
    assert dict(Alert.objects.filter(kind="hold").values_list("patient_id", "state")) == {
        two[0].pk: "raised", two[1].pk: "notified",
    }  # fmt: skip
    assert [alert.cause for alert in system()] == [f"row:step {bad.pk}"]
    healed(at, monkeypatch, sweep_steps)


def test_an_answer_that_cannot_lapse(cast, two, at, monkeypatch):
    from alerts import escalation_sweeps

    tasks.sweep_reviews()
    holds = [Alert.objects.get(patient=patient, kind="hold") for patient in two]
    for hold in holds:
        acknowledge_alert(by=as_(cast.nina), alert_id=hold.pk)
    at.shift(timedelta(minutes=60))
    spoil(monkeypatch, escalation_sweeps, "lapse_answer", holds[0].pk, by="alert_id")
    again(at, sweep_answers, 4)
    for hold in holds:
        hold.refresh_from_db()
    assert [hold.state for hold in holds] == ["acknowledged", "raised"]
    assert [alert.cause for alert in system()] == [f"row:the answer to alert {holds[0].pk}"]
    healed(at, monkeypatch, sweep_answers)


def test_a_delivery_that_cannot_be_taken(cast, two, at, monkeypatch, mailoutbox):
    add_contact(by=as_(cast.max), channel="email", address="nina@hospital.example", user_id=cast.nina.pk)
    tasks.sweep_reviews()
    sweep_steps()
    bad, good = Delivery.objects.order_by("id")
    spoil(monkeypatch, delivery_sweeps, "claim_delivery", bad.pk, by="delivery_id")
    again(at, delivery_sweeps.start_deliveries, 4)
    good.refresh_from_db()
    assert good.state == "delivered" and len(mailoutbox) == 1
    assert [alert.cause for alert in system()] == [f"row:delivery {bad.pk}"]
    healed(at, monkeypatch, delivery_sweeps.start_deliveries)
    bad.refresh_from_db()
    assert bad.state == "delivered"


def test_a_downtime_pack_that_cannot_be_written(cast, two, at, monkeypatch, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    spoil(monkeypatch, downtime_pack, "write_pack", cast.ward)
    for _ in range(3):
        at.shift(timedelta(minutes=15))
        done = downtime_pack.write_packs()
        assert (done.wards, done.failed) == (1, 1)
    (alert,) = system()
    assert alert.cause == "row:the downtime pack of ward 4W" and "grows old" in alert.headline
    system_watch.watch()
    assert alert.cause in [each.cause for each in system()]  # the next try is a quarter of an hour away
    monkeypatch.undo()
    settings.VAR_DIR = tmp_path
    for _ in range(3):
        at.shift(timedelta(minutes=15))
        downtime_pack.write_packs()
    system_watch.watch()
    assert alert.cause not in [each.cause for each in system()]


def test_a_row_that_is_not_due_any_more_is_not_told_of_for_ever(cast, two, at, monkeypatch):
    spoil(monkeypatch, sweeps, "review_chart", two[0].pk, by="patient_id")
    again(at, tasks.sweep_reviews, 4)
    assert len(system()) == 1
    at.shift(timedelta(seconds=120))
    system_watch.watch()
    assert len([alert for alert in system() if alert.cause.startswith("row:")]) == 1
    at.shift(timedelta(seconds=1))
    system_watch.watch()
    assert [alert.cause for alert in system() if alert.cause.startswith("row:")] == []


def test_with_the_database_gone_the_sweep_still_goes_on(cast, two, at, monkeypatch, caplog):
    def gone(**named):
        raise OperationalError("no such server")

    monkeypatch.setattr(sweeps, "note_stuck", gone)
    spoil(monkeypatch, sweeps, "review_chart", two[0].pk, by="patient_id")
    tasks.sweep_reviews()
    assert Alert.objects.filter(patient=two[1]).exists()
    assert "could not be noted" in caplog.text and clock.now() == EIGHT


def test_the_alert_about_a_row_reaches_whoever_looks_after_the_system_and_the_ward(cast, two, at, monkeypatch, client):
    spoil(monkeypatch, sweeps, "review_chart", two[0].pk, by="patient_id")
    again(at, tasks.sweep_reviews, 4)
    (alert,) = system()
    for user in (cast.max, cast.nina):
        client.force_login(user)
        assert f"row at /patients/{two[0].pk}/".split()[-1] in client.get("/alerts/").content.decode()
    client.force_login(cast.zoe)
    assert client.get(f"/alerts/{alert.pk}/").status_code == 404
