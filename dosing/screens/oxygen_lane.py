"""The oxygen need of the last 24 h as a lane: every value a mark, gaps as gaps, nothing drawn ahead of now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction

from tracker.catalogue import show
from tracker.look.times import clock_text, offset_text

from ..fluids import DAY, unbroken
from ..rules.history import History, Point

FLOW, FIO2, SATURATION = "oxygen_flow", "oxygen_fio2", "spo2"
# The drawing's own units; it is scaled to the width of the page.
LEFT, RIGHT, TOP, BOTTOM = 44, 716, 12, 108
LEAST_FULL_SCALE = 6  # L/min: low flows do not fill the lane
TICK_HOURS = 4


@dataclass(frozen=True)
class Mark:
    """One value."""

    x: str
    y: str


@dataclass(frozen=True)
class Gap:
    """A stretch without a value, wider than the ward's interval."""

    x: str
    width: str


@dataclass(frozen=True)
class Tick:
    """One hour of the axis."""

    x: str
    text: str


@dataclass(frozen=True)
class OxygenRow:
    """One row of the table that says the same in words."""

    at: str
    oxygen: str
    saturation: str


@dataclass(frozen=True)
class Lane:
    """All that the drawing and its table show; `lines` are the runs without a gap, as points of a polyline."""

    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    gaps: tuple[Gap, ...]
    ticks: tuple[Tick, ...]
    top_text: str
    rows: tuple[OxygenRow, ...]
    says: str


def oxygen_lane(history: History, now: datetime, tz: tzinfo, longest: timedelta) -> Lane:
    """The last 24 h. Two values further apart than `longest` are not joined, and no line runs up to now."""
    start = now - DAY
    flows = history.span(FLOW, start, now)
    full = max([LEAST_FULL_SCALE, *(Fraction(point.value) for point in flows)])
    runs = unbroken(flows, longest)
    return Lane(
        lines=tuple(_steps(run, start, full) for run in runs),
        marks=tuple(Mark(_x(point.at, start), _y(point.value, full)) for point in flows),
        gaps=tuple(_gaps(runs, start, now, longest)),
        ticks=_ticks(start, now, tz),
        top_text=show(FLOW, Fraction(full)),
        rows=_rows(history, start, now, tz),
        says=_says(history, len(runs), now, tz, longest),
    )


def _x(at: datetime, start: datetime) -> str:
    share = Fraction((at - start) // timedelta(seconds=1), DAY // timedelta(seconds=1))
    return _plain(LEFT + share * (RIGHT - LEFT))


def _y(value: object, full: Fraction) -> str:
    return _plain(BOTTOM - Fraction(value) / full * (BOTTOM - TOP))


def _plain(value: Fraction) -> str:
    tenths = round(value * 10)
    return f"{tenths // 10}.{tenths % 10}"


def _steps(run: Sequence[Point], start: datetime, full: Fraction) -> str:
    """A flow stays as it was set until the next value."""
    corners: list[str] = []
    for point in run:
        if corners:
            corners.append(f"{_x(point.at, start)},{corners[-1].partition(',')[2]}")
        corners.append(f"{_x(point.at, start)},{_y(point.value, full)}")
    return " ".join(corners)


def _gaps(runs: Sequence[Sequence[Point]], start: datetime, now: datetime, longest: timedelta) -> list[Gap]:
    edges = [start, *(edge for run in runs for edge in (run[0].at, run[-1].at)), now]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    wide = [(begin, end) for begin, end in pairs if end - begin > longest or (not runs and end > begin)]
    return [Gap(_x(begin, start), _plain(Fraction(_x(end, start)) - Fraction(_x(begin, start)))) for begin, end in wide]


def _ticks(start: datetime, now: datetime, tz: tzinfo) -> tuple[Tick, ...]:
    """Every fourth hour of the ward's clock, as elapsed time: an hour that comes twice is drawn twice."""
    found = []
    at = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    changes = start.astimezone(tz).utcoffset() != now.astimezone(tz).utcoffset()
    while at <= now:
        local = at.astimezone(tz)
        if local.hour % TICK_HOURS == 0:
            found.append(Tick(_x(at, start), f"{local:%H:%M}{f' {offset_text(local)}' if changes else ''}"))
        at += timedelta(hours=1)
    return tuple(found)


def _rows(history: History, start: datetime, now: datetime, tz: tzinfo) -> tuple[OxygenRow, ...]:
    """Newest first; a value that was not measured is said as such."""
    instants = sorted(history.instants_after((FLOW, FIO2, SATURATION), start), reverse=True)
    return tuple(
        OxygenRow(clock_text(at, now, tz), _oxygen(history, at), _value(history, SATURATION, at, " %"))
        for at in instants
        if at <= now
    )


def _oxygen(history: History, at: datetime) -> str:
    flow, mask = history.at_instant(FLOW, at), history.at_instant(FIO2, at)
    said = []
    if flow is not None:
        said.append("room air" if flow.value == 0 and mask is None else f"{show(FLOW, flow.value)} L/min")
    if mask is not None:
        said.append(f"{show(FIO2, mask.value)} % by mask")
    return ", ".join(said) or "not recorded"


def _value(history: History, code: str, at: datetime, unit: str) -> str:
    point = history.at_instant(code, at)
    return "not recorded" if point is None else f"{show(code, point.value)}{unit}"


def _says(history: History, runs: int, now: datetime, tz: tzinfo, longest: timedelta) -> str:
    newest = history.newest(FLOW)
    if newest is None:
        return "Oxygen was never recorded."
    amount = "room air" if newest.value == 0 else f"{show(FLOW, newest.value)} L/min"
    said = f"{amount[:1].upper()}{amount[1:]} at {clock_text(newest.at, now, tz)}."
    if now - newest.at > longest:
        return f"{said} Nothing recorded since."
    return said if runs == 1 else f"{said} The line is broken where nothing was recorded."
