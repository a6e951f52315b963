"""Note that alerts were shown to a person: measured from then on is how long the answer took."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor

from ..models import Alert, AlertSight, AppNotice
from ..states import UNANSWERED


@action("see_alerts", None, quiet=True)
def see_alerts(*, by: Actor, trail: Trail, alert_ids: Iterable[int]) -> int:
    """The first sight of each that waits for an answer, and what this person was told of it is shown by this.

    Two queries when there is nothing new. Audit: nothing, because being on a screen is no act of a person.
    """
    wanted, now = list(alert_ids), clock.now()
    _shown(by, wanted, now)
    seen = AlertSight.objects.filter(alert=OuterRef("pk"), raising=OuterRef("raising"))
    new = Alert.objects.filter(pk__in=wanted, state__in=UNANSWERED).exclude(Exists(seen))
    rows = [
        AlertSight(alert_id=pk, raising=raising, at=now, by=by.user) for pk, raising in new.values_list("pk", "raising")
    ]
    if rows:
        AlertSight.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@action("see_board", None, quiet=True)
def see_board(*, by: Actor, trail: Trail, alert_ids: Iterable[int]) -> int:
    """The board showed these beds' alerts to this person: one query. It draws no single alert, so it is no sight.

    Audit: nothing, as above.
    """
    return _shown(by, list(alert_ids), clock.now())


def _shown(by: Actor, alert_ids: list[int], now: object) -> int:
    """Each notice is shown once: the first page counts."""
    mine = AppNotice.objects.filter(user=by.user, alert__in=alert_ids, shown_at=None)
    return mine.update(shown_at=now)
