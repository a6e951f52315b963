"""What the card of a bed says, state by state. Dose 1 is planned at 08:00 UTC, hour 0; doses follow every 8 h."""

from __future__ import annotations

import pytest

from alerts.board_order import Rank, rank_of
from alerts.cards import WardCard, sections_of
from alerts.states import AlertKind
from tests.alerts.beds import BERLIN, UTC, bed, card, raised, running
from tests.rules.journey import Journey, hour

LABS = ("creatinine", "bilirubin", "ast", "alt", "platelets", "bicarbonate")


def says(shown: WardCard) -> tuple[str, str, str]:
    """State, countdown with its note, and the whole reason, with ordinary spaces before units."""
    reason = " ".join(part for part in (shown.reason_strong, shown.reason_rest, shown.second) if part)
    return shown.state, f"{shown.countdown_text}, {shown.countdown_note}", plain(reason)


def plain(text: str) -> str:
    return text.replace("\N{THIN SPACE}", " ")


# --- states -----------------------------------------------------------------------------------------------------------


def test_a_dose_that_can_be_given_says_so_and_until_when():
    shown = card(running(1).well("7:45"), 8)
    assert says(shown) == (
        "proceed",
        "0 min, to dose 2, 16:00",
        "Dose 2 can be given. It lapses at 18:00. No finding. All required values are fresh.",
    )
    assert (shown.due, shown.late, shown.given, shown.planned) == ("Due: give dose 2", False, 1, 14)


def test_a_late_dose_counts_up_and_is_filled():
    shown = card(running(1).well("7:45"), "8:12")
    assert says(shown)[1] == "12 min late, dose 2 was 16:00"
    assert shown.late and shown.size == "large"


def test_late_is_a_difference_of_instants_also_over_midnight():
    # Dose 3 is planned at 23:50 UTC and it is ten past midnight: 20 minutes, not 23 h 40 the other way.
    shown = card(_moved(running(2), "-0:10").well(16), "16:10")
    assert (shown.countdown_text, shown.countdown_note, shown.late) == ("20 min late", "dose 3 was Mon 23:50", True)


def test_between_doses_nothing_is_promised():
    shown = card(running(1).well(4), "5")
    assert says(shown) == ("proceed", "3 h 00, dose 2, 16:00", "No finding so far. Pre-dose round from 14:00.")
    assert (shown.due, shown.size) == ("Due: round, urine 14:00", "small")


def test_a_hold_reads_what_number_unit_time_limit():
    shown = card(running(1).well("7:28", systolic_bp=84), "7:42")
    assert says(shown) == ("hold", "18 min, to dose 2, 16:00", "Systolic 84 mmHg at 15:28, below 90.")
    assert plain(shown.reason_strong) == "Systolic 84 mmHg"
    assert shown.due == "Due: BP"


def test_a_second_finding_has_its_own_line():
    journey = running(1).well("7:28", systolic_bp=84, spo2=88)
    shown = card(journey, "7:42")
    assert plain(shown.reason_strong) == "Systolic 84 mmHg"
    assert plain(shown.second) == "Also oxygen saturation 88 % at 15:28, below 90."


def test_what_holds_by_itself_stands_before_what_is_only_counted():
    journey = Journey("label-2023", "consensus-2014").well(0).given(1, 0)
    shown = card(journey.well("7:28", systolic_bp=84, creatinine="2.7"), "7:42")
    assert plain(shown.reason_strong) == "Systolic 84 mmHg"
    assert plain(shown.second) == "Creatinine 2.7 mg/dL: 1 relative criterion."


def test_three_relative_criteria_are_counted_and_wait_for_the_prescriber():
    journey = Journey("label-2023", "consensus-2014").well(0).given(1, 0)
    journey.well("5:30", creatinine="2.6", platelets=42000, oxygen_flow=3)
    shown = card(journey, "6", alerts=(raised(AlertKind.STOP_CYCLE, "5:31", "Dr Farouk"),))
    assert shown.state == "stop_cycle"
    assert shown.reason_strong == "3 relative criteria:"
    assert "creatinine 2.6" in shown.reason_rest and "platelets 42,000" in shown.reason_rest
    assert shown.due == "Waits for prescriber"
    assert (shown.alert_text, shown.alert_level) == ("Seen by Dr Farouk", "seen")


def test_an_override_is_said_with_its_signer():
    shown = card(running(1).well("7:28", systolic_bp=84), 8, override_by="Olga Oncologist")
    assert says(shown)[0] == "hold"
    assert says(shown)[2] == "Dose 2 can be given on the override of Olga Oncologist. Against systolic 84 mmHg."
    assert shown.due == "Due: give dose 2"


