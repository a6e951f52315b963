"""The ward's words for why a dose is not given. Pure."""

from __future__ import annotations

from tracker.errors import Conflict

from .lines import as_line
from .rules.assess import Assessment
from .rules.explain import missing_words
from .rules.verdict import Verdict

REFUSALS: dict[str, tuple[str, str]] = {
    "too_early": ("It is too early for this dose.", "Wait until the dose may start."),
    "slot_lapsed": ("This dose has lapsed.", "A lost dose is never made up: look at the next one."),
    "cycle_cap": ("The cycle has no such dose.", "No more doses in this cycle."),
    "course_cap": ("The course has had all its doses.", "No more doses in this course."),
    "rest_period": ("The rest between the cycles is not over.", "Cycle 2 starts on day 15 at the earliest."),
    "cycle_window": ("The five days of this cycle are over.", "End the cycle."),
    "cell_window": ("A first dose starts within 24 h after the cells.", "End the cycle: these 24 h are over."),
    "not_active": ("The cycle is not running.", "Start the cycle, or prescribe a new one when it has ended."),
    "already_given": ("This dose was already given.", "Nothing was given twice."),
}

VERDICTS: dict[Verdict, tuple[str, str]] = {
    Verdict.INCOMPLETE: ("Cannot tell: {missing}.", "Record what is missing. Nobody can go past missing data."),
    Verdict.HOLD: ("Do not give dose {slot}: HOLD.", "A prescriber can override with a signed reason."),
    Verdict.STOP_CYCLE: ("Do not give dose {slot}: STOP CYCLE.", "A prescriber can override with a signed reason."),
    Verdict.STOP_COURSE: (
        "Do not give dose {slot}: STOP COURSE. No further dose in this course.",
        "Nobody can override this at the bedside; only a correction of the record.",
    ),
    Verdict.DISCONTINUE: (
        "Do not give dose {slot}: DISCONTINUE. No interleukin-2 in this or any later course.",
        "Nobody can override this at the bedside; only a correction of the record.",
    ),
}


def refusal_of(assessment: Assessment, *, has_override: bool) -> Conflict:
    """Why the dose is refused.

    A dose that can never be given now says so first; then comes what stands with the patient, then that it is early.
    """
    extra = {"assessment": as_line(assessment, event="give", given=False)}
    lost = [refusal for refusal in assessment.refusals if refusal != "too_early"]
    patient_stands = assessment.missing or assessment.verdict is not Verdict.PROCEED
    overridden = has_override and assessment.verdict.may_be_overridden and not assessment.missing
    if lost or not patient_stands or (overridden and assessment.refusals):
        code = (lost or assessment.refusals)[0]
        sentence, remedy = REFUSALS[code]
        return Conflict(code, sentence, remedy=remedy, extra=extra, keeps=True)
    sentence, remedy = VERDICTS[assessment.verdict]
    sentence = sentence.format(slot=assessment.slot, missing=missing_words(assessment.missing))
    if assessment.missing and assessment.verdict is not Verdict.INCOMPLETE:
        sentence += f" And cannot tell: {missing_words(assessment.missing)}."
    if overridden:
        remedy = "Something has come up since the override was signed: ask the prescriber to look again."
    return Conflict(assessment.verdict.value, sentence, remedy=remedy, extra=extra, keeps=True)
