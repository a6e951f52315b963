"""The label's three rules that need more than one value or a patient's own limit: liver, creatinine and oliguria."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dosing.rules.criteria import Test, Want, When, above, below, one_of
from dosing.rules.facts import Measured, exactly
from dosing.rules.history import History
from dosing.rules.latches import Trigger, latest_trigger, still_latched, was_released
from dosing.rules.limit import Number, number_words
from dosing.rules.picture import Picture
from dosing.rules.rule import Hit, Judge, Term
from dosing.rules.verdict import Verdict
from dosing.rules.windows import SHIFT, TWO_SHIFTS, Window
from dosing.rules.wording import shown

NORMAL_CREATININE = Fraction("1.5")
PEAK_FALL = Fraction("1.5")


# --- hepatic toxicity -------------------------------------------------------------------------------------------------


def hepatic_toxicity(picture: Picture) -> Hit | None:
    """Liver pain, or AST or ALT of CTCAE 5.0 grade 3 or more; stays for the course.

    Missing: without a baseline value AST or ALT counts as normal, so the limit is 5 x the upper limit of normal.
    """
    whens = (
        When("liver_pain", one_of("yes")),
        When("ast", _grade_3(picture, "ast", picture.plan.ast_uln)),
        When("alt", _grade_3(picture, "alt", picture.plan.alt_uln)),
    )
    trigger = latest_trigger(picture.history, whens)
    return trigger and Hit(Verdict.STOP_COURSE, trigger.because, trigger.at, trigger.limit, latched=True)


def _grade_3(picture: Picture, code: str, upper_limit: Decimal) -> Test:
    normal = exactly(upper_limit)
    baseline = picture.history.baseline(code)
    if baseline is not None and baseline > normal:
        limit, of_what = 5 * baseline, "the baseline"
    else:
        limit, of_what = 5 * normal, "the upper limit of normal"
    return Test(f"above 5 times {of_what} ({shown(code, exactly(limit))})", lambda value: value > limit)


# --- creatinine -------------------------------------------------------------------------------------------------------


def renal_creatinine(alone: Test, aggravated: Test, signs: Sequence[When]) -> Judge:
    """Creatinine high enough alone, or high enough beside one of the signs that aggravate it; all newest values."""

    def judge(picture: Picture) -> Hit | None:
        trigger = _creatinine_trigger(picture.history, alone, aggravated, signs)
        if trigger is None:
            return None
        release = _creatinine_release(picture)
        if was_released(picture.history, release, trigger.at):
            return None
        return still_latched(picture, Verdict.HOLD, trigger, release)

    return judge


def _creatinine_trigger(history: History, alone: Test, aggravated: Test, signs: Sequence[When]) -> Trigger | None:
    if not any(aggravated.holds(point.value) for point in history.of("creatinine")):
        return None
    for place, at in history.places(("creatinine", *(when.code for when in signs))):
        creatinine = history.as_round_saw("creatinine", place, at)
        if creatinine is None or not aggravated.holds(creatinine.value):
            continue
        met = {"creatinine": creatinine}
        for when in signs:
            point = history.as_round_saw(when.code, place, at)
            if point is not None and when.test.holds(point.value):
                met[when.code] = point
        enough = alone.holds(creatinine.value)
        # A round that adds only harmless values to an older high creatinine does not meet the trigger anew.
        if (enough or len(met) > 1) and any(point.place == place for point in met.values()):
            words = alone.words if enough else f"{aggravated.words} with an aggravating finding"
            return Trigger(at, {code: point.value for code, point in met.items()}, words)
    return None


def _creatinine_release(picture: Picture) -> Sequence[Want]:
    baseline = picture.history.baseline("creatinine")

    def normal_or_baseline(value: Measured) -> bool:
        return value < NORMAL_CREATININE or (baseline is not None and value <= baseline)

    text = "Creatinine below 1.5 mg/dL"
    if baseline is not None:
        text += f" or no more than the baseline ({shown('creatinine', baseline)})"
    return (
        Want("creatinine", Test("", normal_or_baseline), text),
        Want("fluid_electrolytes_stable", one_of("yes"), "Fluids and electrolytes recorded stable"),
    )


# --- oliguria ---------------------------------------------------------------------------------------------------------


def renal_oliguria(ml_per_h: Number) -> Judge:
    """Less than so many mL/h over 16 fully covered hours while creatinine rises; until urine and creatinine recover.

    Missing: a window not fully covered triggers nothing and releases nothing.
    """
    little, enough = below(16 * ml_per_h), above(8 * ml_per_h)
    words = number_words(ml_per_h)

    def judge(picture: Picture) -> Hit | None:
        trigger = _oliguria_trigger(picture, little, f"below {words} mL/h with rising creatinine")
        if trigger is None or _oliguria_released(picture, trigger, enough):
            return None
        terms = _oliguria_terms(picture, trigger, enough, f"Urine above {words} mL/h over 8 hours since")
        return Hit(Verdict.HOLD, trigger.because, trigger.at, trigger.limit, latched=True, terms=terms, over="in 16 h")

    return judge


def _oliguria_terms(picture: Picture, trigger: Trigger, enough: Test, text: str) -> tuple[Term, ...]:
    urine = _urine_since(picture, trigger, picture.at)
    creatinine = picture.history.newest("creatinine")
    return (
        Term(
            text,
            urine is not None and enough.holds(urine.volume),
            "not known since" if urine is None else f"{shown('urine_output', urine.volume)} in 8 h",
            None if urine is None else urine.end,
        ),
        Term(
            "Creatinine more than 1.5 mg/dL below its peak, or below 1.5 mg/dL",
            creatinine is not None and _creatinine_recovered(picture, trigger, creatinine.at),
            "not recorded since"
            if creatinine is None or creatinine.at <= trigger.at
            else shown("creatinine", creatinine.value),
            None if creatinine is None or creatinine.at <= trigger.at else creatinine.at,
        ),
    )


def _oliguria_trigger(picture: Picture, little: Test, words: str) -> Trigger | None:
    history = picture.history
    if not any(later.value > sooner.value for sooner, later in pairwise(history.of("creatinine"))):
        return None
    for place, at in history.places(("urine_output", "creatinine")):
        creatinine = history.newest_at_place("creatinine", place)
        before = creatinine and history.newest_at_place("creatinine", creatinine.place - 1)
        if creatinine is None or before is None or creatinine.value <= before.value:
            continue
        urine = picture.urine(TWO_SHIFTS, at)
        if urine is not None and little.holds(urine.volume):
            return Trigger(at, {"urine_output": urine.volume, "creatinine": creatinine.value}, words)
    return None


def _oliguria_released(picture: Picture, trigger: Trigger, enough: Test) -> bool:
    """Both recoveries standing together at one instant, each resting only on values later than the trigger."""
    for instant in picture.history.instants_after(("urine_output", "creatinine"), trigger.at):
        urine = _urine_since(picture, trigger, instant)
        if urine is not None and enough.holds(urine.volume) and _creatinine_recovered(picture, trigger, instant):
            return True
    return False


def _urine_since(picture: Picture, trigger: Trigger, instant: datetime) -> Window | None:
    return picture.urine(SHIFT, instant, after=trigger.at)


def _creatinine_recovered(picture: Picture, trigger: Trigger, instant: datetime) -> bool:
    history = picture.history
    since = history.span("creatinine", trigger.at, instant)
    if not since:
        return False
    # Only a creatinine that rose triggers, so there is one at the trigger.
    values = [point.value for point in (history.newest_by("creatinine", trigger.at), *since)]
    return values[-1] < NORMAL_CREATININE or max(values) - values[-1] > PEAK_FALL
