"""Fetches an alert within a person's reach: what is out of reach does not exist."""

from __future__ import annotations

from tracker.errors import NotFound
from tracker.models import User
from tracker.permissions import stay_for, ward_ids
from tracker.roles import SITE_WIDE, Perm, may

from .models import Alert

RELATED = ("patient", "ward", "acknowledged_by", "muted_by")


def alert_for(user: User, alert_id: int, *, lock: bool = False) -> Alert:
    """One alert of a patient on this person's wards, with the patient; `lock` keeps its row.

    An alert of the system belongs to its ward, or to everybody when it is about the whole site, and each of them to
    who looks after the site. An alert about a patient is there only for those who answer such.
    Raises: NotFound no_such_alert.
    """
    refusal = NotFound("no_such_alert", "There is no such alert on your wards.")
    # Who waited for the lock sees the row as it is then, but rows joined to it as they were before: so none is joined.
    alerts = Alert.objects.select_for_update() if lock else Alert.objects.select_related(*RELATED)
    alert = alerts.filter(pk=alert_id).first()
    if alert is None:
        raise refusal
    if alert.patient_id is None:
        if alert.ward_id is not None and alert.ward_id not in ward_ids(user) and user.role not in SITE_WIDE:
            raise refusal
        return alert
    if not may(user.role, Perm.ANSWER_ALERT):
        raise refusal
    try:
        stay_for(user, alert.patient_id)
    except NotFound:
        raise refusal from None
    return alert
