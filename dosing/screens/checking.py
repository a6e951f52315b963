"""The two steps of giving: what is checked before anybody sees our result, then the result and the signatures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from tracker.errors import Refusal, Several
from tracker.look.times import clock_text, minutes_between, span_text

from ..bedside import Bedside
from ..bedside_checks import CHECKS, UNABLE_TO_SCAN, BedsideChecks
from ..models import PreparedBag
from ..preparation import IU_PER_ML, beyond_use_at, latest_start
from ..second_result import UNITS

LABELS: dict[str, str] = {
    "wristband": "Wristband",
    "unable_to_scan": "Why it cannot be scanned",
    "record_number": "Record number",
    "birth_date": "Birth date",
    "bag": "Bag",
    "witness": "Witness",
    "result": "The witness's own result",
    "unit": "Unit of the result",
    "secret": "Your password",
    "witness_secret": "The witness's password",
    "started_at": "Start",
    **{f"why_{code}": label for code, label in CHECKS.items()},
}


@dataclass(frozen=True)
class CheckRow:
    """One thing to look at: ticked, or why not."""

    code: str
    label: str
    done: bool
    why: str
    problem: str


@dataclass(frozen=True)
class Bag:
    """The bag on record in words. `expired` when it can no longer be started."""

    prepared: str
    by: str
    lot: str
    use_before: str
    start_by: str
    limited_by: str
    expired: bool


def bag_words(bag: PreparedBag | None, bedside: Bedside) -> Bag | None:
    """When it was prepared, by whom, and until when its infusion must have ended."""
    if bag is None:
        return None
    now, tz = bedside.now, bedside.tz
    limit = beyond_use_at(bag.prepared_at)
    start_by = latest_start(bag.prepared_at)
    by_product = bag.expires_at is not None and bag.expires_at < limit
    if by_product:
        start_by, limit = start_by - (limit - bag.expires_at), bag.expires_at
    return Bag(
        prepared=clock_text(bag.prepared_at, now, tz),
        by=bag.recorded_by.full_name,
        lot=bag.lot,
        use_before=clock_text(limit, now, tz),
        start_by=clock_text(start_by, now, tz),
        limited_by="the product expires" if by_product else "48 h after preparation",
        expired=now > start_by,
    )


def lateness(bedside: Bedside) -> str:
    """ "12 min late", "5 min early", "on time": of a start now."""
    return late_words(minutes_between(bedside.assessment.planned_at, bedside.now))


def late_words(minutes: int) -> str:
    """A start's distance from its planned time."""
    if minutes == 0:
        return "on time"
    return f"{span_text(abs(minutes))} {'late' if minutes > 0 else 'early'}"


def check_context(bedside: Bedside, checks: BedsideChecks, refusal: Refusal | None, bag: PreparedBag | None) -> dict:
    """The first step: everything typed so far, each problem beside its field."""
    wrong = wrong_of(refusal)
    return {
        "asked": checks,
        "rows": tuple(
            CheckRow(code, label, code in checks.done, checks.why_not.get(code, ""), wrong.get(f"why_{code}", ""))
            for code, label in CHECKS.items()
        ),
        "unable": tuple(UNABLE_TO_SCAN.items()),
        "typed": bool(checks.unable_to_scan or checks.record_number or checks.birth_date),
        "units": tuple((code, name) for code, (name, _) in UNITS.items()),
        "bag": bag_words(bag, bedside),
        "bag_url": reverse("bag", args=[bedside.slot.pk]),
        "weight": bedside.cycle.dosing_weight_kg,
        "iu_per_kg": f"{bedside.cycle.iu_per_kg:,}",
        "iu_per_ml": f"{IU_PER_ML:,}",
        "lateness": lateness(bedside),
        "wrong": wrong,
    }


def hidden_of(checks: BedsideChecks) -> tuple[tuple[str, str], ...]:
    """The first step carried through the second, to be checked again with the signatures."""
    fields = {name: getattr(checks, name) for name in ("wristband", "unable_to_scan", "record_number", "birth_date")}
    fields |= {"result": checks.result, "unit": checks.unit, "result_by": checks.result_by}
    fields |= {f"check_{code}": "done" for code in CHECKS if code in checks.done}
    fields |= {f"why_{code}": why for code, why in checks.why_not.items() if code not in checks.done}
    return tuple((name, value) for name, value in fields.items() if value)


def result_words(checks: BedsideChecks, names: Mapping[str, str]) -> str:
    """ "Noah Nurse: 41.04 million IU"."""
    unit = UNITS.get(checks.unit, ("", 1))[0]
    return f"{names.get(checks.result_by, checks.result_by)}: {checks.result} {unit}"


def wrong_of(refusal: Refusal | None) -> dict[str, str]:
    """The problem of each field."""
    if refusal is None:
        return {}
    each: Iterable[Refusal] = refusal.refusals if isinstance(refusal, Several) else [refusal]
    return {problem.field: problem.sentence for problem in each if problem.field}
