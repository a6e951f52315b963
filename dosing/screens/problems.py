"""Refusals as the list above a form, each with the label of its field. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.catalogue import CODES
from tracker.errors import Refusal, Several

from .shapes import Problem

LABELS = {
    "observed_at": "Seen at",
    "values": "Values",
    "reason": "Reason",
    "reason_code": "Reason",
    "secret": "Your password",
    "witness": "Witness",
    "witness_secret": "The witness's password",
    "started_at": "Start",
    "ended_at": "End",
}


def problems_of(refused: Iterable[Refusal] | Refusal) -> tuple[Problem, ...]:
    """One line for each thing that is wrong; `field` is the id of the input at fault."""
    if isinstance(refused, Several):
        refused = refused.refusals
    elif isinstance(refused, Refusal):
        refused = [refused]
    return tuple(_problem(each) for each in refused)


def _problem(refusal: Refusal) -> Problem:
    code = refusal.field.removeprefix("values.").partition(".")[0]
    label = CODES[code].label if code in CODES else LABELS.get(refusal.field, "")
    return Problem(code if label and code != "values" else "", label, refusal.sentence, refusal.remedy)
