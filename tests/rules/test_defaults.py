"""What holds when nobody says otherwise: the fewest words that make each thing, and everything else about it.

A default is a decision too: an upper limit of normal, a rule that is not latched, a patient who was not discontinued.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from datetime import timedelta
from decimal import Decimal

import pytest

from dosing.rules.amendment import Amendment
from dosing.rules.assess import Assessment, assess
from dosing.rules.criteria import Want, one_of
from dosing.rules.facts import Counting, DoseEvent, EventKind, Facts, MaxAge, Plan, Prior, Round, Settings, Value
from dosing.rules.history import KEPT_HISTORIES, history_at
from dosing.rules.limit import Limit, Stricter
from dosing.rules.rule import Finding, Hit, Organ, Rule, Source, Term
from dosing.rules.rule_set import RuleSet
from dosing.rules.verdict import Verdict
from tests.rules.journey import START, hour

SETTINGS = Settings(120, 30, "grid")
PLAN = Plan("hd-il2", ("label-2023",), SETTINGS, timedelta(hours=8), Decimal(70), START)
SOURCE = Source("A paper")
RULE = Rule(
    id="Z-RULE",
    organ=Organ.GENERAL,
    sentence="A rule.",
    trigger="Something",
    effect=Verdict.HOLD,
    source=SOURCE,
    judge=lambda picture: None,
)

DEFAULTS = [
    (SETTINGS, {"counting": Counting(1, 3), "max_age_min": MaxAge(120, 120, 480, 1440, 1440)}),
    (
        Prior(),
        {
            "cycle_number": 1,
            "doses_given_in_course": 0,
            "cycle_1_first_dose_at": None,
            "discontinued": False,
            "course_stopped": False,
        },
    ),
    (
        PLAN,
        {"ast_uln": 40, "alt_uln": 40, "prior": Prior(1, 0, None, False, False), "amendments": (), "cells_at": None},
    ),
    (Value(70), {"since": None}),
    (Round("one", START, START, {}), {"retracted_at": None, "baseline": False, "order": 0}),
    (DoseEvent("ended", START), {"slot": 0, "overridden": False, "verdict": "", "open": True}),
    (Facts(PLAN), {"rounds": (), "events": (), "memory": {}}),
    (SOURCE, {"table": "", "section": ""}),
    (
        RULE,
        {
            "release": "",
            "klass": None,
            "reading": "",
            "latched": False,
            "relative": "",
            "absolute": "",
            "note": None,
            "limits": (),
            "ascending": (),
            "remake": None,
        },
    ),
    (Want("spo2", one_of(97), "Saturation 97"), {"if_any": False}),
    (Term("Saturation 97", False), {"now": "not recorded since", "now_at": None}),
    (
        Hit(Verdict.HOLD, {}, None),
        {"limit": "", "klass": None, "latched": False, "terms": (), "release": None, "over": ""},
    ),
    (
        Finding("Z-RULE", Verdict.HOLD),
        {
            "klass": None,
            "because": {},
            "observed_at": None,
            "latched": False,
            "release": "",
            "release_terms": (),
            "limit": "",
            "over": "",
            "rule_set": "",
        },
    ),
    (
        RuleSet("z", 1, "Z", "A paper", (RULE,)),
        {"counts": False, "note": "", "edition": 0, "thresholds": ()},
    ),
    (Amendment("z@1.1"), {"thresholds": ()}),
    (Limit("above", "bilirubin above", "mg/dL", 7, 3, 10, Stricter.LOWER), {"decimals": 0}),
    (Assessment(1, START, Verdict.PROCEED, (), (), (), START, START, START), {"notes": ()}),
]


@pytest.mark.parametrize(("thing", "defaults"), DEFAULTS, ids=[type(thing).__name__ for thing, _ in DEFAULTS])
def test_what_holds_when_nobody_says_otherwise(thing: object, defaults: dict) -> None:
    assert {name: getattr(thing, name) for name in defaults} == defaults
    unsaid = [each.name for each in fields(thing) if each.name not in defaults and has_default(each)]
    assert unsaid == []


def has_default(field: Field) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def test_a_plan_of_the_fewest_words_can_be_judged() -> None:
    said = assess(Facts(PLAN), slot=1, at=START)
    assert (said.verdict, said.findings, said.refusals) == (Verdict.INCOMPLETE, (), ())


def test_a_rule_needs_a_judge_and_is_printed_without_its_functions() -> None:
    words = {"id": "Z", "organ": Organ.GENERAL, "sentence": "A rule.", "trigger": "x", "effect": Verdict.HOLD}
    with pytest.raises(TypeError, match="judge"):
        Rule(**words, source=SOURCE)
    assert [name for name in ("judge=", "note=", "remake=", "lambda") if name in repr(RULE)] == []


# --- what is worked out from the facts stays beside them --------------------------------------------------------------


def test_facts_are_equal_whatever_was_worked_out_from_them() -> None:
    one, other = Facts(PLAN), Facts(PLAN)
    assess(one, slot=1, at=START)
    assert one.memory != other.memory
    assert one == other
    assert "memory" not in repr(one)
    with pytest.raises(TypeError):
        Facts(PLAN, (), (), {})


def test_the_same_facts_asked_at_another_instant_see_what_was_known_then() -> None:
    low = Round("low", hour(1), hour(1), {"spo2": Value(85)})
    better = Round("better", hour(2), hour(3), {"spo2": Value(97)}, retracted_at=hour(4))
    facts = Facts(PLAN, (low, better))

    def held(at: object) -> bool:
        return "L-RESP-SPO2" in [each.id for each in assess(facts, slot=1, at=hour(at)).findings]

    hours = [0, 1, 2, 3, 4, 0, "0:30", 1, 3, 5, 3, 2]
    assert [held(at) for at in hours] == [
        False, True, True, False, True, False, False, True, False, True, False, True,
    ]  # fmt: skip


def test_a_question_about_the_same_rounds_costs_nothing_and_few_are_remembered() -> None:
    rounds = tuple(Round(str(each), hour(each), hour(each), {"spo2": Value(97)}) for each in range(20))
    facts = Facts(PLAN, rounds)
    assert history_at(facts, hour("3:10")) is history_at(facts, hour("3:50")) is not history_at(facts, hour(4))
    for each in range(20):
        history_at(facts, hour(each))
        assert len(facts.memory["histories"]) <= KEPT_HISTORIES
    assert len(facts.memory["ordered"]) == 20


# --- the names under which events are kept and sent -------------------------------------------------------------------


def test_what_can_become_of_a_dose() -> None:
    assert [each.value for each in EventKind] == ["given", "refused", "held", "omitted", "lapsed", "went_on", "ended"]
