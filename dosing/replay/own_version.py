"""Reads a hospital's own version of a rule set from a file, so that a committee can run it before it is signed."""

from __future__ import annotations

from tracker.errors import BadInput, Several

from ..binding import thresholds_as_text
from ..rules.amendment import read_key
from ..rules.registry import shipped
from ..version_values import read_version
from .journey import NotValid
from .reading import as_object, as_text, below, parse, required

COUNTING, AGES = "counting", "max_age_min"


def read_own(raw: bytes) -> dict:
    """The version as the plan of a cycle carries it; held to the same bounds as a draft.

    Raises: NotValid with the place and what is wrong there.
    """
    found = parse(raw)
    required(found, "", ("rule_set", "thresholds"))
    key = as_text(found["rule_set"], "/rule_set")
    parts, base = read_key(key), shipped(key)
    if base is None or parts is None or not parts.edition:
        raise NotValid("/rule_set", f"{key[:60]!r} is no version of a hospital, like consensus-2014@1.1.")
    typed = {**as_object(found["thresholds"], "/thresholds"), **_counting(found), **_ages(found)}
    try:
        read = read_version(base, typed)
    except BadInput as problem:
        raise _not_valid(problem) from None
    return {
        "rule_set": key,
        "thresholds": thresholds_as_text(sorted(read.thresholds.items())),
        COUNTING: read.counting,
        AGES: read.max_age_min,
    }


def _counting(found: dict) -> dict:
    return as_object(found.get(COUNTING) or {}, f"/{COUNTING}")


def _ages(found: dict) -> dict:
    ages = as_object(found.get(AGES) or {}, f"/{AGES}")
    return {f"max_age_{name}": minutes for name, minutes in ages.items()}


def _not_valid(problem: BadInput) -> NotValid:
    first = problem.refusals[0] if isinstance(problem, Several) else problem
    if first.field.startswith("max_age_"):
        return NotValid(below(f"/{AGES}", first.field.removeprefix("max_age_")), first.sentence)
    part = COUNTING if first.field in ("hold_at", "stop_at") else "thresholds"
    return NotValid(below(f"/{part}", first.field), first.sentence)
