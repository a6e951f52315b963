"""T24 where the kind of the alert stays: what is clearly graver asks everybody anew, what hovers does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alerts import tasks
from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.models import Alert, AlertStep, AppNotice
from alerts.severity import is_graver
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker.actions.correct_round import correct_round
from tracker.actions.retract_round import retract_round

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
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


def chart(cast, patient, at, after_min: int, **values: object) -> None:
    at.shift(after_min * MINUTE)
    round_(cast, patient, **values)
    work()


def alert_of(cause: str) -> Alert:
    return Alert.objects.get(cause=cause)


def answer(cast, alert: Alert) -> Alert:
    acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk)
    alert.refresh_from_db()
    assert alert.state == "acknowledged"
    return alert


def story(alert: Alert) -> list[str]:
    return list(alert.events.exclude(kind__in=["notified", "escalated"]).values_list("kind", flat=True))


# Cause, the first value (answered), the second one, and whether that is news.
GRAVER = {
    "the pressure falls a little": ("L-CV-SBP", {"systolic_bp": "84"}, {"systolic_bp": "80"}, False),
    "the pressure falls below 80": ("L-CV-SBP", {"systolic_bp": "84"}, {"systolic_bp": "79"}, True),
    "the pressure falls to 60": ("L-CV-SBP", {"systolic_bp": "84"}, {"systolic_bp": "60"}, True),
    "from 79 to 71 it is the same step": ("L-CV-SBP", {"systolic_bp": "79"}, {"systolic_bp": "71"}, False),
    "from 71 to 69 it is the next": ("L-CV-SBP", {"systolic_bp": "71"}, {"systolic_bp": "69"}, True),
    "milder": ("L-CV-SBP", {"systolic_bp": "60"}, {"systolic_bp": "84"}, False),
    "a higher grade of creatinine": ("C-REN-CREATININE", {"creatinine": "3.2"}, {"creatinine": "7.3"}, True),
    "the same grade of creatinine": ("C-REN-CREATININE", {"creatinine": "3.7"}, {"creatinine": "5.9"}, False),
    "platelets on the list of critical values": (
        "C-BLEED-PLATELETS", {"platelets": "24000"}, {"platelets": "19000"}, True),
    "potassium, a critical value of a higher grade": (
        "critical-potassium", {"potassium": "5.7"}, {"potassium": "6.4"}, True),
    "potassium, of the same grade": ("critical-potassium", {"potassium": "5.6"}, {"potassium": "5.9"}, False),
    "a saturation that becomes critical by the oxygen it needs": (
        "L-RESP-SPO2", {"spo2": "89", "oxygen_flow": "2"}, {"spo2": "89", "oxygen_flow": "5"}, True),
}  # fmt: skip


@pytest.mark.parametrize(("cause", "first", "second", "graver"), list(GRAVER.values()), ids=list(GRAVER))
def test_t24_a_clearly_graver_value_is_told_anew_and_lifts_the_answer(cast, patient, at, cause, first, second, graver):
    chart(cast, patient, at, 1, **first)
    alert = answer(cast, alert_of(cause))
    kind, before = alert.kind, AppNotice.objects.filter(alert=alert).count()
    chart(cast, patient, at, 10, **second)
    alert.refresh_from_db()
    assert alert.kind == kind
    told = AppNotice.objects.filter(alert=alert).count() - before
    if graver:
        assert story(alert) == ["raised", "acknowledged", "graver"]
        assert (alert.state, alert.acknowledged_by, alert.raising, told) == ("notified", None, 2, 2)
        with pytest.raises(Exception, match="raised anew"):
            acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk, raising=1)
    else:
        assert story(alert) == ["raised", "acknowledged", "evidence"]
        assert (alert.state, alert.raising, told) == ("acknowledged", 1, 0)


def test_t25_a_value_that_hovers_between_two_gravities_is_told_once(cast, patient, at):
    """For two hours to and fro; answers that lapse ask anew, the values do not."""
    chart(cast, patient, at, 1, systolic_bp="84")
    for turn in range(8):
        alert = alert_of("L-CV-SBP")
        if alert.state != "acknowledged":
            answer(cast, alert)
        chart(cast, patient, at, 15, systolic_bp="79" if turn % 2 == 0 else "81")
    told = story(alert_of("L-CV-SBP"))
    assert (told.count("graver"), told.count("lapsed"), told.count("evidence")) == (1, 1, 7)
    assert Alert.objects.filter(cause="L-CV-SBP").count() == 1


def test_a_value_that_recovered_for_longer_than_an_answer_counts_is_news_again(cast, patient, at):
    chart(cast, patient, at, 1, systolic_bp="84")
    chart(cast, patient, at, 10, systolic_bp="60")
    for _ in range(4):
        chart(cast, patient, at, 20, systolic_bp="86")
    alert = answer(cast, alert_of("L-CV-SBP"))
    chart(cast, patient, at, 10, systolic_bp="62")
    alert.refresh_from_db()
    assert (story(alert).count("graver"), alert.state) == (2, "notified")


@pytest.mark.parametrize("how", ["struck", "corrected"])
def test_a_value_that_was_struck_is_news_when_it_is_true(cast, patient, at, how):
    """Typed for another patient: whoever was told has been told that it was none."""
    chart(cast, patient, at, 1, systolic_bp="84")
    at.shift(5 * MINUTE)
    wrong = round_(cast, patient, systolic_bp="60")
    work()
    at.shift(5 * MINUTE)
    if how == "struck":
        retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="typed for another patient")
    else:
        corrected = {"systolic_bp": "83"}
        correct_round(
            by=as_(cast.nina), round_id=wrong.pk, values=corrected, confirmed={*corrected}, reason="typed for another"
        )
    work()
    alert = answer(cast, alert_of("L-CV-SBP"))
    chart(cast, patient, at, 10, systolic_bp="60")
    alert.refresh_from_db()
    assert (story(alert).count("graver"), alert.state) == (2, "notified")


def test_what_grows_graver_unanswered_makes_nobody_wait_longer(cast, patient, at):
    """The oncologist is due ten minutes after the first value, and so she is after the second."""
    chart(cast, patient, at, 1, systolic_bp="84")
    alert = alert_of("L-CV-SBP")
    due = dict(alert.steps.values_list("duty", "due_at"))
    chart(cast, patient, at, 8, systolic_bp="60")
    alert.refresh_from_db()
    anew = dict(AlertStep.objects.filter(alert=alert, raising=2).values_list("duty", "due_at"))
    assert anew["oncologist"] == due["oncologist"]
    assert anew["nurse"] <= EIGHT + 9 * MINUTE and anew["charge_nurse"] <= EIGHT + 9 * MINUTE
    assert AlertStep.objects.filter(alert=alert, raising=2, done_at=None).count() == 1


def test_a_pressure_far_below_is_told_beside_a_stop_and_a_hovering_one_once(cast, patient, at):
    """The stop says that no dose is given; it says nothing of a patient whose pressure falls to 60."""
    chart(cast, patient, at, 1, creatinine="3.2", systolic_bp="84")
    stop, hold = alert_of("C-REN-CREATININE"), alert_of("L-CV-SBP")
    assert (stop.kind, hold.muted_by_id) == ("stop_cycle", stop.pk)
    assert not AppNotice.objects.filter(alert=hold).exists()
    answer(cast, stop)
    chart(cast, patient, at, 5, systolic_bp="60")
    hold.refresh_from_db()
    assert (hold.muted_by, hold.state) == (None, "notified") and AppNotice.objects.filter(alert=hold).count() == 2
    answer(cast, hold)
    for value in ("84", "61", "85", "62"):
        chart(cast, patient, at, 10, systolic_bp=value)
    hold.refresh_from_db()
    assert (hold.muted_by, hold.state) == (None, "acknowledged") and AppNotice.objects.filter(alert=hold).count() == 2


def test_a_saturation_that_is_critical_is_told_beside_a_stop(cast, patient, at):
    chart(cast, patient, at, 1, creatinine="3.2", spo2="85", oxygen_flow="6")
    hold = alert_of("L-RESP-SPO2")
    assert not Alert.objects.filter(cause="critical-spo2").exists()  # the hold says it
    assert hold.muted_by is None and AppNotice.objects.filter(alert=hold).count() == 2


def test_milder_in_one_value_makes_up_for_nothing():
    one, other = {"severity": {"grade ast": 3}}, {"severity": {"grade alt": 2}}
    assert is_graver(one, [other]) and is_graver(other, [one]) and not is_graver(one, [other, one])
    assert not is_graver({}, [one]) and is_graver(one, [None]) and is_graver(one, [{}])
