"""Which open alert of a patient is quiet because a graver one says the same with more weight. Pure.

A muted alert is listed and can be read; it makes no sound and tells nobody. What asks for observation (values that
are critical, vital signs that nobody took) is never muted: a held patient needs it all the more. Nor is a hold that
rests on such a value and tells of it instead of an alert of its own.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Protocol

from .states import AlertKind, AlertState

_ABOUT_THE_DOSE = frozenset({AlertKind.DOSE_LAPSING, AlertKind.DOSE_OVERDUE, AlertKind.DATA_MISSING})
CHILDREN: Mapping[AlertKind, frozenset[AlertKind]] = {
    AlertKind.DISCONTINUE: _ABOUT_THE_DOSE | {AlertKind.HOLD, AlertKind.STOP_CYCLE, AlertKind.STOP_COURSE},
    AlertKind.STOP_COURSE: _ABOUT_THE_DOSE | {AlertKind.HOLD, AlertKind.STOP_CYCLE},
    AlertKind.STOP_CYCLE: _ABOUT_THE_DOSE | {AlertKind.HOLD},
    AlertKind.HOLD: frozenset({AlertKind.DOSE_OVERDUE}),
}


class Row(Protocol):
    """What is read of an alert's row."""

    pk: int
    kind: str
    state: str


def muted(rows: Iterable[Row], *, never: Container[int] = ()) -> dict[int, int]:
    """For each open alert of one patient that is quiet: the gravest alert that mutes it, the oldest among equals.

    `never` are those that tell of a value for which a doctor is called.
    """
    standing = sorted(
        (row for row in rows if row.state != AlertState.RESOLVED),
        key=lambda row: (-AlertKind(row.kind).gravity, row.pk),
    )
    found: dict[int, int] = {}
    for row in standing:
        if row.pk in never:
            continue
        parent = next((each for each in standing if row.kind in CHILDREN.get(AlertKind(each.kind), ())), None)
        if parent is not None:
            found[row.pk] = parent.pk
    return found
