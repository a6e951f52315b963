"""One finding of each kind, whole: nothing of what is stored, shown and sent may be left to chance."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from dosing.rules.facts import DoseEvent, Plan, Prior, Round, Value, exactly, in_utc
from dosing.rules.rule import Finding, Term
from dosing.rules.verdict import Verdict
from tests.rules.journey import START, Journey, hour

LABEL = "label-2023@1"


def whole(journey: Journey, rule_id: str, at: object) -> Finding:
    """The finding with ordinary spaces."""
    found = journey.finding(rule_id, at)
    terms = tuple(
        Term(each.text, each.met, each.now.replace("\u2009", " "), each.now_at) for each in found.release_terms
    )
    words = {"limit": found.limit.replace("\u2009", " "), "release_terms": terms}
    return Finding(**{name: words.get(name, getattr(found, name)) for name in Finding.__slots__})


def test_a_latched_hold() -> None:
    assert whole(Journey("label-2023").well(0, spo2=88), "L-RESP-SPO2", 1) == Finding(
        id="L-RESP-SPO2",
        effect=Verdict.HOLD,
        because={"spo2": 88},
        observed_at=hour(0),
        latched=True,
        release="Oxygen saturation above 90 % (exactly 90 neither holds nor releases).",
        release_terms=(Term("Oxygen saturation above 90 %", False, "not recorded since", None),),
        limit="below 90",
        rule_set=LABEL,
    )


def test_a_permanent_stop() -> None:
    journey = Journey("label-2023").well(0, rhythm="ventricular_tachycardia_sustained").well(1)
    assert whole(journey, "L-CV-VT", 2) == Finding(
        id="L-CV-VT",
        effect=Verdict.DISCONTINUE,
        because={"rhythm": "ventricular_tachycardia_sustained"},
        observed_at=hour(0),
        latched=True,
        rule_set=LABEL,
    )


INTUBATED = {"because": {"intubated": "yes"}, "latched": True, "rule_set": LABEL}


def test_a_state_while_it_lasts() -> None:
    journey = Journey("label-2023").well(0, intubated="yes").chart(5, intubated="yes")
    assert whole(journey, "L-RESP-INTUBATION", 6) == Finding(
        id="L-RESP-INTUBATION",
        effect=Verdict.HOLD,
        observed_at=hour(5),
        release="Extubated, within 72 h.",
        release_terms=(Term("Extubated", False, "yes", hour(5)),),
        limit="no dose while intubated",
        **INTUBATED,
    )


def test_a_state_that_lasted_too_long() -> None:
    journey = Journey("label-2023").well(0, intubated="yes").chart(80, intubated="no")
    assert whole(journey, "L-RESP-INTUBATION", 81) == Finding(
        id="L-RESP-INTUBATION",
        effect=Verdict.DISCONTINUE,
        observed_at=hour(0),
        limit="for more than 72 h",
        **INTUBATED,
    )


def test_a_stop_of_the_course() -> None:
    assert whole(Journey("label-2023").well(0, liver_pain="yes"), "L-HEP-TOX", 1) == Finding(
        id="L-HEP-TOX",
        effect=Verdict.STOP_COURSE,
        because={"liver_pain": "yes"},
        observed_at=hour(0),
        latched=True,
        release="Never within the course.",
        rule_set=LABEL,
    )


def test_oliguria_with_its_sum() -> None:
    journey = Journey("label-2023").well(0, urine_output=None).chart(8, urine_output=(70, 8), creatinine=1)
    journey.chart(16, urine_output=(50, 8), creatinine=2)
    found = whole(journey, "L-REN-OLIGURIA", 16)
    assert (found.because, found.observed_at) == ({"urine_output": 120, "creatinine": 2}, hour(16))
    assert (found.limit, found.over, found.latched) == ("below 10 mL/h with rising creatinine", "in 16 h", True)
    assert (found.effect, found.klass, found.rule_set) == ("hold", None, LABEL)


@pytest.mark.parametrize(
    ("set_id", "rule_id", "chart", "klass", "because", "limit", "over"),
    [
        ("consensus-2014", "C-GI-BILIRUBIN", {"bilirubin": 8}, "relative", {"bilirubin": 8}, "above 7", ""),
        ("consensus-2014", "C-INF", {"infection": "suspected"}, "absolute", {"infection": "suspected"}, "", ""),
        ("consensus-2014", "C-CV-TACHYCARDIA", {"heart_rate": 131}, "absolute", {"heart_rate": 131}, "above 130", ""),
        (
            "consensus-2014", "C-REN-URINE", {"urine_output": (79, 8)}, "absolute", {"urine_output": 79}, "below 80 mL",
            "in 8 h",
        ),
        (
            "consensus-2014", "C-GI-DIARRHEA", {"diarrhea_volume": (2400, 16)}, "absolute", {"diarrhea_volume": 1200},
            "the second shift of 1000 mL or more", "in 8 h",
        ),
        (
            "consensus-2014", "C-HEM-PRESSOR", {"phenylephrine_rate": 1}, "absolute", {"phenylephrine_rate": 1},
            "at dosing, above 0.8", "",
        ),
        (
            "consensus-2014", "C-MSK-WEIGHT", {"weight": 84}, "relative", {"weight": 84},
            "a gain of 20.0 % on the dosing weight, above 15 %", "",
        ),
        ("til-2024", "T-REN-URINE", {"urine_output": (279, 8)}, None, {"urine_output": 279}, "below 4 mL/kg", "in 8 h"),
        (
            "til-2024", "T-BP-PRESSOR", {"phenylephrine_rate": "0.6"}, None, {"phenylephrine_rate": Fraction("0.6")},
            "above 0.5", "",
        ),
        (
            "til-2024", "T-BP-REFRACTORY", {"hypotension_after_boluses": "yes"}, None,
            {"hypotension_after_boluses": "yes"}, "", "",
        ),
    ],
)  # fmt: skip
def test_a_momentary_finding(
    set_id: str, rule_id: str, chart: dict, klass: str | None, because: dict, limit: str, over: str
) -> None:
    found = whole(Journey(set_id).well(0, **chart), rule_id, 1)
    assert (found.klass, found.because, found.limit, found.over) == (klass, because, limit, over)
    assert (found.latched, found.observed_at, found.rule_set) == (False, hour(0), f"{set_id}@1")
    (term,) = found.release_terms
    assert (term.text, term.met, term.now_at) == (found.release.removesuffix("."), False, hour(0))
    assert term.now


def test_a_stop_that_nobody_has_answered() -> None:
    journey = Journey("consensus-2014").well(0).refused(3, 1, "stop_cycle")
    assert whole(journey, "X-STOPPED", 2) == Finding(
        id="X-STOPPED",
        effect=Verdict.STOP_CYCLE,
        because={"slot": 3, "verdict": "stop_cycle"},
        observed_at=hour(1),
        latched=True,
        release="A dose given on a prescriber's override, or a prescriber's signed decision to go on.",
        limit="not yet answered by a prescriber",
        rule_set="standing@1",
    )


@pytest.mark.parametrize(
    ("prior", "rule_id", "effect"),
    [
        ("discontinued", "P-DISCONTINUED", Verdict.DISCONTINUE),
        ("course_stopped", "P-COURSE-STOPPED", Verdict.STOP_COURSE),
    ],
)
def test_what_an_earlier_cycle_left(prior: str, rule_id: str, effect: Verdict) -> None:
    assert whole(Journey("label-2023", **{prior: True}).well(0), rule_id, 1) == Finding(
        id=rule_id,
        effect=effect,
        latched=True,
        release="Only by a correction of the record.",
        rule_set="standing@1",
    )


# --- instants and order -----------------------------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")


def test_every_instant_is_kept_in_utc() -> None:
    there = START.astimezone(BERLIN)
    plan = Journey().plan
    moved = Plan(
        plan.regimen, plan.rule_sets, plan.settings, plan.interval, plan.dosing_weight_kg, there, cells_at=there
    )
    taken = Round("x", there, there, {"weight": Value(70, there)}, retracted_at=there)
    prior = Prior(2, cycle_1_first_dose_at=there)
    event = DoseEvent("given", there, 1)
    kept = (
        moved.first_dose_at, moved.cells_at, taken.observed_at, taken.known_at, taken.retracted_at,
        taken.values["weight"].since, prior.cycle_1_first_dose_at, event.at,
    )  # fmt: skip
    assert all(each == START and each.utcoffset() == timedelta(0) and each.tzname() == "UTC" for each in kept)
    assert in_utc(datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=2)))) == START


def test_a_measured_value_is_exact_or_nothing() -> None:
    assert (exactly(Decimal("2.50")), exactly(Fraction(4, 2)), exactly("sinus")) == (Fraction(5, 2), 2, "sinus")
    assert type(exactly(Decimal("2.00"))) is int
    with pytest.raises(TypeError, match=r"^a measured value must be exact, not float$"):
        exactly(37.2)


def test_an_instant_without_a_zone_and_a_weight_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^an instant needs a time zone$"):
        in_utc(datetime(2026, 3, 2, 8))  # noqa: DTZ001
    plan = Journey().plan
    with pytest.raises(ValueError, match=r"^a dosing weight is more than zero$"):
        Plan(plan.regimen, plan.rule_sets, plan.settings, plan.interval, Decimal(0), START)


def test_of_two_values_at_one_instant_the_one_known_later_is_the_newer_whatever_their_order() -> None:
    journey = Journey("consensus-2014").well(0).chart(1, known=5, bilirubin=8).chart(1, known=3, bilirubin=2)
    assert journey.effect("C-GI-BILIRUBIN", 4) is None
    assert journey.effect("C-GI-BILIRUBIN", 5) == "relative"
