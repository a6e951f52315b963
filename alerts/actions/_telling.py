"""Writes that people are told by a step: inside the product, and outside by each of their addresses."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.models import User, Ward

from ..causes import shortened
from ..duty_queries import contacts_of
from ..escalation import DUTY_WORDS
from ..models import Alert, AlertStep, AppNotice, Contact, Delivery
from ..notice import notice


def tell(alert: Alert, step: AlertStep, people: Sequence[User], ward: Ward | None, now: datetime) -> int:
    """One notice in the app for each person and one delivery for each address, in the transaction of the caller.

    `ward` where the ward's own addresses are to hear of it too. Returns how many go out of the house.
    """
    AppNotice.objects.bulk_create(AppNotice(alert=alert, step=step, user=user, due_at=now) for user in people)
    zone = ZoneInfo(alert.ward.timezone) if alert.ward else ZoneInfo("UTC")
    subject, words = notice(alert, DUTY_WORDS[step.duty], now, zone)
    contacts: list[Contact] = list(contacts_of(people, ward))
    Delivery.objects.bulk_create(
        Delivery(
            alert=alert,
            step=step,
            contact=contact,
            key=uuid.uuid4(),
            subject=shortened(subject, 200),
            words=shortened(words, 900),
            made_at=now,
            due_at=now,
        )
        for contact in contacts
    )
    return len(contacts)


def names_of(people: Sequence[User]) -> str:
    """ "Nina Nurse, Noah Nurse"."""
    return ", ".join(user.full_name for user in people)
