"""A hospital's own numbers: what may be set, between which bounds, and that words and verdict both follow them.

Each row names one number, another value for it, and a chart on which the printed rule and the hospital's differ.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from dosing.plan_data import plan_as_data, plan_from_data
from dosing.rules.adjustable import adjustable, derived, with_numbers
from dosing.rules.amendment import Amendment, Key, read_key
from dosing.rules.assess import assess
from dosing.rules.facts import Counting, Facts, MaxAge
from dosing.rules.limit import Deviation, Limit, Stricter, number_words, tenths_words
from dosing.rules.registry import RULE_SETS, amended, bound, resolve, rule, rule_as_bound, shipped, title_of
from dosing.rules.rule import Rule
from dosing.version_values import read_version
from tests.rules.journey import Journey, hour
from tracker.errors import BadInput

SETS = tuple(RULE_SETS.values())
LIMITS = [(each, name, limit) for each in SETS for name, limit in each.limits.items()]


def under(journey, key, **thresholds):
    """The journey's facts under a hospital version of that set."""
    numbers = {name: Fraction(str(number)) for name, number in thresholds.items()}
    keys = tuple(key if read_key(key).base == each.key else each.key for each in bound(journey.plan.rule_sets))
    plan = replace(journey.plan, rule_sets=keys, amendments=(Amendment.of(key, numbers),))
    return Facts(plan, tuple(journey.rounds), tuple(journey.events))


def finding(facts, rule_id, at=0):
    found = assess(facts, slot=1, at=hour(at)).findings
    return next((each for each in found if each.id == rule_id), None)


# (number, the hospital's value, the chart, as printed, under the hospital's version)
CASES = [
    ("L-CV-SBP.hold_below", 100, {"systolic_bp": 95}, None, "hold"),
    ("L-CV-SBP.hold_below", 100, {"systolic_bp": 100}, None, None),
    ("L-RESP-SPO2.hold_below", 92, {"spo2": 91}, None, "hold"),
    ("L-RESP-SPO2.hold_below", 92, {"spo2": 92}, None, None),
    ("L-REN-CREATININE.alone_above", "4.2", {"creatinine": "4.3"}, None, "hold"),
    ("L-REN-CREATININE.alone_above", "4.2", {"creatinine": "4.2"}, None, None),
    ("L-REN-CREATININE.aggravated_from", 3, {"creatinine": 3, "volume_overload": "severe"}, None, "hold"),
    ("L-REN-CREATININE.ph_below", "7.38", {"creatinine": 4, "arterial_ph": "7.37"}, None, "hold"),
    ("L-REN-CREATININE.potassium_above", "5.2", {"creatinine": 4, "potassium": "5.3"}, None, "hold"),
    ("C-CV-TACHYCARDIA.relative_from", 110, {"heart_rate": 105}, "relative", None),
    ("C-CV-TACHYCARDIA.absolute_above", 140, {"heart_rate": 135}, "absolute", "relative"),
    ("C-HEM-PRESSOR.max_relative_from", "0.5", {"phenylephrine_rate": "0.5"}, None, "relative"),
    ("C-HEM-PRESSOR.max_absolute_above", "1.2", {"phenylephrine_rate": "1.3"}, "absolute", "absolute"),
    ("C-HEM-PRESSOR.min_relative_above", "0.3", {"phenylephrine_rate": "0.4"}, None, "relative"),
    ("C-HEM-PRESSOR.min_absolute_above", "0.6", {"phenylephrine_rate": "0.7"}, "relative", "absolute"),
    ("C-GI-DIARRHEA.shift_from", 800, {"diarrhea_volume": (900, 8)}, None, "relative"),
    ("C-GI-BILIRUBIN.relative_above", 5, {"bilirubin": 6}, None, "relative"),
    ("C-GI-BILIRUBIN.relative_above", 9, {"bilirubin": 8}, "relative", None),
    ("C-BLEED-PLATELETS.relative_to", 75_000, {"platelets": 60_000}, None, "relative"),
    ("C-BLEED-PLATELETS.absolute_below", 40_000, {"platelets": 35_000}, "relative", "absolute"),
    ("C-MSK-WEIGHT.relative_above", 10, {"weight": 78}, None, "relative"),
    ("C-PULM-OXYGEN.relative_from", 2, {"oxygen_flow": 2}, None, "relative"),
    ("C-PULM-OXYGEN.absolute_above", 5, {"oxygen_flow": "4.5"}, "absolute", "relative"),
    ("C-PULM-OXYGEN.mask_from", 35, {"oxygen_fio2": 36}, None, "absolute"),
    ("C-REN-URINE.relative_to", 200, {"urine_output": (180, 8)}, None, "relative"),
    ("C-REN-URINE.absolute_below", 100, {"urine_output": (90, 8)}, "relative", "absolute"),
    ("C-REN-CREATININE.relative_from", 2, {"creatinine": "2.2"}, None, "relative"),
    ("C-REN-CREATININE.absolute_from", "3.5", {"creatinine": "3.2"}, "absolute", "relative"),
    ("C-REN-BICARBONATE.absolute_to", 20, {"bicarbonate": 19}, None, "absolute"),
    ("I-CV-TACHYCARDIA.relative_from", 110, {"heart_rate": 115}, None, "relative"),
    ("I-CV-TACHYCARDIA.absolute_above", 125, {"heart_rate": 128}, "relative", "absolute"),
    ("I-GI-DIARRHEA.shift_above", 700, {"diarrhea_volume": (900, 8)}, None, "relative"),
    ("I-MSK-WEIGHT.relative_from", 10, {"weight": 77}, None, "relative"),
    ("I-REN-URINE.relative_to", 30, {"urine_output": (200, 8)}, None, "relative"),
    ("I-REN-URINE.absolute_below", 15, {"urine_output": (100, 8)}, "relative", "absolute"),
    ("I-BLEED-PLATELETS.relative_to", 75_000, {"platelets": 60_000}, None, "relative"),
    ("I-PULM-OXYGEN.relative_from", 2, {"oxygen_flow": 2}, None, "relative"),
    ("I-REN-CREATININE.relative_from", 2, {"creatinine": "2.2"}, None, "relative"),
    ("T-BP-PRESSOR.hold_above", "0.3", {"phenylephrine_rate": "0.4"}, None, "hold"),
    ("T-REN-URINE.hold_below", "4.5", {"urine_output": (300, 8)}, None, "hold"),
    ("T-REN-CREATININE.hold_from", 2, {"creatinine": "2.2"}, None, "hold"),
    ("T-REN-CREATININE.stop_from", "2.8", {"creatinine": "2.9"}, "hold", "stop_cycle"),
]
SET_OF = {"L": "label-2023", "C": "consensus-2014", "I": "institution-2015", "T": "til-2024"}


