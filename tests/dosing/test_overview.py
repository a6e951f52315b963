"""The oncologist's overview: what waits for a decision first, grades that say what was never assessed, few queries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dosing.actions.end_cycle import end_cycle
from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.override_hold import override_hold
from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.models import Slot
from dosing.overview import running_cycles
from dosing.screens.overview_rows import ORGANS, overview_of
from tests.dosing.pages import browser, text_of
from tests.people import LABS, VITALS, admit, as_, full_round, round_, running_cycle, signed
from tracker import clock
from tracker.actions.move_patient import discharge_patient, transfer_patient
from tracker.actions.retract_round import retract_round
from tracker.models import Bed

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def at():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ward(at, cast):
    return Ward(at, cast)


class Ward:
    """Patients one after the other, each in the next bed."""

    def __init__(self, at, cast):
        self.at, self.cast, self.beds = at, cast, 0

    def patient(self, family="Almeida"):
        self.beds += 1
        return admit(self.cast, mrn=f"MRN-{self.beds:03d}", bed=self.beds - 1, family=family)

    def cycle(self, family="Almeida", *, first=None, **values):
        """A running cycle with everything charted that is required, with these changes."""
        patient = self.patient(family)
        cycle = running_cycle(self.cast, patient, first=first)
        self.at.shift(timedelta(minutes=1))
        full_round(self.cast, patient, **values)
        return cycle

    def give(self, cycle, number):
        slot = Slot.objects.get(cycle=cycle, number=number)
        return give_dose(
            by=as_(self.cast.nina), slot_id=slot.pk, giver=signed(self.cast.nina), witness=signed(self.cast.noah)
        )

    def overview(self, who="olga", *, show="", ward=""):
        user = type(self.cast.olga).objects.get(username=who)
        now = clock.now()
        return overview_of(running_cycles(user, now), user, now, show=show, ward=ward)

    def rows(self, who="olga"):
        return {row.name.split(",")[0]: row for group in self.overview(who).groups for row in group.rows}

    def groups(self, who="olga", **filters):
        return [[row.name.split(",")[0] for row in group.rows] for group in self.overview(who, **filters).groups]


# --- what waits, and in which order -------------------------------------------------------------------------------


WAITS = [
    # what was charted, when dose 1 is planned, verdict, what waits for the prescriber
    ({}, 0, "proceed", ""),
    ({"systolic_bp": "84"}, 0, "hold", "Decide dose 1"),
    ({"systolic_bp": "84"}, 59, "hold", "Decide dose 1"),
    ({"systolic_bp": "84"}, 120, "hold", ""),
    ({"creatinine": "3.1"}, 120, "stop_cycle", "Decide cycle"),
    ({"liver_pain": "yes"}, 120, "stop_course", "End cycle"),
    ({"hepatic_failure": "yes"}, 120, "discontinue", "End cycle"),
    ({"oxygen_flow": "3", "rales": "one_third_to_half", "limb_tightness": "extreme_tightness"}, 120, "stop_cycle",
     "Decide cycle"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "minutes", "verdict", "wait"), WAITS)
def test_what_waits_for_the_prescriber(ward, values, minutes, verdict, wait):
    ward.cycle(first=clock.now() + timedelta(minutes=minutes), **values)
    row = ward.rows()["Almeida"]
    assert (row.verdict, row.wait.label if row.wait else "") == (verdict, wait)


def test_the_gravest_waits_first_and_the_rest_stands_by_next_dose(ward):
    ward.cycle("Late", first=MONDAY + 6 * HOUR)
    ward.cycle("Soon", first=MONDAY + 3 * HOUR)
    ward.cycle("Held", systolic_bp="84")
    ward.cycle("Stopped", first=MONDAY + 8 * HOUR, creatinine="3.1")
    ward.cycle("Barred", first=MONDAY + 9 * HOUR, hepatic_failure="yes")
    ward.cycle("HeldLater", first=MONDAY + 5 * HOUR, systolic_bp="84")
    assert ward.groups() == [["Barred", "Stopped", "Held"], ["Soon", "HeldLater", "Late"]]


def test_a_prescribed_cycle_waits_for_its_start_and_is_not_assessed(ward):
    patient = ward.patient("Kimura")
    prescribe_cycle(
        by=as_(ward.cast.olga), patient_id=patient.pk, dosing_weight_kg="55.2", first_dose_at=MONDAY + 3 * HOUR
    )
    row = ward.rows()["Kimura"]
    assert (row.verdict, row.wait.label, row.cycle_day) == ("incomplete", "Start cycle", "C1, new")
    assert [organ.grade for organ in row.organs] == [None] * 9
    assert [trend.text for trend in row.trends] == [""] * 4
    html = browser(ward.cast.olga).get("/cycles/").content.decode()
    assert html.count("grade-unknown") == 9 + 1  # and one in the legend


def test_an_override_that_covers_everything_no_longer_waits(ward):
    cycle = ward.cycle(systolic_bp="84")
    slot = Slot.objects.get(cycle=cycle, number=1)
    override_hold(by=as_(ward.cast.olga), slot_id=slot.pk, reason="warm", signature=signed(ward.cast.olga))
    row = ward.rows()["Almeida"]
    assert (row.wait, row.wait_text, row.verdict) == (None, "Override signed", "hold")
    ward.at.shift(timedelta(minutes=5))
    round_(ward.cast, cycle.patient, spo2="85")
    assert ward.rows()["Almeida"].wait.label == "Decide dose 1"


def test_all_doses_answered_waits_for_the_end(ward):
    cycle = ward.cycle()
    for slot in Slot.objects.filter(cycle=cycle):
        hold_dose(by=as_(ward.cast.nina), slot_id=slot.pk, reason="test")
    row = ward.rows()["Almeida"]
    assert (row.next_text, row.wait.label) == ("None left", "End cycle")


def test_a_discharged_patient_waits_for_the_end_of_the_cycle(ward):
    cycle = ward.cycle()
    discharge_patient(by=as_(ward.cast.nina), patient_id=cycle.patient_id)
    row = ward.rows()["Almeida"]
    assert (row.bed, row.wait.label) == ("–", "End cycle")


@pytest.mark.parametrize("who", ["nina", "paul"])
def test_who_cannot_decide_is_told_who_does(ward, who):
    ward.cycle(systolic_bp="84")
    row = ward.rows(who)["Almeida"]
    assert (row.wait, row.wait_text) == (None, "Prescriber decides")


def test_an_ended_cycle_is_gone(ward):
    cycle = ward.cycle()
    end_cycle(by=as_(ward.cast.olga), cycle_id=cycle.pk, reason="done")
    assert ward.groups() == [[], []]
    assert "None now." in text_of(browser(ward.cast.olga).get("/cycles/"))


# --- what a row says ----------------------------------------------------------------------------------------------


def test_a_row_has_bed_two_identifiers_count_day_next_dose_and_reason(ward):
    cycle = ward.cycle()
    ward.give(cycle, 1)
    ward.at.move_to(MONDAY + 26 * HOUR)
    round_(ward.cast, cycle.patient, systolic_bp="84", creatinine="2.7")
    row = ward.rows()["Almeida"]
    assert (row.bed, row.mrn, row.given, row.planned, row.cycle_day) == ("01", "MRN-001", 1, 14, "C1, day 2")
    assert (row.verdict, row.since_text) == ("hold", "11:00")
    assert row.reason == "Creatinine 2.7\u2009mg/dL, systolic 84\u2009mmHg" or row.reason.startswith("Systolic 84")
    assert (row.next_text, row.next_note) == ("18:00", "in 7 h 00") or row.next_note.startswith(("in", "lapses"))


def test_two_rules_that_say_the_same_are_said_once(ward):
    ward.cycle(stool_blood="heme_positive")
    assert ward.rows()["Almeida"].reason.lower().count("positive") == 1


INCOMPLETE = [
    # hours after everything was charted, then charted again, what is said
    (3, {}, "Vitals 3 h 00 old and 1 more"),
    (3, {**VITALS}, "No finding, vitals"),
    (25, {**VITALS}, "Weight 25 h 00 old and 1 more"),
    (25, {**VITALS, **LABS, "platelets": None}, "Platelets 25 h 00 old"),
    (25, {**VITALS, "weight": "70"}, "Labs 25 h 00 old"),
]


@pytest.mark.parametrize(("hours", "values", "reason"), INCOMPLETE)
def test_what_cannot_be_told_is_named_with_its_age(ward, hours, values, reason):
    cycle = ward.cycle(first=MONDAY + 30 * HOUR)
    ward.at.shift(hours * HOUR)
    values = {code: value for code, value in values.items() if value is not None}
    if values:
        round_(ward.cast, cycle.patient, **values)
    assert ward.rows()["Almeida"].reason.startswith(reason)


# --- grades and trends --------------------------------------------------------------------------------------------


def organs(row):
    return {name: (cell.grade, cell.rose) for name, cell in zip(ORGANS, row.organs, strict=True)}


def test_not_assessed_and_assessed_none_never_look_alike(ward):
    ward.cycle(vomiting_grade="0")
    grades = organs(ward.rows()["Almeida"])
    assert grades["Gut"] == (0, False)
    assert grades["Skin"] == (None, False) and grades["Infection"] == (None, False)
    assert grades["Heart"] == grades["Lung"] == grades["Kidney"] == grades["Liver"] == grades["Blood"] == (0, False)


def test_the_highest_grade_since_the_cycle_began_stays_and_a_rise_since_the_last_dose_is_marked(ward):
    cycle = ward.cycle()
    ward.give(cycle, 1)
    ward.at.shift(HOUR)
    worst = round_(ward.cast, cycle.patient, creatinine="4.0")
    assert organs(ward.rows()["Almeida"])["Kidney"] == (3, True)
    ward.at.shift(HOUR)
    round_(ward.cast, cycle.patient, creatinine="1.0")
    assert organs(ward.rows()["Almeida"])["Kidney"] == (3, True)
    retract_round(by=as_(ward.cast.nina), round_id=worst.pk, reason="other patient's blood")
    assert organs(ward.rows()["Almeida"])["Kidney"] == (0, False)


def test_what_was_before_the_cycle_does_not_count(ward):
    patient = ward.patient()
    round_(ward.cast, patient, temperature="39.6", rash_grade="3", at=clock.now() - 10 * HOUR)
    round_(ward.cast, patient, temperature="36.8", rash_grade="0")
    running_cycle(ward.cast, patient)
    assert organs(ward.rows()["Almeida"])["Skin"] == (0, False)


def trends(row):
    return [(trend.arrow, trend.text, trend.worse) for trend in row.trends]


def test_changes_since_the_last_dose_and_which_are_worse(ward):
    cycle = ward.cycle(urine_output={"value": "560", "from": (MONDAY - 9 * HOUR).isoformat()})
    ward.give(cycle, 1)
    assert trends(ward.rows()["Almeida"]) == [("", "", False)] * 4
    ward.at.shift(8 * HOUR)
    round_(
        ward.cast, cycle.patient, systolic_bp="105", creatinine="1.1", weight="71.6",
        urine_output={"value": "280", "from": (clock.now() - 8 * HOUR).isoformat()},
    )  # fmt: skip
    assert trends(ward.rows()["Almeida"]) == [
        ("down", "13", True),
        ("up", "0.2", False),
        ("up", "2.3", True),
        ("down", "0.4", True),
    ]


def test_not_measured_since_is_a_dash_and_no_change_is_a_zero_without_an_arrow(ward):
    cycle = ward.cycle()
    ward.give(cycle, 1)
    ward.at.shift(HOUR)
    round_(ward.cast, cycle.patient, systolic_bp="118")
    assert trends(ward.rows()["Almeida"])[:2] == [("", "0", False), ("", "", False)]


# --- filters ------------------------------------------------------------------------------------------------------


def test_chips_count_and_filter(ward):
    ward.cycle("Held", systolic_bp="84")
    ward.cycle("Barred", hepatic_failure="yes")
    ward.cycle("Fine")
    chips = {chip.label: chip.count for chip in ward.overview().chips}
    assert chips == {"All": 3, "Wait for me": 2, "Stopped": 1, "Hold": 1, "Incomplete": 0, "Proceed": 1}
    assert ward.groups(show="hold") == [["Held"], []]
    assert ward.groups(show="stopped") == [["Barred"], []]
    assert ward.groups(show="proceed") == [[], ["Fine"]]
    assert ward.groups(show="waits") == [["Barred", "Held"], []]


def test_the_filter_is_in_the_address_and_survives_the_refresh(ward):
    ward.cycle("Held", systolic_bp="84")
    ward.cycle("Fine")
    olga = browser(ward.cast.olga)
    html = olga.get("/cycles/?show=hold").content.decode()
    assert "Held" in html and "Fine" not in html
    refresh = re.search(r'hx-get="([^"]+)"', html)[1]
    assert refresh == "/cycles/rows/?show=hold"
    rows = olga.get(refresh).content.decode()
    assert "Held" in rows and "Fine" not in rows and "data-heard=" in rows
    assert "Fine" in olga.get("/cycles/?show=nonsense&ward=nonsense").content.decode()


def test_two_wards_can_be_looked_at_apart(ward):
    ward.cast.olga.wards.add(ward.cast.other_ward)
    ward.cycle("West")
    moved = ward.cycle("North")
    bed = Bed.objects.filter(ward=ward.cast.other_ward).first()
    transfer_patient(by=as_(ward.cast.nina), patient_id=moved.patient_id, bed_id=bed.pk)
    assert [view.label for view in ward.overview().views] == ["4 West", "5 North"]
    assert ward.groups(ward="5N") == [[], ["North"]]
    assert [view.label for view in ward.overview(ward="5N").views] == ["All wards", "4 West"]


# --- reach, roles and cost ----------------------------------------------------------------------------------------


def test_a_nurse_of_another_ward_sees_no_cycle(ward):
    ward.cycle()
    page = browser(ward.cast.zoe).get("/cycles/")
    assert page.status_code == 200
    assert "Almeida" not in text_of(page)


@pytest.mark.parametrize(("who", "status"), [("nina", 200), ("olga", 200), ("paul", 200), ("ada", 403), ("max", 403)])
def test_who_may_see_it(ward, who, status):
    client = browser(getattr(ward.cast, who))
    assert client.get("/cycles/").status_code == status
    assert client.get("/cycles/rows/").status_code == status


def test_the_number_of_queries_does_not_grow_with_the_cycles(ward):
    def cost():
        client = browser(ward.cast.olga)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/cycles/").status_code == 200
        return len(queries)

    ward.cycle("First")
    few = cost()
    for number in range(8):
        cycle = ward.cycle(f"Name{number}", systolic_bp="84" if number % 2 else "118")
        if number % 2 == 0:
            ward.give(cycle, 1)
    assert cost() <= few <= 12
