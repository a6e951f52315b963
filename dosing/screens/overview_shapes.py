"""The plain data that the overview's templates show. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..queries import Cell
from .shapes import Link

REFRESH_SECONDS = 30


@dataclass(frozen=True)
class Chip:
    """One filter with its count."""

    label: str
    count: int
    url: str
    active: bool
    verdict: str = ""


@dataclass(frozen=True)
class Head:
    """One column's heading, short and in full."""

    short: str
    full: str
    unit: str = ""


@dataclass(frozen=True)
class OrganCell:
    """None: not assessed. 0: assessed, none."""

    grade: int | None
    rose: bool = False


@dataclass(frozen=True)
class Trend:
    """A change since the last dose."""

    arrow: str
    text: str
    worse: bool


@dataclass(frozen=True)
class CycleRow:
    """One running cycle."""

    id: str
    bed: str
    name: str
    born: date
    mrn: str
    url: str
    given: int
    planned: int
    cycle_day: str
    cells: tuple[Cell, ...]
    next_text: str
    next_note: str
    verdict: str
    since_text: str
    reason: str
    organs: tuple[OrganCell, ...]
    trends: tuple[Trend, ...]
    wait: Link | None
    wait_text: str
    order: tuple
    wait_strong: bool = True


@dataclass(frozen=True)
class RowGroup:
    """Rows under one heading."""

    id: str
    title: str
    note: str
    rows: tuple[CycleRow, ...]


@dataclass(frozen=True)
class Overview:
    """The whole page."""

    title: str
    chips: tuple[Chip, ...]
    views: tuple[Link, ...]
    organs: tuple[Head, ...]
    trends: tuple[Head, ...]
    groups: tuple[RowGroup, ...]
    columns: int
    legend_limit: str
    refresh_url: str
    refresh_seconds: int = REFRESH_SECONDS
