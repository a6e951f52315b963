"""What happened to doses and cycles: one insert-only table, with the decision that stood behind each event."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from tracker.models import User

from ..states import Happened
from .cycles import Cycle, Slot


class DoseEvent(models.Model):
    """One event. `at` is when it happened, `recorded_at` when it was entered, `by` who entered it.

    `decision` keeps what was decided as it was: verdict, findings, missing codes, refusals, rule sets at their
    version, and the chart's running number that the decision saw, so that it can be replayed. `checks` keeps what two
    people checked at the bedside before the start, or, of a dose given in a downtime, how it was judged at its entry.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="events")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="events", null=True)
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in Happened])
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    witness = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    overridden = models.BooleanField(default=False)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    verdict = models.CharField(max_length=12, blank=True)
    decision = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    checks = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    refers_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in Happened]), name="dosing_event_kind_is_known"
            ),
            # A dose is given once. `attempt` grows only after an earlier entry was struck as entered in error.
            models.UniqueConstraint(fields=["slot", "attempt"], condition=Q(kind="given"), name="dosing_given_once"),
            models.UniqueConstraint(
                fields=["slot", "attempt"],
                condition=Q(kind__in=["held", "omitted", "lapsed"]),
                name="dosing_slot_closed_once",
            ),
            models.UniqueConstraint(
                fields=["refers_to", "kind"],
                condition=Q(kind__in=["infusion_ended", "voided"]),
                name="dosing_event_answered_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind="given") | (Q(witness__isnull=False) & Q(slot__isnull=False) & ~Q(by=F("witness"))),
                name="dosing_given_by_two_people",
            ),
        ]
        indexes = [models.Index(fields=["cycle", "id"], name="dosing_event_by_cycle")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at.isoformat()}"
