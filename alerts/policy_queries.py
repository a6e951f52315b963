"""Reads which alert settings were in force when: one query."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from .models import PolicyVersion, PolicyVersionEvent
from .policy import AlertPolicy, Timeline, policy_of
from .policy_values import read_policy

SIGNED = PolicyVersionEvent.Kind.SIGNED.value
WITHDRAWN = PolicyVersionEvent.Kind.WITHDRAWN.value


class InForce(NamedTuple):
    """One version with its numbers as they are stored. Version 0 is what ships; it has no `since`."""

    version: int
    since: datetime | None
    values: Mapping[str, str]


def begun_versions() -> list[InForce]:
    """Every signed version from when on it is in force, in that order: never before its signature."""
    rows = PolicyVersionEvent.objects.filter(kind=SIGNED).values_list(
        "version_id", "version__effective_from", "at", "version__values"
    )
    begun = [InForce(pk, max(effective, at), values) for pk, effective, at, values in rows]
    return sorted(begun, key=lambda each: (each.since, each.version))


def timeline() -> Timeline:
    """The same as policies."""
    return Timeline(tuple((each.since, policy_of(each.version, each.values)) for each in begun_versions()))


def policy_in_force(at: datetime) -> AlertPolicy:
    """The settings at that instant."""
    return timeline().at(at)


def newest_in_force(at: datetime) -> InForce:
    """The settings at that instant, with their numbers as text."""
    begun = [each for each in begun_versions() if each.since <= at]
    return begun[-1] if begun else InForce(0, None, read_policy({}))


def versions() -> list[PolicyVersion]:
    """Every version that was ever drafted, newest first, with what became of it: two queries."""
    return list(PolicyVersion.objects.select_related("drafted_by").prefetch_related("events__by").order_by("-id"))
