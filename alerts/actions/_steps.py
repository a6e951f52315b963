"""What the actions on alerts share: the steps of a raising, and which alerts of a patient are quiet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Min

from ..escalation import steps_from
from ..models import Alert, AlertStep
from ..muting import muted
from ..policy import AlertPolicy
from ..severity import calls_the_doctor, known_lately
from ..states import UNANSWERED, AlertHappened, AlertKind, AlertState, check_alert_move
from ._events import insert_event, told_so_far


def plan_steps(alert: Alert, now: datetime, policy: AlertPolicy, *, none_later: bool = False) -> None:
    """Write who is told when, if nobody answers. A muted alert gets its steps when it is not muted any more.

    `none_later`: nobody had answered the raising before this one. Whoever was told by then is told at once, and the
    others no later than they would have been: news that is graver must not make the last in line wait longer.
    """
    if alert.muted_by_id is not None:
        return
    promised = _promised(alert) if none_later else {}
    AlertStep.objects.bulk_create(
        AlertStep(
            alert=alert,
            raising=alert.raising,
            **due._replace(due_at=max(now, min(due.due_at, promised.get(due.duty, due.due_at))))._asdict(),
        )
        for due in steps_from(policy.routes[AlertKind(alert.kind)], now)
    )


def _promised(alert: Alert) -> dict[str, datetime]:
    """When each in the line was due first in the raising before."""
    before = AlertStep.objects.filter(alert=alert, raising=alert.raising - 1).order_by()
    return dict(before.values_list("duty").annotate(first=Min("due_at")))


def mute_children(alerts: Sequence[Alert], now: datetime, policy: AlertPolicy) -> set[int]:
    """Bring in line which alerts of one patient are quiet. One that is muted no more is told from the start.

    Returns those whose steps were written by this.
    """
    wanted, planned = muted(alerts, never=_heard(alerts, now)), set()
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


def _heard(alerts: Sequence[Alert], now: datetime) -> set[int]:
    """Those that tell of a value for which a doctor is called, or did within the hour: a value that hovers there is
    not told anew each time."""
    here = [alert for alert in alerts if alert.state != AlertState.RESOLVED]
    found = {alert.pk for alert in here if calls_the_doctor(alert.finding)}
    children = muted(here, never=found)
    for alert in here:
        if alert.pk not in children or alert.muted_by_id is not None:
            continue
        if any(map(calls_the_doctor, known_lately(told_so_far(alert), now))):
            found.add(alert.pk)
    return found


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
