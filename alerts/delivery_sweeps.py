"""Empties the outbox. Each delivery is taken in one transaction, sent outside of any, and settled in another.

The worker that raises alerts never waits for a mail server or a gateway: deliveries go out on threads of their own,
and a row whose thread died with its process is due again when its lease is over.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connections

from tracker import clock
from tracker.audit.record import SYSTEM

from .actions.pull_in import pull_in_deliveries
from .actions.settle_delivery import claim_delivery, delivery_failed, delivery_went
from .channels import SENDERS, Notice, NotSent
from .models import Delivery
from .outbox import Channel, DeliveryState
from .sweeps import note_failure

log = logging.getLogger(__name__)

AT_ONCE = 4
MOST_WAITING = 200
_threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="delivery")
_under_way: set[int] = set()  # handed over and not settled: a slow gateway must not pile up the same work


def due_deliveries() -> list[int]:
    """What is to go out now, the longest due first."""
    due = Delivery.objects.filter(state=DeliveryState.TO_DELIVER, due_at__lte=clock.now())
    return list(due.order_by("due_at", "id").values_list("id", flat=True)[:MOST_WAITING])


def start_deliveries() -> list[Future]:
    """Hand over all that is due to the threads and come back at once."""
    pull_in_deliveries(by=SYSTEM)
    wanted = [delivery_id for delivery_id in due_deliveries() if delivery_id not in _under_way]
    _under_way.update(wanted)
    return [_threads.submit(_deliver_apart, delivery_id) for delivery_id in wanted]


def _deliver_apart(delivery_id: int) -> None:
    try:
        deliver(delivery_id)
    except Exception as problem:
        log.exception("delivery %s stays due", delivery_id)
        note_failure(f"delivery {delivery_id}", problem)
    finally:
        _under_way.discard(delivery_id)
        connections.close_all()


def deliver(delivery_id: int) -> bool:
    """Send one; False when another worker has it, when nobody needs it any more, or when it did not go out."""
    delivery = claim_delivery(by=SYSTEM, delivery_id=delivery_id)
    if delivery is None:
        return False
    try:
        SENDERS[Channel(delivery.contact.channel)](_notice(delivery))
    except NotSent as problem:
        log.warning("delivery %s, try %s: %s", delivery_id, delivery.attempts, problem)
        delivery_failed(by=SYSTEM, delivery_id=delivery_id, problem=str(problem))
        return False
    except Exception as problem:
        log.exception("delivery %s, try %s", delivery_id, delivery.attempts)
        delivery_failed(by=SYSTEM, delivery_id=delivery_id, problem=type(problem).__name__)
        return False
    delivery_went(by=SYSTEM, delivery_id=delivery_id)
    return True


def _notice(delivery: Delivery) -> Notice:
    return Notice(
        key=str(delivery.key),
        subject=delivery.subject,
        words=delivery.words,
        kind=delivery.alert.kind,
        alert_id=delivery.alert_id,
        made_at=delivery.made_at,
        address=delivery.contact.address,
        secret=delivery.contact.secret,
    )
