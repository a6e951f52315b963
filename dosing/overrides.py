"""A prescriber's override of one dose, and which findings it covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.errors import NotAllowed
from tracker.models import User
from tracker.roles import Perm, may

from .models import Cycle, DoseEvent, Slot
from .rules.assess import Assessment
from .rules.verdict import Verdict
from .site_values import NOBODY, ORDERING_PRESCRIBER, OVERRIDERS
from .states import Happened


@dataclass(frozen=True)
class SignedOverride:
    """What the prescriber saw when signing: the verdict and the findings by id."""

    event_id: int
    verdict: Verdict
    findings: frozenset[str]

    def covers(self, assessment: Assessment) -> bool:
        """True when nothing graver or new has come up since the signature."""
        if assessment.verdict.rank > self.verdict.rank:
            return False
        return {finding.id for finding in assessment.findings} <= self.findings


def may_override(cycle: Cycle, user: User) -> bool:
    """Whether the hospital lets this person go past a hold of this cycle; older settings left it to any prescriber."""
    if not may(user.role, Perm.OVERRIDE_HOLD) or cycle.settings.override_by == NOBODY:
        return False
    return cycle.settings.override_by != ORDERING_PRESCRIBER or cycle.prescribed_by_id == user.pk


def check_may_override(cycle: Cycle, user: User) -> None:
    """Raises: NotAllowed may_not_override."""
    if not may_override(cycle, user):
        raise NotAllowed(
            "may_not_override",
            f"You may not override a hold of this cycle. {OVERRIDERS[cycle.settings.override_by]}.",
            remedy="The hospital has signed this under Settings.",
        )


def newest_override(events: Iterable[DoseEvent], slot: Slot) -> SignedOverride | None:
    """The newest override of the slot among the cycle's events, None when nobody signed one."""
    signed = [event for event in events if event.kind == Happened.OVERRIDE and event.slot_id == slot.pk]
    return signed_override(signed[-1]) if signed else None


def signed_override(event: DoseEvent) -> SignedOverride:
    """The override as it was signed."""
    return SignedOverride(
        event_id=event.pk,
        verdict=Verdict(event.verdict),
        findings=frozenset(finding["id"] for finding in event.decision["findings"]),
    )
