"""T10: every impossible change of a cycle or a dose is refused, cell by cell."""

from __future__ import annotations

from itertools import product

import pytest

from alerts.states import ALERT_MOVES, AlertState, check_alert_move
from dosing.schedule import SlotState
from dosing.states import CYCLE_MOVES, SLOT_MOVES, CycleState, check_cycle_move, check_slot_move
from tracker.errors import Conflict

ALLOWED_SLOTS = {
    ("open", "given"), ("open", "held"), ("open", "omitted"), ("open", "lapsed"),
    ("given", "open"), ("omitted", "open"),  # only by striking the entry
}  # fmt: skip
ALLOWED_CYCLES = {("prescribed", "active"), ("prescribed", "ended"), ("active", "ended")}
ALLOWED_ALERTS = {
    ("raised", "notified"), ("raised", "acknowledged"), ("raised", "resolved"),
    ("notified", "escalated"), ("notified", "raised"), ("notified", "acknowledged"), ("notified", "resolved"),
    ("escalated", "raised"), ("escalated", "acknowledged"), ("escalated", "resolved"),
    ("acknowledged", "raised"), ("acknowledged", "resolved"),
    ("resolved", "raised"),  # a value that hovers at its threshold continues the alert it made a moment ago
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(SlotState, SlotState)))
def test_t10_slots(before, after):
    if (before.value, after.value) in ALLOWED_SLOTS:
        check_slot_move(3, before, after)
    else:
        with pytest.raises(Conflict):
            check_slot_move(3, before, after)


@pytest.mark.parametrize(("before", "after"), list(product(CycleState, CycleState)))
def test_t10_cycles(before, after):
    if (before.value, after.value) in ALLOWED_CYCLES:
        check_cycle_move(before, after)
    else:
        with pytest.raises(Conflict):
            check_cycle_move(before, after)


@pytest.mark.parametrize(("before", "after"), list(product(AlertState, AlertState)))
def test_t10_alerts(before, after):
    if (before.value, after.value) in ALLOWED_ALERTS:
        check_alert_move(before, after)
    else:
        with pytest.raises(Conflict):
            check_alert_move(before, after)


def test_the_tables_name_every_state():
    assert set(SLOT_MOVES) == set(SlotState)
    assert set(CYCLE_MOVES) == set(CycleState)
    assert set(ALERT_MOVES) == set(AlertState)
