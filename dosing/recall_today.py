"""What a stored decision would be with what is known today about its moment, and what was changed since it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from tracker.models import Round

from .lines import finding_line, instant_text
from .models import Cycle
from .recall import Recalled
from .rules.assess import Assessment, assess


@dataclass(frozen=True)
class Today:
    """The changes in words, and the judgement with them. What was decided stays as it was."""

    changes: tuple[str, ...]
    assessment: Assessment
    then: Assessment

    @property
    def verdicts(self) -> tuple[str, str]:
        return self.then.verdict.value, self.assessment.verdict.value

    @property
    def same(self) -> bool:
        """True when verdict, findings and what is missing are as they were."""
        return _result(self.then) == _result(self.assessment)


def recall_today(cycle: Cycle, found: Recalled) -> Today | None:
    """The decision with today's chart; None when nothing about its moment was entered, corrected or struck since."""
    changes = tuple(_changes(cycle, found))
    if not changes:
        return None
    then = found.assessment
    return Today(changes, assess(found.facts_today, slot=then.slot, at=then.at), then)


def _changes(cycle: Cycle, found: Recalled) -> Iterator[str]:
    seq = found.stored["chart_seq"]
    known_then, standing = ({each.id for each in facts.rounds} for facts in (found.facts, found.facts_today))
    rows = (
        Round.objects.filter(patient_id=cycle.patient_id, observed_at__lte=found.assessment.at)
        .filter(Q(seq__gt=seq) | Q(retraction__seq__gt=seq))
        .select_related("recorded_by", "retraction__by")
        .prefetch_related("values")
        .order_by("observed_at", "seq")
    )
    for row in rows:
        of = f"the round of {instant_text(row.observed_at)}"
        if row.seq <= seq and str(row.pk) in known_then:
            struck = row.retraction
            yield f"{of} was struck at {instant_text(struck.at)} by {struck.by.full_name}: {struck.reason}"
        elif row.seq > seq and str(row.pk) in standing:
            values = ", ".join(str(value) for value in row.values.all())
            yield f"{of} was entered at {instant_text(row.recorded_at)} by {row.recorded_by.full_name}: {values}"


def _result(assessment: Assessment) -> tuple:
    lines = [finding_line(each) for each in assessment.findings]
    return assessment.verdict, lines, assessment.missing
