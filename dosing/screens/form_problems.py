"""A refusal as the problem list of one form, each problem with the label that the form gives its field. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.errors import Refusal, Several

from .shapes import Problem

TIMES = frozenset({"missing_time", "bad_time", "naive_time"})


def problems_of(refusal: Refusal, labels: Mapping[str, str]) -> tuple[Problem, ...]:
    """What stands in the way, each at its own input. A field that the form does not have is not linked to."""
    each = refusal.refusals if isinstance(refusal, Several) else [refusal]
    return tuple(
        Problem(
            field=problem.field if problem.field in labels else "",
            label=labels.get(problem.field, ""),
            sentence=problem.sentence,
            # The remedy for programs shows how an instant is written; a form has its own input for it.
            remedy="Choose day and time." if problem.code in TIMES else problem.remedy,
        )
        for problem in each
    )
