"""Where alerts go outside the pages, and what is to be delivered there: the outbox."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracker.models import User, Ward

from ..outbox import Channel, DeliveryState
from .alert import Alert
from .step import AlertStep


class Contact(models.Model):
    """One address of a person, or of a ward. `secret` signs webhooks. An ended contact is kept for its deliveries."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="contacts", null=True)
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="contacts", null=True)
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    address = models.CharField(max_length=500)
    secret = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, ward__isnull=True) | Q(user__isnull=True, ward__isnull=False),
                name="alerts_contact_of_person_or_ward",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[c.value for c in Channel]), name="alerts_contact_channel_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} contact {self.pk}"


class Delivery(models.Model):
    """One notice to one address, written with the step that tells: at least once out, once in this table.

    `due_at` is when it is tried next; a worker that takes it moves `due_at` past its lease, so that a worker that was
    killed in between leaves it due again. The receiver sees the same `key` each time and shows it once.
    """

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="deliveries")
    step = models.ForeignKey(AlertStep, on_delete=models.PROTECT, related_name="deliveries")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="deliveries")
    key = models.UUIDField(unique=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in DeliveryState], default=DeliveryState.TO_DELIVER
    )
    subject = models.CharField(max_length=200)
    words = models.CharField(max_length=900)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "contact"], name="alerts_delivered_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in DeliveryState]), name="alerts_delivery_state_is_known"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="to_deliver"), name="alerts_outbox")]

    def __str__(self) -> str:
        return f"delivery {self.key}"