@pytest.mark.parametrize(("name", "number", "chart", "printed", "own"), CASES, ids=lambda each: str(each))
def test_the_hospitals_number_decides(name, number, chart, printed, own):
    journey = Journey(SET_OF[name[0]]).well(0, **chart)
    rule_id = name.rpartition(".")[0]
    assert journey.effect(rule_id, 0) == printed
    found = finding(under(journey, f"{SET_OF[name[0]]}@1.1", **{name: number}), rule_id)
    assert (found and (found.klass or found.effect.value)) == own


def test_oliguria_under_a_stricter_limit():
    journey = Journey("label-2023").well(0, urine_output=None).chart(8, urine_output=(120, 8), creatinine=1)
    journey.chart(16, urine_output=(120, 8), creatinine=2)
    assert journey.effect("L-REN-OLIGURIA", 16) is None
    found = finding(under(journey, "label-2023@1.1", **{"L-REN-OLIGURIA.hold_below": 20}), "L-REN-OLIGURIA", 16)
    assert found.limit == "below 20 mL/h with rising creatinine"
    journey.chart(24, urine_output=(150, 8), creatinine="1.0")
    still = finding(under(journey, "label-2023@1.1", **{"L-REN-OLIGURIA.hold_below": 20}), "L-REN-OLIGURIA", 24)
    assert [term.met for term in still.release_terms] == [False, True]
    journey.chart(32, urine_output=(161, 8), creatinine="1.0")
    facts = under(journey, "label-2023@1.1", **{"L-REN-OLIGURIA.hold_below": 20})
    assert finding(facts, "L-REN-OLIGURIA", 32) is None


