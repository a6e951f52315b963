"""`til-2024`, together with the label, for the regimen after lifileucel: momentary, no class, not counted."""

from __future__ import annotations

import pytest

from dosing.regimen import regimen
from tests.rules.journey import Journey

CASES = [
    ("T-BP-REFRACTORY", {"hypotension_after_boluses": "no"}, None),
    ("T-BP-REFRACTORY", {"hypotension_after_boluses": "yes"}, "stop_cycle"),
    ("T-BP-PRESSOR", {"phenylephrine_rate": "0.49"}, None),
    ("T-BP-PRESSOR", {"phenylephrine_rate": "0.5"}, None),
    ("T-BP-PRESSOR", {"phenylephrine_rate": "0.51"}, "hold"),
    ("T-REN-URINE", {"urine_output": ("280.1", 8)}, None),
    ("T-REN-URINE", {"urine_output": (280, 8)}, None),
    ("T-REN-URINE", {"urine_output": ("279.9", 8)}, "hold"),
    ("T-REN-URINE", {"urine_output": (0, "7.9")}, None),
    ("T-REN-CREATININE", {"creatinine": "2.49"}, None),
    ("T-REN-CREATININE", {"creatinine": "2.5"}, "hold"),
    ("T-REN-CREATININE", {"creatinine": "2.99"}, "hold"),
    ("T-REN-CREATININE", {"creatinine": "3.0"}, "stop_cycle"),
]


def til(**settings: object) -> Journey:
    return Journey(*regimen("til-il2").default_rule_sets, regimen="til-il2", **settings)


@pytest.mark.parametrize(("rule_id", "shows", "says"), CASES)
def test_trigger(rule_id: str, shows: dict, says: str | None) -> None:
    journey = til().chart(0, **shows)
    found = journey.finding(rule_id, 0)
    assert (found.effect.value if found else None) == says
    assert found is None or found.klass is None


@pytest.mark.parametrize(("rule_id", "shows", "says"), [case for case in CASES if case[2]])
def test_momentary_and_undone_by_a_retraction(rule_id: str, shows: dict, says: str) -> None:
    journey = til().chart(0, **shows).retract(0, 3)
    assert journey.effect(rule_id, 2) == says
    assert journey.effect(rule_id, 3) is None
    ends = {"hypotension_after_boluses": "no", "phenylephrine_rate": 0, "urine_output": (800, 8), "creatinine": 1}
    journey = til().chart(0, **shows).chart(1, **ends)
    assert journey.effect(rule_id, 1) is None


def test_urine_is_per_kg_of_dosing_weight_not_of_the_newest_weight() -> None:
    assert til(weight="50").chart(0, weight=90, urine_output=(200, 8)).effect("T-REN-URINE", 0) is None


def test_three_holds_of_this_set_are_not_counted_to_a_stop() -> None:
    said = til().well(0, phenylephrine_rate="0.6", urine_output=(200, 8), creatinine="2.6").ask(0)
    assert [found.id for found in said.findings] == ["T-BP-PRESSOR", "T-REN-CREATININE", "T-REN-URINE"]
    assert said.verdict == "hold"


def test_urine_of_200_ml_holds_here_and_nowhere_else() -> None:
    journey = Journey("label-2023", "consensus-2014", "institution-2015", "til-2024").well(0, urine_output=(200, 8))
    assert [found.id for found in journey.ask(0).findings] == ["T-REN-URINE"]
