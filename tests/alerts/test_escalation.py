"""An alert that nobody answers goes on to the next in line; an answer keeps it quiet for its time and no longer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.keep_rota import end_turn, plan_turn
from alerts.actions.review_chart import review_chart
from alerts.actions.system_alert import raise_system_alert, resolve_system_alert
from alerts.actions.take_step import take_step
from alerts.diagram import diagram
from alerts.escalation import ANSWER_LASTS_MIN, ROUTES
from alerts.escalation_sweeps import sweep_answers, sweep_steps, take_steps_of
from alerts.models import Alert, AlertStep
from alerts.states import AlertKind
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker import clock
from tracker.audit.record import SYSTEM
from tracker.errors import Refusal
from tracker.models import AuditEntry


@pytest.fixture
def at():
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    return patient


@pytest.fixture
def hold(cast, patient):
    """A pressure of 84 that nobody has answered."""
    round_(cast, patient, systolic_bp="84")
    review_chart(by=SYSTEM, patient_id=patient.pk)
    return Alert.objects.get(cause="L-CV-SBP")


def history(alert) -> list[str]:
    return list(alert.events.values_list("kind", flat=True))


def steps(alert) -> list[tuple]:
    alert.refresh_from_db()
    rows = alert.steps.filter(raising=alert.raising).order_by("number")
    return [(row.duty, (row.due_at - alert.raised_at).total_seconds() // 60, row.done_at is not None) for row in rows]


def state(alert) -> str:
    alert.refresh_from_db()
    return alert.state


# --- the tables -------------------------------------------------------------------------------------------------------


def test_the_drawing_in_the_repository_is_that_of_the_table():
    assert Path("alerts/life.md").read_text() == diagram(), "run: python -m alerts.diagram > alerts/life.md"


@pytest.mark.parametrize("kind", list(AlertKind))
def test_every_kind_has_a_route_that_begins_at_once_and_an_answer_that_lapses(kind):
    after = [stage.after_min for stage in ROUTES[kind]]
    assert after[0] == 0 and after == sorted(set(after)) and len(after) >= 2
    assert ANSWER_LASTS_MIN[kind] > 0


# --- steps ------------------------------------------------------------------------------------------------------------


def test_a_hold_has_its_three_steps_when_it_is_raised(hold):
    assert steps(hold) == [("nurse", 0, False), ("charge_nurse", 5, False), ("oncologist", 10, False)]


def test_nobody_answers_and_each_in_line_is_told_in_time(hold, at):
    assert sweep_steps().caught_up == 1
    assert state(hold) == "notified"
    at.shift(timedelta(minutes=4, seconds=59))
    assert sweep_steps().caught_up == 0
    at.shift(timedelta(seconds=1))
    assert sweep_steps().caught_up == 1
    assert state(hold) == "escalated"
    at.shift(timedelta(minutes=5))
    sweep_steps()
    assert history(hold) == ["raised", "notified", "escalated", "escalated"]
    assert list(hold.events.values_list("words", flat=True))[1:] == [
        "nurse of the patient: Nina Nurse, Noah Nurse",
        "charge nurse: Nina Nurse, Noah Nurse",
        "oncologist on duty: Olga Oncologist",
    ]
    assert AuditEntry.objects.filter(action="alert_escalated").count() == 2


def test_an_alert_that_nobody_answers_always_has_a_next_step(hold, at):
    for _ in range(6):
        sweep_steps()
        at.shift(timedelta(minutes=10))
        assert hold.steps.filter(done_at=None).exists()
    assert hold.steps.filter(duty="oncologist", done_at__isnull=False).count() >= 3


def test_t27_the_same_step_delivered_twice_tells_once(hold):
    """T27: the broker may bring a message twice, the row says whether it is to be done."""
    step = hold.steps.first()
    assert take_step(by=SYSTEM, step_id=step.pk) is True
    assert take_step(by=SYSTEM, step_id=step.pk) is False
    assert history(hold) == ["raised", "notified"]


def test_a_sweep_over_other_patients_steps_leaves_them(hold, patient):
    assert take_steps_of(patient.pk + 1).caught_up == 0
    assert take_steps_of(patient.pk).caught_up == 1


# --- the answer -------------------------------------------------------------------------------------------------------


def test_t21_answered_is_quiet_and_lapses_after_its_time(cast, hold, at):
    sweep_steps()
    acknowledge_alert(by=as_(cast.nina), alert_id=hold.pk)
    at.shift(timedelta(minutes=59))
    assert sweep_steps().caught_up == 0 and sweep_answers().caught_up == 0
    assert state(hold) == "acknowledged"
    at.shift(timedelta(minutes=1))
    assert sweep_answers().caught_up == 1
    assert state(hold) == "raised"
    assert (hold.raising, hold.acknowledged_by) == (2, None)
    assert steps(hold)[0] == ("nurse", 0, False)
    sweep_steps()
    assert history(hold) == ["raised", "notified", "acknowledged", "lapsed", "notified"]


def test_t22_an_alert_whose_cause_is_gone_is_resolved_and_stays_so(cast, patient, hold, at):
    """Also when nobody looked at the chart before the answer lapsed."""
    acknowledge_alert(by=as_(cast.nina), alert_id=hold.pk)
    at.shift(timedelta(minutes=30))
    round_(cast, patient, systolic_bp="96", rhythm="sinus")
    at.shift(timedelta(minutes=31))
    sweep_answers()
    assert state(hold) == "resolved"
    at.shift(timedelta(days=90))
    sweep_steps()
    sweep_answers()
    assert state(hold) == "resolved"
    assert "escalated" not in history(hold) and "lapsed" not in history(hold)


def test_t23_an_answer_in_the_moment_of_a_step_stops_it(cast, hold, at):
    sweep_steps()
    at.shift(timedelta(minutes=5))
    due = AlertStep.objects.get(alert=hold, number=1)
    acknowledge_alert(by=as_(cast.noah), alert_id=hold.pk)
    assert take_step(by=SYSTEM, step_id=due.pk) is False
    assert state(hold) == "acknowledged"


def test_t23_an_answer_while_its_lapse_is_carried_out_keeps_one_order(cast, hold, at):
    from alerts.actions.lapse_answer import lapse_answer

    acknowledge_alert(by=as_(cast.nina), alert_id=hold.pk)
    at.shift(timedelta(minutes=60))
    assert lapse_answer(by=SYSTEM, alert_id=hold.pk) is True
    acknowledge_alert(by=as_(cast.noah), alert_id=hold.pk)
    assert lapse_answer(by=SYSTEM, alert_id=hold.pk) is False
    assert state(hold) == "acknowledged"
    assert hold.acknowledged_by == cast.noah


# --- muting -----------------------------------------------------------------------------------------------------------


def test_a_stop_for_good_mutes_the_hold_and_gives_it_back(cast, patient, hold, at):
    sweep_steps()
    at.shift(timedelta(minutes=2))
    worse = round_(cast, patient, rhythm="ventricular_tachycardia_sustained")
    review_chart(by=SYSTEM, patient_id=patient.pk)
    gravest = Alert.objects.exclude(pk=hold.pk).order_by("id").first()
    hold.refresh_from_db()
    assert hold.muted_by is not None and hold.muted_by.kind in ("stop_course", "discontinue", "stop_cycle")
    at.shift(timedelta(minutes=5))
    sweep_steps()
    assert history(hold)[-1] == "muted"
    from tracker.actions.retract_round import retract_round

    retract_round(by=as_(cast.nina), round_id=worse.pk, reason="wrong patient")
    review_chart(by=SYSTEM, patient_id=patient.pk)
    gravest.refresh_from_db()
    hold.refresh_from_db()
    assert (gravest.state, hold.muted_by, hold.state) == ("resolved", None, "raised")
    assert steps(hold)[0][0] == "nurse" and history(hold)[-1] == "unmuted"
    sweep_steps()
    assert state(hold) == "notified"


# --- the rota ---------------------------------------------------------------------------------------------------------


def turn(cast, duty, user, **more):
    now = clock.now()
    return plan_turn(
        by=as_(cast.max),
        ward_id=cast.ward.pk,
        duty=duty,
        user_id=user.pk,
        begins_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=8),
        **more,
    )


def told(alert) -> list[str]:
    return [step.told for step in alert.steps.filter(done_at__isnull=False)]


def test_the_nurse_of_the_bed_is_told_before_the_other_nurses(cast, hold):
    turn(cast, "nurse", cast.nina)
    turn(cast, "nurse", cast.noah, bed_id=cast.beds[0].pk)
    sweep_steps()
    assert told(hold) == ["Noah Nurse"]


def test_the_charge_nurse_is_who_the_rota_says(cast, hold, at):
    turn(cast, "charge_nurse", cast.noah)
    at.shift(timedelta(minutes=5))
    sweep_steps()
    assert told(hold) == ["Nina Nurse, Noah Nurse", "Noah Nurse"]


def test_the_stand_in_is_told_when_the_access_of_the_person_has_ended(cast, hold):
    turn(cast, "nurse", cast.nina, stand_in_id=cast.noah.pk)
    cast.nina.is_active = False
    cast.nina.save(update_fields=["is_active"])
    sweep_steps()
    assert told(hold) == ["Noah Nurse"]


def test_a_turn_that_was_given_up_counts_no_more(cast, hold, at):
    planned = turn(cast, "charge_nurse", cast.noah)
    end_turn(by=as_(cast.max), turn_id=planned.pk)
    at.shift(timedelta(minutes=5))
    sweep_steps()
    assert told(hold)[1] == "Nina Nurse, Noah Nurse"


# --- the system -------------------------------------------------------------------------------------------------------


def test_a_system_alert_is_one_for_each_cause_and_scope(cast, at):
    for _ in range(2):
        raise_system_alert(by=SYSTEM, cause="beat-silent", headline="Nothing is swept.")
        raise_system_alert(by=SYSTEM, cause="beat-silent", headline="Nothing is swept here.", ward=cast.ward)
    assert Alert.objects.filter(kind="system").count() == 2
    sweep_steps()
    assert {step.told for step in AlertStep.objects.filter(done_at__isnull=False)} == {"Max Administrator"}
    assert resolve_system_alert(by=SYSTEM, cause="beat-silent") is True
    assert resolve_system_alert(by=SYSTEM, cause="beat-silent") is False
    assert Alert.objects.filter(kind="system", state="resolved").get().ward is None


def test_the_administrator_sees_and_answers_what_is_wrong_with_the_system_and_no_patient(cast, client, hold, at):
    whole = raise_system_alert(by=SYSTEM, cause="beat-silent", headline="Nothing is swept.")
    here = raise_system_alert(by=SYSTEM, cause="row:patient 5", headline="One row fails.", ward=cast.ward)
    client.force_login(cast.max)
    page = client.get("/alerts/").content.decode()
    assert "Nothing is swept." in page and "One row fails." in page
    assert "systolic" not in page and "Almeida" not in page
    assert '<span class="sr"> unanswered</span>' in page and ">2<span" in page
    assert client.get(f"/alerts/{hold.pk}/").status_code == 404
    assert client.post(f"/alerts/{hold.pk}/answer/").status_code == 404
    for alert in (whole, here):
        assert client.post(f"/alerts/{alert.pk}/answer/", {"note": "restarting"}).status_code == 302
        assert (state(alert), alert.acknowledged_by) == ("acknowledged", cast.max)
    assert state(hold) == "raised"


def test_a_system_alert_of_another_ward_is_nobodys_there(cast, at):
    here = raise_system_alert(by=SYSTEM, cause="row:patient 5", headline="One row fails.", ward=cast.ward)
    for user in (cast.zoe, cast.paul, cast.ada):
        with pytest.raises(Refusal):
            acknowledge_alert(by=as_(user), alert_id=here.pk)
    acknowledge_alert(by=as_(cast.nina), alert_id=here.pk)
    assert state(here) == "acknowledged"


def test_what_is_about_the_whole_site_comes_to_whoever_is_on_duty_on_every_ward(cast, client, at):
    alert = raise_system_alert(by=SYSTEM, cause="beat-silent", headline="Nothing is swept.")
    turn(cast, "charge_nurse", cast.noah)
    sweep_steps()
    at.shift(timedelta(minutes=10))
    sweep_steps()
    assert told(alert) == ["Max Administrator", "Noah Nurse"]
    client.force_login(cast.noah)
    board = " ".join(client.get("/board/").content.decode().split())
    assert "<b>1</b> about the system itself" in board and '<span class="sr"> unanswered</span>' in board
    acknowledge_alert(by=as_(cast.noah), alert_id=alert.pk)
    assert "about the system itself" not in client.get("/board/cards/").content.decode()


def test_without_a_rota_it_comes_to_all_nurses(cast, at):
    alert = raise_system_alert(by=SYSTEM, cause="beat-silent", headline="Nothing is swept.")
    sweep_steps()
    at.shift(timedelta(minutes=10))
    sweep_steps()
    assert told(alert)[1] == "Nina Nurse, Noah Nurse, Zoe Elsewhere"


def test_a_system_alert_can_be_answered_and_read(cast, client, at):
    alert = raise_system_alert(by=SYSTEM, cause="beat-silent", headline="Nothing is swept.")
    client.force_login(cast.nina)
    assert "Nothing is swept." in client.get("/alerts/").content.decode()
    assert client.get(f"/alerts/{alert.pk}/").status_code == 200
    acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk)
    assert state(alert) == "acknowledged"
    at.shift(timedelta(hours=4))
    sweep_answers()
    assert state(alert) == "raised"
