"""What one row of the overview says: which day, when the next dose is, why the verdict and since when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker.catalogue import CODES
from tracker.look.times import clock_text, countdown_text, span_text

from ..gather import first_start
from ..overview import Running
from ..regimen import HD_IL2
from ..rules.assess import Assessment
from ..rules.explain import value_words
from ..rules.required import GROUPS, URINE, Input, InputState, required_inputs
from ..rules.rule import RELATIVE, Finding
from ..rules.verdict import Verdict

# A dense table has no room for seventeen names: a whole group is named once.
GROUP_WORDS = {"vitals": "Vitals", "neuro": "Neuro checks", "weight": "Weight", "labs": "Labs", "urine": "Urine of 8 h"}


def cycle_day(each: Running, now: datetime) -> str:
    """ "C1, day 3": day 1 is the local day of the first dose."""
    name = f"C{each.cycle.number}" if each.cycle.regimen == HD_IL2.id else "TIL"
    began = first_start(each.facts)
    if began is None:
        return f"{name}, new"
    day = (now.astimezone(each.zone).date() - began.astimezone(each.zone).date()).days + 1
    return f"{name}, day {day}"


def next_dose(each: Running, now: datetime) -> tuple[str, str]:
    assessment = each.assessment
    if each.barred:
        return "Barred", "for good" if assessment.verdict is Verdict.DISCONTINUE else "this course"
    if each.slot is None:
        return "None left", "all doses answered"
    at = assessment.planned_at
    if now < at:
        return clock_text(at, now, each.zone), f"in {countdown_text(at, now)}"
    return clock_text(at, now, each.zone), f"lapses {clock_text(assessment.lapses_at, now, each.zone)}"


def why(each: Running, now: datetime) -> tuple[str, str]:
    """Since when, and the reason in a few words: the time stands beside the verdict, so the reason leaves it out."""
    assessment = each.assessment
    if assessment.verdict is Verdict.PROCEED:
        return "", _no_finding(each, now)
    if assessment.verdict is Verdict.INCOMPLETE:
        return _incomplete(each, now)
    first = assessment.findings[0]
    since = clock_text(first.observed_at, now, each.zone) if first.observed_at else ""
    return since, brief_reason(assessment)


def brief_reason(assessment: Assessment) -> str:
    """ "Systolic 84 mmHg, creatinine 2.7 mg/dL": the findings in a few words, without times, limits and releases."""
    relative = [finding for finding in assessment.findings if finding.klass == RELATIVE]
    if assessment.verdict is Verdict.STOP_CYCLE and len(relative) == len(assessment.findings):
        return f"{len(relative)} relative criteria"
    # Two rule sets may say the same of one value: it is said once.
    briefs = list(dict.fromkeys(_brief(finding) for finding in assessment.findings))
    said, more = briefs[:2], len(briefs[2:])
    words = ", ".join(said) + (f" and {more} more" if more else "")
    return words[:1].upper() + words[1:]


def _brief(finding: Finding) -> str:
    """ "systolic 84 mmHg"; a finding of the record itself in its own words."""
    if "slot" in finding.because:
        return f"a stop at dose {finding.because['slot']} waits for an answer"
    if "held_doses" in finding.because:
        return f"{finding.because['held_doses']} doses held"
    if not finding.because:
        return "barred by an earlier cycle"
    return ", ".join(value_words(code, value) for code, value in finding.because.items())


def _no_finding(each: Running, now: datetime) -> str:
    """ "No finding, vitals 06:31"."""
    inputs = {each_input.code: each_input for each_input in _inputs(each, now)}
    seen = inputs["systolic_bp"].observed_at
    return f"No finding, vitals {clock_text(seen, now, each.zone)}" if seen else "No finding"


def _incomplete(each: Running, now: datetime) -> tuple[str, str]:
    """What cannot be told, and since when it cannot."""
    unfit = [item for item in _inputs(each, now) if item.state in (InputState.MISSING, InputState.STALE)]
    stale = [item.observed_at + item.max_age for item in unfit if item.state is InputState.STALE]
    since = clock_text(min(stale), now, each.zone) if stale and len(stale) == len(unfit) else ""
    groups = _by_group(unfit)
    first, more = groups[0], len(groups) - 1
    return since, f"{first} and {more} more" if more else first


def _by_group(unfit: Sequence[Input]) -> list[str]:
    """Each group of values once: "Vitals 2 h 01 old", or the one value of it that is unfit."""
    found = []
    for group, codes in (*GROUPS.items(), ("urine", (URINE,))):
        items = [item for item in unfit if item.code in codes]
        if items:
            found.append(_unfit_words(items, GROUP_WORDS[group]))
    return found


def _unfit_words(items: Sequence[Input], group: str) -> str:
    label = CODES[items[0].code].label if len(items) == 1 and items[0].code != URINE else group
    ages = [item.age for item in items if item.age is not None]
    if len(ages) < len(items):
        return f"{label} missing"
    return f"{label} {span_text(int(max(ages).total_seconds() // 60))} old"


def _inputs(each: Running, now: datetime) -> tuple[Input, ...]:
    return required_inputs(each.facts, slot=each.assessment.slot, at=now)
