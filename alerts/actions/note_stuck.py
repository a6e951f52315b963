"""Rows at which a sweep fails again and again: noted, told as a system alert, and over when they fail no more."""

from __future__ import annotations

from django.db.models import F

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor

from ..models import Alert, StuckRow
from ..states import AlertKind, AlertState
from ..stuck import CAUSE, PASSES_AFTER, TOO_LONG, TOO_OFTEN, passes_after, words_of
from ..stuck_queries import whose
from .system_alert import raise_system_alert, resolve_system_alert


@action("note_stuck", None, quiet=True)
def note_stuck(*, by: Actor, trail: Trail, what: str, problem: str) -> int:
    """Count one failure of this row; returns how many there were. The sweep goes on with the others.

    It is told when it failed several times over half a minute: once may be a database that was busy.
    Audit: the alert when it is raised.
    """
    now = clock.now()
    row, new = StuckRow.objects.get_or_create(
        what=what, defaults={"first_at": now, "last_at": now, "problem": problem[:100]}
    )
    if new:
        return 1
    StuckRow.objects.filter(pk=what).update(failures=F("failures") + 1, last_at=now, problem=problem[:100])
    failures = row.failures + 1
    if failures >= TOO_OFTEN and now - row.first_at >= TOO_LONG:
        of = whose(what)
        raise_system_alert(by=by, cause=CAUSE + what, headline=words_of(what, problem, of.patient_id), ward=of.ward)
    return failures


@action("forget_stuck", None, quiet=True)
def forget_stuck(*, by: Actor, trail: Trail) -> int:
    """Rows that have not failed for a while have passed, or are not due any more. Audit: the alerts that end with it.

    Returns how many.
    """
    now, over = clock.now(), 0
    for row in StuckRow.objects.filter(last_at__lt=now - PASSES_AFTER):
        if now - row.last_at <= passes_after(row.what):
            continue
        StuckRow.objects.filter(pk=row.what).delete()
        over += 1
        known = Alert.objects.filter(kind=AlertKind.SYSTEM, cause=CAUSE + row.what).exclude(state=AlertState.RESOLVED)
        for alert in known.select_related("ward"):
            why = "It passed, or it is not due any more."
            resolve_system_alert(by=by, cause=alert.cause, ward=alert.ward, why=why)
    return over