@pytest.mark.parametrize(("doses", "held", "stops"), [(2, 2, True), (3, 2, False), (5, 4, False), (5, 5, True)])
def test_how_many_held_doses_stop(doses, held, stops):
    journey = Journey("institution-2015").well(0)
    for slot in range(1, held + 1):
        journey.held(slot, 0)
    facts = under(journey, "institution-2015@1.1", **{"I-HELD-THRICE.doses": doses})
    assert (finding(facts, "I-HELD-THRICE", 1) is not None) is stops


def test_every_number_has_a_case():
    elsewhere = {"L-REN-OLIGURIA.hold_below", "I-HELD-THRICE.doses"}
    shared = {  # taken over from consensus-2014 with the same numbers; one of each row stands above
        name for _, name, _ in LIMITS if name.startswith("I-") and f"C-{name[2:]}" in {other for _, other, _ in LIMITS}
    }
    assert {name for _, name, _ in LIMITS} == {case[0] for case in CASES} | elsewhere | shared


@pytest.mark.parametrize(("rule_set", "name", "limit"), LIMITS, ids=[name for _, name, _ in LIMITS])
def test_the_words_follow_the_number(rule_set, name, limit):
    """A rule made with its bounds says its bounds: no printed number stays in the words by itself."""
    rule_id = name.rpartition(".")[0]
    printed = rule(rule_id)
    for number in {limit.low, limit.high} - {limit.printed}:
        made = with_numbers(printed, {limit.name: number})
        assert made.id == printed.id
        assert (made.trigger, made.release) != (printed.trigger, printed.release)


def test_the_printed_numbers_make_the_printed_rule():
    for rule_set in SETS:
        again = rule_set.with_thresholds({name: limit.printed for name, limit in rule_set.limits.items()}, edition=0)
        assert [each.trigger for each in again.rules] == [each.trigger for each in rule_set.rules]
        assert [each.source for each in again.rules] == [each.source for each in rule_set.rules]


def test_the_label_can_only_be_made_stricter():
    for limit in RULE_SETS["label-2023@1"].limits.values():
        assert {limit.deviation(limit.low), limit.deviation(limit.high)} == {Deviation.AS_PRINTED, Deviation.STRICTER}


def test_what_ends_treatment_for_good_cannot_be_set():
    for rule_set in SETS:
        assert not [each.id for each in rule_set.rules if each.effect in ("discontinue", "stop_course") and each.limits]


def test_pairs_in_order_name_numbers_of_the_rule():
    for rule_set in SETS:
        for each in rule_set.rules:
            names = {limit.name for limit in each.limits}
            assert {name for pair in each.ascending for name in pair} <= names
            known = {limit.name: limit.printed for limit in each.limits}
            assert all(known[low] <= known[high] for low, high in each.ascending)


# The smallest step in which a ward would write each number.
STEPS = {
    "L-CV-SBP.hold_below": "1 mmHg",
    "L-RESP-SPO2.hold_below": "1 %",
    "L-REN-CREATININE.aggravated_from": "0.1 mg/dL",
    "L-REN-CREATININE.alone_above": "0.1 mg/dL",
    "L-REN-CREATININE.ph_below": "0.01",
    "L-REN-CREATININE.potassium_above": "0.1 mmol/L",
    "L-REN-OLIGURIA.hold_below": "1 mL/h",
    "C-CV-TACHYCARDIA.relative_from": "1 /min",
    "C-CV-TACHYCARDIA.absolute_above": "1 /min",
    "C-HEM-PRESSOR.max_relative_from": "0.01 mcg/kg/min",
    "C-HEM-PRESSOR.max_absolute_above": "0.01 mcg/kg/min",
    "C-HEM-PRESSOR.min_relative_above": "0.01 mcg/kg/min",
    "C-HEM-PRESSOR.min_absolute_above": "0.01 mcg/kg/min",
    "C-GI-DIARRHEA.shift_from": "1 mL",
    "C-GI-BILIRUBIN.relative_above": "0.1 mg/dL",
    "C-BLEED-PLATELETS.absolute_below": "1 /mm³",
    "C-BLEED-PLATELETS.relative_to": "1 /mm³",
    "C-MSK-WEIGHT.relative_above": "1 %",
    "C-PULM-OXYGEN.relative_from": "0.1 L/min",
    "C-PULM-OXYGEN.absolute_above": "0.1 L/min",
    "C-PULM-OXYGEN.mask_from": "1 %",
    "C-REN-URINE.absolute_below": "1 mL",
    "C-REN-URINE.relative_to": "1 mL",
    "C-REN-CREATININE.relative_from": "0.1 mg/dL",
    "C-REN-CREATININE.absolute_from": "0.1 mg/dL",
    "C-REN-BICARBONATE.absolute_to": "1 meq/L",
    "I-CV-TACHYCARDIA.relative_from": "1 /min",
    "I-CV-TACHYCARDIA.absolute_above": "1 /min",
    "I-GI-DIARRHEA.shift_above": "1 mL",
    "I-BLEED-PLATELETS.absolute_below": "1 /mm³",
    "I-BLEED-PLATELETS.relative_to": "1 /mm³",
    "I-MSK-WEIGHT.relative_from": "1 %",
    "I-PULM-OXYGEN.relative_from": "0.1 L/min",
    "I-PULM-OXYGEN.absolute_above": "0.1 L/min",
    "I-PULM-OXYGEN.mask_from": "1 %",
    "I-REN-URINE.absolute_below": "1 mL/h",
    "I-REN-URINE.relative_to": "1 mL/h",
    "I-REN-CREATININE.relative_from": "0.1 mg/dL",
    "I-REN-CREATININE.absolute_from": "0.1 mg/dL",
    "I-HELD-THRICE.doses": "1",
    "T-BP-PRESSOR.hold_above": "0.01 mcg/kg/min",
    "T-REN-URINE.hold_below": "0.1 mL/kg",
    "T-REN-CREATININE.hold_from": "0.1 mg/dL",
    "T-REN-CREATININE.stop_from": "0.1 mg/dL",
}


