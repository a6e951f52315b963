"""Note that alerts were shown to a person: measured from then on is how long the answer took."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor

from ..models import Alert, AlertSight
from ..states import UNANSWERED


@action("see_alerts", None, quiet=True)
def see_alerts(*, by: Actor, trail: Trail, alert_ids: Iterable[int]) -> int:
    """The first sight of each that waits for an answer; one query when there is nothing new.

    Audit: nothing, because being on a screen is no act of a person.
    """
    seen = AlertSight.objects.filter(alert=OuterRef("pk"), raising=OuterRef("raising"))
    new = Alert.objects.filter(pk__in=list(alert_ids), state__in=UNANSWERED).exclude(Exists(seen))
    now = clock.now()
    rows = [
        AlertSight(alert_id=pk, raising=raising, at=now, by=by.user) for pk, raising in new.values_list("pk", "raising")
    ]
    if rows:
        AlertSight.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
