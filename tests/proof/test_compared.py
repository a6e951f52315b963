"""What should have stood against what did, minute by minute; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.proof import Discrepancy, compared
from alerts.states import AlertKind

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOLD, STOP = AlertKind.HOLD, AlertKind.STOP_CYCLE
MINUTE = timedelta(minutes=1)


def m(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def should(*stood: tuple[float, AlertKind | None]) -> list:
    """The cause "X" as it stood from each minute on, looked at every minute for half an hour."""
    looked = sorted({*range(31), *(at for at, _ in stood)})
    standing = {at: next((kind for since, kind in reversed(stood) if since <= at), None) for at in looked}
    return [(m(at), {"X": standing[at]} if standing[at] else {}) for at in looked]


def did(*steps: tuple[float, AlertKind | None]) -> dict:
    return {"X": [(m(at), kind) for at, kind in steps]}


# Minutes after 8: from when the cause stood, from when the alert, and what is found.
TABLE = [
    ("all as it should be", should((5, HOLD), (20, None)), did((5.1, HOLD), (20.1, None)), []),
    ("never raised", should((5, HOLD)), {}, [("missing", HOLD, 5)]),
    ("never raised, and its cause gone after ten minutes", should((5, HOLD), (15, None)), {}, [("missing", HOLD, 5)]),
    ("known for half a minute only", should((5, HOLD), (5.5, None)), {}, []),
    ("raised late", should((5, HOLD)), did((9, HOLD)), [("late", HOLD, 5)]),
    ("raised within the time", should((5, HOLD)), did((6, HOLD)), []),
    ("stood before the period began", should((0, HOLD)), did((-90, HOLD)), []),
    ("raised without a cause", should(), did((7, HOLD), (9, None)), [("extra", HOLD, 7)]),
    ("stands on after its cause is gone", should((5, HOLD), (10, None)), did((5, HOLD)), [("extra", HOLD, 11)]),
    ("grew graver, and so did the alert", should((5, HOLD), (12, STOP)), did((5, HOLD), (12.2, STOP)), []),
    ("grew graver unnoticed", should((5, HOLD), (12, STOP)), did((5, HOLD)), [("missing", STOP, 12)]),
    ("a graver alert covers a milder cause", should((5, STOP), (12, HOLD)), did((5, STOP)), []),
    ("went and came back, raised anew", should((5, HOLD), (10, None), (15, HOLD)),
     did((5, HOLD), (10, None), (15, HOLD)), []),
    ("went and came back unnoticed", should((5, HOLD), (10, None), (15, HOLD)),
     did((5, HOLD), (10, None)), [("missing", HOLD, 15)]),
    ("resolved while its cause stood", should((5, HOLD)), did((5, HOLD), (8, None)), [("missing", HOLD, 8)]),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "actual", "found"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_differences(expected, actual, found):
    seen = compared(expected, actual, until=m(30), within=MINUTE)
    assert [(each.what, each.kind, (each.at - EIGHT) / MINUTE) for each in seen] == found


def test_a_late_one_says_how_late():
    (late,) = compared(should((5, HOLD)), did((9, HOLD)), until=m(30), within=MINUTE)
    assert late == Discrepancy("late", "X", HOLD, m(5), timedelta(minutes=4))