def test_every_number_has_its_step():
    assert [name for _, name, _ in LIMITS] == list(STEPS)


@pytest.mark.parametrize(("rule_set", "name", "limit"), LIMITS, ids=[name for _, name, _ in LIMITS])
def test_a_number_is_set_in_the_steps_in_which_a_ward_writes_it(rule_set, name, limit):
    step, _, unit = STEPS[name].partition(" ")
    assert limit.unit == unit
    towards = Fraction(step) if limit.printed < limit.high else -Fraction(step)
    assert limit.takes(limit.printed + towards)
    assert not limit.takes(limit.printed + towards / 10)


# Which of a rule's numbers may not be more than which other, and a number that both can take.
PAIRS = [
    ("L-REN-CREATININE", "aggravated_from", "alone_above", "3.5"),
    ("C-CV-TACHYCARDIA", "relative_from", "absolute_above", "120"),
    ("C-HEM-PRESSOR", "max_relative_from", "max_absolute_above", "1.2"),
    ("C-HEM-PRESSOR", "min_relative_above", "min_absolute_above", "0.6"),
    ("C-BLEED-PLATELETS", "absolute_below", "relative_to", "40000"),
    ("C-PULM-OXYGEN", "relative_from", "absolute_above", "3.5"),
    ("C-REN-URINE", "absolute_below", "relative_to", "120"),
    ("C-REN-CREATININE", "relative_from", "absolute_from", "2.5"),
    ("I-CV-TACHYCARDIA", "relative_from", "absolute_above", "120"),
    ("I-BLEED-PLATELETS", "absolute_below", "relative_to", "40000"),
    ("I-PULM-OXYGEN", "relative_from", "absolute_above", "3.5"),
    ("I-REN-URINE", "absolute_below", "relative_to", "15"),
    ("I-REN-CREATININE", "relative_from", "absolute_from", "2.5"),
    ("T-REN-CREATININE", "hold_from", "stop_from", "2.5"),
]


@pytest.mark.parametrize(("rule_id", "low", "high", "number"), PAIRS)
def test_two_numbers_of_a_rule_may_meet_and_not_cross(rule_id, low, high, number):
    base = RULE_SETS[f"{SET_OF[rule_id[0]]}@1"]
    step = Decimal(STEPS[f"{rule_id}.{low}"].partition(" ")[0])
    meeting = {f"{rule_id}.{low}": number, f"{rule_id}.{high}": number}
    assert read_version(base, meeting).thresholds.items() <= {each: Fraction(number) for each in meeting}.items()
    crossing = {**meeting, f"{rule_id}.{low}": str(Decimal(number) + step)}
    with pytest.raises(BadInput) as refused:
        read_version(base, crossing)
    assert (refused.value.code, refused.value.field) == ("disordered", f"{rule_id}.{low}")


