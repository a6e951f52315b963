"""The gate around every action: who may, one transaction, at least one audit entry, refusals included."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from ..errors import Conflict, NotAllowed, Refusal, Several
from ..models import Patient
from ..roles import ROLES, Perm, may
from .record import Actor, Entry, write

log = logging.getLogger(__name__)
Result = TypeVar("Result")


class Trail:
    """What one action tells the auditor. The action calls `about` as soon as it knows whom it concerns, `done` last."""

    def __init__(self, action: str, by: Actor) -> None:
        self.action = action
        self.by = by
        self.patient: Patient | None = None
        self.object_type = ""
        self.object_id: int | None = None
        self.entries = 0

    def about(self, *, patient: Patient | None = None, object_type: str = "", object_id: int | None = None) -> None:
        """Whom and what the action concerns; also used when it is refused later on."""
        self.patient = patient or self.patient
        if object_type:
            self.object_type, self.object_id = object_type, object_id

    def done(
        self, *, before: dict | None = None, after: dict | None = None, reason: str = "", action: str = ""
    ) -> None:
        """Write the entry of what was done."""
        self._write(Entry(**self._whom(action), before=before, after=after, reason=reason))

    def refused(self, refusal: Refusal) -> None:
        """Write the entry of what was refused and why."""
        after: dict[str, Any] = {"code": refusal.code, "field": refusal.field, **refusal.extra}
        if isinstance(refusal, Several):
            after["all"] = [{"code": each.code, "field": each.field} for each in refusal.refusals]
        self._write(Entry(**self._whom(""), outcome="refused", after=after, reason=refusal.sentence))

    def _whom(self, action: str) -> dict:
        return {
            "action": action or self.action,
            "patient": self.patient,
            "object_type": self.object_type,
            "object_id": self.object_id,
        }

    def _write(self, entry: Entry) -> None:
        write(by=self.by, entry=entry)
        self.entries += 1


def action(
    name: str, permission: Perm | None, *, quiet: bool = False
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Make a function an action called with `by=` and keyword arguments; it gets `trail=` beside them.

    `permission` None is for the system's own sweeps and for signing in. A refusal rolls everything back, is audited
    and goes on to the face; a refusal that `keeps` commits what the action wrote, because the refusal is itself
    part of the chart. An action that ends without an entry is a programming error and is rolled back.
    `quiet` is for the system's own sweeps alone, which look every few seconds: one that found nothing to do, or only
    noted that it looked, leaves no entry.
    """
    if quiet and permission is not None:
        raise ValueError(f"{name} is done by people: it cannot be quiet")

    def wrap(function: Callable[..., Result]) -> Callable[..., Result]:
        @functools.wraps(function)
        def run(*, by: Actor, **arguments: Any) -> Result:
            trail = Trail(name, by)
            try:
                kept: Refusal | None = None
                with transaction.atomic():
                    _check(by, permission)
                    try:
                        result = function(by=by, trail=trail, **arguments)
                    except Refusal as refusal:
                        if not refusal.keeps:
                            raise
                        trail.refused(refusal)
                        kept = refusal
                    else:
                        if trail.entries == 0 and not quiet:
                            raise RuntimeError(f"{name} wrote no audit entry")
            except IntegrityError as problem:
                refusal = _by_the_database(name, problem)
                with transaction.atomic():
                    trail.refused(refusal)
                raise refusal from None
            except Refusal as refusal:
                with transaction.atomic():
                    trail.refused(refusal)
                raise
            if kept is not None:
                raise kept
            return result

        return run

    return wrap


def _by_the_database(name: str, problem: IntegrityError) -> Conflict:
    """A constraint refused what the code had let pass: two people at once."""
    # The first line names the constraint; what follows would put a patient's data into the log.
    log.warning("%s refused by the database: %s", name, str(problem).partition("\n")[0])
    return Conflict(
        "changed_meanwhile", "Somebody else has just changed this.", remedy="Reload the page and look again."
    )


def _check(by: Actor, permission: Perm | None) -> None:
    if permission is None:
        return
    if by.user is None or not by.user.is_active or not may(by.user.role, permission):
        role = ROLES[by.user.role].display_name.lower() if by.user else "unknown person"
        raise NotAllowed(
            "not_allowed",
            f"As {role} you may not do this.",
            remedy="Ask a colleague whose role allows it.",
            extra={"permission": permission.value},
        )
