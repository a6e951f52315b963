"""An answer whose time is over: the cause still stands, so everybody is asked again."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor

from ..models import Alert
from ..policy_queries import policy_in_force
from ..states import AlertHappened, AlertState, check_alert_move
from ._events import insert_event
from ._steps import plan_steps


@action("lapse_answer", None, quiet=True)
def lapse_answer(*, by: Actor, trail: Trail, alert_id: int) -> bool:
    """Raise the alert anew. False when somebody has resolved or answered it meanwhile: it stays as it is then.

    Whoever calls has brought the patient's alerts up to date first: what has no cause any more is resolved by now.
    Audit: whose answer lapsed.
    """
    alert = Alert.objects.select_for_update(of=("self",)).select_related("patient", "acknowledged_by").get(pk=alert_id)
    now = clock.now()
    over = alert.acknowledged_until is not None and alert.acknowledged_until <= now
    if alert.state != AlertState.ACKNOWLEDGED or not over:
        return False
    check_alert_move(AlertState.ACKNOWLEDGED, AlertState.RAISED)
    who = alert.acknowledged_by.full_name if alert.acknowledged_by else ""
    columns = {
        "state": AlertState.RAISED,
        "raised_at": now,
        "raising": alert.raising + 1,
        "acknowledged_at": None,
        "acknowledged_by": None,
        "acknowledged_until": None,
    }
    Alert.objects.filter(pk=alert.pk, state=AlertState.ACKNOWLEDGED).update(**columns)
    for name, value in columns.items():
        setattr(alert, name, value)
    insert_event(alert, AlertHappened.LAPSED, now, words=f"The answer of {who} is over, and the cause still stands.")
    plan_steps(alert, now, policy_in_force(now))
    trail.about(patient=alert.patient, object_type="alert", object_id=alert.pk)
    trail.done(action="alert_answer_lapsed", before={"acknowledged_by": who}, after={"state": alert.state})
    return True