def test_every_rule_with_two_columns_of_one_quantity_has_its_pair():
    declared = [(each.id, *pair) for rule_set in SETS for each in rule_set.rules for pair in each.ascending]
    assert declared == [pair[:3] for pair in PAIRS]


@pytest.mark.parametrize(
    ("doses", "many", "which"),
    [(2, "Two", "second"), (3, "Three", "third"), (4, "Four", "fourth"), (5, "Five", "fifth")],
)
def test_the_count_of_held_doses_in_words(doses, many, which):
    made = with_numbers(rule("I-HELD-THRICE"), {"doses": doses})
    assert made.sentence == f"The {which} held dose of a cycle stops the cycle."
    assert made.trigger.startswith(f"{many} doses held in this cycle: ")


# --- a limit by itself ------------------------------------------------------------------------------------------------

LIMIT = Limit("above", "bilirubin above", "mg/dL", 7, 3, 10, Stricter.LOWER, 1)


@pytest.mark.parametrize(
    ("number", "takes"),
    [("3", True), ("2.9", False), ("10", True), ("10.1", False), ("6.5", True), ("6.55", False), ("-7", False)],
)
def test_a_limit_takes_what_lies_within_its_bounds(number, takes):
    assert LIMIT.takes(Fraction(number)) is takes


def test_a_limit_says_how_a_number_stands_to_the_printed_one():
    assert [LIMIT.deviation(number) for number in (7, 6, 8)] == [
        "as printed",
        "stricter than printed",
        "looser than printed",
    ]
    higher = replace(LIMIT, stricter=Stricter.HIGHER)
    assert [higher.deviation(number) for number in (7, 6, 8)] == [
        "as printed", "looser than printed", "stricter than printed",
    ]  # fmt: skip


def test_a_limit_needs_its_printed_number_within_its_bounds():
    with pytest.raises(ValueError, match="outside"):
        Limit("above", "x", "", 11, 3, 10, Stricter.LOWER)


