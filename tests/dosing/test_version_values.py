"""A draft as it is typed: exact numbers within safe bounds, every mistake named at once."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosing.binding import amendments_of, settings_under, strictest
from dosing.rules.facts import Counting, MaxAge, Settings
from dosing.rules.registry import RULE_SETS
from dosing.version_values import changes_of, read_version
from tracker.errors import BadInput, Several

LABEL, CONSENSUS = RULE_SETS["label-2023@1"], RULE_SETS["consensus-2014@1"]
BILIRUBIN = "C-GI-BILIRUBIN.relative_above"
PLATELETS = "C-BLEED-PLATELETS.relative_to"


def test_only_what_differs_from_print_is_kept():
    read = read_version(CONSENSUS, {BILIRUBIN: "6.5", PLATELETS: "50,000", "C-MSK-WEIGHT.relative_above": ""})
    assert read.thresholds == {BILIRUBIN: Fraction("6.5")}
    assert (read.counting, read.max_age_min) == (None, None)


@pytest.mark.parametrize("typed", ["75,000", "75000", 75_000, " 75000 "])
def test_a_number_is_exact_however_it_is_typed(typed):
    assert read_version(CONSENSUS, {PLATELETS: typed}).thresholds == {PLATELETS: 75_000}


@pytest.mark.parametrize("typed", ["2.9", "10.1", "6.55", "seven", "-7", "1e9", "NaN", "7 mg/dL", 6.5, True, ["7"]])
def test_what_is_out_of_bounds_is_refused_with_bounds_and_print(typed):
    with pytest.raises(BadInput) as refusal:
        read_version(CONSENSUS, {BILIRUBIN: typed})
    problem = refusal.value
    assert (problem.code, problem.field) == ("outside_bounds", BILIRUBIN)
    assert problem.sentence == "Bilirubin, relative above: a number with at most one decimal from 3 to 10 mg/dL."
    assert problem.remedy.startswith("Printed: 7.")


@pytest.mark.parametrize(
    ("name", "looser", "stricter"),
    [
        ("L-CV-SBP.hold_below", "89", "95"),
        ("L-RESP-SPO2.hold_below", "89", "92"),
        ("L-REN-CREATININE.alone_above", "4.6", "4.4"),
        ("L-REN-CREATININE.aggravated_from", "4.1", "3"),
        ("L-REN-CREATININE.ph_below", "7.34", "7.38"),
        ("L-REN-CREATININE.potassium_above", "5.6", "5.2"),
        ("L-REN-OLIGURIA.hold_below", "9", "15"),
    ],
)
def test_the_label_is_never_loosened(name, looser, stricter):
    with pytest.raises(BadInput) as refusal:
        read_version(LABEL, {name: looser})
    assert "not looser" in refusal.value.remedy
    assert read_version(LABEL, {name: stricter}).thresholds == {name: Fraction(stricter)}


@pytest.mark.parametrize(
    "name", ["L-CV-VT.beats", "L-HEP-TOX.factor", "C-GI-BILIRUBIN", "password", "C-GI-BILIRUBIN.below"]
)
def test_an_unknown_number_is_refused(name):
    with pytest.raises(BadInput) as refusal:
        read_version(CONSENSUS, {name: "5"})
    assert (refusal.value.code, refusal.value.field) == ("unknown_threshold", name)


def test_numbers_that_cross_each_other_are_refused():
    with pytest.raises(BadInput) as refusal:
        read_version(CONSENSUS, {"C-CV-TACHYCARDIA.relative_from": "125", "C-CV-TACHYCARDIA.absolute_above": "120"})
    assert refusal.value.code == "disordered"
    assert "heart rate, relative from 125 is more than heart rate, absolute above 120" in refusal.value.sentence
    equal = {"C-CV-TACHYCARDIA.relative_from": "120", "C-CV-TACHYCARDIA.absolute_above": "120"}
    assert len(read_version(CONSENSUS, equal).thresholds) == 2


def test_one_number_alone_is_held_against_the_printed_other():
    with pytest.raises(BadInput) as refusal:
        read_version(CONSENSUS, {"C-REN-CREATININE.absolute_from": "2"})
    assert refusal.value.code == "disordered"


def test_every_mistake_is_named_at_once():
    with pytest.raises(Several) as refusals:
        read_version(CONSENSUS, {BILIRUBIN: "99", PLATELETS: "x", "beats": "5", "hold_at": "9", "max_age_labs": "9999"})
    assert {each.field for each in refusals.value.refusals} == {
        BILIRUBIN,
        PLATELETS,
        "beats",
        "hold_at",
        "max_age_labs",
    }


@pytest.mark.parametrize(
    ("typed", "counting"),
    [
        ({"hold_at": "2"}, {"hold_at": 2, "stop_at": 3}),
        ({"stop_at": "4"}, {"hold_at": 1, "stop_at": 4}),
        ({"hold_at": "3", "stop_at": "6"}, {"hold_at": 3, "stop_at": 6}),
        ({"hold_at": "", "stop_at": ""}, None),
    ],
)
def test_counting(typed, counting):
    assert read_version(CONSENSUS, typed).counting == counting


@pytest.mark.parametrize(
    "typed", [{"hold_at": "0"}, {"hold_at": "4"}, {"stop_at": "7"}, {"hold_at": "3", "stop_at": "2"}]
)
def test_counting_that_cannot_be(typed):
    with pytest.raises(BadInput):
        read_version(CONSENSUS, typed)


def test_a_set_that_does_not_count_has_no_counting():
    with pytest.raises(BadInput) as refusal:
        read_version(LABEL, {"hold_at": "1"})
    assert (refusal.value.code, refusal.value.field) == ("does_not_count", "hold_at")


def test_freshness_can_only_be_tightened():
    read = read_version(LABEL, {"max_age_vitals": "60"})
    assert read.max_age_min == {"vitals": 60, "neuro": 120, "urine": 480, "weight": 1440, "labs": 1440}
    for loose in ({"max_age_vitals": "121"}, {"max_age_urine": "479"}):
        with pytest.raises(BadInput):
            read_version(LABEL, loose)


def test_a_deviation_is_said_in_words():
    own = CONSENSUS.with_thresholds({BILIRUBIN: Fraction("6.5"), PLATELETS: 40_000}, edition=1)
    words = {each.rule_id: each.words for each in changes_of(own)}
    assert words == {
        "C-GI-BILIRUBIN": "bilirubin, relative above 6.5 mg/dL, printed 7: stricter than printed",
        "C-BLEED-PLATELETS": "platelets, relative up to 40,000 /mm³, printed 50,000: looser than printed",
    }
    assert changes_of(CONSENSUS) == ()


# --- what binds a cycle -----------------------------------------------------------------------------------------------

SETTINGS = Settings(60, 15, "grid", Counting(1, 2), MaxAge(vitals=90))


def entry(key="x@1.1", counting=None, ages=None, **thresholds):
    return {"rule_set": key, "thresholds": thresholds, "counting": counting, "max_age_min": ages}


def ages(**changes):
    return {"vitals": 120, "neuro": 120, "urine": 480, "weight": 1440, "labs": 1440, **changes}


def test_without_versions_the_settings_stand():
    assert settings_under(SETTINGS, []) == SETTINGS == settings_under(SETTINGS, [entry()])
    assert amendments_of([]) == ()


def test_counting_of_a_version_takes_the_place_of_the_settings():
    assert settings_under(SETTINGS, [entry(counting={"hold_at": 2, "stop_at": 5})]).counting == Counting(2, 5)


def test_of_two_countings_the_stricter_numbers_hold():
    both = [entry(counting={"hold_at": 2, "stop_at": 4}), entry(counting={"hold_at": 1, "stop_at": 6})]
    assert settings_under(SETTINGS, both).counting == Counting(1, 4)


def test_the_strictest_age_holds():
    found = settings_under(SETTINGS, [entry(ages=ages(vitals=100, labs=720)), entry(ages=ages(urine=600))]).max_age_min
    assert found == MaxAge(vitals=90, neuro=120, urine=600, weight=1440, labs=720)
    assert strictest([MaxAge()]) == MaxAge()


def test_stored_numbers_come_back_exact():
    (found,) = amendments_of([entry("consensus-2014@1.1", **{BILIRUBIN: "6.5", PLATELETS: "60000"})])
    assert found.thresholds == ((PLATELETS, 60_000), (BILIRUBIN, Fraction("6.5")))
