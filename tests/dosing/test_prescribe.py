"""Prescribing a cycle: exact numbers, and everything that an earlier cycle or course forbids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from dosing.actions.end_cycle import end_cycle
from dosing.actions.give_dose import give_dose
from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.actions.start_cycle import start_cycle
from dosing.actions.strike_entry import strike_entry
from dosing.gather import assess_slot, facts_for
from dosing.models import Course, Cycle, DoseEvent, SiteSettings, Slot
from dosing.permissions import cycle_for
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tracker import clock
from tracker.actions.admit_patient import admit_patient
from tracker.actions.move_patient import discharge_patient
from tracker.actions.retract_round import retract_round
from tracker.errors import BadInput, Conflict, NotAllowed, NotFound, Several
from tracker.models import AuditEntry

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def at():
    """A clock that stands where the test puts it."""
    with time_machine.travel(MONDAY, tick=False) as clock_:
        yield clock_


@pytest.fixture
def patient(at, cast):
    return admit(cast)


def order(cast, patient, *, by=None, **changes):
    """An order of 70 kg for now, with these changes."""
    values = {"dosing_weight_kg": "70", "first_dose_at": clock.now(), **changes}
    return prescribe_cycle(by=as_(by or cast.olga), patient_id=patient.pk, **values)


def treated_cycle(cast, patient, *, doses=1, **more):
    """A cycle with so many doses given now, one after the other, eight hours apart, and ended."""
    cycle = running_cycle(cast, patient, **more)
    with_doses(cast, patient, cycle, doses)
    end(cast, cycle)
    return cycle


def with_doses(cast, patient, cycle, doses):
    for number in range(1, doses + 1):
        instant = clock.now()
        since = (instant - timedelta(hours=8)).isoformat()
        full_round(cast, patient, urine_output={"value": "600", "from": since})
        slot = Slot.objects.get(cycle=cycle, number=number)
        give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))
        if number < doses:
            move_to(instant + timedelta(hours=8))


def end(cast, cycle):
    end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="planned end")


def a_minute_later():
    """What is observed at the instant of a start or an end belongs to what was before it."""
    move_to(clock.now() + timedelta(minutes=1))


def discharge(cast, patient):
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)


def readmit(cast, patient):
    admit_patient(
        by=as_(cast.nina),
        bed_id=cast.beds[0].pk,
        record_number=patient.record_number,
        family_name=patient.family_name,
        given_name=patient.given_name,
        birth_date=patient.birth_date,
        sex=patient.sex,
    )


_travellers = []


def move_to(instant):
    _travellers[-1].move_to(instant)


@pytest.fixture(autouse=True)
def _one_clock(at):
    _travellers.append(at)
    yield
    _travellers.pop()


# --- exact numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weight", "dose_iu", "stored"),
    [
        ("70", "42000000", "70"),
        ("68.4", "41040000", "68.4"),
        ("36.667", "22000200", "36.667"),
        (Decimal("100.0"), "60000000", "100"),
        (25, "15000000", "25"),
        ("300", "180000000", "300"),
        ("7e1", "42000000", "70"),
    ],
)
def test_the_dose_is_exact(cast, patient, weight, dose_iu, stored):
    cycle = order(cast, patient, dosing_weight_kg=weight)
    assert (cycle.dose_iu, cycle.dosing_weight_kg) == (dose_iu, stored)


def test_fourteen_slots_eight_hours_apart_bound_to_their_rules(cast, patient):
    cycle = order(cast, patient)
    slots = list(Slot.objects.filter(cycle=cycle))
    assert [slot.number for slot in slots] == list(range(1, 15))
    assert slots[13].planned_at - slots[0].planned_at == timedelta(hours=13 * 8)
    assert cycle.rule_sets == ["label-2023@1", "consensus-2014@1"]
    assert (cycle.course.number, cycle.number, cycle.state) == (1, 1, "prescribed")


def test_the_audit_entry_has_the_whole_arithmetic(cast, patient):
    order(cast, patient, dosing_weight_kg="68.4")
    entry = AuditEntry.objects.get(action="prescribe_cycle")
    assert entry.after["preparation"][0] == "68.4 kg × 600,000 IU/kg = 41,040,000 IU"
    assert (entry.after["dosing_weight_kg"], entry.after["deviation_percent"]) == ("68.4", "0.0")


def test_another_dose_needs_a_reason_and_is_shown_as_a_deviation(cast, patient):
    with pytest.raises(BadInput) as refusal:
        order(cast, patient, iu_per_kg="540000")
    assert (refusal.value.code, refusal.value.field) == ("missing_reason", "reason")
    cycle = order(cast, patient, iu_per_kg="540,000", reason="second look after cycle 1")
    assert (cycle.iu_per_kg, cycle.dose_iu) == (540_000, "37800000")
    assert AuditEntry.objects.get(action="prescribe_cycle", outcome="done").after["deviation_percent"] == "-10.0"


BAD = [
    # field, what was typed, code
    ("dosing_weight_kg", "0", "implausible"),
    ("dosing_weight_kg", "7", "implausible"),
    ("dosing_weight_kg", "700", "implausible"),
    ("dosing_weight_kg", "-70", "implausible"),
    ("dosing_weight_kg", "", "missing_value"),
    ("dosing_weight_kg", None, "not_a_number"),
    ("dosing_weight_kg", "seventy", "not_a_number"),
    ("dosing_weight_kg", "NaN", "not_finite"),
    ("dosing_weight_kg", "1e999999", "not_finite"),
    ("dosing_weight_kg", 70.5, "not_a_number"),
    ("dosing_weight_kg", "70.1234", "too_exact"),
    ("dosing_weight_kg", {"value": "70", "unit": "stone"}, "wrong_unit"),
    ("first_dose_at", "", "missing_time"),
    ("first_dose_at", "tomorrow", "bad_time"),
    ("first_dose_at", "2026-03-02T08:00:00", "naive_time"),
    ("first_dose_at", MONDAY - timedelta(minutes=31), "in_the_past"),
    ("first_dose_at", MONDAY + timedelta(days=22), "too_far_ahead"),
    ("iu_per_kg", "0", "bad_dose"),
    ("iu_per_kg", "6000000", "bad_dose"),
    ("iu_per_kg", "600000.5", "bad_dose"),
    ("iu_per_kg", 600000.0, "bad_dose"),
    ("iu_per_kg", "9" * 5000, "bad_dose"),
    ("iu_per_kg", True, "bad_dose"),
    ("interval_h", "12", "bad_interval"),
    ("interval_h", "8.001", "bad_interval"),
    ("interval_h", "1e999999999", "bad_interval"),
    ("interval_h", "NaN", "bad_interval"),
    ("ast_uln", "4", "bad_limit"),
    ("ast_uln", "40.00000000000000001", "bad_limit"),
    ("alt_uln", "sNaN", "bad_limit"),
    ("alt_uln", [], "bad_limit"),
    ("rule_sets", ["consensus-2014"], "label_required"),
    ("rule_sets", ["label-2023", "label-1998"], "unknown_rule_set"),
    ("rule_sets", [7], "unknown_rule_set"),
    ("rule_sets", "label-2023", "bad_rule_sets"),
    ("regimen", "low-dose", "unknown_regimen"),
    ("reason", "x" * 301, "long_reason"),
]


@pytest.mark.parametrize(("field", "typed", "code"), BAD)
def test_what_cannot_be_ordered_says_which_field_and_why(cast, patient, field, typed, code):
    with pytest.raises(BadInput) as refusal:
        order(cast, patient, **{field: typed})
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Cycle.objects.exists()
    assert AuditEntry.objects.filter(action="prescribe_cycle", outcome="refused").count() == 1


@pytest.mark.parametrize("weight", ["0", "7", "700"])
def test_an_impossible_weight_names_the_range(cast, patient, weight):
    with pytest.raises(BadInput) as refusal:
        order(cast, patient, dosing_weight_kg=weight)
    assert "25 to 300 kg" in refusal.value.sentence


def test_several_mistakes_are_named_at_once(cast, patient):
    with pytest.raises(Several) as refusal:
        order(cast, patient, dosing_weight_kg="700", ast_uln="0", first_dose_at="")
    assert {each.field for each in refusal.value.refusals} == {"dosing_weight_kg", "ast_uln", "first_dose_at"}


def test_the_interval_of_the_cells_regimen_and_its_first_dose(cast, patient):
    cells = clock.now() - timedelta(hours=3)
    cycle = order(cast, patient, regimen="til-il2", interval_h="12", cells_at=cells)
    assert (cycle.doses, cycle.interval_min, cycle.rule_sets) == (6, 720, ["label-2023@1", "til-2024@1"])
    assert cycle.prior["cells_at"] == cells.isoformat()


@pytest.mark.parametrize(
    ("hours", "code"), [(None, "missing_time"), (2, "outside_cell_window"), (25, "outside_cell_window")]
)
def test_the_cells_regimen_begins_3_to_24_hours_after_the_cells(cast, patient, hours, code):
    cells = None if hours is None else clock.now() - timedelta(hours=hours)
    with pytest.raises(BadInput) as refusal:
        order(cast, patient, regimen="til-il2", cells_at=cells)
    assert refusal.value.code == code


# --- who and when -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["nina", "paul", "ada", "max"])
def test_only_a_prescriber_prescribes(cast, patient, who):
    with pytest.raises(NotAllowed):
        order(cast, patient, by=getattr(cast, who))


def test_a_patient_out_of_reach_does_not_exist(cast, patient):
    cast.olga.wards.set([cast.other_ward])
    with pytest.raises(NotFound):
        order(cast, patient)


def test_a_discharged_patient_gets_no_cycle(cast, patient):
    discharge(cast, patient)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert refusal.value.code == "discharged"


def test_a_site_without_signed_settings_is_not_ready(cast, patient, monkeypatch):
    monkeypatch.setattr(SiteSettings.objects, "order_by", lambda *_: SiteSettings.objects.none())
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert refusal.value.code == "site_not_ready"


def test_one_cycle_at_a_time(cast, patient):
    order(cast, patient)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert refusal.value.code == "cycle_open"


# --- the second cycle -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [2, 10, 14])
def test_cycle_2_does_not_begin_before_day_15(cast, patient, day):
    treated_cycle(cast, patient)
    move_to(MONDAY + (day - 1) * DAY)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert (refusal.value.code, refusal.value.field) == ("rest_period", "first_dose_at")
    assert "day 15" in refusal.value.sentence
    assert "16 Mar 2026, 09:00" in refusal.value.sentence  # the ward's own clock


def test_one_minute_before_day_15_is_refused_and_day_15_is_not(cast, patient):
    treated_cycle(cast, patient)
    earliest = MONDAY + 14 * DAY
    move_to(earliest - timedelta(minutes=1))
    with pytest.raises(Conflict):
        order(cast, patient)
    move_to(earliest)
    cycle = order(cast, patient)
    assert (cycle.course.number, cycle.number) == (1, 2)


def test_cycle_2_may_be_ordered_ahead_for_day_15(cast, patient):
    treated_cycle(cast, patient)
    move_to(MONDAY + 9 * DAY)
    assert order(cast, patient, first_dose_at=MONDAY + 14 * DAY).number == 2


def test_the_rest_counts_from_the_first_dose_that_was_given_not_from_the_plan(cast, patient):
    cycle = running_cycle(cast, patient)
    move_to(MONDAY + timedelta(minutes=90))
    with_doses(cast, patient, cycle, 1)
    end(cast, cycle)
    move_to(MONDAY + 14 * DAY)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert "16 Mar 2026, 10:30" in refusal.value.sentence


def test_a_third_cycle_is_a_new_course(cast, patient):
    treated_cycle(cast, patient)
    move_to(MONDAY + 14 * DAY)
    treated_cycle(cast, patient)
    move_to(MONDAY + 40 * DAY)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert refusal.value.code == "course_cap"
    assert refusal.value.sentence == "The course has had 2 cycles and 2 of 28 doses."


def test_28_doses_are_the_whole_course_and_dose_29_is_refused(cast, patient):
    treated_cycle(cast, patient, doses=14)
    move_to(MONDAY + 14 * DAY)
    second = running_cycle(cast, patient)
    with_doses(cast, patient, second, 14)
    assessment = assess_slot(cycle_for(cast.olga, second.pk).cycle, slot=15, at=clock.now())
    assert {"course_cap", "cycle_cap"} <= set(assessment.refusals)
    end(cast, second)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert refusal.value.sentence == "The course has had 2 cycles and 28 of 28 doses."


def test_the_second_cycle_knows_what_the_first_has_given(cast, patient):
    treated_cycle(cast, patient, doses=3)
    move_to(MONDAY + 14 * DAY)
    second = running_cycle(cast, patient)
    prior = facts_for(cycle_for(cast.olga, second.pk).cycle).plan.prior
    assert (prior.cycle_number, prior.doses_given_in_course, prior.cycle_1_first_dose_at) == (2, 3, MONDAY)


def test_the_regimen_does_not_change_within_a_course(cast, patient):
    treated_cycle(cast, patient)
    move_to(MONDAY + 14 * DAY)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient, regimen="til-il2", cells_at=clock.now() - timedelta(hours=4))
    assert refusal.value.code == "other_regimen"


# --- cycles in which nothing was given --------------------------------------------------------------------------------


def test_a_mistyped_order_is_ended_and_ordered_again_as_cycle_1(cast, patient):
    wrong = order(cast, patient, dosing_weight_kg="80")
    end(cast, wrong)
    again = order(cast, patient)
    assert (again.course.number, again.number) == (1, 1)
    a_minute_later()
    start_cycle(by=as_(cast.nina), cycle_id=again.pk)
    with_doses(cast, patient, again, 1)
    assert Slot.objects.get(cycle=again, number=1).state == "given"
    wrong.refresh_from_db()
    assert wrong.course.number == 0


def test_what_was_charted_before_a_mistyped_order_ended_still_holds_and_still_counts(cast, patient):
    wrong = running_cycle(cast, patient, weight="80")
    full_round(cast, patient, systolic_bp="84")
    a_minute_later()
    end(cast, wrong)
    again = running_cycle(cast, patient)
    assessment = assess_slot(cycle_for(cast.olga, again.pk).cycle, slot=1, at=clock.now())
    assert (assessment.verdict, assessment.missing) == ("hold", ())
    assert [finding.id for finding in assessment.findings] == ["L-CV-SBP"]


def test_two_orders_that_came_to_nothing_make_room_for_the_third(cast, patient):
    for _ in range(2):
        end(cast, order(cast, patient))
    third = order(cast, patient)
    assert (third.course.number, third.number) == (1, 1)
    assert Course.objects.filter(patient=patient).count() == 2


def test_a_second_cycle_that_came_to_nothing_does_not_count(cast, patient):
    treated_cycle(cast, patient)
    move_to(MONDAY + 14 * DAY)
    end(cast, order(cast, patient))
    a_minute_later()
    again = running_cycle(cast, patient)
    assert (again.course.number, again.number) == (1, 2)
    with_doses(cast, patient, again, 1)
    assert Slot.objects.get(cycle=again, number=1).state == "given"


def test_an_order_for_cycle_2_that_came_to_nothing_takes_nothing_of_the_chart_with_it(cast, patient):
    treated_cycle(cast, patient)
    move_to(MONDAY + 14 * DAY)
    wrong = running_cycle(cast, patient, weight="80")
    full_round(cast, patient, systolic_bp="84")
    a_minute_later()
    end(cast, wrong)
    again = running_cycle(cast, patient)
    assessment = assess_slot(cycle_for(cast.olga, again.pk).cycle, slot=1, at=clock.now())
    assert "L-CV-SBP" in [finding.id for finding in assessment.findings]


def test_a_cycle_whose_only_dose_was_struck_does_not_count(cast, patient):
    cycle = running_cycle(cast, patient)
    with_doses(cast, patient, cycle, 1)
    given = DoseEvent.objects.get(cycle=cycle, kind="given")
    end(cast, cycle)
    strike_entry(
        by=as_(cast.nina),
        event_id=given.pk,
        reason="never connected",
        signer=signed(cast.nina),
        witness=signed(cast.noah),
    )
    again = order(cast, patient)
    assert (again.course.number, again.number) == (1, 1)


# --- what bars ----------------------------------------------------------------------------------------------------


def test_discontinued_bars_every_later_course(cast, patient):
    cycle = running_cycle(cast, patient)
    with_doses(cast, patient, cycle, 1)
    round_(cast, patient, rhythm="ventricular_tachycardia_sustained")
    end(cast, cycle)
    discharge(cast, patient)
    move_to(MONDAY + 200 * DAY)
    readmit(cast, patient)
    for new_course in (False, True):
        with pytest.raises(Conflict) as refusal:
            order(cast, patient, new_course=new_course)
        assert refusal.value.code == "discontinued"


def test_a_correction_of_the_record_lifts_the_bar(cast, patient):
    cycle = running_cycle(cast, patient)
    with_doses(cast, patient, cycle, 1)
    wrong = round_(cast, patient, rhythm="ventricular_tachycardia_sustained")
    end(cast, cycle)
    retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="other patient's monitor")
    move_to(MONDAY + 14 * DAY)
    assert order(cast, patient).number == 2


def test_what_is_learned_after_the_cycle_bars_too(cast, patient):
    treated_cycle(cast, patient)
    move_to(MONDAY + 3 * DAY)
    round_(cast, patient, hepatic_failure="yes")
    move_to(MONDAY + 14 * DAY)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert refusal.value.code == "discontinued"


def stopped_course(cast, patient):
    """Cycle 1 with one dose, stopped for an ALT above five times its limit, ended, and the patient discharged."""
    cycle = running_cycle(cast, patient)
    with_doses(cast, patient, cycle, 1)
    a_minute_later()
    round_(cast, patient, alt="412")
    end(cast, cycle)
    discharge(cast, patient)


def test_a_stopped_course_bars_its_second_cycle(cast, patient):
    stopped_course(cast, patient)
    move_to(MONDAY + 14 * DAY)
    readmit(cast, patient)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert refusal.value.code == "course_stopped"


def test_after_a_stopped_course_the_wait_counts_from_the_resolved_signs(cast, patient):
    stopped_course(cast, patient)
    resolved = MONDAY + 10 * DAY
    move_to(MONDAY + 50 * DAY)
    readmit(cast, patient)
    with pytest.raises(BadInput) as unsaid:
        order(cast, patient, new_course=True)
    assert unsaid.value.code == "signs_not_resolved"
    with pytest.raises(Conflict) as early:
        order(cast, patient, new_course=True, signs_resolved_at=resolved)
    assert early.value.code == "course_wait"
    assert "30 Apr 2026" in early.value.sentence
    move_to(resolved + 49 * DAY)
    cycle = order(cast, patient, new_course=True, signs_resolved_at=resolved)
    assert (cycle.course.number, cycle.number) == (2, 1)


@pytest.mark.parametrize(
    ("resolved", "code"), [(MONDAY - DAY, "resolved_too_early"), (MONDAY + 60 * DAY, "time_in_future")]
)
def test_the_time_of_resolution_is_between_the_last_dose_and_now(cast, patient, resolved, code):
    stopped_course(cast, patient)
    move_to(MONDAY + 59 * DAY)
    readmit(cast, patient)
    with pytest.raises(BadInput) as refusal:
        order(cast, patient, new_course=True, signs_resolved_at=resolved)
    assert (refusal.value.code, refusal.value.field) == (code, "signs_resolved_at")


# --- the new course ---------------------------------------------------------------------------------------------------


def test_a_new_course_waits_seven_weeks_after_discharge(cast, patient):
    treated_cycle(cast, patient)
    move_to(MONDAY + 2 * DAY)
    discharge(cast, patient)
    earliest = MONDAY + 51 * DAY
    move_to(earliest - timedelta(minutes=1))
    readmit(cast, patient)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient, new_course=True)
    assert (refusal.value.code, refusal.value.field) == ("course_wait", "first_dose_at")
    assert "22 Apr 2026, 10:00" in refusal.value.sentence  # summer time has begun meanwhile
    move_to(earliest)
    cycle = order(cast, patient, new_course=True)
    assert (cycle.course.number, cycle.number) == (2, 1)
    prior = facts_for(cycle_for(cast.olga, cycle.pk).cycle).plan.prior
    assert (prior.doses_given_in_course, prior.course_stopped, prior.discontinued) == (0, False, False)


def test_a_discharge_before_the_last_dose_is_not_the_one_that_counts(cast, patient):
    discharge(cast, patient)
    move_to(MONDAY + DAY)
    readmit(cast, patient)
    treated_cycle(cast, patient)
    move_to(MONDAY + 90 * DAY)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient, new_course=True)
    assert refusal.value.code == "course_wait"
    assert "none is recorded" in refusal.value.sentence


def test_a_later_stay_for_something_else_does_not_move_the_wait(cast, patient):
    treated_cycle(cast, patient)
    discharge(cast, patient)
    move_to(MONDAY + 30 * DAY)
    readmit(cast, patient)
    move_to(MONDAY + 31 * DAY)
    discharge(cast, patient)
    move_to(MONDAY + 49 * DAY)
    readmit(cast, patient)
    assert order(cast, patient, new_course=True).course.number == 2


def test_the_cells_regimen_has_no_second_course_and_after_another_one_it_waits_too(cast, patient):
    treated_cycle(cast, patient)
    discharge(cast, patient)
    move_to(MONDAY + 20 * DAY)
    readmit(cast, patient)
    cells = {"regimen": "til-il2", "new_course": True}
    with pytest.raises(Conflict) as early:
        order(cast, patient, cells_at=clock.now() - timedelta(hours=4), **cells)
    assert early.value.code == "course_wait"
    move_to(MONDAY + 60 * DAY)
    treated_cycle(cast, patient, cells_at=clock.now() - timedelta(hours=4), **cells)
    discharge(cast, patient)
    move_to(MONDAY + 160 * DAY)
    readmit(cast, patient)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient, cells_at=clock.now() - timedelta(hours=4), **cells)
    assert refusal.value.code == "no_further_course"


# --- start and end ----------------------------------------------------------------------------------------------------


def test_a_cycle_is_started_once(cast, patient):
    cycle = running_cycle(cast, patient)
    with pytest.raises(Conflict) as refusal:
        start_cycle(by=as_(cast.nina), cycle_id=cycle.pk)
    assert refusal.value.code == "impossible_transition"


def test_the_end_needs_a_reason_and_is_for_good(cast, patient):
    cycle = running_cycle(cast, patient)
    with pytest.raises(BadInput) as refusal:
        end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="  ")
    assert (refusal.value.code, refusal.value.field) == ("missing_reason", "reason")
    end(cast, cycle)
    with pytest.raises(Conflict):
        end(cast, cycle)
    with pytest.raises(Conflict):
        start_cycle(by=as_(cast.nina), cycle_id=cycle.pk)


def test_only_a_prescriber_ends_a_cycle(cast, patient):
    cycle = running_cycle(cast, patient)
    with pytest.raises(NotAllowed):
        end_cycle(by=as_(cast.nina), cycle_id=cycle.pk, reason="tired")
