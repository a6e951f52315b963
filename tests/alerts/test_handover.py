"""The handover: what it says of a ward is what the record says, and it costs little."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.actions.pause_rounds import pause_rounds
from alerts.sweeps import sweep_reviews
from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.override_hold import override_hold
from dosing.actions.strike_entry import strike_entry
from dosing.models import DoseEvent, Slot
from tests.alerts.test_board import forget
from tests.dosing.pages import browser, text_of
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tracker import clock
from tracker.models import Bed

MORNING = datetime(2026, 3, 4, 4, 42, tzinfo=UTC)  # 05:42 on the ward


@pytest.fixture
def frozen():
    with clock.telling(MORNING):
        yield MORNING


def in_bed(cast, bed: int, **values: str):
    patient = admit(cast, mrn=f"4471-{bed:03d}", bed=bed, family=f"Family{bed:02d}")
    full_round(cast, patient, **values)
    return patient, running_cycle(cast, patient)


def slot(cycle, number: int = 1) -> Slot:
    return Slot.objects.get(cycle=cycle, number=number)


def give(cast, cycle):
    return give_dose(by=as_(cast.nina), slot_id=slot(cycle).pk, giver=signed(cast.nina), witness=signed(cast.noah))


def read(cast, query: str = "", person: str = "nina") -> str:
    return text_of(browser(getattr(cast, person)).get(f"/handover/{query}"))


def test_a_given_dose_a_held_one_and_an_override_are_told_with_their_reasons(cast, frozen):
    given, held, overridden = (
        in_bed(cast, 0)[1], in_bed(cast, 1, systolic_bp="84")[1], in_bed(cast, 2, systolic_bp="84")[1]
    )  # fmt: skip
    give(cast, given)
    hold_dose(by=as_(cast.nina), slot_id=slot(held).pk, reason="pressure too low")
    override_hold(by=as_(cast.olga), slot_id=slot(overridden).pk, reason="warm and well", signature=signed(cast.olga))
    said = read(cast)
    assert "Dose 1 given: by Nina Nurse." in said
    assert "Dose 1 held: systolic 84 mmHg (L-CV-SBP); pressure too low; by Nina Nurse." in said
    assert "Dose 1 override signed" in said and "warm and well" in said
    assert "An override of Olga Oncologist covers dose 1." in said
    assert "1 given" in said and "1 held" in said and "1 overrides" in said


def test_an_entry_struck_as_entered_in_error_is_shown_and_not_counted(cast, frozen):
    _, cycle = in_bed(cast, 0)
    give(cast, cycle)
    event = DoseEvent.objects.get(kind="given")
    strike_entry(
        by=as_(cast.nina),
        event_id=event.pk,
        reason="wrong patient",
        signer=signed(cast.nina),
        witness=signed(cast.noah),
    )
    said = read(cast)
    assert "struck as entered in error" in said and "0 given" in said


def test_what_happened_before_the_shift_is_left_out_and_a_longer_one_shows_it(cast):
    with clock.telling(MORNING - timedelta(hours=10)):
        give(cast, in_bed(cast, 0)[1])
    with clock.telling(MORNING):
        assert "Dose 1 given" not in read(cast, "?hours=8")
        assert "Dose 1 given" in read(cast, "?hours=12") and "Dose 1 given" in read(cast, "?hours=24")
        assert "Dose 1 given" in read(cast, "?hours=nonsense")


def test_verdict_trends_alerts_and_what_is_due_stand_beside_each_other(cast):
    with clock.telling(MORNING - timedelta(hours=7)):
        patient, cycle = in_bed(cast, 0)
        give(cast, cycle)
    with clock.telling(MORNING):
        round_(cast, patient, systolic_bp="84", diastolic_bp="50", weight="73.5", creatinine="1.4")
        sweep_reviews()
        said = read(cast)
    assert "HOLD" in said and "below 90" in said and "1 of 14 doses given" in said
    assert "Systolic down 34 mmHg (worse)" in said and "Creat up 0.5 mg/dL (worse)" in said
    assert "Weight +5.0 % of the dosing weight" in said and "Urine per kg: cannot tell." in said
    assert "05:42: blood pressure 84/50 mmHg" in said
    assert "Do not give dose 2: systolic 84 mmHg" in said and "No answer for 0 min." in said
    assert "Round before dose 2 Vital signs and neuro check." in said


def test_who_is_off_the_ward_is_said_to_be(cast, frozen):
    patient, _ = in_bed(cast, 0)
    pause_rounds(by=as_(cast.nina), patient_id=patient.pk, reason_code="mri", minutes=60)
    assert "Off the ward since 05:42, MRI." in read(cast)


def test_patients_without_a_cycle_are_named_too(cast, frozen):
    admit(cast)
    said = read(cast)
    assert "Without a running cycle" in said and "MRN 4471-882" in said and "not recorded: blood pressure" in said


def test_other_wards_and_other_roles(cast, frozen):
    in_bed(cast, 0)
    assert "Family00" not in read(cast, person="zoe")
    assert browser(cast.zoe).get("/handover/?ward=4W").status_code == 404
    assert browser(cast.ada).get("/handover/").status_code == 403
    cast.nina.wards.clear()
    assert "You belong to no ward." in read(cast)


def test_t34_near_a_clock_change_every_time_has_its_offset(cast):
    with clock.telling(datetime(2026, 10, 25, 0, 40, tzinfo=UTC)):
        give(cast, in_bed(cast, 0)[1])
        said = read(cast)
    assert "02:40 +02:00 Dose 1 given" in said and "02:55 +02:00" in said


@pytest.mark.parametrize("beds", [2, 12, 30])
def test_it_needs_few_queries_however_many_patients(cast, frozen, beds):
    have = len(cast.beds)
    cast.beds += Bed.objects.bulk_create([Bed(ward=cast.ward, label=f"{n}") for n in range(100, 100 + beds - have)])
    for bed in range(beds):
        give(cast, in_bed(cast, bed)[1])
    nurse = browser(cast.nina)
    forget()
    with CaptureQueriesContext(connection) as queries:
        page = nurse.get("/handover/")
    assert page.content.decode().count("Dose 1 given") == beds and len(queries) <= 20
