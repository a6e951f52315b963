"""The hospital's alert settings: drafted by one, signed by a second person of the other kind, never edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from dosing.actions.sign_settings import check_kinds
from tracker import clock, poke
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict, NotAllowed, NotFound
from tracker.reasons import check_reason
from tracker.roles import Perm
from tracker.signatures import Signature, check_fresh
from tracker.times import read_instant

from ..models import CycleWatch, PolicyVersion, PolicyVersionEvent
from ..poking import LOOK
from ..policy_queries import SIGNED, WITHDRAWN, newest_in_force
from ..policy_values import read_policy

AHEAD_AT_MOST = timedelta(days=366)


@action("draft_alert_settings", Perm.SIGN_SETTINGS)
def draft_policy(
    *,
    by: Actor,
    trail: Trail,
    values: Mapping[str, object],
    reason: str,
    effective_from: str | datetime | None = None,
) -> PolicyVersion:
    """A draft, which binds nothing yet. Without `effective_from` it is in force from its signature on.

    Raises: BadInput naming the number, Several, Conflict nothing_changed. Audit: every number that differs.
    """
    trail.about(object_type="alert_settings")
    reason = check_reason(reason, what="Changing the alert settings")
    read, now = read_policy(values), clock.now()
    before = newest_in_force(now)
    if read == before.values:
        raise Conflict(
            "nothing_changed", "This draft says the same as what is in force.", remedy="Change a number, or leave it."
        )
    row = PolicyVersion.objects.create(
        values=read,
        effective_from=_read_start(effective_from, now),
        drafted_by=by.user,
        drafted_at=now,
        reason=reason,
    )
    changed = {name for name in read.keys() | before.values.keys() if read.get(name) != before.values.get(name)}
    trail.about(object_type="alert_settings", object_id=row.pk)
    trail.done(
        before={"version": before.version, **{name: before.values.get(name) for name in sorted(changed)}},
        after={
            "version": row.pk,
            "effective_from": row.effective_from,
            **{name: read.get(name) for name in sorted(changed)},
        },
        reason=reason,
    )
    return row


@action("sign_alert_settings", Perm.SIGN_SETTINGS)
def sign_policy(*, by: Actor, trail: Trail, version: int, signature: Signature) -> PolicyVersionEvent:
    """The second signature: a pharmacist under a prescriber's draft, a prescriber under a pharmacist's.

    Alerts that are raised keep the steps that they have. Every running cycle is looked at as soon as it is in force.
    Raises: NotFound, NotAllowed, Conflict signed or withdrawn. Audit: the version, and since when it is in force.
    """
    row = _open_draft(version, trail)
    if signature.user.pk != (by.user.pk if by.user else None):
        raise NotAllowed("not_own_signature", "Sign with your own password.", field="secret", remedy="Type your own.")
    check_fresh(signature, field="secret")
    check_kinds(row.drafted_by, signature.user)
    now = clock.now()
    event = PolicyVersionEvent.objects.create(version=row, kind=SIGNED, by=by.user, at=now)
    since = max(row.effective_from, now)
    CycleWatch.objects.filter(look_at__gt=since).update(look_at=since)
    poke.nudge(LOOK)
    trail.done(
        after={"version": row.pk, "drafted_by": row.drafted_by.full_name, "in_force_from": since}, reason=row.reason
    )
    return event


@action("withdraw_alert_settings", Perm.SIGN_SETTINGS)
def withdraw_policy(*, by: Actor, trail: Trail, version: int, reason: str) -> PolicyVersionEvent:
    """Take back a draft that nobody has signed; it stays readable.

    Raises: NotFound, BadInput, Conflict signed or withdrawn. Audit: the reason.
    """
    row = _open_draft(version, trail)
    reason = check_reason(reason, what="Withdrawing a draft")
    event = PolicyVersionEvent.objects.create(version=row, kind=WITHDRAWN, by=by.user, at=clock.now(), reason=reason)
    trail.done(after={"version": row.pk, "withdrawn": True}, reason=reason)
    return event


def _open_draft(version: int, trail: Trail) -> PolicyVersion:
    """The draft, its row locked, which orders what is done to it."""
    row = PolicyVersion.objects.select_for_update(of=("self",)).select_related("drafted_by").filter(pk=version).first()
    if row is None:
        raise NotFound("no_such_version", "There is no such version.", remedy="Look at the list of versions.")
    trail.about(object_type="alert_settings", object_id=row.pk)
    done = row.events.select_related("by").first()
    if done is not None:
        raise Conflict(
            done.kind,
            f"{done.by.full_name} has {done.get_kind_display().lower()} this version already.",
            remedy="Draft a new one to change it.",
        )
    return row


def _read_start(raw: str | datetime | None, now: datetime) -> datetime:
    if raw in (None, ""):
        return now
    start = read_instant(raw, field="effective_from", what="time from which it is in force")
    if not now <= start <= now + AHEAD_AT_MOST:
        raise BadInput(
            "bad_start",
            "It can be in force from now on, or from a time within a year.",
            field="effective_from",
            remedy="Leave it empty: then it is in force from its signature on.",
        )
    return start