@pytest.mark.parametrize(
    ("number", "words", "tenths"),
    [
        (7, "7", "7.0"), (Fraction(7), "7", "7.0"), (9999, "9999", "9999.0"), (10_000, "10,000", "10,000.0"),
        (Fraction("0.5"), "0.5", "0.5"), (Fraction("7.35"), "7.35", "7.35"), (Fraction("7.40"), "7.4", "7.4"),
        (Fraction("1.05"), "1.05", "1.05"), (Fraction("2.01"), "2.01", "2.01"), (0, "0", "0.0"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_a_ward_writes_them(number, words, tenths):
    assert (number_words(number), tenths_words(number)) == (words, tenths)


def test_a_number_with_three_decimals_is_no_limit():
    with pytest.raises(ValueError, match=r"^a printed limit has at most two decimals$"):
        number_words(Fraction("0.125"))


# --- keys, registry, data ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("consensus-2014@1", ("consensus-2014", 1, 0)),
        ("consensus-2014@1.12", ("consensus-2014", 1, 12)),
        ("consensus-2014", None),
        ("consensus-2014@", None),
        ("@1", None),
        ("x@1.", None),
        ("x@.1", None),
        ("x@1.2.3", None),
        ("x@-1", None),
        ("x@²", None),
        ("x@12345", Key("x", 12345, 0)),
        ("x@123456", None),
        ("x@y@1", None),
    ],
)
def test_a_key_by_its_parts(text, parts):
    assert read_key(text) == parts
    if parts:
        assert str(read_key(text)) == text


def test_a_key_knows_its_base_and_its_version():
    key = Key("consensus-2014", 1, 2)
    assert (key.base, key.version_text, str(key)) == ("consensus-2014@1", "1.2", "consensus-2014@1.2")
    assert (Key("x", 1, 0).version_text, str(Key("x", 1, 0))) == ("1", "x@1")


def test_the_set_that_a_version_starts_from():
    assert shipped("consensus-2014@1.2") is shipped("consensus-2014@1") is RULE_SETS["consensus-2014@1"]
    assert shipped("consensus-2014@9.2") is None and shipped("nothing") is None
    assert title_of("consensus-2014@1.2") == "Consensus 2014, version 1.2"
    assert title_of("label-2023@1") == "Label 9/2023, version 1"
    assert title_of("unknown@3") == "unknown@3"


def test_a_version_of_the_hospital_is_bound_by_its_data():
    own = Amendment.of("consensus-2014@1.2", {"C-GI-BILIRUBIN.relative_above": 5})
    label, consensus = bound(("label-2023", "consensus-2014@1.2"), (own,))
    assert (label.key, consensus.key, consensus.version_text) == ("label-2023@1", "consensus-2014@1.2", "1.2")
    assert consensus.thresholds == (("C-GI-BILIRUBIN.relative_above", 5),)
    assert consensus.counts and consensus.id == "consensus-2014"
    assert rule_as_bound("C-GI-BILIRUBIN", ("consensus-2014@1.2",), (own,)).trigger.endswith("above 5 mg/dL")
    assert rule_as_bound("X-STOPPED", ("consensus-2014@1.2",), (own,)) is rule("X-STOPPED")
    assert amended(own) is amended(Amendment.of("consensus-2014@1.2", {"C-GI-BILIRUBIN.relative_above": 5}))


def test_a_set_named_without_a_version_is_amended_at_its_newest():
    made = amended(Amendment.of("consensus-2014", {"C-GI-BILIRUBIN.relative_above": 5}))
    assert (made.key, made.version_text, made.edition) == ("consensus-2014@1", "1", 0)


def test_without_its_data_a_version_of_the_hospital_is_unknown():
    with pytest.raises(BadInput) as refusal:
        bound(("consensus-2014@1.2",))
    assert refusal.value.code == "unknown_rule_set"


@pytest.mark.parametrize("key", ["consensus-2014@9.1", "nothing@1.1", "nothing"])
def test_a_version_of_an_unknown_set_is_refused(key):
    with pytest.raises(BadInput):
        amended(Amendment.of(key, {}))


def test_a_number_that_no_rule_has_is_refused():
    with pytest.raises(ValueError, match="C-GI-BILIRUBIN.below"):
        resolve("consensus-2014").with_thresholds({"C-GI-BILIRUBIN.below": 5}, edition=1)
    with pytest.raises(
        ValueError, match=r"^consensus-2014@1 has no number C-GI-BILIRUBIN\.below, L-CV-SBP\.hold_below$"
    ):
        resolve("consensus-2014").with_thresholds(
            {"L-CV-SBP.hold_below": 95, "C-GI-BILIRUBIN.below": 5, "C-GI-BILIRUBIN.relative_above": 6}, edition=1
        )
    with pytest.raises(ValueError, match="L-CV-VT"):
        with_numbers(rule("L-CV-VT"), {"beats": 3})


def test_a_derived_rule_stays_derived_with_other_numbers():
    own = derived(rule("C-GI-BILIRUBIN"), id="Z-BILIRUBIN", reading="ours")
    again = with_numbers(with_numbers(own, {"relative_above": 5}), {"relative_above": 6})
    assert (again.id, again.reading, again.relative) == ("Z-BILIRUBIN", "ours", "bilirubin above 6 mg/dL")
    plain = derived(rule("L-CV-VT"), id="Z-VT")
    assert (plain.id, plain.limits) == ("Z-VT", ())


def test_a_rule_is_made_from_its_printed_numbers():
    made = adjustable(LIMIT)(lambda above: replace(rule("L-CV-VT"), id="Z", trigger=f"above {above}"))
    assert isinstance(made, Rule)
    assert (made.trigger, made.limits) == ("above 7", (LIMIT,))
    assert with_numbers(made, {}).trigger == "above 7"


def test_a_plan_comes_back_from_its_data():
    own = Amendment.of("consensus-2014@1.2", {"C-GI-BILIRUBIN.relative_above": Fraction("6.5")})
    plan = replace(
        Journey(
            "label-2023@1", "consensus-2014@1.2", weight="68.45", cycle_number=2, cycle_1_first_dose_at=hour(-400)
        ).plan,
        amendments=(own,),
        cells_at=hour(-5),
        settings=replace(Journey().plan.settings, counting=Counting(2, 4), max_age_min=MaxAge(vitals=60)),
    )
    data = plan_as_data(plan)
    assert plan_from_data(data) == plan
    assert data["amendments"] == [
        {"rule_set": "consensus-2014@1.2", "thresholds": {"C-GI-BILIRUBIN.relative_above": "6.5"}}
    ]
    assert plan_from_data(plan_as_data(Journey().plan)) == Journey().plan
