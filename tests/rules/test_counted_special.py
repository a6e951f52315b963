"""The counted rows that need more than one value: heart rate, phenylephrine, diarrhea, urine, mental status."""

from __future__ import annotations

import pytest

from tests.rules.journey import Journey


def both(**settings: object) -> Journey:
    return Journey("consensus-2014", "institution-2015", **settings)


# --- heart rate -------------------------------------------------------------------------------------------------------

CORRECTED = {"temperature": "37.9", "systolic_bp": 90, "dopamine_rate": 0}
FEVER = {**CORRECTED, "temperature": 38}
LOW = {**CORRECTED, "systolic_bp": 89}
ON_DOPAMINE = {**CORRECTED, "dopamine_rate": 1}

# heart rate, what else the round shows, consensus-2014, institution-2015
RATES = [
    (99, CORRECTED, None, None),
    (100, CORRECTED, "relative", None),
    (119, CORRECTED, "relative", None),
    (120, CORRECTED, "relative", "relative"),
    (130, CORRECTED, "relative", "relative"),
    ("130.1", CORRECTED, "absolute", "absolute"),
    (131, CORRECTED, "absolute", "absolute"),
    (112, FEVER, None, None),
    (130, FEVER, None, None),
    (131, FEVER, "relative", "relative"),
    (112, LOW, None, None),
    (131, LOW, "relative", "relative"),
    (112, ON_DOPAMINE, None, None),
    (140, ON_DOPAMINE, "relative", "relative"),
    (112, {"systolic_bp": 120}, None, None),
    (112, {"temperature": 37}, None, None),
    (140, {}, "relative", "relative"),
    (112, {"temperature": 37, "systolic_bp": 120}, "relative", None),  # dopamine never recorded is off
]


@pytest.mark.parametrize(("rate", "also", "consensus", "institution"), RATES)
def test_tachycardia_counts_only_when_corrected(
    rate: object, also: dict, consensus: str | None, institution: str | None
) -> None:
    journey = both().chart(0, heart_rate=rate, **also)
    assert journey.effect("C-CV-TACHYCARDIA", 0) == consensus
    assert journey.effect("I-CV-TACHYCARDIA", 0) == institution


def test_uncorrected_tachycardia_says_correct_first_and_holds_nothing() -> None:
    said = Journey("consensus-2014").well(0, heart_rate=112, temperature="38.6").ask(0)
    assert said.verdict == "proceed"
    assert [(note.id, note.text) for note in said.notes] == [
        (
            "C-CV-TACHYCARDIA",
            "Correct first: the heart rate does not count as it stands, because the temperature is 38 °C or more.",
        )
    ]


def test_the_note_begins_where_the_relative_column_begins() -> None:
    for rate, notes in ((99, 0), (100, 1)):
        assert len(Journey("consensus-2014").well(0, heart_rate=rate, temperature=39).ask(0).notes) == notes


def test_there_is_no_note_when_the_rate_counts_or_is_slow() -> None:
    for rate in (84, 112):
        assert Journey("consensus-2014").well(0, heart_rate=rate).ask(0).notes == ()


def test_temperature_and_pressure_must_be_of_the_same_instant() -> None:
    journey = both().chart(0, temperature=37, systolic_bp=120).chart("0:01", heart_rate=112)
    assert journey.effect("C-CV-TACHYCARDIA", 1) is None
    journey.chart("0:01", known=2, temperature=37, systolic_bp=120)
    assert journey.effect("C-CV-TACHYCARDIA", 1) is None
    assert journey.effect("C-CV-TACHYCARDIA", 2) == "relative"


def test_dopamine_counts_as_it_was_at_the_heart_rate() -> None:
    journey = both().chart(0, dopamine_rate=2).chart(1, heart_rate=112, temperature=37, systolic_bp=120)
    assert journey.effect("C-CV-TACHYCARDIA", 1) is None
    journey.chart(2, dopamine_rate=0)
    assert journey.effect("C-CV-TACHYCARDIA", 2) is None
    journey.chart(3, heart_rate=112, temperature=37, systolic_bp=120)
    assert journey.effect("C-CV-TACHYCARDIA", 3) == "relative"
    journey.chart(4, dopamine_rate=5)
    assert journey.effect("C-CV-TACHYCARDIA", 4) == "relative"


# --- phenylephrine ----------------------------------------------------------------------------------------------------

# rates at hours 1, 3, 5 with a dose given at hour 0; the judgement is at hour 6
RATES_SINCE = [
    (("0", "0", "0"), None),
    (("0.9", "0.5", "0.5"), None),
    (("1.0", "0", "0"), "relative"),
    (("1.5", "0", "0"), "relative"),
    (("1.51", "0", "0"), "absolute"),
    (("0.5", "0.5", "0.51"), "relative"),
    (("0.5", "0.5", "0.8"), "relative"),
    (("0.5", "0.5", "0.81"), "absolute"),
    (("1.2", "0.6", "0.9"), "absolute"),
]


@pytest.mark.parametrize(("rates", "says"), RATES_SINCE)
def test_phenylephrine_highest_since_the_last_dose_and_rate_now(rates: tuple[str, ...], says: str | None) -> None:
    journey = Journey("consensus-2014").given(1, 0)
    for at, rate in zip((1, 3, 5), rates, strict=True):
        journey.chart(at, phenylephrine_rate=rate)
    assert journey.effect("C-HEM-PRESSOR", 6) == says


