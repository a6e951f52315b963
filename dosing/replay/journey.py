"""A journey as data: one patient's cycle as time-ordered events, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..rules.facts import Plan, Round


class Did(StrEnum):
    """What an event of a journey does."""

    OBSERVE = "observe"
    RETRACT = "retract"
    ASK = "ask"
    GIVE = "give"
    OVERRIDE = "override"
    HOLD = "hold"
    END_CYCLE = "end_cycle"


@dataclass(frozen=True, slots=True)
class JourneyEvent:
    """One event. `known_at` is when it takes effect: the time of entry of a round or a retraction, the
    time of anything else."""

    did: Did
    at: datetime
    known_at: datetime
    slot: int = 0
    round: Round | None = None
    retracts: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """A valid journey: its plan, the baseline round if there is one, and its events in the order of becoming known."""

    plan: Plan
    baseline: Round | None
    events: tuple[JourneyEvent, ...]


class NotValid(Exception):
    """The journey cannot be read: where (a JSON pointer) and what is wrong."""

    def __init__(self, pointer: str, sentence: str) -> None:
        super().__init__(f"{pointer}: {sentence}")
        self.pointer = pointer
        self.sentence = sentence
