"""The page of fluids and capillary leak: what is known, how complete it is, and that gaps stay gaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dosing.fluids import charted
from dosing.screens.edema import edema_of
from dosing.screens.fluids_page import fluids_of
from dosing.screens.oxygen_lane import oxygen_lane
from tests.dosing.pages import browser, text_of
from tests.people import admit, full_round, round_, running_cycle
from tests.rules.journey import Journey, hour
from tracker import clock

NOW = datetime(2026, 3, 4, 4, 42, tzinfo=UTC)  # 05:42 on the ward: the night shift began at 22:00
UTC_ZONE = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def frozen():
    with clock.telling(NOW):
        yield NOW


def seen(journey: Journey, at: object, tz=UTC_ZONE):
    now = hour(at)
    return fluids_of(charted(journey.rounds, now), Fraction(70), now, tz, TWO_HOURS)


def lane(journey: Journey, at: object, tz=UTC_ZONE):
    now = hour(at)
    return oxygen_lane(charted(journey.rounds, now), now, tz, TWO_HOURS)


# --- sums -------------------------------------------------------------------------------------------------------------


def test_t14_the_page_never_says_zero_for_what_was_not_measured():
    shift = seen(Journey().chart(6, urine_output=(300, 4)), 6).columns[1]
    assert (shift.intake.text, shift.intake.state) == ("not recorded", "none")
    assert (shift.balance.text, shift.balance.note) == ("cannot tell", "intake not recorded")


def test_t14_totals_say_how_complete_they_are():
    # The journey's hour 0 is 08:00; the shift of 06:00 to 14:00 ends at hour 6.
    journey = Journey().chart(2, fluid_intake=(200, 3)).chart(6, fluid_intake=(220, "3.3333333333333333"))
    intake = seen(journey, 7).columns[1].intake
    assert (intake.text, intake.unit) == ("420", "mL")
    assert intake.note in ("in 6 h 20 of 8 h recorded", "in 6 h 19 of 8 h recorded") and intake.state == "part"


def test_a_recorded_zero_is_a_value():
    urine = seen(Journey().chart(6, urine_output=(0, 8)), 7).columns[1].urine
    assert (urine.text, urine.note, urine.state) == ("0", "all 8 h recorded", "whole")


def test_a_balance_of_some_hours_says_so():
    journey = Journey().chart(6, fluid_intake=(500, 8), urine_output=(620, 4))
    balance = seen(journey, 7).columns[1].balance
    assert balance.text == "−120" and balance.note == "intake less urine, only of what is recorded; stool not recorded"


def test_t15_the_gaps_of_the_day_are_named_by_their_times():
    journey = Journey().chart(2, urine_output=(100, 24)).chart(6, urine_output=(100, 2))
    lines = seen(journey, 6).gaps
    assert "Urine is unknown 10:00 to 12:00." in lines and "Intake: nothing recorded in the last 24 h." in lines


def test_weight_is_in_per_cent_of_the_dosing_weight():
    shown = seen(Journey().chart(0, weight=70).chart(6, weight="73.5"), 8)
    assert (shown.weight.text, shown.weight.unit) == ("+5.0", "%")
    assert [row.change for row in shown.weights] == ["+5.0 %", "0.0 %"]


def test_urine_of_a_part_of_8_hours_is_said_to_be_that():
    rate = seen(Journey().chart(8, urine_output=(140, 4)), 8).rate
    assert rate.text == "0.50" and rate.note == "in 4 h of the 8 h to 16:00; the rest is unknown"


def test_t34_shifts_near_a_clock_change_carry_their_offset():
    from dosing.rules.history import History

    now = datetime(2026, 3, 29, 2, 30, tzinfo=UTC)  # 04:30 summer time
    shown = fluids_of(History([]), None, now, BERLIN, TWO_HOURS)
    assert shown.columns[0].note == "Sat 22:00 +01:00 to 06:00 +02:00, so far"
    assert "+02:00" in shown.oxygen.ticks[-1].text


# --- oxygen -----------------------------------------------------------------------------------------------------------


def test_t15_the_oxygen_line_breaks_at_a_gap_and_never_reaches_now():
    journey = Journey().chart(1, oxygen_flow=0).chart(2, oxygen_flow=2).chart(8, oxygen_flow=4)
    drawn = lane(journey, 11)
    assert len(drawn.lines) == 2 and len(drawn.marks) == 3
    assert len(drawn.gaps) == 3  # before the first, between, and after the last
    assert "Nothing recorded since." in drawn.says
    assert all(float(mark.x) < 716 for mark in drawn.marks)


def test_room_air_is_not_missing_oxygen():
    rows = lane(Journey().chart(1, oxygen_flow=0, spo2=97).chart(2, spo2=95), 3).rows
    assert [(row.oxygen, row.saturation) for row in rows] == [("not recorded", "95 %"), ("room air", "97 %")]


def test_without_oxygen_the_whole_lane_is_a_gap():
    drawn = lane(Journey(), 3)
    assert drawn.says == "Oxygen was never recorded." and len(drawn.gaps) == 1 and not drawn.lines


# --- edema ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "state", "parts"),
    [
        ({}, "unknown", ()),
        ({"edema_site": "none", "edema_grade": 0}, "none", ()),
        ({"edema_site": "ankles", "edema_grade": 1}, "there", ("ankles",)),
        ({"edema_site": "facial"}, "there", ("face",)),
    ],
)
def test_edema_not_assessed_is_not_none(values, state, parts):
    journey = Journey().chart(1, **values) if values else Journey()
    shown = edema_of(charted(journey.rounds, hour(2)), hour(2), UTC_ZONE)
    assert (shown.state, shown.parts) == (state, parts)
    assert ("not assessed" in shown.site_text) == (not values)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_all_and_links_to_record(cast, frozen):
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    since = (NOW - timedelta(hours=6)).isoformat()
    round_(cast, patient, fluid_intake={"value": "900", "from": since}, edema_site="legs", edema_grade="2")
    page = browser(cast.nina).get(f"/patients/{patient.pk}/fluids/")
    said = text_of(page)
    assert "900 mL in 6 h of 7 h 42 recorded" in said and "cannot tell urine not recorded" in said
    assert "Where: legs" in said and "Grade 2" in said
    assert f'href="/patients/{patient.pk}/round/?code=fluid_intake,urine_output' in page.content.decode()
    assert "style=" not in page.content.decode()


def test_it_needs_no_cycle_and_the_bedside_leads_to_it(cast, frozen):
    patient = admit(cast)
    nurse = browser(cast.nina)
    assert "no dosing weight" in text_of(nurse.get(f"/patients/{patient.pk}/fluids/")) or "never" in text_of(
        nurse.get(f"/patients/{patient.pk}/fluids/")
    )
    assert f"/patients/{patient.pk}/fluids/" in nurse.get(f"/patients/{patient.pk}/").content.decode()


def test_who_may_not_see_the_patient_does_not(cast, frozen):
    patient = admit(cast)
    assert browser(cast.zoe).get(f"/patients/{patient.pk}/fluids/").status_code == 404
    assert browser(cast.ada).get(f"/patients/{patient.pk}/fluids/").status_code == 403
    assert b"?code=" not in browser(cast.paul).get(f"/patients/{patient.pk}/fluids/").content


def test_its_queries_do_not_grow_with_the_chart(cast, frozen):
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    nurse = browser(cast.nina)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            nurse.get(f"/patients/{patient.pk}/fluids/")
        return len(queries)

    cost()
    few = cost()
    for minutes in range(60, 0, -6):
        round_(cast, patient, at=NOW - timedelta(minutes=minutes), oxygen_flow="2", spo2="95")
    cost()
    assert cost() <= few <= 14
