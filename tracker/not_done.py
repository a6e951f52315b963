"""Why something was not recorded in a round: a coded reason for each observation, and words if need be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .catalogue import CODES
from .errors import BadInput, Refusal, Several
from .reasons import read_words

REASONS: dict[str, str] = {
    "asleep": "Patient asleep",
    "refused": "Patient refused",
    "off_ward": "Off the ward",
    "equipment": "Equipment missing or broken",
    "not_due": "Not due now",
    "other": "Other",
}
# Where a value would stand.
SHORT_REASONS: dict[str, str] = {
    "asleep": "asleep",
    "refused": "refused",
    "off_ward": "off ward",
    "equipment": "no device",
    "not_due": "not due",
    "other": "not done",
}
# Whatever else the round should have held, when nobody can say any more which observations that were.
REST = "rest"
REST_LABEL = "The rest"


@dataclass(frozen=True)
class Reason:
    """Why one observation is missing from a round."""

    code: str
    reason: str
    words: str = ""


def read_not_done(raw: object, *, recorded: Iterable[str]) -> list[Reason]:
    """Reasons by code: `{"weight": "refused"}` or `{"weight": {"reason": "other", "words": "scale in use"}}`.

    `recorded` holds the codes that the round has a value for: what was measured needs no reason.
    Raises: BadInput wrong_type, unknown_code, bad_reason, missing_words, long_words, bad_text, also_recorded; Several.
    """
    if not raw:
        return []
    if not isinstance(raw, Mapping):
        raise BadInput("wrong_type", "not_done must be reasons by code.", field="not_done", remedy="Send an object.")
    measured = frozenset(recorded)
    found: list[Reason] = []
    problems: list[Refusal] = []
    for code, said in raw.items():
        try:
            found.append(_read(str(code), said, measured))
        except BadInput as problem:
            problems.append(problem)
    if problems:
        raise Several(problems)
    order = {code: place for place, code in enumerate(CODES)}
    return sorted(found, key=lambda each: order.get(each.code, len(order)))


def label_of(code: str) -> str:
    """What was not recorded, as the ward calls it."""
    return CODES[code].label if code in CODES else REST_LABEL


def reason_words(reason: str, words: str = "") -> str:
    """ "patient asleep"; with words "patient refused (nauseous)"; of "other" the words alone say it."""
    said = REASONS.get(reason, reason).lower()
    if reason == "other" and words:
        return words
    return f"{said} ({words})" if words else said


def as_audit(found: Iterable[Reason]) -> dict[str, dict[str, str]]:
    """By code, for the audit entry."""
    return {each.code: {"reason": each.reason, **({"words": each.words} if each.words else {})} for each in found}


def _read(code: str, said: object, measured: frozenset[str]) -> Reason:
    field = f"not_done.{code[:40]}"
    if code not in CODES and code != REST:
        raise BadInput(
            "unknown_code", f"There is no observation {code[:40]!r}.", field=field, remedy="Look at the catalogue."
        )
    if code in measured:
        raise BadInput(
            "also_recorded",
            f"{label_of(code)} has a value and a reason why it was not recorded.",
            field=field,
            remedy="Leave one of the two out.",
        )
    given = said if isinstance(said, Mapping) else {"reason": said}
    reason = given.get("reason")
    if not isinstance(reason, str) or reason not in REASONS or not set(given) <= {"reason", "words"}:
        raise BadInput(
            "bad_reason", f"The reason for {label_of(code)} is not known.", field=field, remedy=f"One of {_known()}."
        )
    words = read_words(given.get("words"), what="words", field=f"{field}.words")
    if reason == "other" and len(words) < 3:
        raise BadInput(
            "missing_words",
            f'{label_of(code)}: the reason "other" needs words.',
            field=f"{field}.words",
            remedy="Say why in a few words.",
        )
    return Reason(code, reason, words)


def _known() -> str:
    return ", ".join(REASONS)
