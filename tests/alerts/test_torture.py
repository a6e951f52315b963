"""What went wrong with other people's alerts (T21 to T27), each told from the first value to the last notice."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail

from alerts import escalation_sweeps, tasks
from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.keep_contacts import add_contact
from alerts.alarm_queries import alarm_of
from alerts.delivery_sweeps import deliver, due_deliveries
from alerts.models import Alert, AppNotice, CycleWatch, Delivery
from alerts.outbox import wait_after
from alerts.states import ALERT_MOVES, AlertHappened, AlertState
from dosing.actions.end_cycle import end_cycle
from tests.live import ROOT
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker import clock
from tracker.actions.move_patient import discharge_patient
from tracker.celery import app
from tracker.errors import Conflict

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
    """In a running cycle, with everybody's addresses known."""
    for user in (cast.nina, cast.noah, cast.olga):
        address = f"{user.username}@hospital.example"
        add_contact(by=as_(cast.max), channel="email", address=address, user_id=user.pk)
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    return patient


def work() -> None:
    """Everything that the beat asks for, once."""
    tasks.sweep_reviews()
    tasks.sweep_time()
    tasks.sweep_answers()
    tasks.sweep_steps()
    for pk in due_deliveries():
        deliver(pk)


def minutes(at, number: int) -> None:
    """Time goes by with a worker that works every minute."""
    for _ in range(number):
        at.shift(MINUTE)
        work()


def notices() -> tuple[int, int]:
    """How many went to people inside the product, and how many out of the house."""
    return AppNotice.objects.count(), len(mail.outbox)


def story(alert: Alert) -> list[str]:
    return list(alert.events.order_by("id").values_list("kind", flat=True))


def hold(**which) -> Alert:
    return Alert.objects.get(**{"cause": "L-CV-SBP", **which})


# --- T21 --------------------------------------------------------------------------------------------------------------


def test_t21_after_the_answer_nobody_is_told_by_any_way_until_it_lapses_and_then_everybody_is(cast, patient, at):
    round_(cast, patient, systolic_bp="84")
    work()
    mail.outbox.clear()
    acknowledge_alert(by=as_(cast.nina), alert_id=hold().pk)
    before = notices()
    for _ in range(59):
        minutes(at, 1)
        round_(cast, patient, systolic_bp="84")  # new values of the same gravity come in all the while
        assert notices() == before
        assert not [each for each in alarm_of(cast.nina, clock.now()).sounding if "systolic" in each.words]
    assert hold().state == "acknowledged"
    minutes(at, 1)
    assert (hold().state, hold().raising) == ("notified", 2)
    assert set(AppNotice.objects.filter(step__raising=2).values_list("user__username", flat=True)) == {"nina", "noah"}
    assert {message.to[0] for message in mail.outbox} == {"nina@hospital.example", "noah@hospital.example"}


def test_t21_a_try_that_waits_for_its_turn_is_given_up_with_the_answer(cast, patient, at, monkeypatch):
    from alerts.channels import SENDERS
    from alerts.outbox import Channel

    round_(cast, patient, systolic_bp="84")
    with monkeypatch.context() as patch:
        patch.setitem(SENDERS, Channel.EMAIL, lambda notice: 1 / 0)
        work()
    acknowledge_alert(by=as_(cast.nina), alert_id=hold().pk)
    at.shift(wait_after(1))
    work()
    assert mail.outbox == [] and set(Delivery.objects.values_list("state", flat=True)) == {"not_needed"}


# --- T22 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["the value is back", "the cycle ended", "the patient was discharged"])
def test_t22_months_later_an_old_answered_alert_is_resolved_and_tells_nobody(cast, patient, at, how):
    """The worker was away all the while: the first thing that it sees is an answer that lapsed months ago."""
    round_(cast, patient, systolic_bp="84")
    work()
    alert = hold()
    acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk)
    at.shift(30 * MINUTE)
    if how == "the value is back":
        round_(cast, patient, systolic_bp="96", rhythm="sinus")
    elif how == "the cycle ended":
        end_cycle(by=as_(cast.olga), cycle_id=alert.cycle_id, reason="enough")
    else:
        discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    before = AppNotice.objects.filter(alert=alert).count()
    at.shift(timedelta(days=93))
    tasks.sweep_answers()  # the worst order: the answers before the charts
    work()
    alert.refresh_from_db()
    assert alert.state == "resolved" and not CycleWatch.objects.filter(look_at__lt=clock.now()).exists()
    for days in (1, 30, 300):
        at.shift(timedelta(days=days))
        work()
    alert.refresh_from_db()
    assert alert.state == "resolved"
    assert story(alert) == ["raised", "notified", "acknowledged", "resolved"]
    assert AppNotice.objects.filter(alert=alert).count() == before


