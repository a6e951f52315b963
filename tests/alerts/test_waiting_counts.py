"""The two counts in the bar: what waits for an answer and what is overdue, on one's own wards or on the whole site."""

from __future__ import annotations

import pytest

from alerts.context import Waiting, waiting
from alerts.models import Alert
from alerts.states import AlertKind, AlertState
from tests.people import admit, running_cycle
from tracker import clock

pytestmark = pytest.mark.django_db


def _alert(cycle, kind: AlertKind, *, state: AlertState = AlertState.RAISED, ward=None, cause: str) -> Alert:
    patient = cycle.patient if cycle else None
    over = clock.now() if state == AlertState.RESOLVED else None
    return Alert.objects.create(
        cycle=cycle,
        patient=patient,
        ward=ward,
        kind=kind,
        cause=cause,
        state=state,
        raised_at=clock.now(),
        resolved_at=over,
    )


def test_without_alerts_nothing_waits(cast):
    assert waiting(cast.nina) == waiting(cast.max) == Waiting(0, 0)


def test_each_counts_what_is_theirs(cast):
    cycle = running_cycle(cast, admit(cast))
    _alert(cycle, AlertKind.HOLD, ward=cast.ward, cause="a")
    _alert(cycle, AlertKind.DOSE_OVERDUE, ward=cast.ward, cause="b", state=AlertState.ACKNOWLEDGED)
    _alert(cycle, AlertKind.HOLD, ward=cast.other_ward, cause="c")
    _alert(None, AlertKind.SYSTEM, cause="d")
    _alert(cycle, AlertKind.HOLD, ward=cast.ward, cause="e", state=AlertState.RESOLVED)
    assert waiting(cast.nina) == Waiting(2, 1)
    assert waiting(cast.zoe) == Waiting(2, 0)
    assert waiting(cast.max) == Waiting(1, 0)
