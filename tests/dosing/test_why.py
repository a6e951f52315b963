"""`manage.py why`: from a refused dose to the rule, its source and its tests, and whether the replay says the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from dosing.actions.enter_past_dose import enter_past_dose
from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.override_hold import override_hold
from dosing.actions.strike_entry import strike_entry
from dosing.models import DoseEvent, Slot
from dosing.permissions import cycles_with_facts
from dosing.recall import recall
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tracker.actions.correct_round import correct_round
from tracker.actions.retract_round import retract_round
from tracker.errors import Conflict

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def time():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def patient(time, cast):
    return admit(cast)


@pytest.fixture
def slot(cast, patient):
    cycle = running_cycle(cast, patient)
    return Slot.objects.get(cycle=cycle, number=1)


def give(cast, slot):
    return give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))


def why(slot, *, leaves=0):
    """What is printed; `leaves` is the exit status."""
    out, err = StringIO(), StringIO()
    try:
        call_command("why", str(slot), stdout=out, stderr=err)
    except SystemExit as left:
        assert left.code == leaves
    else:
        assert leaves == 0
    return out.getvalue() + err.getvalue()


def test_a_refused_dose_leads_to_the_rule_its_source_and_its_tests(cast, patient, slot):
    full_round(cast, patient, systolic_bp="84")
    with pytest.raises(Conflict):
        give(cast, slot)
    said = why(slot.pk)
    assert "Dose 1 of cycle" in said
    assert "refused, 2026-03-02T08:00:00Z, by Nina Nurse. Verdict: hold." in said
    assert "Under: Label 9/2023, version 1; Consensus 2014, version 1." in said
    assert "L-CV-SBP: hold. systolic_bp 84 at 2026-03-02T08:00:00Z." in said
    assert "Source: Aldesleukin prescribing information, revised 9/2023, Table 2, Cardiovascular." in said
    assert "tests/rules/test_label_boundaries.py" in said
    assert "Hold: systolic 84 mmHg at 09:00, below 90." in said  # the ward's clock
    assert "Judged again from the stored facts: the same." in said
    assert "DIFFER" not in said


def test_a_dose_is_also_found_by_cycle_and_number(cast, patient, slot):
    assert "Nothing has been decided about this dose yet." in why(f"{slot.cycle_id}/1")


@pytest.mark.parametrize("wrong", ["nine", "999999", "1/99", "-4", "1/2/3"])
def test_an_unknown_dose_is_named(cast, slot, wrong):
    with pytest.raises(CommandError, match=wrong):
        call_command("why", "--", wrong, stdout=StringIO())


def test_a_later_correction_does_not_change_what_was_decided(time, cast, patient, slot):
    wrong = full_round(cast, patient, systolic_bp="84")
    with pytest.raises(Conflict):
        give(cast, slot)
    time.shift(timedelta(minutes=5))
    retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="cuff of another patient")
    full_round(cast, patient)
    give(cast, slot)
    said = why(slot.pk)
    assert said.count("Judged again from the stored facts: the same.") == 2
    assert "Verdict: hold." in said and "Verdict: proceed." in said
    # The refusal stands, and whoever asks hears that the low pressure was somebody else's.
    refused, given = said.split("Entry ")[1:]
    struck = (
        "the round of 2026-03-02T08:00:00Z was struck at 2026-03-02T08:05:00Z by Nina Nurse: cuff of another patient."
    )
    assert struck in refused
    assert "WITH WHAT IS KNOWN TODAY IT WOULD BE DIFFERENT: verdict incomplete, then hold. Findings: none." in refused
    assert "What was decided stays as it was decided" in refused
    assert "known today" not in given


def test_a_value_entered_late_changes_later_decisions_only(time, cast, patient, slot):
    full_round(cast, patient)
    give(cast, slot)
    time.shift(timedelta(minutes=30))
    round_(cast, patient, at=MONDAY - timedelta(minutes=1), systolic_bp="80")
    said = why(slot.pk)
    assert "Judged again from the stored facts: the same." in said
    entered = "the round of 2026-03-02T07:59:00Z was entered at 2026-03-02T08:30:00Z by Nina Nurse: systolic_bp 80"
    assert entered in said
    # The complete round of 08:00 is newer, and its pressure and sinus rhythm release.
    assert "With what is known today it would be the same." in said


def test_a_low_value_entered_after_the_dose_is_named_as_what_would_have_held_it(time, cast, patient, slot):
    full_round(cast, patient)
    give(cast, slot)
    time.shift(timedelta(minutes=30))
    round_(cast, patient, at=MONDAY, systolic_bp="80")
    said = why(slot.pk)
    assert "Verdict: proceed." in said and "Judged again from the stored facts: the same." in said
    assert "WITH WHAT IS KNOWN TODAY IT WOULD BE DIFFERENT: verdict hold, then proceed. Findings: L-CV-SBP." in said


def test_what_was_entered_and_struck_since_changed_nothing(time, cast, patient, slot):
    full_round(cast, patient)
    give(cast, slot)
    time.shift(timedelta(minutes=30))
    wrong = round_(cast, patient, at=MONDAY, systolic_bp="80")
    retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="another patient")
    assert "known today" not in why(slot.pk)


def test_a_corrected_round_is_seen_as_it_was(time, cast, patient, slot):
    low = full_round(cast, patient, systolic_bp="84")
    hold_dose(by=as_(cast.nina), slot_id=slot.pk, reason="low pressure")
    time.shift(timedelta(minutes=1))
    correct_round(by=as_(cast.nina), round_id=low.pk, values={"systolic_bp": "104"}, reason="typing slip")
    said = why(slot.pk)
    assert "L-CV-SBP: hold. systolic_bp 84" in said
    assert "was struck at 2026-03-02T08:01:00Z by Nina Nurse: typing slip." in said
    assert "was entered at 2026-03-02T08:01:00Z by Nina Nurse: systolic_bp 104" in said
    assert "verdict incomplete, then hold. Findings: none." in said
    assert "Missing: alt, ast," in said


def test_an_override_and_the_dose_on_it(cast, patient, slot):
    full_round(cast, patient, systolic_bp="84")
    override_hold(by=as_(cast.olga), slot_id=slot.pk, reason="baseline is low", signature=signed(cast.olga))
    give(cast, slot)
    said = why(slot.pk)
    assert said.count("the same.") == 2
    assert "override, " in said and "given, " in said


def test_a_giving_entered_again_carries_the_first_decision(time, cast, patient, slot):
    full_round(cast, patient)
    event = give(cast, slot)
    time.shift(timedelta(minutes=20))
    strike_entry(
        by=as_(cast.nina),
        event_id=event.pk,
        reason="started earlier",
        signer=signed(cast.nina),
        witness=signed(cast.noah),
        started_at="2026-03-02T08:00:00Z",
    )
    assert why(slot.pk).count("the same.") == 2


def test_every_decision_of_a_whole_day_comes_out_the_same(time, cast, patient):
    cycle = running_cycle(cast, patient)
    for number, pressure in ((1, "118"), (2, "88"), (3, "120")):
        since = MONDAY + timedelta(hours=8 * (number - 2))
        full_round(cast, patient, systolic_bp=pressure, urine_output={"value": "600", "from": since.isoformat()})
        slot = Slot.objects.get(cycle=cycle, number=number)
        try:
            give(cast, slot)
        except Conflict:
            hold_dose(by=as_(cast.nina), slot_id=slot.pk, reason="pressure")
        time.shift(timedelta(hours=8, microseconds=123457))
    row = cycles_with_facts().get(pk=cycle.pk)
    decided = DoseEvent.objects.filter(cycle=cycle, decision__isnull=False).select_related("by", "slot")
    assert [event.kind for event in decided] == ["given", "refused", "held", "given"]
    assert [recall(row, event).differs for event in decided] == [(), (), (), ()]


def test_a_dose_entered_after_a_downtime_is_judged_again_in_hindsight(time, cast, patient, slot):
    full_round(cast, patient)
    time.shift(timedelta(hours=3))
    round_(cast, patient, at=MONDAY + timedelta(minutes=2), systolic_bp="84")
    enter_past_dose(
        by=as_(cast.nina),
        slot_id=slot.pk,
        started_at=MONDAY + timedelta(minutes=5),
        ended_at=MONDAY + timedelta(minutes=20),
        reason="network was down",
        giver=signed(cast.nina),
        witness=signed(cast.noah),
    )
    said = why(slot.pk)
    assert "Verdict: hold." in said and "the same." in said and "DIFFER" not in said


def test_it_says_so_loudly_when_the_stored_facts_no_longer_lead_there(cast, patient, slot):
    full_round(cast, patient, systolic_bp="84")
    hold_dose(by=as_(cast.nina), slot_id=slot.pk, reason="low pressure")
    _below_the_actions(patient)
    said = why(slot.pk, leaves=1)
    assert "COMES OUT DIFFERENTLY" in said
    assert "verdict: stored 'hold'" in said and "verdict: now    'proceed'" in said
    assert "THE REPLAY DIFFERS from what was decided: entry" in said


def _below_the_actions(patient):
    """What nobody can do through the product: change a charted value, with the database's protection taken away."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("insert", "update", "delete"):
                cursor.execute(f'DROP TRIGGER IF EXISTS "tracker_roundvalue_no_{verb}"')
        else:
            cursor.execute("DROP TRIGGER IF EXISTS tracker_roundvalue_no_change ON tracker_roundvalue")
        cursor.execute("UPDATE tracker_roundvalue SET entered = '118' WHERE code = 'systolic_bp'")
        cursor.execute("UPDATE tracker_chartstate SET stamp = 'changed below' WHERE patient_id = %s", [patient.pk])