# --- T23; two real transactions at once are in tests/processes/test_two_at_once.py ------------------------------------


def test_t23_an_answer_to_what_was_seen_is_none_to_what_it_has_become(cast, patient, at, client):
    """She reads a hold; before her tap lands the third value makes a stop of it."""
    round_(cast, patient, creatinine="2.7")
    work()
    alert = Alert.objects.get(cause="C-REN-CREATININE")
    client.force_login(cast.nina)
    page = client.get(f"/alerts/{alert.pk}/").content.decode()
    assert 'name="raising" value="1"' in page
    round_(cast, patient, creatinine="3.2")
    work()
    answer = client.post(f"/alerts/{alert.pk}/answer/", {"raising": "1"})
    assert answer.status_code == 409 and "raised anew since you saw it" in answer.content.decode()
    alert.refresh_from_db()
    assert (alert.kind, alert.state, alert.raising) == ("stop_cycle", "notified", 2)
    assert client.post(f"/alerts/{alert.pk}/answer/", {"raising": "2"}).status_code == 302
    with pytest.raises(Conflict):
        acknowledge_alert(by=as_(cast.noah), alert_id=alert.pk, raising=2)


# --- T24 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "unanswered"])
@pytest.mark.parametrize(
    ("value", "graver"),
    [("2.7", False), ("2.6", False), ("2.8", False), ("3.2", True)],
    ids=["equal", "milder", "worse, as grave", "graver"],
)
def test_t24_new_evidence_is_always_attached_and_told_anew_only_when_graver(cast, patient, at, value, graver, answered):
    round_(cast, patient, creatinine="2.7")
    work()
    alert = Alert.objects.get(cause="C-REN-CREATININE")
    if answered:
        acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk)
    before = notices()
    at.shift(MINUTE)
    round_(cast, patient, creatinine=value)
    work()
    alert.refresh_from_db()
    assert Alert.objects.filter(cause="C-REN-CREATININE").count() == 1
    assert str(alert.finding["because"]["creatinine"]) == value and value in alert.headline
    newest = alert.events.exclude(kind__in=["notified", "escalated"]).last()
    assert value in newest.words and newest.kind == ("graver" if graver else "evidence")
    told = (notices()[0] - before[0], notices()[1] - before[1])
    assert told == ((2, 2) if graver else (0, 0))
    if graver:
        assert (alert.kind, alert.state, alert.raising) == ("stop_cycle", "notified", 2)
        assert alert.acknowledged_by is None and [each.words for each in alarm_of(cast.nina, clock.now()).sounding]
    else:
        assert (alert.kind, alert.raising) == ("hold", 1)
        assert alert.state == ("acknowledged" if answered else "notified")


# --- T25 --------------------------------------------------------------------------------------------------------------


def test_t25_forty_values_to_and_fro_make_one_alert_and_one_open_at_any_time(cast, patient, at):
    for turn in range(40):
        at.shift(15 * MINUTE)
        round_(cast, patient, creatinine="2.5" if turn % 2 == 0 else "2.4")
        work()
        assert Alert.objects.filter(cause="C-REN-CREATININE").exclude(state="resolved").count() == 1 - turn % 2
    alert = Alert.objects.get(cause="C-REN-CREATININE")
    assert story(alert) == ["raised", "notified", "resolved"] * 20
    assert AppNotice.objects.filter(alert=alert).values("step__raising").distinct().count() == 20


# --- T26 --------------------------------------------------------------------------------------------------------------


