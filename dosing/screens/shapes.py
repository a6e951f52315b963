"""The plain data that the bedside templates show; every text in it is ready to be read. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Link:
    """Somewhere to go."""

    label: str
    url: str


@dataclass(frozen=True)
class PatientHead:
    """Who this is: the bed, two identifiers, and what must not be overlooked."""

    bed: str
    name: str
    born: date
    mrn: str
    sex_age: str
    allergy: str
    dosing_weight: str
    barred: str
    url: str


@dataclass(frozen=True)
class Banner:
    """The verdict (or "infusing"), its order, and the time to the dose."""

    verdict: str
    order: str
    context: str
    countdown_text: str = ""
    countdown_note: str = ""
    countdown_at: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Term:
    """One condition of a release."""

    text: str
    met: bool


@dataclass(frozen=True)
class FindingBlock:
    """One finding: what was found and what ends it."""

    id: str
    effect: str
    headline: str
    lines: tuple[str, ...]
    rule_id: str
    rule_url: str
    source: str
    reading: str
    release_title: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class InputRow:
    """One required value with unit, time, age and mark."""

    code: str
    label: str
    detail: str
    value: str
    unit: str
    at: datetime | None
    age_text: str
    state: str
    mark: str = ""
    tag: str = ""
    action: Link | None = None


@dataclass(frozen=True)
class Inputs:
    """The required values in two columns."""

    title: str
    note: str
    columns: tuple[tuple[InputRow, ...], tuple[InputRow, ...]]


@dataclass(frozen=True)
class Action:
    """One button of the bottom bar."""

    label: str
    url: str
    sub: str = ""
    icon: str = ""
    style: str = "plain"
    opens: str = ""
    post: bool = False


@dataclass(frozen=True)
class Give:
    """Giving in its place: on, or off with the reason and who can change it."""

    on: bool
    label: str = ""
    sub: str = ""
    why_off: str = ""
    who_can: str = ""
    url: str = ""
    opens: str = ""


@dataclass(frozen=True)
class Problem:
    """What stands in the way of saving, and at which input."""

    field: str
    label: str
    sentence: str
    remedy: str
