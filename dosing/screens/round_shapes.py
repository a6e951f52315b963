"""The plain data that the round page shows: fields by kind, what was seen last, what the typed values mean. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Choice:
    """One answer of a choice or a grade."""

    value: str
    label: str
    checked: bool = False
    unremarkable: bool = False
    folded: bool = False
    verdict: str = ""


@dataclass(frozen=True)
class Field:
    """One thing to chart, with what was typed, what was seen last and what is wrong with it.

    `span` is what a measurement can be ("30 to 300"), in `unit`.
    """

    code: str
    label: str
    kind: str
    due: bool
    last_text: str = ""
    last_at: datetime | None = None
    unit: str = ""
    units: tuple[str, ...] = ()
    decimal: bool = False
    span: str = ""
    value: str = ""
    from_local: str = ""
    from_offset: str = ""
    choices: tuple[Choice, ...] = ()
    fold_label: str = ""
    problem: str = ""
    remedy: str = ""
    confirm: str = ""
    not_done: str = ""
    not_done_words: str = ""

    @property
    def entered(self) -> bool:
        """Something was typed, picked, or said not to be done."""
        return bool(self.value.strip() or self.not_done or any(choice.checked for choice in self.choices))


@dataclass(frozen=True)
class Group:
    """Fields that are seen together."""

    id: str
    title: str
    note: str
    kind: str
    fields: tuple[Field, ...]
    all_clear: str = ""


@dataclass(frozen=True)
class Reason:
    """Why something is not recorded."""

    code: str
    words: str
    short: str


@dataclass(frozen=True)
class Mark:
    """A field that triggers something as it is typed, with the rule that it touches."""

    code: str
    verdict: str
    rule: str = ""


@dataclass(frozen=True)
class Meaning:
    """What the typed values would mean for the next dose, said before saving."""

    verdict: str
    title: str
    sentence: str
    rule: str = ""
    code: str = ""
    note: str = "Nothing is sent until you save."
    confirm_label: str = ""
    confirm_value: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class SeenOffset:
    """One of the two meanings of a clock time that exists twice."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class RoundForm:
    """The whole form."""

    action_url: str
    preview_url: str
    key: str
    keep_key: str
    seen_at: datetime
    seen_local: str
    seen_offsets: tuple[SeenOffset, ...]
    mode: str
    due_url: str
    all_url: str
    due_count: int
    all_count: int
    entered: int
    total: int
    due_codes: str
    reasons: tuple[Reason, ...]
    groups: tuple[Group, ...]
    meaning: Meaning | None
    left_reason: str = ""
    left_note: str = ""
    asks_why: bool = False
    save_label: str = "Save round"

    @property
    def asks_hour(self) -> bool:
        """The time that was typed comes twice, and nobody has said which one is meant."""
        return bool(self.seen_offsets) and not any(each.checked for each in self.seen_offsets)
