"""Doses along the clock: lateness over midnight, lapsing, intervals, caps, and the end of a cycle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from dosing.actions.end_cycle import end_cycle, go_on
from dosing.actions.end_infusion import end_infusion
from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.lapse_slot import lapse_slot
from dosing.actions.omit_dose import omit_dose
from dosing.actions.override_hold import override_hold
from dosing.actions.strike_entry import strike_entry
from dosing.gather import assess_slot
from dosing.models import Cycle, DoseEvent, Slot
from dosing.permissions import cycles_with_facts
from tests.people import LABS, VITALS, admit, as_, full_round, round_, running_cycle, sign_site, signed, urine
from tracker import clock
from tracker.actions.correct_round import correct_round
from tracker.actions.move_patient import discharge_patient
from tracker.audit.record import SYSTEM
from tracker.errors import BadInput, Conflict, NotAllowed

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # 08:00 in Berlin


@pytest.fixture
def time():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient(time, cast):
    return admit(cast)


@pytest.fixture
def cycle(cast, patient):
    return running_cycle(cast, patient)


def slot(cycle, number) -> Slot:
    return Slot.objects.get(cycle=cycle, number=number)


def give(cast, cycle, number, **more):
    return give_dose(
        by=as_(cast.nina), slot_id=slot(cycle, number).pk, giver=signed(cast.nina), witness=signed(cast.noah), **more
    )


def assessed(cycle, number):
    return assess_slot(cycles_with_facts().get(pk=cycle.pk), slot=number, at=clock.now())


def ready(cast, patient, **changes):
    """Everything fresh, with urine of the last eight hours."""
    values = {**VITALS, **LABS, **urine(400, clock.now() - timedelta(hours=8)), **changes}
    return round_(cast, patient, **values)


def go_to(time, hours: float) -> None:
    time.move_to(START + timedelta(hours=hours))


def test_a_dose_eight_hours_later_is_given_and_a_shorter_interval_is_refused(time, cast, patient, cycle):
    ready(cast, patient)
    give(cast, cycle, 1)
    go_to(time, 7.4)
    ready(cast, patient)
    with pytest.raises(Conflict) as refusal:
        give(cast, cycle, 2)
    assert refusal.value.code == "too_early"
    go_to(time, 7.5)  # the tolerance of 30 minutes, included
    assert give(cast, cycle, 2).slot.number == 2


def test_t06_a_dose_due_before_midnight_given_after_it_is_twenty_minutes_late(time, cast, patient):
    first = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)  # 23:50 in Berlin
    cycle = running_cycle(cast, patient, first=first)
    time.move_to(first + timedelta(minutes=20))
    ready(cast, patient)
    event = give(cast, cycle, 1)
    assert event.at - assessed(cycle, 1).planned_at == timedelta(minutes=20)


def test_the_late_window_is_included_and_not_a_minute_more(time, cast, patient, cycle):
    go_to(time, 2)
    assert "slot_lapsed" not in assessed(cycle, 1).refusals
    time.shift(timedelta(minutes=1))
    assert "slot_lapsed" in assessed(cycle, 1).refusals


def test_t05_every_slot_lapses_the_last_one_like_any_other(time, cast, patient, cycle):
    go_to(time, 13 * 8 + 2.01)
    for number in range(1, 15):
        lapse_slot(by=SYSTEM, slot_id=slot(cycle, number).pk)
    assert set(Slot.objects.filter(cycle=cycle).values_list("state", flat=True)) == {"lapsed"}
    with pytest.raises(Conflict):
        give(cast, cycle, 14)


def test_a_slot_that_can_still_be_given_does_not_lapse(time, cast, patient, cycle):
    with pytest.raises(Conflict) as refusal:
        lapse_slot(by=SYSTEM, slot_id=slot(cycle, 1).pk)
    assert refusal.value.code == "not_lapsed"


def test_t03_doses_at_midnight_are_planned_once_each(time, cast, patient):
    first = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)  # 00:00 in Berlin
    cycle = running_cycle(cast, patient, first=first)
    planned = list(Slot.objects.filter(cycle=cycle).order_by("number").values_list("planned_at", flat=True))
    assert planned == [first + timedelta(hours=8 * n) for n in range(14)]
    assert [assessed(cycle, n + 1).planned_at for n in range(14)] == planned


def test_a_held_dose_is_lost_and_the_next_one_stands(time, cast, patient, cycle):
    hold_dose(by=as_(cast.nina), slot_id=slot(cycle, 1).pk, reason="rigors, reassess at 16:00")
    with pytest.raises(Conflict):
        give(cast, cycle, 1)
    with pytest.raises(Conflict) as refusal:
        hold_dose(by=as_(cast.nina), slot_id=slot(cycle, 1).pk, reason="once more")
    assert refusal.value.code == "already_held"
    go_to(time, 8)
    ready(cast, patient)
    assert give(cast, cycle, 2)


def test_a_hold_and_an_omission_say_why(time, cast, patient, cycle):
    with pytest.raises(BadInput) as refusal:
        hold_dose(by=as_(cast.nina), slot_id=slot(cycle, 1).pk, reason=" ")
    assert refusal.value.field == "reason"
    with pytest.raises(BadInput) as refusal:
        omit_dose(by=as_(cast.nina), slot_id=slot(cycle, 1).pk, reason_code="because")
    assert refusal.value.field == "reason_code"
    omit_dose(by=as_(cast.nina), slot_id=slot(cycle, 1).pk, reason_code="patient_refused")
    assert slot(cycle, 1).state == "omitted"
    with pytest.raises(Conflict) as refusal:
        give(cast, cycle, 1)
    assert refusal.value.code == "slot_lapsed"


def test_an_override_does_not_cover_what_came_up_later(time, cast, patient, cycle):
    ready(cast, patient, systolic_bp="84")
    override_hold(by=as_(cast.olga), slot_id=slot(cycle, 1).pk, reason="warm and well", signature=signed(cast.olga))
    time.shift(timedelta(minutes=5))
    round_(cast, patient, stool_blood="heme_positive")
    with pytest.raises(Conflict) as refusal:
        give(cast, cycle, 1)
    assert "since the override" in refusal.value.remedy


def test_an_override_never_goes_past_missing_data(time, cast, patient, cycle):
    round_(cast, patient, systolic_bp="84")
    override_hold(by=as_(cast.olga), slot_id=slot(cycle, 1).pk, reason="warm and well", signature=signed(cast.olga))
    with pytest.raises(Conflict) as refusal:
        give(cast, cycle, 1)
    assert "cannot tell" in refusal.value.sentence.lower()


def test_a_nurse_cannot_override(time, cast, patient, cycle):
    ready(cast, patient, systolic_bp="84")
    with pytest.raises(NotAllowed):
        override_hold(by=as_(cast.nina), slot_id=slot(cycle, 1).pk, reason="I think so", signature=signed(cast.nina))


def test_nobody_overrides_a_permanent_stop(time, cast, patient, cycle):
    ready(cast, patient, rhythm="ventricular_tachycardia_sustained")
    with pytest.raises(Conflict) as refusal:
        override_hold(by=as_(cast.olga), slot_id=slot(cycle, 1).pk, reason="please", signature=signed(cast.olga))
    assert refusal.value.code == "cannot_override"


def test_a_stop_must_be_answered_even_when_its_cause_goes(time, cast, patient, cycle):
    ready(cast, patient, hallucinations_grade="1")
    with pytest.raises(Conflict) as refusal:
        give(cast, cycle, 1)
    assert refusal.value.code == "stop_cycle"
    time.shift(timedelta(minutes=10))
    round_(cast, patient, hallucinations_grade="0")
    assert [finding.id for finding in assessed(cycle, 1).findings] == ["X-STOPPED"]
    go_on(by=as_(cast.olga), cycle_id=cycle.pk, reason="fever dream, now clear", signature=signed(cast.olga))
    time.shift(timedelta(minutes=1))
    assert assessed(cycle, 1).verdict == "proceed"


def test_a_corrected_round_changes_the_verdict_and_not_the_past(time, cast, patient, cycle):
    wrong = ready(cast, patient, systolic_bp="84")
    with pytest.raises(Conflict):
        give(cast, cycle, 1)
    right = {**VITALS, **LABS, **urine(400, clock.now() - timedelta(hours=8)), "systolic_bp": "104"}
    correct_round(by=as_(cast.nina), round_id=wrong.pk, reason="read 104", values=right)
    assert give(cast, cycle, 1).verdict == "proceed"
    assert DoseEvent.objects.get(kind="refused").verdict == "hold"


def test_a_struck_giving_opens_the_dose_again(time, cast, patient, cycle):
    ready(cast, patient)
    event = give(cast, cycle, 1)
    sign = {"signer": signed(cast.nina), "witness": signed(cast.noah)}
    strike_entry(by=as_(cast.nina), event_id=event.pk, reason="wrong patient's tablet", **sign)
    assert slot(cycle, 1).state == "open"
    with pytest.raises(Conflict) as refusal:
        strike_entry(by=as_(cast.nina), event_id=event.pk, reason="twice", **sign)
    assert refusal.value.code == "already_struck"
    again = give(cast, cycle, 1)
    assert (again.attempt, DoseEvent.objects.filter(kind="given").count()) == (2, 2)


def test_a_dose_that_lapsed_stays_lost_when_the_later_one_is_struck(time, cast, patient):
    sign_site(cast, late_window_min=480)
    cycle = running_cycle(cast, patient)
    go_to(time, 7.7)
    ready(cast, patient)
    later = give(cast, cycle, 2)
    lapse_slot(by=SYSTEM, slot_id=slot(cycle, 1).pk)
    signs = {"signer": signed(cast.nina), "witness": signed(cast.noah)}
    strike_entry(by=as_(cast.nina), event_id=later.pk, reason="other patient", **signs)
    assert [slot(cycle, number).state for number in (1, 2)] == ["lapsed", "open"]
    assert "slot_lapsed" in assessed(cycle, 1).refusals
    assert give(cast, cycle, 2).attempt == 2


def test_a_wrong_start_is_entered_again_with_the_right_one(time, cast, patient, cycle):
    ready(cast, patient)
    event = give(cast, cycle, 1)
    right = clock.now() - timedelta(minutes=20)
    time.shift(timedelta(minutes=30))
    with pytest.raises(BadInput):
        strike_entry(
            by=as_(cast.nina), event_id=event.pk, reason="typed wrong", started_at=right.isoformat(),
            signer=signed(cast.nina), witness=signed(cast.noah),
        )  # fmt: skip
    strike_entry(
        by=as_(cast.nina), event_id=event.pk, reason="typed wrong", started_at=START.isoformat(),
        signer=signed(cast.nina), witness=signed(cast.noah),
    )  # fmt: skip
    assert slot(cycle, 1).state == "given"


def test_the_end_of_an_infusion_is_recorded_once(time, cast, patient, cycle):
    ready(cast, patient)
    give(cast, cycle, 1)
    time.shift(timedelta(minutes=15))
    end_infusion(by=as_(cast.nina), slot_id=slot(cycle, 1).pk)
    with pytest.raises(Conflict) as refusal:
        end_infusion(by=as_(cast.noah), slot_id=slot(cycle, 1).pk)
    assert refusal.value.code == "already_ended"
    with pytest.raises(Conflict) as refusal:
        end_infusion(by=as_(cast.noah), slot_id=slot(cycle, 2).pk)
    assert refusal.value.code == "not_given"


def test_an_old_start_is_not_entered_as_given_now(time, cast, patient, cycle):
    ready(cast, patient)
    with pytest.raises(BadInput) as refusal:
        give(cast, cycle, 1, started_at=(clock.now() - timedelta(minutes=11)).isoformat())
    assert refusal.value.code == "start_too_old"


def test_nothing_is_given_after_discharge_or_after_the_end(time, cast, patient, cycle):
    ready(cast, patient)
    end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="patient's wish")
    with pytest.raises(Conflict) as refusal:
        give(cast, cycle, 1)
    assert refusal.value.code == "not_active"
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    with pytest.raises(Conflict) as refusal:
        give(cast, cycle, 1)
    assert refusal.value.code == "discharged"


def test_a_running_cycle_keeps_its_settings(time, cast, patient, cycle):
    sign_site(cast, late_window_min=30)
    go_to(time, 1)
    assert "slot_lapsed" not in assessed(cycle, 1).refusals
    assert Cycle.objects.get(pk=cycle.pk).settings.late_window_min == 120


def test_giving_takes_few_queries_however_long_the_cycle(
    time, cast, patient, cycle, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    for hours in range(0, 48, 8):
        go_to(time, hours)
        ready(cast, patient)
        giver, witness, chosen = signed(cast.nina), signed(cast.noah), slot(cycle, hours // 8 + 1)
        cast.noah.__dict__.pop("_ward_ids", None)
        cast.nina.__dict__.pop("_ward_ids", None)
        with django_assert_max_num_queries(15), django_capture_on_commit_callbacks():
            give_dose(by=as_(cast.nina), slot_id=chosen.pk, giver=giver, witness=witness)


def test_full_rounds_of_both_helpers_agree(time, cast, patient, cycle):
    full_round(cast, patient)
    assert assessed(cycle, 1).verdict == "proceed"
