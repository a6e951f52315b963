"""Properties that must hold for any chart: nothing missing proceeds, worse is never better, order does not matter."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosing.rules.assess import may_give
from dosing.rules.required import REQUIRED
from dosing.rules.verdict import Verdict
from tests.rules.journey import Journey, hour
from tests.rules.strategies import CHARTED, charts, examples, told, values_of

ALL_SETS = ("label-2023", "consensus-2014", "institution-2015", "til-2024")
SETS = st.lists(st.sampled_from(ALL_SETS), min_size=1, max_size=4, unique=True)
LAST = 61


@given(sets=SETS, chart=charts(), code=st.sampled_from([code for code in REQUIRED if code != "urine_output"]))
@examples(60)
def test_without_any_one_required_value_nothing_proceeds(sets: list[str], chart: list, code: str) -> None:
    journey = told(Journey(*sets), [(at, {k: v for k, v in shows.items() if k != code}) for at, shows in chart])
    journey.well(LAST, **{code: None})
    said = journey.ask(LAST)
    assert code in said.missing
    assert said.verdict != "proceed"
    assert not may_give(said, overridden=True)


@given(chart=charts(), hours=st.integers(0, 7))
@examples(60)
def test_without_covered_urine_nothing_proceeds_once_the_cycle_is_8_h_old(chart: list, hours: int) -> None:
    dry = [(at, {k: v for k, v in shows.items() if k != "urine_output"}) for at, shows in chart]
    journey = told(Journey("label-2023"), dry).given(1, 0)
    journey.well(LAST, urine_output=(600, hours) if hours else None)
    assert journey.ask(LAST).missing == ("urine_output",)


# Each from best to worst. Temperature, pressure and dopamine are not here: while they are bad, a fast heart does not
# count ("correct first"), so worse there is by intent not stricter. The rhythm row of each set knows no order.
WORSE: dict[str, list] = {
    "heart_rate": [80, 99, 100, 119, 120, 130, 131, 180],
    "oxygen_flow": [0, 2, 3, 4, "4.1", 15],
    "oxygen_fio2": [21, 39, 40, 100],
    "weight": [70, 80, "80.5", "80.6", 90],
    "phenylephrine_rate": [0, "0.1", "0.5", "0.6", "0.8", "0.9", 1, "1.5", "1.6", 3],
    "norepinephrine_rate": [0, "0.1"],
    "creatinine": ["0.9", "2.4", "2.5", "2.99", 3, 6],
    "bilirubin": [1, 7, "7.1", 20],
    "platelets": [200_000, 50_001, 50_000, 30_000, 29_999, 1000],
    "bicarbonate": [24, "18.1", 18, 10],
    "urine_output": [(640, 8), (281, 8), (279, 8), (161, 8), (160, 8), (80, 8), (79, 8), (0, 8)],
    "diarrhea_volume": [(0, 8), (999, 8), (1000, 8), (1001, 8), (4000, 8)],
    "mental_status": ["normal", "mild_change", "severe_change"],
    "serial_sevens": ["able", "unable"],
    "spell_world_backward": ["able", "unable"],
    "hallucinations_grade": [0, 1, 2, 3, 4],
    "vivid_dreams": ["no", "yes"],
    "mood": ["normal", "mild_anxiety", "persistent_crying"],
    "infection": ["none", "suspected", "documented"],
    "stool_blood": ["negative", "heme_positive", "frank"],
    "sputum_or_emesis_blood": ["none", "heme_positive", "frank"],
    "rales": ["none", "below_one_third", "one_third_to_half", "half_or_more"],
    "abdominal_distension": ["none", "present", "affecting_breathing"],
    "limb_tightness": ["none", "tightness", "extreme_tightness", "extreme_paresthesia"],
    "moist_desquamation": ["absent", "present"],
    "resting_dyspnea": ["no", "yes"],
    "cardiac_enzymes": ["normal", "raised"],
    "vomiting_refractory": ["no", "yes"],
    "abdominal_pain_unrelenting": ["no", "yes"],
    "intubated": ["no", "yes"],
    "hypotension_after_boluses": ["no", "yes"],
}


@given(
    rule_set=st.sampled_from(("consensus-2014", "institution-2015", "til-2024")),
    shows=st.fixed_dictionaries({}, optional={code: st.sampled_from(ladder) for code, ladder in WORSE.items()}),
    code=st.sampled_from(list(WORSE)),
    rungs=st.lists(st.integers(0, 9), min_size=2, max_size=2),
    corrected=st.booleans(),
)
@examples(300)
def test_a_worse_value_never_lifts_a_verdict_of_momentary_rules(
    rule_set: str, shows: dict, code: str, rungs: list[int], corrected: bool
) -> None:
    ladder = WORSE[code]
    better, worse = (ladder[min(rung, len(ladder) - 1)] for rung in sorted(rungs))
    temperature = "36.8" if corrected else 39

    def verdict(value: object) -> Verdict:
        return Journey(rule_set).well(0, **{**shows, code: value, "temperature": temperature}).ask(0).verdict

    assert verdict(worse).rank >= verdict(better).rank


@given(sets=SETS, chart=charts(), shuffled=st.randoms(use_true_random=False))
@examples(60)
def test_only_observed_times_count_not_the_order_of_entry(sets: list[str], chart: list, shuffled: object) -> None:
    in_order = Journey(*sets).given(1, 0)
    for at, shows in chart:
        in_order.chart(at, known=LAST, **shows)
    mixed = Journey(*sets).given(1, 0)
    entries = list(chart)
    shuffled.shuffle(entries)
    for at, shows in entries:
        mixed.chart(at, known=LAST, **shows)
    assert in_order.ask(LAST) == mixed.ask(LAST)


@given(sets=SETS, chart=charts(), at=st.integers(-6, LAST))
@examples(60)
def test_the_same_facts_always_get_the_same_answer(sets: list[str], chart: list, at: int) -> None:
    first, second = told(Journey(*sets).given(1, 0), chart), told(Journey(*sets).given(1, 0), chart)
    for earlier in range(-6, at):
        first.ask(earlier)
    assert first.ask(at) == second.ask(at)


@given(sets=SETS, chart=charts(), extra=charts(most=3))
@examples(60)
def test_retracted_rounds_never_existed(sets: list[str], chart: list, extra: list) -> None:
    """A chart with more rounds, all of them retracted, is judged as the chart without them."""
    plain = told(Journey(*sets).given(1, 0), chart)
    struck = told(Journey(*sets).given(1, 0), chart)
    for number, (hours, shows) in enumerate(extra):
        struck.chart(hours + Fraction(number + 1, 100), **shows).retract(-1, hours + 1)
    assert struck.ask(LAST) == plain.ask(LAST)


@given(sets=SETS, chart=charts(), code=st.sampled_from(CHARTED), at=st.integers(0, LAST), data=st.data())
@examples(60)
def test_what_is_not_yet_known_changes_no_decision(
    sets: list[str], chart: list, code: str, at: int, data: st.DataObject
) -> None:
    journey = told(Journey(*sets).given(1, 0), chart)
    before = journey.ask(at)
    journey.chart(at - 1, known=at + 1, **{code: data.draw(values_of(code))})
    assert journey.ask(at) == before


# --- the schedule -----------------------------------------------------------------------------------------------------


@given(
    regimen=st.sampled_from(("hd-il2", "til-il2")),
    policy=st.sampled_from(("shift", "grid")),
    late=st.sampled_from((0, 60, 240, 480, 1000)),
    tolerance=st.sampled_from((0, 30, 60)),
    before=st.sampled_from((0, 9, 14, 20, 27, 28)),
    tries=st.lists(st.tuples(st.integers(1, 16), st.integers(0, 400)), max_size=80),
)
@examples(150)
def test_no_sequence_of_tries_breaks_the_caps_or_the_interval(
    regimen: str, policy: str, late: int, tolerance: int, before: int, tries: list
) -> None:
    second = {"cycle_number": 2, "cycle_1_first_dose_at": hour(-24 * 14)} if before else {}
    if regimen == "til-il2":
        before, second = 0, {}
    journey = Journey(
        "til-2024",
        regimen=regimen,
        policy=policy,
        late=late,
        tolerance=tolerance,
        doses_given_in_course=before,
        **second,
    )
    at = Fraction(-1)
    for slot, minutes in tries:
        at += Fraction(minutes, 60)
        if not journey.refusals(slot, at):
            journey.given(slot, at)
    starts = [event.at for event in journey.events]
    cap = 14 if regimen == "hd-il2" else 6
    course = 28 if regimen == "hd-il2" else 6
    assert len(starts) <= cap
    assert before + len(starts) <= max(course, before)
    assert len({event.slot for event in journey.events}) == len(starts)
    least = journey.plan.interval - journey.plan.settings.tolerance
    assert all(later - earlier >= least for earlier, later in zip(starts, starts[1:], strict=False))
    if regimen == "hd-il2" and starts:
        assert (starts[-1] - starts[0]).total_seconds() < 5 * 24 * 3600


@pytest.mark.parametrize("sets", [("label-2023",), ("label-2023", "consensus-2014"), ("institution-2015",)])
def test_a_healthy_chart_proceeds_through_all_fourteen_doses(sets: tuple[str, ...]) -> None:
    journey = Journey(*sets)
    for slot in range(1, 15):
        at = 8 * (slot - 1)
        assert journey.well(at).try_to_give(slot, at).verdict == "proceed"
    assert sum(event.kind == "given" for event in journey.events) == 14
