"""The slot strip: one small cell per dose of the cycle for the eye, and one sentence for everyone else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, Protocol


class SlotLike(Protocol):
    """What a cell needs to know about its slot."""

    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def midnight_before(self) -> bool: ...


class Box(NamedTuple):
    """Size of one cell in pixels, the gap to the next, and how much wider the gap is at local midnight."""

    width: int
    height: int
    gap: int
    midnight: int


SIZES: dict[str, Box] = {"board": Box(17, 22, 3, 4), "table": Box(14, 19, 2, 4), "picture": Box(22, 24, 4, 6)}

# How the text twin names each state.
SPOKEN: dict[str, str] = {
    "given": "given",
    "given_late": "given late",
    "override": "given on override",
    "infusing": "infusing",
    "held": "held",
    "lapsed": "lapsed",
    "omitted": "not given",
    "next": "next",
    "to_come": "to come",
    "barred": "barred",
}

Cell = tuple[int, str, bool]  # number, state, midnight before it


def strip(slots: Iterable[SlotLike], size: str = "board") -> str:
    """The strip and its text twin as HTML.

    A board draws forty of these at every refresh, so equal strips are drawn once and remembered.
    """
    return _drawn(tuple((slot.number, str(slot.state), bool(slot.midnight_before)) for slot in slots), size)


def strip_text(slots: Iterable[SlotLike]) -> str:
    """The strip in words: "Doses 1 to 4 given, 5 held, 6 next, 7 to 14 to come."."""
    return _said(tuple((slot.number, str(slot.state), bool(slot.midnight_before)) for slot in slots))


@lru_cache(maxsize=2048)
def _said(cells: tuple[Cell, ...]) -> str:
    if not cells:
        return "No doses planned."
    runs = [(state, [cell[0] for cell in run]) for state, run in groupby(cells, key=lambda cell: cell[1])]
    parts = [f"{_numbers(numbers)} {SPOKEN[state]}" for state, numbers in runs]
    return f"{'Dose' if len(cells) == 1 else 'Doses'} {', '.join(parts)}."


def _numbers(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"


@lru_cache(maxsize=2048)
def _drawn(cells: tuple[Cell, ...], size: str) -> str:
    box = SIZES[size]
    x, drawn = 0, []
    for index, (number, state, midnight) in enumerate(cells):
        if midnight and index:
            x += box.midnight
        drawn.append(f'<g class="c-{state}" transform="translate({x})">{_CELLS[state](box, number)}</g>')
        x += box.width + box.gap
    width = max(x - box.gap, 0)
    return (
        f'<svg class="strip strip-{size}" width="{width}" height="{box.height}" viewBox="0 0 {width} {box.height}"'
        f' aria-hidden="true" focusable="false">{"".join(drawn)}</svg><span class="sr">{_said(cells)}</span>'
    )


def _frame(box: Box, inset: float = 0.5, kind: str = "f") -> str:
    wide, high = box.width - 2 * inset, box.height - 2 * inset
    return f'<rect class="{kind}" x="{inset:g}" y="{inset:g}" width="{wide:g}" height="{high:g}" rx="{4 - inset:g}"/>'


def _mark(box: Box, path: str, kind: str = "m") -> str:
    """A mark drawn around (0, 0) on a 10 unit grid, moved to the middle of the cell and scaled with it."""
    scale = box.width / 17
    move = f"translate({box.width / 2:g} {box.height / 2:g})"
    if scale != 1:
        move += f" scale({scale:.3g})"
    return f'<path class="{kind}" transform="{move}" d="{path}"/>'


_TICK = "m-3.6.1 2.4 2.4L3.6-2.5"


def _given(box: Box, number: int) -> str:
    return _frame(box, 0) + _mark(box, _TICK)


def _given_late(box: Box, number: int) -> str:
    """The same cell with its upper right corner cut off."""
    width, height, cut = box.width, box.height, round(box.width * 0.36)
    shape = f"M4 0H{width - cut}L{width} {cut}V{height - 4}a4 4 0 0 1-4 4H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z"
    return f'<path class="f" d="{shape}"/>' + _mark(box, _TICK)


def _override(box: Box, number: int) -> str:
    return _frame(box, 0) + _mark(box, "M0-4.6 4.3-.2H1.7v4.4h-3.4V-.2h-2.6z", "s")


def _infusing(box: Box, number: int) -> str:
    """An outline filled from below."""
    width, height = box.width, box.height
    half = round(height * 0.55)
    low = f"M0 {half}H{width}V{height - 4}a4 4 0 0 1-4 4H4a4 4 0 0 1-4-4z"
    return _frame(box, 1) + f'<path class="s" d="{low}"/>'


def _held(box: Box, number: int) -> str:
    return _frame(box, 0.75) + _mark(box, "M-3.4-4h2.4v8h-2.4zM1-4h2.4v8H1z", "s")


def _lapsed(box: Box, number: int) -> str:
    return _frame(box, 0.75) + _mark(box, "M-3.3 0h6.6")


def _omitted(box: Box, number: int) -> str:
    return _frame(box, 0.75) + _mark(box, "M-3.2 5 3.2-5")


def _next(box: Box, number: int) -> str:
    size = round(box.width * (0.72 if number < 10 else 0.62), 1)
    x, y = box.width / 2, box.height / 2 + size * 0.36
    return _frame(box, 1) + f'<text class="n" x="{x:g}" y="{y:.4g}" font-size="{size:g}">{number}</text>'


def _to_come(box: Box, number: int) -> str:
    return _frame(box) + f'<circle class="s" cx="{box.width / 2:g}" cy="{box.height / 2:g}" r="1.3"/>'


def _barred(box: Box, number: int) -> str:
    return _frame(box) + _mark(box, "m-2.6-2.6 5.2 5.2m0-5.2-5.2 5.2")


_CELLS = {
    "given": _given,
    "given_late": _given_late,
    "override": _override,
    "infusing": _infusing,
    "held": _held,
    "lapsed": _lapsed,
    "omitted": _omitted,
    "next": _next,
    "to_come": _to_come,
    "barred": _barred,
}
