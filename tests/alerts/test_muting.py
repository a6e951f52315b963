"""Which alert is quiet beside which: a table to be read aloud."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from alerts.muting import CHILDREN, muted
from alerts.states import AlertKind


@pytest.fixture(autouse=True)
def _quick_settings() -> None:
    """Pure: nothing of the site is set up."""


class Row(NamedTuple):
    pk: int
    kind: str
    state: str = "raised"


TABLE = {
    "a hold alone": ([Row(1, "hold")], {}),
    "an overdue dose under a hold": ([Row(1, "hold"), Row(2, "dose_overdue")], {2: 1}),
    "missing data under a hold is asked for": ([Row(1, "hold"), Row(2, "data_missing")], {}),
    "a hold under a stop of the cycle": ([Row(1, "hold"), Row(2, "stop_cycle")], {1: 2}),
    "all of it under the end for good": (
        [Row(1, "hold"), Row(2, "discontinue"), Row(3, "stop_course"), Row(4, "data_missing")],
        {1: 2, 3: 2, 4: 2},
    ),
    "an answered parent still says more": ([Row(1, "hold"), Row(2, "stop_cycle", "acknowledged")], {1: 2}),
    "a resolved parent mutes nothing": ([Row(1, "hold"), Row(2, "stop_cycle", "resolved")], {}),
    "critical values and vital signs are never muted": (
        [Row(1, "discontinue"), Row(2, "critical_value"), Row(3, "observations_overdue")],
        {},
    ),
    "two holds stand side by side": ([Row(1, "hold"), Row(2, "hold")], {}),
}


@pytest.mark.parametrize(("rows", "expected"), list(TABLE.values()), ids=list(TABLE))
def test_who_is_quiet(rows, expected):
    assert muted(rows) == expected


def test_only_a_graver_alert_mutes():
    assert all(parent.gravity > child.gravity for parent, children in CHILDREN.items() for child in children)


def test_nothing_mutes_what_asks_for_observation():
    quiet = frozenset().union(*CHILDREN.values())
    assert not quiet & {AlertKind.CRITICAL_VALUE, AlertKind.OBSERVATIONS_OVERDUE, AlertKind.SYSTEM}
