"""Compares the causes that should stand with the alerts there are: what has to happen to each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from .causes import Cause
from .severity import is_graver
from .states import NOTED, AlertKind, AlertState

# A value that hovers at a threshold makes one alert with a history: a cause that is back within two rounds of vital
# signs continues the alert it had.
RETURNS_WITHIN = timedelta(hours=4)
SHOWN = ("headline", "release", "source", "cause_at")


class Row(Protocol):
    """What is read of an alert's row."""

    cause: str
    kind: str
    state: str
    finding: Any
    headline: str
    release: str
    source: str
    cause_at: datetime | None
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    slot_id: int | None
    ward_id: int


@dataclass
class Changes:
    """What has to happen, each with its alert where there is one. Empty when all is as it should be."""

    raised: list[Cause] = field(default_factory=list)
    returned: list[tuple[Row, Cause]] = field(default_factory=list)
    graver: list[tuple[Row, Cause]] = field(default_factory=list)
    evidence: list[tuple[Row, Cause]] = field(default_factory=list)
    reworded: list[tuple[Row, Cause]] = field(default_factory=list)
    resolved: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.raised, self.returned, self.graver, self.evidence, self.reworded, self.resolved))


def changes_between(
    rows: Sequence[Row], causes: Iterable[Cause], *, at: datetime, slots: dict[int, int], ward_id: int
) -> Changes:
    """`rows` are the cycle's open alerts and those resolved lately, `slots` the row of each dose by its number."""
    changes = Changes()
    standing = {cause.key: cause for cause in causes}
    alerts = {row.cause: row for row in continuable(rows, at)}
    for key, cause in standing.items():
        row = alerts.get(key)
        if row is None:
            changes.raised.append(cause)
        elif row.state == AlertState.RESOLVED or _answer_is_over(row, cause):
            changes.returned.append((row, cause))
        elif cause.kind.gravity > AlertKind(row.kind).gravity or is_graver(cause.finding, [row.finding]):
            changes.graver.append((row, cause))
        elif cause.kind != row.kind or cause.finding != row.finding:
            changes.evidence.append((row, cause))
        elif _reads_differently(row, cause, slots, ward_id):
            changes.reworded.append((row, cause))
    changes.resolved = [
        row for row in alerts.values() if row.state != AlertState.RESOLVED and row.cause not in standing
    ]
    return changes


def continuable(rows: Iterable[Row], at: datetime) -> list[Row]:
    """One alert of each cause, oldest first: those resolved lately, then the open ones, which count before them."""
    lately = [row for row in rows if row.resolved_at is not None and at - row.resolved_at <= RETURNS_WITHIN]
    still_open = [row for row in rows if row.resolved_at is None]
    return [*sorted(lately, key=lambda row: row.resolved_at), *still_open]


def _answer_is_over(row: Row, cause: Cause) -> bool:
    """It was answered while something explained it, and that has passed; or what was noted is something else now."""
    if row.state != AlertState.ACKNOWLEDGED:
        return False
    if row.kind in NOTED:
        return cause.finding != row.finding
    if cause.asks_anew_from is None or row.acknowledged_at is None:
        return False
    return row.acknowledged_at < cause.asks_anew_from


def _reads_differently(row: Row, cause: Cause, slots: dict[int, int], ward_id: int) -> bool:
    """The words follow the next dose, the day and the patient's ward; that is no new evidence."""
    if (row.slot_id, row.ward_id) != (slots.get(cause.slot), ward_id):
        return True
    return any(getattr(row, name) != getattr(cause, name) for name in SHOWN)
