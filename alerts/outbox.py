"""The channels and the life of a delivery: when it is tried again, and when it has failed for good. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Channel(StrEnum):
    """The ways out of the house. The pages themselves need none: they read the alerts from the database."""

    EMAIL = "email"
    APPRISE = "apprise"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    TO_DELIVER = "to_deliver"
    DELIVERED = "delivered"
    FAILED = "failed"
    NOT_NEEDED = "not_needed"


DELIVERY_MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.TO_DELIVER: frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.NOT_NEEDED}),
    DeliveryState.DELIVERED: frozenset(),
    DeliveryState.FAILED: frozenset(),
    DeliveryState.NOT_NEEDED: frozenset(),
}
# After the first, second ... try. With a timeout of some seconds for each the last fails about four minutes after the
# first: before the second step of an urgent alert.
WAIT_S = (5, 10, 20, 40, 80)
MOST_TRIES = len(WAIT_S) + 1
TIMEOUT_S = 8
# A worker that took a delivery and was killed: another may take it after this long.
LEASE = timedelta(seconds=45)
# No notice waits longer between two tries, nor for a worker that took it.
LONGEST_PAUSE = max(LEASE, timedelta(seconds=max(WAIT_S)))


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many tries; None when it has failed for good."""
    return None if attempts >= MOST_TRIES else timedelta(seconds=WAIT_S[max(attempts, 1) - 1])