def test_a_rate_in_force_when_the_last_dose_started_counts() -> None:
    journey = Journey("consensus-2014").chart(-1, phenylephrine_rate=2).given(1, 0).chart(1, phenylephrine_rate=0)
    assert journey.effect("C-HEM-PRESSOR", 6) == "absolute"


def test_a_rate_that_had_ended_before_the_last_dose_does_not_count() -> None:
    journey = Journey("consensus-2014").chart(-2, phenylephrine_rate=2).chart(-1, phenylephrine_rate=0).given(1, 0)
    assert journey.effect("C-HEM-PRESSOR", -1) == "absolute"  # before dose 1: ever
    assert journey.effect("C-HEM-PRESSOR", 6) is None


def test_a_second_dose_starts_the_interval_anew() -> None:
    journey = Journey("consensus-2014").given(1, 0).chart(2, phenylephrine_rate=2).chart(4, phenylephrine_rate=0)
    assert journey.effect("C-HEM-PRESSOR", 8) == "absolute"
    journey.given(2, 8, overridden=True)
    assert journey.effect("C-HEM-PRESSOR", 9) is None


# --- diarrhea ---------------------------------------------------------------------------------------------------------


def test_two_shifts_of_a_litre_are_absolute() -> None:
    journey = both().chart(8, diarrhea_volume=(1000, 8)).chart(16, diarrhea_volume=(1000, 8))
    assert journey.effect("C-GI-DIARRHEA", 16) == "absolute"
    assert journey.effect("I-GI-DIARRHEA", 16) == "absolute"


def test_one_shift_of_two_litres_is_relative() -> None:
    assert both().chart(16, diarrhea_volume=(2000, 8)).effect("C-GI-DIARRHEA", 16) == "relative"


def test_the_shift_before_is_8_h_and_not_more() -> None:
    journey = both().chart(0, diarrhea_volume=(500, 8)).chart(8, diarrhea_volume=(500, 8))
    assert journey.chart(16, diarrhea_volume=(1001, 8)).effect("C-GI-DIARRHEA", 16) == "relative"
    assert journey.effect("I-GI-DIARRHEA", 16) == "relative"


def test_windows_count_back_from_the_end_of_the_newest_entry_and_gaps_count_as_nothing() -> None:
    journey = both().chart(2, diarrhea_volume=(600, 1)).chart(9, diarrhea_volume=(400, "0.5"))
    assert journey.effect("C-GI-DIARRHEA", 9) == "relative"
    assert journey.effect("C-GI-DIARRHEA", 17) == "relative"
    assert journey.effect("C-GI-DIARRHEA", "17:01") is None


def test_an_entry_across_the_edge_of_a_window_counts_pro_rata() -> None:
    journey = both().chart(4, diarrhea_volume=(1000, 8)).chart(8, diarrhea_volume=(499, 2))
    assert journey.effect("C-GI-DIARRHEA", 8) is None  # half of the first entry, 500 mL, and 499 mL
    journey.chart(8, diarrhea_volume=(1, 1))
    assert journey.effect("C-GI-DIARRHEA", 8) == "relative"


# --- urine ------------------------------------------------------------------------------------------------------------


def test_a_known_low_window_is_judged_before_the_cycle_is_8_h_old() -> None:
    journey = Journey("consensus-2014").well(0, urine_output=(70, 8))
    assert journey.ask(0).verdict == "stop_cycle"


def test_the_window_ends_with_the_newest_entry_at_most_two_hours_old() -> None:
    journey = both().chart(0, urine_output=(70, 8))
    assert journey.effect("C-REN-URINE", 2) == "absolute"
    assert journey.effect("C-REN-URINE", "2:01") is None


def test_overlapping_entries_all_count() -> None:
    journey = both().chart(0, urine_output=(70, 8)).chart(0, urine_output=(11, 4))
    assert journey.effect("C-REN-URINE", 0) == "relative"


def test_two_entries_with_a_gap_are_unknown() -> None:
    journey = both().chart(-4, urine_output=(20, 4)).chart(0, urine_output=(20, "3.9"))
    assert journey.effect("C-REN-URINE", 0) is None


# --- mental status ----------------------------------------------------------------------------------------------------

# (hour, status) ..., judged at, says
CHANGES = [
    ([(0, "mild_change")], "1:59", None),
    ([(0, "mild_change")], 2, "absolute"),
    ([(0, "mild_change"), (1, "severe_change")], 2, "absolute"),
    ([(0, "mild_change"), (1, "normal"), (1, "normal"), (2, "mild_change")], 3, None),
    ([(0, "mild_change"), (1, "normal"), (2, "mild_change")], 4, "absolute"),
    ([(0, "mild_change"), (3, "normal")], 4, None),  # it does not count for good
]


@pytest.mark.parametrize(("charted", "at", "says"), CHANGES)
def test_mental_status_not_reversed_in_two_hours(charted: list, at: object, says: str | None) -> None:
    journey = Journey("consensus-2014")
    for hour, status in charted:
        journey.chart(hour, mental_status=status)
    assert journey.effect("C-NEURO-STATUS", at) == says