def test_t26_a_worker_that_dies_at_any_line_of_a_step_has_told_everybody_or_nobody(cast, patient, at, monkeypatch):
    """Killed before the commit nothing is written; the next worker tells, once."""
    from alerts.actions import take_step as module

    round_(cast, patient, systolic_bp="84")
    tasks.sweep_reviews()
    for line in ("tell", "_move", "insert_event", "_next"):
        with monkeypatch.context() as patch:
            patch.setattr(module, line, lambda *args, **named: 1 / 0)
            escalation_sweeps.sweep_steps()
        assert (hold().state, notices(), Delivery.objects.count()) == ("raised", (0, 0), 0), line
    work()
    assert (hold().state, notices()) == ("notified", (2, 2))
    work()
    assert notices() == (2, 2)


# --- T27 --------------------------------------------------------------------------------------------------------------


def test_t27_no_timer_lives_in_the_broker():
    """No message is sent to be done later: what is due is a row, and the beat's own messages soon expire."""
    late = []
    paths = [path for package in ("tracker", "dosing", "alerts") for path in Path(ROOT, package).rglob("*.py")]
    for path in paths:
        tree = ast.parse(path.read_text())
        named = [node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)]
        called = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        late += [(path.name, name) for name in named if name in ("countdown", "eta")]
        late += [(path.name, name) for name in called if name in ("apply_async", "retry")]
    assert late == []
    for name, entry in app.conf.beat_schedule.items():
        assert entry["options"]["expires"] <= max(60, entry["schedule"]), name


def test_t27_every_message_twice_and_late_changes_nothing(cast, patient, at):
    round_(cast, patient, systolic_bp="84")
    for _ in range(2):
        tasks.review_chart(patient.pk)
    work()
    once = (notices(), story(hold()))
    for _ in range(3):
        tasks.review_chart(patient.pk)
        work()
    assert (notices(), story(hold())) == once == ((2, 2), ["raised", "notified"])


# --- the table, cell by cell, as the product itself moves -------------------------------------------------------------


def test_every_move_that_the_table_allows_is_made_by_somebody(cast, patient, at):
    """A table that allows more than the product does would hide a fault: each move is seen in a history."""
    happened = {"raised": "raised", "graver": "raised", "lapsed": "raised", "unmuted": "raised", "notified": "notified",
                "escalated": "escalated", "acknowledged": "acknowledged", "resolved": "resolved"}  # fmt: skip
    seen: set[tuple[str, str]] = set()

    def note() -> None:
        for alert in Alert.objects.exclude(kind="system"):
            states = [happened[kind] for kind in story(alert) if kind in happened]
            seen.update((before, after) for before, after in zip(states, states[1:], strict=False) if before != after)

    def value(creatinine: str) -> Alert:
        at.shift(MINUTE)
        round_(cast, patient, creatinine=creatinine)
        tasks.sweep_reviews()
        note()
        return Alert.objects.get(cause="C-REN-CREATININE")

    def answer(alert: Alert) -> None:
        acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk)
        note()

    def escalate() -> None:
        escalation_sweeps.sweep_steps()
        at.shift(5 * MINUTE)
        escalation_sweeps.sweep_steps()
        note()

    answer(value("2.7"))  # raised, acknowledged
    value("3.2")  # acknowledged, raised: graver
    value("2.4")  # raised, resolved
    alert = value("2.7")  # resolved, raised
    escalation_sweeps.sweep_steps()  # raised, notified
    value("3.2")  # notified, raised
    escalation_sweeps.sweep_steps()
    value("2.4")  # notified, resolved
    value("2.7")
    escalation_sweeps.sweep_steps()
    answer(alert)  # notified, acknowledged
    value("2.4")  # acknowledged, resolved
    value("2.7")
    escalate()  # notified, escalated
    value("3.2")  # escalated, raised
    escalate()
    answer(alert)  # escalated, acknowledged
    value("2.4")
    value("2.7")
    escalate()
    value("2.4")  # escalated, resolved
    allowed = {(before.value, after.value) for before, afters in ALERT_MOVES.items() for after in afters}
    assert seen == allowed
    assert set(happened) | {"evidence", "undelivered", "muted"} == {each.value for each in AlertHappened}
    assert {state for pair in allowed for state in pair} == {each.value for each in AlertState}
