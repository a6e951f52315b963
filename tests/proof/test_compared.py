"""What should have stood against what did, minute by minute; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.proof import Discrepancy, Happened, Moment, compared
from alerts.states import AlertHappened, AlertKind

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOLD, STOP = AlertKind.HOLD, AlertKind.STOP_CYCLE
MINUTE = timedelta(minutes=1)


def m(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def should(*stood: tuple[float, AlertKind | None]) -> list:
    """The cause "X" as it stood from each minute on, looked at every minute for half an hour."""
    looked = sorted({*range(31), *(at for at, _ in stood)})
    standing = {at: next((kind for since, kind in reversed(stood) if since <= at), None) for at in looked}
    return [Moment(m(at), {"X": standing[at]} if standing[at] else {}) for at in looked]


def did(*steps: tuple[float, AlertKind | None]) -> dict:
    """One alert of the cause, of which somebody was told at once each time."""
    story, before = [], None
    for at, kind in steps:
        if kind is None:
            story.append(Happened(1, m(at), AlertHappened.RESOLVED))
        else:
            what = AlertHappened.GRAVER if before else AlertHappened.RAISED
            story += [Happened(1, m(at), what, kind), Happened(1, m(at), AlertHappened.NOTIFIED)]
        before = kind
    return {"X": story}


def found_in(expected: list, actual: dict) -> list:
    seen = compared(expected, actual, begin=m(-120), until=m(30), within=MINUTE)
    return [(each.what, each.kind, (each.at - EIGHT) / MINUTE) for each in seen]


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
    assert found_in(expected, actual) == found


def test_a_late_one_says_how_late():
    (late,) = compared(should((5, HOLD)), did((9, HOLD)), begin=m(0), until=m(30), within=MINUTE)
    assert late == Discrepancy("late", "X", HOLD, m(5), timedelta(minutes=4))


def test_what_a_pause_explains_is_neither_demanded_nor_too_much():
    away = [Moment(m(at), {}, frozenset({"X"})) for at in range(31)]
    assert found_in(away, {}) == [] and found_in(away, did((5, HOLD))) == []


# --- who was told -----------------------------------------------------------------------------------------------------

RAISED, NOTIFIED, GRAVER = AlertHappened.RAISED, AlertHappened.NOTIFIED, AlertHappened.GRAVER
EVIDENCE, ANSWERED, LAPSED = AlertHappened.EVIDENCE, AlertHappened.ACKNOWLEDGED, AlertHappened.LAPSED
MUTED, UNMUTED, RESOLVED = AlertHappened.MUTED, AlertHappened.UNMUTED, AlertHappened.RESOLVED


def story(*rows: tuple) -> dict:
    """Minute, what happened, and the number of the alert where it is not the first; a systolic where it is evidence."""
    found = []
    for minute, what, *more in rows:
        finding = more[0] if more else {}
        carries = what in (RAISED, GRAVER, EVIDENCE)
        found.append(Happened(more[1] if len(more) > 1 else 1, m(minute), what, HOLD if carries else None, finding))
    return {"X": found}


def steps(number: int) -> dict:
    return {"severity": {"steps systolic_bp": number}}


TOLD = [
    ("told at once", [(5, RAISED), (5.1, NOTIFIED)], []),
    ("told to nobody", [(5, RAISED)], [("untold", 5)]),
    ("told late", [(5, RAISED), (8, NOTIFIED)], [("late", 5)]),
    ("answered before anybody was told", [(5, RAISED), (5.5, ANSWERED)], []),
    ("over before anybody was told, after long", [(5, RAISED), (9, RESOLVED)], [("untold", 5)]),
    ("muted, so nobody is", [(5, RAISED), (5, MUTED)], []),
    ("muted no more and told to nobody", [(5, RAISED), (5, MUTED), (9, UNMUTED)], [("untold", 9)]),
    ("muted no more and told", [(5, RAISED), (5, MUTED), (9, UNMUTED), (9.2, NOTIFIED)], []),
    ("answered, then muted no more", [(5, RAISED), (5, NOTIFIED), (6, ANSWERED), (6, MUTED), (9, UNMUTED)], []),
    ("the answer lapsed and nobody was told", [(5, RAISED), (5, NOTIFIED), (6, ANSWERED), (9, LAPSED)],
     [("untold", 9)]),
    ("graver and told to nobody", [(5, RAISED), (5, NOTIFIED), (9, GRAVER)], [("untold", 9)]),
    ("graver while muted", [(5, RAISED), (5, MUTED), (9, GRAVER)], []),
    ("graver evidence that joined quietly", [(5, RAISED, steps(0)), (5, NOTIFIED), (9, EVIDENCE, steps(2))],
     [("untold", 9)]),
    ("evidence as grave as one within the hour",
     [(5, RAISED, steps(2)), (5, NOTIFIED), (9, EVIDENCE, steps(1)), (20, EVIDENCE, steps(2))], []),
    ("evidence as grave as one long ago",
     [(-80, RAISED, steps(2)), (-80, NOTIFIED), (-70, EVIDENCE, steps(1)), (20, EVIDENCE, steps(2))],
     [("untold", 20)]),
    ("two alerts at once",
     [(5, RAISED), (5, NOTIFIED), (7, RAISED, {}, 2), (7, NOTIFIED, {}, 2)], [("doubled", 7)]),
    ("a second one after the first was resolved",
     [(5, RAISED), (5, NOTIFIED), (7, RESOLVED), (9, RAISED, {}, 2), (9, NOTIFIED, {}, 2)], []),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "found"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_who_was_told(rows, found):
    explained = [Moment(m(at), {}, frozenset({"X"})) for at in range(31)]
    assert [(what, at) for what, _, at in found_in(explained, story(*rows))] == found
