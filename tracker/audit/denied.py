"""Audits a write that never reached its action, because the role of the person does not allow it."""

from __future__ import annotations

from ..errors import NotAllowed
from .gate import Trail, action
from .record import Actor


@action("write_by_api", None)
def deny_endpoint(*, by: Actor, trail: Trail, path: str, refusal: NotAllowed) -> None:
    """Raises: the refusal. Audit: who tried, and where."""
    _deny(trail, "endpoint", path, refusal)


@action("write_by_page", None)
def deny_page(*, by: Actor, trail: Trail, path: str, refusal: NotAllowed) -> None:
    """Raises: the refusal. Audit: who tried, and where."""
    _deny(trail, "page", path, refusal)


def _deny(trail: Trail, kind: str, path: str, refusal: NotAllowed) -> None:
    refusal.extra["path"] = path
    trail.about(object_type=kind)
    raise refusal
