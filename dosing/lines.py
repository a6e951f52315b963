"""One decision as plain data: the line that replay prints, the API answers and each decision keeps. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from tracker.catalogue import number_text

from .rules.assess import Assessment, Finding


def instant_text(at: datetime) -> str:
    """UTC with Z, to the second, fractions cut off."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def plain(value: object) -> object:
    """A measured value as JSON has it: whole numbers as such, others as exact decimals, choices as text."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else Decimal(number_text(value))
    return value


def finding_line(finding: Finding) -> dict:
    """One finding with the values, their time and what would release it."""
    return {
        "id": finding.id,
        "effect": finding.effect.value,
        "class": finding.klass,
        "because": {code: plain(value) for code, value in finding.because.items()},
        "observed_at": instant_text(finding.observed_at) if finding.observed_at else None,
        "release": finding.release,
    }


def as_line(assessment: Assessment, *, event: str, given: bool) -> dict:
    """The eight keys of a decision."""
    return {
        "at": instant_text(assessment.at),
        "event": event,
        "slot": assessment.slot,
        "verdict": assessment.verdict.value,
        "refusals": sorted(assessment.refusals),
        "findings": [finding_line(finding) for finding in assessment.findings],
        "missing": sorted(assessment.missing),
        "given": given,
    }
