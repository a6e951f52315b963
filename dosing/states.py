"""The states of cycles and slots with one transition table each (SlotState itself is in schedule.py). Pure."""

from __future__ import annotations

from enum import StrEnum

from tracker.errors import Conflict

from .schedule import SlotState


class CycleState(StrEnum):
    """Where a cycle stands."""

    PRESCRIBED = "prescribed"
    ACTIVE = "active"
    ENDED = "ended"


class Happened(StrEnum):
    """What can happen to a cycle or a slot."""

    STARTED = "started"
    GIVEN = "given"
    PAUSED = "paused"
    RESUMED = "resumed"
    INFUSION_ENDED = "infusion_ended"
    REFUSED = "refused"
    HELD = "held"
    OMITTED = "omitted"
    LAPSED = "lapsed"
    OVERRIDE = "override"
    VOIDED = "voided"
    WENT_ON = "went_on"
    ENDED = "ended"


CYCLE_MOVES: dict[CycleState, frozenset[CycleState]] = {
    CycleState.PRESCRIBED: frozenset({CycleState.ACTIVE, CycleState.ENDED}),
    CycleState.ACTIVE: frozenset({CycleState.ENDED}),
    CycleState.ENDED: frozenset(),
}

# A closed slot opens again only when the entry that closed it is struck as entered in error.
SLOT_MOVES: dict[SlotState, frozenset[SlotState]] = {
    SlotState.OPEN: frozenset({SlotState.GIVEN, SlotState.HELD, SlotState.OMITTED, SlotState.LAPSED}),
    SlotState.GIVEN: frozenset({SlotState.OPEN}),
    SlotState.HELD: frozenset(),
    SlotState.OMITTED: frozenset({SlotState.OPEN}),
    SlotState.LAPSED: frozenset(),
}

OMISSION_REASONS: dict[str, str] = {
    "patient_refused": "Patient refused",
    "off_ward": "Patient off the ward",
    "no_access": "No venous access",
    "not_prepared": "Dose not prepared in time",
    "product_unusable": "Product expired or damaged",
    "procedure": "Procedure or imaging",
    "other": "Other, see the reason",
}

CLOSED_WORDS: dict[SlotState, str] = {
    SlotState.GIVEN: "was already given",
    SlotState.HELD: "was held",
    SlotState.OMITTED: "was omitted",
    SlotState.LAPSED: "has lapsed",
}


def check_cycle_move(before: CycleState, after: CycleState) -> None:
    """Raises: Conflict impossible_transition."""
    if after not in CYCLE_MOVES[before]:
        raise Conflict(
            "impossible_transition",
            f"A cycle that is {before.value} cannot become {after.value}.",
            remedy="Reload the page.",
        )


def check_slot_move(number: int, before: SlotState, after: SlotState) -> None:
    """Raises: Conflict already_given, already_held, already_omitted, slot_lapsed or impossible_transition."""
    if after in SLOT_MOVES[before]:
        return
    codes = {
        SlotState.GIVEN: "already_given",
        SlotState.HELD: "already_held",
        SlotState.OMITTED: "already_omitted",
        SlotState.LAPSED: "slot_lapsed",
    }
    if before in codes and after != SlotState.OPEN:
        raise Conflict(
            codes[before],
            f"Dose {number} {CLOSED_WORDS[before]}.",
            remedy="Look at the next dose: a lost dose is never made up.",
        )
    raise Conflict(
        "impossible_transition",
        f"Dose {number} cannot go from {before.value} to {after.value}.",
        remedy="Reload the page.",
    )
