"""The ways out of the house: one module each, with one function that sends a notice or raises NotSent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..outbox import Channel
from .email import send_email
from .notice import Notice, NotSent
from .pager import send_pager
from .webhook import send_webhook

SENDERS: Mapping[Channel, Callable[[Notice], None]] = {
    Channel.EMAIL: send_email,
    Channel.APPRISE: send_pager,
    Channel.WEBHOOK: send_webhook,
}

__all__ = ["SENDERS", "NotSent", "Notice"]
