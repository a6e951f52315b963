"""Whether each sweep has done its work, asked of the database, and whether the ground holds: a sentence or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from dosing.models import Cycle
from dosing.rules.wording import listed
from dosing.states import CycleState
from tracker.backup import last_backup_at
from tracker.models import ChartState, Round

from .models import Alert, AlertStep, CycleWatch, Delivery
from .outbox import DeliveryState
from .states import UNANSWERED, AlertState

WITHIN = timedelta(seconds=60)
MB = 1_000_000


def reviews(now: datetime) -> str:
    """Every change of a chart is looked at within a minute. One that goes on changing is not thereby on time."""
    limit = now - WITHIN
    waits = Round.objects.filter(patient=OuterRef("pk"), seq__gt=OuterRef("reviewed_seq"), recorded_at__lt=limit)
    due = ChartState.objects.filter(seq__gt=F("reviewed_seq"))
    late = due.filter(Q(changed_at__lt=limit) | Q(changed_at__isnull=True) | Exists(waits)).count()
    return _words(late, "changed chart was not looked at", "changed charts were not looked at")


def looks(now: datetime) -> str:
    """Every open cycle is looked at when time may have changed something."""
    limit = now - WITHIN
    late = CycleWatch.objects.filter(look_at__lt=limit).count()
    unwatched = Cycle.objects.exclude(state=CycleState.ENDED).filter(watch__isnull=True, prescribed_at__lt=limit)
    late += unwatched.filter(patient__chart__seq=F("patient__chart__reviewed_seq")).count()
    return _words(late, "running cycle was not looked at", "running cycles were not looked at")


def steps(now: datetime) -> str:
    """Every open alert has an answer that counts, or a next step in the future, or a graver alert that says more."""
    limit = now - WITHIN
    to_do = AlertStep.objects.filter(alert=OuterRef("pk"), raising=OuterRef("raising"), done_at__isnull=True)
    waiting = Alert.objects.filter(state__in=UNANSWERED, muted_by__isnull=True, raised_at__lt=limit)
    without = waiting.exclude(Exists(to_do)).count()
    overdue = waiting.filter(Exists(to_do.filter(due_at__lt=limit))).count()
    lapsed = Alert.objects.filter(state=AlertState.ACKNOWLEDGED, acknowledged_until__lt=limit).count()
    stuck = without + overdue + lapsed
    return _words(stuck, "open alert has no next step", "open alerts have no next step")


def deliveries(now: datetime) -> str:
    """Every notice that is due is out, or has failed for good and was told to the next in line."""
    late = Delivery.objects.filter(state=DeliveryState.TO_DELIVER, due_at__lt=now - WITHIN).count()
    return _words(late, "notice was not sent", "notices were not sent")


def disk(now: datetime) -> str:
    """Where the data, the embedded database and the downtime sheets lie there is room left."""
    wanted = {"the data": Path(settings.VAR_DIR), "the downtime sheets": Path(settings.VAR_DIR) / "downtime"}
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") and connection.settings_dict["NAME"]:
        wanted["the database"] = Path(connection.settings_dict["NAME"]).parent
    free = {what: shutil.disk_usage(path).free // MB for what, path in wanted.items() if path.is_dir()}
    short = {what: left for what, left in free.items() if left < settings.DISK_FREE_MB}
    if not short:
        return ""
    return f"Only {min(short.values())} MB are free where {listed(list(short))} lie: on a full disk nothing is charted."


def backup(now: datetime) -> str:
    """The last backup is young enough. Watched from the first one on, or as soon as BACKUP_STAMP names a file."""
    made_at, limit = last_backup_at(), timedelta(hours=settings.BACKUP_MAX_AGE_H)
    if made_at is None:
        return "No backup was ever made: the file of BACKUP_STAMP is not there." if settings.BACKUP_STAMP else ""
    if now - made_at <= limit:
        return ""
    return f"The last backup is {(now - made_at) // timedelta(hours=1)} h old, more than {settings.BACKUP_MAX_AGE_H} h."


CHECKS: dict[str, Callable[[datetime], str]] = {
    "reviews": reviews,
    "looks": looks,
    "steps": steps,
    "deliveries": deliveries,
    "disk": disk,
    "backup": backup,
}


def _words(count: int, one: str, many: str) -> str:
    if count == 0:
        return ""
    return f"{count} {one if count == 1 else many} within {WITHIN.total_seconds():.0f} s."
