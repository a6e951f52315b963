"""What the actions on alerts share: the steps of a raising, and which alerts of a patient are quiet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..escalation import steps_from
from ..models import Alert, AlertStep
from ..muting import muted
from ..policy import AlertPolicy
from ..states import UNANSWERED, AlertHappened, AlertKind, AlertState, check_alert_move
from ._events import insert_event


def plan_steps(alert: Alert, now: datetime, policy: AlertPolicy) -> None:
    """Write who is told when, if nobody answers. A muted alert gets its steps when it is not muted any more."""
    if alert.muted_by_id is None:
        AlertStep.objects.bulk_create(
            AlertStep(alert=alert, raising=alert.raising, **due._asdict())
            for due in steps_from(policy.routes[AlertKind(alert.kind)], now)
        )


def mute_children(alerts: Sequence[Alert], now: datetime, policy: AlertPolicy) -> set[int]:
    """Bring in line which alerts of one patient are quiet. One that is muted no more is told from the start.

    Returns those whose steps were written by this.
    """
    wanted, planned = muted(alerts), set()
    for alert in alerts:
        parent = wanted.get(alert.pk)
        if alert.state == AlertState.RESOLVED or alert.muted_by_id == parent:
            continue
        was = alert.muted_by_id
        if parent is not None:
            _change(alert, muted_by_id=parent)
        if was is None:
            insert_event(alert, AlertHappened.MUTED, now, words=_headline(alerts, parent))
        elif parent is None:
            _unmute(alert, now, policy)
            planned.add(alert.pk)
    return planned


def _unmute(alert: Alert, now: datetime, policy: AlertPolicy) -> None:
    changes: dict = {"muted_by_id": None}
    if alert.state in UNANSWERED:
        if alert.state != AlertState.RAISED:
            check_alert_move(AlertState(alert.state), AlertState.RAISED)
        changes.update(state=AlertState.RAISED, raising=alert.raising + 1)
    _change(alert, **changes)
    insert_event(alert, AlertHappened.UNMUTED, now)
    if alert.state in UNANSWERED:
        plan_steps(alert, now, policy)


def _change(alert: Alert, **columns: object) -> None:
    if Alert.objects.filter(pk=alert.pk, state=alert.state).update(**columns) != 1:
        raise NotSettled
    for name, value in columns.items():
        setattr(alert, name, value)


def _headline(alerts: Sequence[Alert], pk: int | None) -> str:
    return next((each.headline for each in alerts if each.pk == pk), "")


class NotSettled(Exception):
    """Another worker changed the same alerts at the same time; what is due stays due."""
