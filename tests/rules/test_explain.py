"""Every sentence that explain.py can say, from assessments written out here, letter by letter."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from dosing.rules.assess import Assessment
from dosing.rules.consensus_2014 import CONSENSUS_2014
from dosing.rules.criteria import at_most, from_to_below
from dosing.rules.explain import explain, explain_all, headline, missing_words, refusal_words, sentences
from dosing.rules.rule import Finding
from dosing.rules.verdict import Verdict
from tests.rules.journey import hour

BERLIN = ZoneInfo("Europe/Berlin")
# 23:50 on Monday 2 March in Berlin; ten minutes later it is Tuesday.
LATE = hour(14) + timedelta(minutes=50)
DAY = {"planned_at": LATE, "opens_at": LATE, "lapses_at": LATE}


def said(verdict: Verdict = Verdict.PROCEED, *findings: Finding, **more: object) -> Assessment:
    given = {"slot": 3, "at": LATE, "missing": (), "refusals": (), **DAY, **more}
    return Assessment(verdict=verdict, findings=findings, **given)


def low(**more: object) -> Finding:
    given = {"observed_at": LATE - timedelta(hours=24), "limit": "below 90", "release": "Later.", **more}
    return Finding("L-CV-SBP", Verdict.HOLD, because={"systolic_bp": 84}, **given)


def relative(rule_id: str, code: str, value: object) -> Finding:
    return Finding(rule_id, Verdict.HOLD, "relative", {code: value}, LATE, limit="a limit")


def plain(text: str) -> str:
    return text.replace("\N{THIN SPACE}", " ")


# --- what the schedule refuses ----------------------------------------------------------------------------------------

REFUSALS = {
    "already_given": "Dose 3 was already given.",
    "cell_window": "A first dose starts within 24 h after the cells, and these are over.",
    "course_cap": "The course has no further dose.",
    "cycle_cap": "The cycle has no dose 3.",
    "cycle_window": "The days of this cycle are over.",
    "not_active": "The cycle is not active.",
    "rest_period": "The rest after cycle 1 is not over.",
    "slot_lapsed": "It was held, omitted or passed. A lost dose is never made up.",
    "too_early": "It opens at 23:50.",
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_in_one_sentence(code: str) -> None:
    assert refusal_words(said(refusals=(code,)), BERLIN) == (REFUSALS[code],)


def test_refusals_keep_their_order() -> None:
    assert refusal_words(said(refusals=("course_cap", "cycle_cap")), BERLIN) == (
        "The course has no further dose.",
        "The cycle has no dose 3.",
    )


def test_another_day_is_named_and_the_end_of_a_dose_is_said_once_it_is_over() -> None:
    tomorrow = LATE + timedelta(minutes=20)
    assert refusal_words(said(refusals=("too_early",), opens_at=tomorrow), BERLIN) == ("It opens at Tue 00:10.",)
    over = said(refusals=("slot_lapsed",), lapses_at=LATE - timedelta(days=1))
    assert refusal_words(over, BERLIN) == ("Its time ended at Sun 23:50. A lost dose is never made up.",)


# --- the order and its reason -----------------------------------------------------------------------------------------


def test_a_dose_that_can_be_given() -> None:
    open_until = said(lapses_at=LATE + timedelta(hours=1))
    assert headline(open_until, BERLIN) == ("Dose 3 can be given. It lapses at Tue 00:50.", "No finding.")


def test_a_dose_that_the_schedule_alone_refuses() -> None:
    early = said(refusals=("too_early",))
    assert headline(early, BERLIN) == ("Dose 3 cannot start yet.", "No finding so far. It opens at 23:50.")
    both = said(refusals=("cycle_window", "too_early"))
    assert headline(both, BERLIN) == (
        "Do not give dose 3.",
        "The days of this cycle are over. It opens at 23:50.",
    )
    assert headline(said(refusals=("already_given",)), BERLIN) == ("Dose 3 was given.", "A dose is given once.")


def test_criteria_below_the_count_are_said() -> None:
    one, two = relative("C-NEURO-MOOD", "mood", "mild_anxiety"), relative("C-NEURO-DREAMS", "vivid_dreams", "yes")
    assert headline(said(Verdict.PROCEED, one), BERLIN).reason == (
        "1 relative criterion stands, fewer than the hospital's count that holds a dose."
    )
    assert headline(said(Verdict.PROCEED, one, two), BERLIN).reason == (
        "2 relative criteria stand, fewer than the hospital's count that holds a dose."
    )


ORDERS = [
    (Verdict.HOLD, "Do not give dose 3."),
    (Verdict.STOP_CYCLE, "Do not give dose 3. Criteria to stop this cycle are met."),
    (Verdict.STOP_COURSE, "Do not give dose 3. No further dose in this course."),
    (Verdict.DISCONTINUE, "Do not give dose 3. Interleukin-2 is permanently stopped for this patient."),
]


@pytest.mark.parametrize(("verdict", "order"), ORDERS)
def test_the_order_follows_the_verdict_and_the_reason_the_gravest_finding(verdict: Verdict, order: str) -> None:
    grave = Finding("L-CV-TAMPONADE", verdict, because={"tamponade": "yes"}, observed_at=LATE)
    assert headline(said(verdict, grave), BERLIN) == (order, "Cardiac tamponade at 23:50.")
    one_more = headline(said(verdict, grave, low()), BERLIN)
    assert one_more.reason == "Cardiac tamponade at 23:50. And 1 more finding."
    assert headline(said(verdict, grave, low(), low()), BERLIN).reason.endswith(" And 2 more findings.")


def test_a_finding_of_its_own_comes_before_a_counted_one_of_the_same_effect() -> None:
    counted = relative("C-NEURO-MOOD", "mood", "mild_anxiety")
    reason = headline(said(Verdict.HOLD, counted, low()), BERLIN).reason
    assert plain(reason) == "Systolic 84 mmHg at Sun 23:50, below 90. And 1 more finding."


def test_criteria_that_stop_only_together_are_said_together() -> None:
    three = [
        relative("C-NEURO-MOOD", "mood", "mild_anxiety"),
        relative("C-NEURO-DREAMS", "vivid_dreams", "yes"),
        relative("C-PULM-DYSPNEA", "resting_dyspnea", "yes"),
    ]
    three = [Finding(**{**_fields(each), "observed_at": LATE - timedelta(days=1)}) for each in three]
    assert headline(said(Verdict.STOP_CYCLE, *three), BERLIN).reason == (
        "3 relative criteria together: mood mild anxiety at Sun 23:50, a limit; vivid dreams at Sun 23:50, a limit; "
        "shortness of breath at rest at Sun 23:50, a limit."
    )
    # One that stops by itself is the reason, however many relative ones stand beside it.
    absolute = Finding("C-INF", Verdict.STOP_CYCLE, "absolute", {"infection": "suspected"}, LATE)
    assert headline(said(Verdict.STOP_CYCLE, absolute, *three), BERLIN).reason == (
        "Infection suspected at 23:50. And 3 more findings."
    )


def _fields(finding: Finding) -> dict:
    return {name: getattr(finding, name) for name in ("id", "effect", "klass", "because", "limit")}


# --- what is missing --------------------------------------------------------------------------------------------------

MISSING = [
    (("weight",), "weight is missing or too old"),
    (("platelets",), "platelets are missing or too old"),
    (("platelets", "urine_output"), "platelets and urine are missing or too old"),
    (
        ("alt", "ast", "bilirubin", "creatinine", "rhythm", "spo2"),
        "ALT, AST, bilirubin, creatinine, rhythm and oxygen saturation are missing or too old",
    ),
    (
        ("alt", "ast", "bilirubin", "creatinine", "rhythm", "spo2", "weight"),
        "ALT, AST, bilirubin, creatinine and 3 more are missing or too old",
    ),
]


@pytest.mark.parametrize(("codes", "words"), MISSING)
def test_what_is_missing(codes: tuple[str, ...], words: str) -> None:
    assert missing_words(codes) == words
    assert headline(said(Verdict.INCOMPLETE, missing=codes), BERLIN) == (
        "Do not give dose 3 yet.",
        f"Cannot tell: {words}.",
    )


# --- one finding ------------------------------------------------------------------------------------------------------

FINDINGS = [
    (low(), "Hold: systolic 84 mmHg at Sun 23:50, below 90. Release: Later."),
    (low(release=""), "Hold: systolic 84 mmHg at Sun 23:50, below 90."),
    (low(limit="", release=""), "Hold: systolic 84 mmHg at Sun 23:50."),
    (low(observed_at=None, release=""), "Hold: systolic 84 mmHg, below 90."),
    (
        Finding("C-REN-URINE", Verdict.HOLD, "relative", {"urine_output": 100}, LATE, limit="low", over="in 8 h"),
        "Hold, relative criterion: urine 100 mL in 8 h at 23:50, low.",
    ),
    (
        Finding("L-REN-OLIGURIA", Verdict.HOLD, None, {"urine_output": 90, "creatinine": 2}, LATE, over="in 16 h"),
        "Hold: urine 90 mL in 16 h and creatinine 2 mg/dL at 23:50.",
    ),
    (
        Finding("C-REN-URINE", Verdict.HOLD, "relative", {"urine_output": 100}, LATE),
        "Hold, relative criterion: urine 100 mL at 23:50.",
    ),
    (
        Finding("P-COURSE-STOPPED", Verdict.STOP_COURSE),
        "Stop course: this course was stopped in an earlier cycle; no further dose belongs to it.",
    ),
    (
        Finding("X-STOPPED", Verdict.STOP_CYCLE, None, {"slot": 2, "verdict": "stop_cycle"}, LATE, limit="waits"),
        "Stop cycle: dose 2 met the verdict stop cycle at 23:50, waits.",
    ),
    (
        Finding(
            "X-STOPPED",
            Verdict.STOP_CYCLE,
            None,
            {"slot": 1, "verdict": "discontinue"},
            LATE - timedelta(days=1),
            limit="waits",
        ),
        "Stop cycle: dose 1 met the verdict discontinue at Sun 23:50, waits.",
    ),
    (
        Finding("C-CV-ENZYMES", Verdict.STOP_CYCLE, "absolute"),
        "Stop cycle, absolute criterion: raised CK-MB or troponin.",
    ),
    (
        Finding("I-HELD-THRICE", Verdict.STOP_CYCLE, None, {"held_doses": 3}, LATE, limit="3 or more in this cycle"),
        "Stop cycle: 3 doses held, 3 or more in this cycle.",
    ),
]


@pytest.mark.parametrize(("finding", "sentence"), FINDINGS)
def test_a_finding_in_one_sentence(finding: Finding, sentence: str) -> None:
    assert plain(explain(finding, BERLIN, at=LATE)) == sentence
    assert [plain(each) for each in explain_all(said(Verdict.HOLD, finding), BERLIN)] == [sentence]


def test_without_an_instant_no_day_is_named() -> None:
    assert plain(explain(low(release=""), BERLIN)) == "Hold: systolic 84 mmHg at 23:50, below 90."


def test_everything_that_there_is_to_say_each_thing_once() -> None:
    all_of_it = said(Verdict.HOLD, low(), low(), refusals=("too_early",))
    assert [plain(each) for each in sentences(all_of_it, BERLIN)] == [
        "Do not give dose 3.",
        "Systolic 84 mmHg at Sun 23:50, below 90. And 1 more finding.",
        "Hold: systolic 84 mmHg at Sun 23:50, below 90. Release: Later.",
        "It opens at 23:50.",
    ]


# --- the words of a rule ----------------------------------------------------------------------------------------------


def test_a_criterion_says_both_columns_and_leaves_out_an_empty_one() -> None:
    triggers = {rule.id: rule.trigger for rule in CONSENSUS_2014.rules}
    assert triggers["C-NEURO-MOOD"] == "Relative: mild anxiety. Absolute: persistent crying"
    assert triggers["C-PULM-DYSPNEA"] == "Relative: resting shortness of breath"
    assert triggers["C-CV-ENZYMES"] == "Absolute: CK-MB or troponin raised"


def test_a_test_of_a_value_says_its_limit_and_keeps_its_edge() -> None:
    assert at_most(18).words == "18 or less"
    assert from_to_below(2, 3).words == "from 2 to below 3"
    assert [from_to_below(2, 3).holds(value) for value in (1, 2, 3)] == [False, True, False]
