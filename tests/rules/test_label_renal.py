"""`label-2023`: creatinine and oliguria, the two rows that need several values together."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.rules.journey import Journey

# --- creatinine: release ----------------------------------------------------------------------------------------------

# baseline creatinine, what is charted after 4.6, released?
RELEASES = [
    (None, {"creatinine": "1.49", "fluid_electrolytes_stable": "yes"}, True),
    (None, {"creatinine": "1.5", "fluid_electrolytes_stable": "yes"}, False),
    (None, {"creatinine": "1.49"}, False),
    (None, {"creatinine": "1.49", "fluid_electrolytes_stable": "no"}, False),
    (None, {"fluid_electrolytes_stable": "yes"}, False),
    ("1.0", {"creatinine": "1.8", "fluid_electrolytes_stable": "yes"}, False),
    ("1.8", {"creatinine": "1.9", "fluid_electrolytes_stable": "yes"}, False),
    ("1.8", {"creatinine": "1.8", "fluid_electrolytes_stable": "yes"}, True),
    ("2.4", {"creatinine": "2.3", "fluid_electrolytes_stable": "yes"}, True),
]


@pytest.mark.parametrize(("baseline", "then", "released"), RELEASES)
def test_creatinine_is_released_when_normal_or_at_baseline_and_stable(
    baseline: str | None, then: dict, released: bool
) -> None:
    journey = Journey("label-2023")
    if baseline:
        journey.chart(-2, baseline=True, creatinine=baseline)
    journey.chart(0, creatinine="4.6", fluid_electrolytes_stable="yes").chart(24, **then)
    assert journey.effect("L-REN-CREATININE", 0) == "hold"
    assert (journey.effect("L-REN-CREATININE", 24) is None) is released


def test_creatinine_and_stability_may_come_in_different_rounds() -> None:
    journey = Journey("label-2023").chart(0, creatinine=5).chart(24, creatinine="1.2")
    assert journey.effect("L-REN-CREATININE", 24) == "hold"
    journey.chart(25, fluid_electrolytes_stable="yes")
    assert journey.effect("L-REN-CREATININE", 25) is None


def test_a_value_that_triggers_never_releases_even_at_the_baseline() -> None:
    journey = Journey("label-2023").chart(-2, baseline=True, creatinine="4.8")
    assert journey.effect("L-REN-CREATININE", 0) == "hold"
    journey.chart(24, creatinine="4.7", fluid_electrolytes_stable="yes")
    assert journey.effect("L-REN-CREATININE", 24) == "hold"
    journey.chart(48, creatinine="4.5", fluid_electrolytes_stable="yes")
    assert journey.effect("L-REN-CREATININE", 48) is None


def test_an_aggravating_finding_may_come_hours_after_the_creatinine() -> None:
    journey = Journey("label-2023").chart(0, creatinine="4.2").chart(5, potassium="5.8")
    assert journey.effect("L-REN-CREATININE", 4) is None
    found = journey.finding("L-REN-CREATININE", 5)
    assert dict(found.because) == {
        "creatinine": journey.rounds[0].values["creatinine"].value,
        "potassium": Fraction("5.8"),
    }
    assert found.observed_at == journey.rounds[1].observed_at


def test_an_aggravating_finding_that_had_gone_does_not_count() -> None:
    journey = Journey("label-2023").chart(0, potassium="5.8").chart(2, potassium="5.0").chart(4, creatinine="4.2")
    assert journey.effect("L-REN-CREATININE", 4) is None


def test_it_stays_when_the_aggravating_finding_goes() -> None:
    journey = (
        Journey("label-2023").chart(0, creatinine="4.2", volume_overload="severe").chart(4, volume_overload="none")
    )
    journey.chart(8, creatinine="3.0")
    assert journey.effect("L-REN-CREATININE", 8) == "hold"


# --- oliguria: trigger ------------------------------------------------------------------------------------------------

# mL in 16 h, creatinine before, creatinine now, triggered?
TRIGGERS = [
    (159, "1.0", "1.1", True),
    ("159.9", "1.0", "1.01", True),
    (160, "1.0", "1.1", False),
    (161, "1.0", "1.1", False),
    (100, "1.1", "1.1", False),
    (100, "1.2", "1.1", False),
    (0, "1.0", "1.1", True),
]


@pytest.mark.parametrize(("volume", "before", "now", "held"), TRIGGERS)
def test_oliguria_needs_16_h_below_10_ml_an_hour_and_rising_creatinine(
    volume: object, before: str, now: str, held: bool
) -> None:
    journey = Journey("label-2023").chart(0, creatinine=before).chart(16, creatinine=now, urine_output=(volume, 16))
    assert (journey.effect("L-REN-OLIGURIA", 16) == "hold") is held


def oliguric(*, at: int = 24) -> Journey:
    """Two charted shifts of 60 mL each up to that hour, creatinine 2.0 at baseline and 2.6 now."""
    journey = Journey("label-2023").chart(-2, baseline=True, creatinine="2.0")
    return journey.chart(at - 8, urine_output=(60, 8)).chart(at, urine_output=(60, 8), creatinine="2.6")


def test_the_baseline_is_the_value_before() -> None:
    found = oliguric().finding("L-REN-OLIGURIA", 24)
    assert dict(found.because) == {"urine_output": 120, "creatinine": Fraction("2.6")}


def test_a_window_with_a_gap_is_unknown_and_triggers_nothing() -> None:
    journey = Journey("label-2023").chart(0, creatinine=1)
    journey.chart(8, urine_output=(40, "7.9")).chart(16, urine_output=(40, 8), creatinine=2)
    assert journey.effect("L-REN-OLIGURIA", 16) is None
    journey.chart("0:10", known=17, urine_output=(1, "0.5"))
    assert journey.effect("L-REN-OLIGURIA", 17) == "hold"


def test_entries_count_pro_rata() -> None:
    journey = Journey("label-2023").chart(0, creatinine=1)
    journey.chart(8, urine_output=(230, 24)).chart(16, urine_output=(80, 8), creatinine=2)
    # 8 of the 24 h lie in the window: 76 2/3 mL and 80 mL make less than 160.
    assert dict(journey.finding("L-REN-OLIGURIA", 16).because)["urine_output"] == Fraction("230") / 3 + 80


def test_a_creatinine_long_after_the_urine_does_not_meet_a_stale_window() -> None:
    journey = Journey("label-2023").chart(0, creatinine=1).chart(16, urine_output=(100, 16))
    journey.chart("18:01", creatinine=2)
    assert journey.effect("L-REN-OLIGURIA", "18:01") is None
    journey.chart(18, known=19, creatinine="1.5")
    assert journey.effect("L-REN-OLIGURIA", 19) == "hold"


# --- oliguria: release ------------------------------------------------------------------------------------------------

# urine of the 8 h after the trigger, creatinine then (peak 2.6), released?
RECOVERIES = [
    (81, "1.49", True),
    (80, "1.49", False),
    (400, "1.5", False),
    (400, "1.09", True),
    (400, "2.6", False),
    (400, None, False),
    (None, "1.0", False),
]


@pytest.mark.parametrize(("urine", "creatinine", "released"), RECOVERIES)
def test_oliguria_is_released_by_urine_and_creatinine_together(
    urine: int | None, creatinine: str | None, released: bool
) -> None:
    journey = oliguric()
    shows = {"urine_output": None if urine is None else (urine, 8), "creatinine": creatinine}
    journey.chart(32, **{code: value for code, value in shows.items() if value is not None})
    assert (journey.effect("L-REN-OLIGURIA", 32) is None) is released


# creatinine at the peak after the trigger, creatinine at the end, released?
PEAKS = [("4.0", "2.5", False), ("4.0", "2.49", True), ("2.6", "1.5", False)]


@pytest.mark.parametrize(("peak", "end", "released"), PEAKS)
def test_creatinine_must_have_fallen_by_more_than_one_and_a_half_from_its_peak(
    peak: str, end: str, released: bool
) -> None:
    journey = oliguric().chart(32, creatinine=peak, urine_output=(200, 8))
    journey.chart(40, creatinine=end, urine_output=(200, 8))
    assert (journey.effect("L-REN-OLIGURIA", 40) is None) is released


def test_the_creatinine_of_the_trigger_can_be_the_peak() -> None:
    for end, released in (("2.5", False), ("2.49", True)):
        journey = Journey("label-2023").chart(0, creatinine="2.0").chart(16, creatinine="4.0", urine_output=(100, 16))
        journey.chart(24, creatinine=end, urine_output=(400, 8))
        assert (journey.effect("L-REN-OLIGURIA", 24) is None) is released


def test_a_peak_from_before_the_trigger_is_not_counted() -> None:
    journey = Journey("label-2023").chart(-4, creatinine=5).chart(0, creatinine="2.0")
    journey.chart(16, creatinine="2.6", urine_output=(100, 16)).chart(24, creatinine="1.9", urine_output=(400, 8))
    assert journey.effect("L-REN-OLIGURIA", 24) == "hold"


def test_the_creatinine_of_the_trigger_itself_releases_nothing() -> None:
    journey = Journey("label-2023").chart(0, creatinine="1.0").chart(16, creatinine="1.2", urine_output=(100, 16))
    journey.chart(24, urine_output=(400, 8))
    assert journey.effect("L-REN-OLIGURIA", 24) == "hold"
    journey.chart("24:30", creatinine="1.2")
    assert journey.effect("L-REN-OLIGURIA", "24:30") is None


def test_urine_from_before_the_trigger_releases_nothing() -> None:
    """Four hours of good urine make the last 8 h more than 80 mL, but half of that window is from before."""
    journey = oliguric().chart(28, urine_output=(300, 4), creatinine="1.0")
    assert journey.effect("L-REN-OLIGURIA", 28) == "hold"
    journey.chart(32, urine_output=(10, 4))
    assert journey.effect("L-REN-OLIGURIA", 32) is None


def test_an_uncovered_window_releases_nothing() -> None:
    journey = oliguric().chart(32, urine_output=(300, 7), creatinine="1.0")
    assert journey.effect("L-REN-OLIGURIA", 32) == "hold"


def test_terms_of_the_oliguria_release() -> None:
    journey = oliguric()
    assert [term.met for term in journey.finding("L-REN-OLIGURIA", 24).release_terms] == [False, False]
    journey.chart(32, urine_output=(300, 8))
    urine, creatinine = journey.finding("L-REN-OLIGURIA", 32).release_terms
    assert (urine.met, urine.now, creatinine.met) == (True, "300\N{THIN SPACE}mL in 8 h", False)
