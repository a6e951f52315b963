"""The only wall clock of the product: everything else takes the instant as an argument or asks here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_told: ContextVar[datetime | None] = ContextVar("told_time", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def telling(instant: datetime) -> Iterator[None]:
    """Inside the block `now()` answers `instant`. Only for the demo ward's simulator, which lives faster."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _told.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)
