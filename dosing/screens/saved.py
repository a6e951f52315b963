"""What the bedside says first after something was saved: done, and what it means for the next dose."""

from __future__ import annotations

from datetime import tzinfo

from django.contrib.messages import constants

from tracker import clock
from tracker.look.marks import verdict_word
from tracker.models import Patient

from ..gather import assess_facts, facts_for
from ..queries import next_number, open_cycle_of
from ..rules.assess import Assessment
from ..rules.explain import Headline, headline, what
from ..rules.verdict import Verdict
from .banner import between_doses


def saved_message(patient: Patient, tz: tzinfo, done: str = "Saved.") -> tuple[int, str]:
    """Level and words: "Saved. HOLD: Do not give dose 9. Systolic 84 mmHg at 05:28, below 90."."""
    cycle, now = open_cycle_of(patient), clock.now()
    facts = facts_for(cycle) if cycle else None
    number = next_number(facts, now) if facts else None
    if number is None:
        return constants.SUCCESS, done
    assessment = assess_facts(facts, cycle, slot=number, at=now)
    said = headline(assessment, tz)
    if assessment.verdict is Verdict.PROCEED:
        only_early = assessment.refusals == ("too_early",)
        return constants.SUCCESS, f"{done} {between_doses(assessment, facts, tz) if only_early else said.order}"
    return constants.WARNING, f"{done} {verdict_word(assessment.verdict)}: {said.order} {_reason(assessment, said, tz)}"


def _reason(assessment: Assessment, said: Headline, tz: tzinfo) -> str:
    """The newest of the findings that alone make the verdict: most likely the one that was just recorded."""
    alone = [each for each in assessment.findings if each.effect is assessment.verdict and each.observed_at]
    if not alone or assessment.verdict is Verdict.INCOMPLETE:
        return said.reason
    newest = what(max(alone, key=lambda each: each.observed_at), tz, at=assessment.at)
    more = len(assessment.findings) - 1
    also = "" if not more else " And 1 more finding." if more == 1 else f" And {more} more findings."
    return f"{newest[:1].upper()}{newest[1:]}.{also}"
