"""What two people check at the bedside before a dose: who the patient is, the line and the bag, the arithmetic. Pure.

Source: aldesleukin prescribing information, revised 9/2023, sections 2.3 (antipyretic before the start) and 2.5 (line,
room temperature, inspection); the flush with dextrose is the manufacturer's older advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tracker.errors import BadInput, Refusal
from tracker.reasons import check_reason
from tracker.typed import short_text
from tracker.wristband import record_number_of

CHECKS: dict[str, str] = {
    "premedication": "Antipyretic and premedication given as ordered",
    "dextrose_line": "Line flushed with dextrose 5 %, no in-line filter",
    "own_line": "Own line: no other drug runs through it",
    "room_temperature": "Bag is at room temperature",
    "inspected": "Solution is clear, without particles",
}

UNABLE_TO_SCAN: dict[str, str] = {
    "no_band": "No wristband on the patient",
    "damaged": "Wristband cannot be read",
    "no_scanner": "No camera or scanner works",
    "not_reachable": "Wristband cannot be reached",
}


@dataclass(frozen=True, slots=True)
class BedsideChecks:
    """As it was typed and ticked. `done` names checks that were ticked, `why_not` has the reason for each other one.

    `result` is the dose as the witness `result_by` worked it out, in `unit`.
    """

    wristband: str = ""
    unable_to_scan: str = ""
    record_number: str = ""
    birth_date: str = ""
    done: frozenset[str] = frozenset()
    why_not: Mapping[str, str] = field(default_factory=dict)
    result: str = ""
    unit: str = ""
    result_by: str = ""


def record_read(checks: BedsideChecks) -> tuple[str, str]:
    """The record number as it was just scanned or typed, and the field that it came from; no reason is asked yet.

    Raises: BadInput not_identified, unreadable_wristband.
    """
    if checks.wristband.strip() or not checks.record_number.strip():
        return record_seen(BedsideChecks(wristband=checks.wristband))
    return short_text(checks.record_number, field="record_number", longest=40), "record_number"


def record_seen(checks: BedsideChecks) -> tuple[str, str]:
    """The record number that stands on the patient, and the field that it came from.

    Raises: BadInput not_identified, unreadable_wristband, missing_scan_reason, missing_record_number.
    """
    scanned = short_text(checks.wristband, field="wristband", longest=80)
    if scanned:
        found = record_number_of(scanned)
        if found is None:
            raise BadInput(
                "unreadable_wristband", "This is not the code of a wristband, or it was misread.", field="wristband",
                remedy="Scan it again. When it cannot be scanned, say why and type two identifiers.",
            )  # fmt: skip
        return found, "wristband"
    typed = short_text(checks.record_number, field="record_number", longest=40)
    if not (typed or checks.birth_date or checks.unable_to_scan):
        raise BadInput(
            "not_identified", "The patient is not identified.", field="wristband",
            remedy="Scan the wristband, or say why not and type the record number and the birth date from it.",
        )  # fmt: skip
    if checks.unable_to_scan not in UNABLE_TO_SCAN:
        raise BadInput(
            "missing_scan_reason", "Typing instead of scanning needs a reason.", field="unable_to_scan",
            remedy="Choose why the wristband cannot be scanned.",
        )  # fmt: skip
    if not typed:
        raise BadInput(
            "missing_record_number", "The record number is missing.", field="record_number",
            remedy="Ask the patient, or read it from the wristband, not from this screen.",
        )  # fmt: skip
    return typed, "record_number"


def same_record(one: str, other: str) -> bool:
    """Capital letters and spaces around it do not count."""
    return one.strip().casefold() == other.strip().casefold()


def check_birth_date(checks: BedsideChecks, born: date) -> None:
    """The second identifier, where the wristband was not scanned. Raises: BadInput wrong_birth_date."""
    if checks.wristband.strip():
        return
    try:
        said = date.fromisoformat(checks.birth_date.strip())
    except ValueError:
        said = None
    if said != born:
        raise BadInput(
            "wrong_birth_date" if said else "missing_birth_date",
            "This is not the patient's birth date." if said else "The birth date is missing.",
            field="birth_date",
            remedy="Ask the patient for it. When it still differs, this is another patient: do not give.",
        )


def identity_kept(checks: BedsideChecks) -> dict:
    """How the patient was identified, as the record keeps it."""
    if checks.wristband.strip():
        return {"by": "wristband"}
    return {"by": "record_number_and_birth_date", "unable_to_scan": checks.unable_to_scan}


def check_ticks(checks: BedsideChecks) -> list[Refusal]:
    """What is neither ticked nor explained: nothing passes silently."""
    found: list[Refusal] = []
    for code, label in CHECKS.items():
        if code in checks.done:
            continue
        try:
            check_reason(checks.why_not.get(code, ""), what=f"“{label}”, not done,", field=f"why_{code}")
        except BadInput as refusal:
            found.append(refusal)
    return found


def ticks_kept(checks: BedsideChecks) -> dict[str, str]:
    """Each check with "done", or why it was not."""
    return {code: "done" if code in checks.done else checks.why_not[code].strip() for code in CHECKS}
