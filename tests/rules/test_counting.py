"""Counting relative and absolute criteria: a signed hospital setting that never softens an absolute."""

from __future__ import annotations

import pytest

from tests.rules.journey import Journey

# Three rows that are relative in both sets, and one that is absolute in both.
RELATIVE = [{"platelets": 45_000}, {"resting_dyspnea": "yes"}, {"rales": "one_third_to_half"}, {"oxygen_flow": 3}]
ABSOLUTE = {"platelets": 20_000}


def shows(relatives: int) -> dict:
    return {code: value for row in RELATIVE[:relatives] for code, value in row.items()}


# counting, relatives, verdict
COUNTS = [
    ((1, 3), 0, "proceed"),
    ((1, 3), 1, "hold"),
    ((1, 3), 2, "hold"),
    ((1, 3), 3, "stop_cycle"),
    ((1, 3), 4, "stop_cycle"),
    ((2, 3), 1, "proceed"),
    ((2, 3), 2, "hold"),
    ((2, 3), 3, "stop_cycle"),
    ((1, 1), 1, "stop_cycle"),
    ((3, 4), 2, "proceed"),
    ((3, 4), 3, "hold"),
    ((3, 4), 4, "stop_cycle"),
]


@pytest.mark.parametrize("rule_set", ["consensus-2014", "institution-2015"])
@pytest.mark.parametrize(("counting", "relatives", "verdict"), COUNTS)
def test_relative_criteria_are_counted(rule_set: str, counting: tuple[int, int], relatives: int, verdict: str) -> None:
    said = Journey(rule_set, counting=counting).well(0, **shows(relatives)).ask(0)
    assert said.verdict == verdict
    assert len(said.findings) == relatives
    assert {(found.klass, found.effect.value) for found in said.findings} <= {("relative", "hold")}


@pytest.mark.parametrize("counting", [(1, 3), (3, 3), (5, 9)])
def test_one_absolute_stops_the_cycle_whatever_the_counting(counting: tuple[int, int]) -> None:
    said = Journey("consensus-2014", counting=counting).well(0, **ABSOLUTE).ask(0)
    assert (said.verdict, said.findings[0].klass, said.findings[0].effect) == ("stop_cycle", "absolute", "stop_cycle")


def test_each_set_counts_its_own() -> None:
    """Two relatives in each of two sets are four findings and still a hold."""
    said = Journey("consensus-2014", "institution-2015").well(0, **shows(2)).ask(0)
    assert len(said.findings) == 4
    assert said.verdict == "hold"


def test_label_findings_do_not_count_as_relatives() -> None:
    said = Journey("label-2023", "consensus-2014").well(0, systolic_bp=84, **shows(2)).ask(0)
    assert len(said.findings) == 3
    assert said.verdict == "hold"


def test_several_ways_to_meet_one_row_count_once() -> None:
    said = Journey("consensus-2014").well(0, stool_blood="heme_positive", sputum_or_emesis_blood="heme_positive").ask(0)
    assert len(said.findings) == 1
    assert said.verdict == "hold"


def test_the_worked_example_of_three_relatives() -> None:
    """Platelets 45,000, guaiac-positive stool, resting dyspnoea: three relatives stop, the label withholds."""
    well = {"platelets": 45_000, "stool_blood": "heme_positive", "resting_dyspnea": "yes"}
    said = Journey("label-2023", "institution-2015").well(0, **well).ask(0)
    assert said.verdict == "stop_cycle"
    assert [found.id for found in said.findings] == [
        "I-BLEED-HEME",
        "I-BLEED-PLATELETS",
        "I-PULM-DYSPNEA",
        "L-GI-FOBT",
    ]


def test_findings_are_sorted_by_effect_then_id() -> None:
    said = (
        Journey("label-2023", "consensus-2014")
        .well(0, ischemia="chest_pain", ast=300, platelets=20_000, systolic_bp=80, spo2=80)
        .ask(0)
    )
    assert [found.id for found in said.findings] == [
        "L-CV-ISCHEMIA",
        "L-HEP-TOX",
        "C-BLEED-PLATELETS",
        "C-CV-ECG",
        "L-CV-SBP",
        "L-RESP-SPO2",
    ]
    assert said.verdict == "discontinue"


def test_a_set_named_twice_is_judged_once() -> None:
    assert len(Journey("label-2023", "label-2023@1").well(0, systolic_bp=80).ask(0).findings) == 1


@pytest.mark.parametrize("counting", [(0, 3), (2, 1), (-1, 1)])
def test_a_counting_that_makes_no_sense_is_refused(counting: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="1 <= hold_at <= stop_at"):
        Journey(counting=counting)