def test_a_permanent_stop_bars_for_good_and_needs_nobody_to_count():
    shown = card(running(3).well("17", rhythm="ventricular_tachycardia_sustained"), "18")
    assert shown.state == "discontinue"
    assert (shown.countdown_text, shown.countdown_note, shown.countdown_at) == ("Barred", "for good", None)
    assert shown.reason_rest.endswith("No IL\N{NON-BREAKING HYPHEN}2 in this or any later course.")
    assert (shown.late, shown.due) == (False, "Due: end the cycle")


def test_a_stopped_course_is_barred_in_this_course():
    shown = card(running(3).well("17", ast=900), "18")
    assert (shown.state, shown.countdown_text, shown.countdown_note) == ("stop_course", "Barred", "in this course")


def test_infusing_runs_in_minutes_with_a_bar():
    shown = card(running(2), "8:06", infusing=2)
    assert says(shown) == (
        "infusing",
        "6 of 15 min, dose 2, since 16:00",
        "Infusing 42 million IU in 50 mL D5W. Ends 16:15.",
    )
    assert (shown.infusing_percent, shown.due, shown.size) == (40, "Due: end 16:15", "large")


def test_an_infusion_beyond_its_time_asks_for_the_end():
    assert card(running(2), "8:20", infusing=2).second == "Should have ended 16:15: record the end."
    later = card(running(2).well("10"), "10:30", infusing=2)
    assert (later.state, later.infusing_percent) == ("proceed", None)
    assert later.second == "The end of dose 2, started 16:00, is not recorded."
    assert later.due == "Due: end of dose 2"


def test_a_hold_during_an_infusion_is_not_hidden_by_it():
    shown = card(running(2).well("8:05", systolic_bp=80), "8:06", infusing=2)
    assert (shown.state, shown.infusing_percent) == ("hold", 40)
    assert shown.second == "Dose 2 is infusing since 16:00."


def test_prescribed_and_not_started_says_what_is_to_do():
    shown = card(Journey().well("-0:30", urine_output=None), "-0:18", started=False)
    assert says(shown) == (
        "proceed",
        "18 min, to dose 1, 08:00",
        "Prescribed, not started. Start the cycle before dose 1.",
    )
    assert (shown.due, shown.size) == ("Due: start the cycle", "large")
    empty = card(Journey(), "-4", started=False)
    assert empty.state == "incomplete"
    assert empty.second.startswith("Prescribed, not started.")


def test_when_no_dose_is_left_the_cycle_is_to_be_ended():
    journey = running(13).held(14, 103).well(106)
    shown = card(journey, 107)
    assert says(shown) == ("proceed", "None left, 13 of 14 given", "No dose is left in this cycle. End the cycle.")
    assert (shown.due, shown.late) == ("Due: end the cycle", False)


# --- cannot tell ------------------------------------------------------------------------------------------------------


def test_old_values_are_named_by_their_group_and_length():
    shown = card(running(1).well("4", urine_output=None), "6:30")
    assert (shown.state, shown.reason_strong) == ("incomplete", "Cannot tell: vitals and neuro checks")
    assert shown.reason_rest == "are older than 2 h."
    assert (shown.due, shown.vitals_age_text, shown.vitals_stale) == ("Due: round", "2 h 30", True)


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [
        (("bilirubin", "ast"), "Cannot tell: bilirubin and AST are not recorded."),
        (LABS, "Cannot tell: labs are not recorded."),
        (("systolic_bp",), "Cannot tell: blood pressure is not recorded."),
        (("weight",), "Cannot tell: weight is not recorded."),
        (("platelets",), "Cannot tell: platelets are not recorded."),
    ],
)
def test_what_was_never_recorded_is_named(left_out, reason):
    shown = card(Journey().well("-0:30", urine_output=None, **dict.fromkeys(left_out)), 0)
    assert f"{shown.reason_strong} {shown.reason_rest}" == reason


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([(12, 4), ("15:30", "1.5")], "is unknown Mon 20:00 to Mon 22:00."),
        ([(12, 12)], "is unknown since Mon 20:00."),
        ([("15:30", 3)], "is unknown Mon 15:30 to Mon 20:30."),
        ([], "is not recorded."),
    ],
)
def test_urine_says_from_when_to_when_it_is_unknown(entries, reason):
    journey = running(1)
    journey.rounds.clear()
    journey.well("15:30", urine_output=None)
    for at, hours in entries:
        journey.chart(at, urine_output=(300, hours))
    shown = card(journey, 16)
    assert (shown.reason_strong, shown.reason_rest) == ("Cannot tell: urine", reason)
    assert shown.due == "Due: urine"


