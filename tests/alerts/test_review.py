"""A review brings the alerts in line with what the rules say: raised once, continued, resolved, told to the auditor."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from alerts import queries
from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.review_chart import review_chart
from alerts.models import Alert, AlertEvent, CycleWatch
from alerts.sweeps import catch_up, catch_up_if_due
from dosing.actions.end_cycle import end_cycle
from dosing.actions.give_dose import give_dose
from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.models import Slot
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tracker import clock
from tracker.actions.move_patient import discharge_patient, transfer_patient
from tracker.actions.retract_round import retract_round
from tracker.audit.record import SYSTEM
from tracker.errors import Conflict
from tracker.models import AuditEntry, ChartState, Ward


@pytest.fixture
def at():
    """A clock that stands still until a test moves it."""
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
    return admit(cast)


@pytest.fixture
def cycle(cast, patient):
    """Running; everything fresh; dose 1 is due now."""
    full_round(cast, patient)
    return running_cycle(cast, patient)


def review(patient) -> int:
    return review_chart(by=SYSTEM, patient_id=patient.pk)


def alert(**which) -> Alert:
    return Alert.objects.get(**which)


def history(of: Alert) -> list[str]:
    return list(of.events.values_list("kind", flat=True))


def audited() -> list[str]:
    return list(AuditEntry.objects.filter(action__startswith="alert_").order_by("id").values_list("action", flat=True))


# --- raised -----------------------------------------------------------------------------------------------------------


def test_an_unremarkable_round_raises_nothing_and_is_noted_as_reviewed(patient, cycle):
    assert review(patient) == 0
    chart = ChartState.objects.get(pk=patient.pk)
    assert (chart.reviewed_seq, Alert.objects.count()) == (chart.seq, 0)


def test_a_pressure_of_84_raises_one_hold(cast, patient, cycle):
    round_(cast, patient, systolic_bp="84")
    assert review(patient) == 1
    raised = alert()
    assert (raised.kind, raised.state, raised.cause) == ("hold", "raised", "L-CV-SBP")
    assert raised.headline == "Do not give dose 1: systolic 84\N{THIN SPACE}mmHg at 09:00, below 90."
    assert raised.finding["because"] == {"systolic_bp": 84}
    assert "90" in raised.release
    assert "prescribing information" in raised.source
    assert (raised.cause_at, raised.raised_at) == (clock.now(), clock.now())
    assert (raised.ward, raised.slot.number, raised.patient) == (cast.ward, 1, patient)
    assert history(raised) == ["raised"]


def test_the_auditor_reads_what_was_raised(cast, patient, cycle):
    round_(cast, patient, systolic_bp="84")
    review(patient)
    entry = AuditEntry.objects.get(action="alert_raised")
    assert (entry.actor, entry.patient_id, entry.object_type, entry.object_id) == (
        "system",
        patient.pk,
        "alert",
        alert().pk,
    )
    assert entry.after["cause"] == "L-CV-SBP"
    assert entry.after["finding"]["because"] == {"systolic_bp": 84}


def test_a_second_review_changes_nothing_and_writes_nothing(cast, patient, cycle):
    round_(cast, patient, systolic_bp="84")
    review(patient)
    before = (AuditEntry.objects.count(), AlertEvent.objects.count(), list(Alert.objects.values()))
    assert review(patient) == 0
    assert (AuditEntry.objects.count(), AlertEvent.objects.count(), list(Alert.objects.values())) == before


def test_each_finding_has_an_alert_of_its_own(cast, patient, cycle):
    round_(cast, patient, systolic_bp="84", creatinine="2.7")
    assert review(patient) == 2
    assert set(Alert.objects.values_list("cause", flat=True)) == {"L-CV-SBP", "C-REN-CREATININE"}


def test_a_prescribed_cycle_that_nobody_started_raises_nothing(cast, patient):
    round_(cast, patient, systolic_bp="84")
    prescribe_cycle(by=as_(cast.olga), patient_id=patient.pk, dosing_weight_kg="70", first_dose_at=clock.now())
    assert review(patient) == 0


def test_a_patient_without_a_cycle_is_noted_as_reviewed(cast, patient):
    round_(cast, patient, systolic_bp="84")
    review(patient)
    assert not queries.is_review_due(patient.pk)
    assert Alert.objects.count() == 0


# --- continued --------------------------------------------------------------------------------------------------------


def test_t24_a_worse_value_joins_the_open_alert(cast, patient, cycle, at):
    """T24."""
    round_(cast, patient, systolic_bp="84")
    review(patient)
    at.shift(timedelta(minutes=10))
    round_(cast, patient, systolic_bp="81")
    assert review(patient) == 0
    one = alert()
    assert one.finding["because"] == {"systolic_bp": 81}
    assert one.cause_at == clock.now()
    assert one.raised_at == clock.now() - timedelta(minutes=10)
    assert history(one) == ["raised", "evidence"]
    assert "81" in one.events.last().words


def test_the_same_value_again_at_a_later_time_is_evidence_too(cast, patient, cycle, at):
    round_(cast, patient, systolic_bp="84")
    review(patient)
    at.shift(timedelta(minutes=10))
    round_(cast, patient, systolic_bp="84")
    review(patient)
    assert history(alert()) == ["raised", "evidence"]


def test_t24_graver_evidence_asks_again_whoever_has_answered(cast, patient, cycle, at):
    """T24: relative, acknowledged, then absolute."""
    round_(cast, patient, creatinine="2.7")
    review(patient)
    acknowledge_alert(by=as_(cast.nina), alert_id=alert().pk)
    at.shift(timedelta(minutes=10))
    round_(cast, patient, creatinine="3.2")
    assert review(patient) == 1
    one = alert()
    assert (one.kind, one.state, one.acknowledged_by, one.acknowledged_at) == ("stop_cycle", "raised", None, None)
    assert one.raised_at == clock.now()
    assert history(one) == ["raised", "acknowledged", "graver"]
    assert audited() == ["alert_raised", "alert_graver"]


def test_an_alert_that_grows_graver_unanswered_keeps_the_time_since_when_nobody_answered(cast, patient, cycle, at):
    round_(cast, patient, creatinine="2.7")
    review(patient)
    raised_at = alert().raised_at
    at.shift(timedelta(minutes=10))
    round_(cast, patient, creatinine="3.2")
    review(patient)
    assert alert().raised_at == raised_at


def test_less_grave_evidence_joins_quietly(cast, patient, cycle, at):
    round_(cast, patient, creatinine="3.2")
    review(patient)
    acknowledge_alert(by=as_(cast.nina), alert_id=alert().pk)
    at.shift(timedelta(minutes=10))
    round_(cast, patient, creatinine="2.7")
    review(patient)
    one = alert()
    assert (one.kind, one.state) == ("hold", "acknowledged")
    assert history(one) == ["raised", "acknowledged", "evidence"]


def test_the_words_follow_the_next_dose_without_a_step_in_the_history(cast, patient, cycle, at):
    round_(cast, patient, systolic_bp="84")
    catch_up(patient.pk)
    at.shift(timedelta(hours=2, minutes=1))
    catch_up(patient.pk)
    one = alert(cause="L-CV-SBP")
    assert "Do not give dose 2:" in one.headline
    assert one.slot.number == 2
    assert history(one) == ["raised"]


# --- resolved ---------------------------------------------------------------------------------------------------------


def test_it_resolves_when_its_cause_is_gone_and_keeps_its_history(cast, patient, cycle, at):
    round_(cast, patient, systolic_bp="84")
    review(patient)
    at.shift(timedelta(minutes=10))
    round_(cast, patient, systolic_bp="96", rhythm="sinus")
    assert review(patient) == 1
    one = alert()
    assert (one.state, one.resolved_at) == ("resolved", clock.now())
    assert history(one) == ["raised", "resolved"]
    assert one.events.first().data["finding"]["because"] == {"systolic_bp": 84}
    assert audited() == ["alert_raised", "alert_resolved"]


def test_it_never_resolves_while_its_cause_stands(cast, patient, cycle, at):
    """The pressure is back, but no rhythm was recorded since: the hold stays, and so does its alert."""
    round_(cast, patient, systolic_bp="84")
    review(patient)
    at.shift(timedelta(minutes=10))
    round_(cast, patient, systolic_bp="118")
    review(patient)
    assert alert().state == "raised"


def test_t22_an_answered_alert_resolves_too_and_stays_so(cast, patient, cycle, at):
    """T22."""
    round_(cast, patient, systolic_bp="84")
    review(patient)
    acknowledge_alert(by=as_(cast.nina), alert_id=alert().pk)
    at.shift(timedelta(minutes=10))
    round_(cast, patient, systolic_bp="96", rhythm="sinus")
    review(patient)
    assert alert().state == "resolved"
    at.shift(timedelta(days=1))
    review(patient)
    assert alert(cause="L-CV-SBP").state == "resolved"


def test_a_retracted_value_takes_its_alert_with_it(cast, patient, cycle, at):
    """T12."""
    wrong = round_(cast, patient, systolic_bp="84")
    review(patient)
    retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="other patient's cuff")
    review(patient)
    assert alert().state == "resolved"


def test_the_end_of_the_cycle_resolves_all_of_it(cast, patient, cycle, at):
    round_(cast, patient, systolic_bp="84", creatinine="2.7")
    review(patient)
    end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="enough")
    assert review(patient) == 2
    assert set(Alert.objects.values_list("state", flat=True)) == {"resolved"}
    assert {event.words for event in AlertEvent.objects.filter(kind="resolved")} == {"The cycle ended."}
    assert not CycleWatch.objects.exists()


def test_discharge_resolves_all_of_it(cast, patient, cycle, at):
    round_(cast, patient, systolic_bp="84")
    review(patient)
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    assert review(patient) == 1
    assert alert().state == "resolved"


def test_an_alert_follows_the_patient_to_another_ward(cast, patient, cycle, at):
    round_(cast, patient, systolic_bp="84")
    review(patient)
    other = Ward.objects.get(code="5N")
    transfer_patient(by=as_(cast.nina), patient_id=patient.pk, bed_id=other.beds.first().pk)
    review(patient)
    assert alert().ward == other


# --- flapping ---------------------------------------------------------------------------------------------------------


def test_t25_a_value_that_hovers_makes_one_alert_with_a_history(cast, patient, cycle, at):
    """T25: forty values to and fro across the limit."""
    for turn in range(40):
        at.shift(timedelta(minutes=15))
        round_(cast, patient, creatinine="2.5" if turn % 2 == 0 else "2.4")
        review(patient)
    one = alert(cause="C-REN-CREATININE")
    assert history(one) == ["raised", "resolved"] * 20


def test_a_cause_that_is_back_asks_again(cast, patient, cycle, at):
    round_(cast, patient, creatinine="2.5")
    review(patient)
    acknowledge_alert(by=as_(cast.nina), alert_id=alert().pk)
    for value in ("2.4", "2.6"):
        at.shift(timedelta(minutes=15))
        round_(cast, patient, creatinine=value)
        review(patient)
    one = alert(cause="C-REN-CREATININE")
    assert (one.state, one.acknowledged_by, one.resolved_at, one.raised_at) == ("raised", None, None, clock.now())


def test_a_cause_that_is_back_much_later_is_a_new_alert(cast, patient, cycle, at):
    for value, later in (("2.5", 0), ("2.4", 15), ("2.5", 4 * 60 + 1)):
        at.shift(timedelta(minutes=later))
        round_(cast, patient, creatinine=value)
        review(patient)
    assert list(Alert.objects.filter(cause="C-REN-CREATININE").order_by("id").values_list("state", flat=True)) == [
        "resolved",
        "raised",
    ]


# --- what is reviewed, and what stays due -----------------------------------------------------------------------------


def test_a_change_during_the_review_stays_due(cast, patient, cycle, monkeypatch):
    """The number is the one that was read before the facts: what came after it is looked at again."""
    seen = ChartState.objects.get(pk=patient.pk).seq
    real = queries.situations_of

    def meanwhile(cycles, now):
        ChartState.objects.filter(pk=patient.pk).update(seq=seen + 1)
        return real(cycles, now)

    monkeypatch.setattr("alerts.actions.review_chart.situations_of", meanwhile)
    review(patient)
    chart = ChartState.objects.get(pk=patient.pk)
    assert (chart.seq, chart.reviewed_seq) == (seen + 1, seen)
    assert queries.is_review_due(patient.pk)


def test_an_older_review_never_takes_the_number_back(patient, cycle):
    ChartState.objects.filter(pk=patient.pk).update(reviewed_seq=99)
    review(patient)
    assert ChartState.objects.get(pk=patient.pk).reviewed_seq == 99


def test_a_nudge_that_comes_twice_does_its_work_once(cast, patient, cycle, django_assert_num_queries):
    round_(cast, patient, systolic_bp="84")
    catch_up_if_due(patient.pk)
    with django_assert_num_queries(1):
        catch_up_if_due(patient.pk)
    assert history(alert()) == ["raised"]


def test_two_workers_at_once_make_one_alert(cast, patient, cycle, monkeypatch):
    """The second has read no alert yet; the database refuses its own, and its chart stays due."""
    round_(cast, patient, systolic_bp="84")
    review(patient)
    round_(cast, patient, temperature="37.1")
    real = queries.situations_of

    def before_the_first_was_done(cycles, now):
        situations = real(cycles, now)
        for situation in situations:
            situation.alerts.clear()
        return situations

    with monkeypatch.context() as patch:
        patch.setattr("alerts.actions.review_chart.situations_of", before_the_first_was_done)
        assert review(patient) == 0
    assert Alert.objects.count() == 1
    assert queries.is_review_due(patient.pk)
    review(patient)
    assert not queries.is_review_due(patient.pk)
    assert history(alert()) == ["raised"]


def test_a_review_of_one_cycle_takes_few_queries(cast, patient, cycle, django_assert_max_num_queries):
    round_(cast, patient, systolic_bp="84")
    with django_assert_max_num_queries(20):  # raised: four inserts and their savepoints among them
        review(patient)
    with django_assert_max_num_queries(13):
        review(patient)


# --- the guard does not lean on alerts --------------------------------------------------------------------------------


def test_without_any_alert_a_hold_still_refuses_the_dose(cast, patient, cycle):
    round_(cast, patient, systolic_bp="84")
    assert Alert.objects.count() == 0
    slot = Slot.objects.get(cycle=cycle, number=1)
    with pytest.raises(Conflict) as refusal:
        give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))
    assert refusal.value.code == "hold"
