"""Draft the hospital's own version of a rule set: its numbers, its counting, and how old values may be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Max

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict, NotFound
from tracker.reasons import check_reason
from tracker.roles import Perm
from tracker.times import read_instant

from ..binding import thresholds_as_text
from ..models import RuleVersion
from ..published import Published, in_force, versions
from ..rules.registry import newest_sets
from ..rules.rule_set import RuleSet
from ..version_values import VersionValues, read_version

AHEAD_AT_MOST = timedelta(days=366)


@action("draft_version", Perm.PRESCRIBE)
def draft_version(
    *,
    by: Actor,
    trail: Trail,
    rule_set: str,
    values: Mapping[str, object],
    reason: str,
    effective_from: str | datetime | None = None,
) -> RuleVersion:
    """A draft on the newest shipped version. It binds nothing until another prescriber and a pharmacist have signed.

    `values` holds numbers by "RULE-ID.name", counts and ages; what is left out is as printed, or as the hospital's
    settings say. Without `effective_from` it is in force from its last signature on.
    Raises: NotFound, BadInput naming the number, Several, Conflict nothing_changed. Audit: every number that differs.
    """
    trail.about(object_type="rule_version")
    base = next((each for each in newest_sets() if each.id == rule_set), None)
    if base is None:
        raise NotFound("no_such_rule_set", f"There is no rule set {rule_set[:60]!r}.", remedy="Look at the list.")
    reason = check_reason(reason, what="A version of the rules")
    read = read_version(base, values)
    now = clock.now()
    known = versions(base.id)
    before = in_force(now, known).get(base.id)
    _check_changed(read, before)
    row = RuleVersion.objects.create(
        rule_set=base.id,
        base=base.version,
        number=_next_number(base),
        thresholds=thresholds_as_text(sorted(read.thresholds.items())),
        counting=read.counting,
        max_age_min=read.max_age_min,
        effective_from=_read_start(effective_from, now),
        drafted_by=by.user,
        drafted_at=now,
        reason=reason,
    )
    trail.about(object_type="rule_version", object_id=row.pk)
    trail.done(before=before.data if before else None, after=as_plain(row), reason=reason)
    return row


def as_plain(row: RuleVersion) -> dict:
    """The version as plain data."""
    return {
        "rule_set": str(row),
        "thresholds": row.thresholds,
        "counting": row.counting,
        "max_age_min": row.max_age_min,
        "effective_from": row.effective_from,
    }


def _next_number(base: RuleSet) -> int:
    drafted = RuleVersion.objects.filter(rule_set=base.id, base=base.version)
    return 1 + (drafted.aggregate(newest=Max("number"))["newest"] or 0)


def _check_changed(read: VersionValues, before: Published | None) -> None:
    """A draft that changes nothing would only be a new name for the same rules."""
    now_set = (before.row.thresholds, before.row.counting, before.row.max_age_min) if before else ({}, None, None)
    if (thresholds_as_text(sorted(read.thresholds.items())), read.counting, read.max_age_min) == now_set:
        raise Conflict(
            "nothing_changed",
            "This draft says the same as the version in force.",
            remedy="Change a number, or leave it as it is.",
        )


def _read_start(raw: str | datetime | None, now: datetime) -> datetime:
    if raw in (None, ""):
        return now
    start = read_instant(raw, field="effective_from", what="time from which the version is in force")
    if start < now:
        raise BadInput(
            "in_the_past",
            "A version cannot be in force before it was drafted.",
            field="effective_from",
            remedy="Leave it empty: then it is in force from its last signature on.",
        )
    if start > now + AHEAD_AT_MOST:
        raise BadInput(
            "too_far_ahead",
            "A version cannot be drafted more than a year ahead.",
            field="effective_from",
            remedy="Choose an earlier time.",
        )
    return start