def test_nothing_measured_is_no_vitals_and_never_zero():
    shown = card(Journey(), "-1")
    assert (shown.vitals_age_text, shown.vitals_at, shown.vitals_stale) == ("", None, True)


def test_the_age_of_the_vitals_is_that_of_the_oldest_of_them():
    journey = running(1).well(6).chart("7:30", systolic_bp=110)
    assert card(journey, "7:40").vitals_age_text == "1 h 40"


# --- alerts on the card -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alerts", "text", "level"),
    [
        ((), "", "none"),
        ((("7:30", ""),), "No answer 12 min", "unanswered"),
        ((("7:20", ""), ("7:30", "")), "2, no answer 22 min", "unanswered"),
        ((("7:20", "Dr Farouk"), ("7:30", "")), "No answer 12 min", "unanswered"),
        ((("7:20", "Dr Farouk"),), "Seen by Dr Farouk", "seen"),
        ((("7:20", "Dr Farouk"), ("7:21", "Dr Farouk")), "2, seen", "seen"),
    ],
)
def test_alerts_in_the_foot_of_the_card(alerts, text, level):
    known = tuple(raised(AlertKind.HOLD, at, by) for at, by in alerts)
    shown = card(running(1).well("7:28", systolic_bp=84), "7:42", alerts=known)
    assert (shown.alert_text, shown.alert_level) == (text, level)


# --- order ------------------------------------------------------------------------------------------------------------


def test_the_board_is_sorted_by_what_needs_somebody_first():
    now = "7:42"
    hold = running(1).well("7:28", systolic_bp=84)
    beds = {
        "unanswered": bed(hold, now, label="07", alerts=(raised(AlertKind.HOLD, "7:30"),)),
        "late": bed(_moved(running(1), "-0:12").well("7:20"), now, label="11"),
        "cannot tell": bed(running(1).well(4), now, label="03"),
        "infusing": bed(_moved(running(2), "-0:24"), now, label="02", infusing=2),
        "soon": bed(hold, now, label="01", alerts=(raised(AlertKind.HOLD, "7:30", "Dr Farouk"),)),
        "later": bed(_moved(running(2), "-6").well("7:40"), now, label="05"),
        "barred": bed(running(1).well("7", rhythm="ventricular_tachycardia_sustained"), now, label="12"),
    }
    expected = [Rank.UNANSWERED, Rank.DUE, Rank.CANNOT_TELL_SOON, Rank.INFUSING, Rank.SOON, Rank.LATER, Rank.BARRED]
    assert [rank_of(each, hour(now)) for each in beds.values()] == expected
    needs, later = sections_of(reversed(beds.values()), hour(now), UTC)
    assert [each.bed for each in needs.cards] == ["07", "11", "03", "02", "01"]
    assert [each.bed for each in later.cards] == ["05", "12"]
    assert later.note == "next dose after 17:00, or none"
    assert {each.size for each in needs.cards} == {"large"} and {each.size for each in later.cards} == {"small"}


def _moved(journey: Journey, by: str) -> Journey:
    """The same cycle with its first dose planned that much later or earlier."""
    shift = hour(by) - hour(0)
    journey.plan = journey.plan.__class__(**{**_fields(journey.plan), "first_dose_at": hour(by)})
    journey.events = [type(each)(each.kind, each.at + shift, each.slot) for each in journey.events]
    return journey


def _fields(plan: object) -> dict:
    return {name: getattr(plan, name) for name in plan.__dataclass_fields__}


def test_an_unanswered_stop_comes_first_even_when_it_bars():
    barred = bed(
        running(1).well("7", rhythm="ventricular_tachycardia_sustained"),
        "7:42",
        alerts=(raised(AlertKind.DISCONTINUE, "7:01"),),
    )
    assert rank_of(barred, hour("7:42")) is Rank.UNANSWERED


def test_an_empty_ward_has_no_sections():
    assert sections_of([], hour(0), UTC) == ()


def test_times_of_another_day_carry_their_weekday_on_the_wards_clock():
    # Dose 3 is planned at 00:00 UTC, which is 01:00 of the next day in Berlin.
    assert card(running(2).well(9), 10, tz=BERLIN).countdown_note == "dose 3, Tue 01:00"
    assert card(running(2).well("15:50"), 16, tz=UTC).countdown_note == "to dose 3, 00:00"
