"""Courses, cycles and slots: the plan, and where it stands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracker.models import Patient, User

from ..states import CycleState, SlotState
from .site import SiteSettings


class Course(models.Model):
    """Up to two cycles that count together."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="courses")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "number"], name="dosing_course_number_once")]

    def __str__(self) -> str:
        return f"course {self.number} of patient {self.patient_id}"


class Cycle(models.Model):
    """One prescribed cycle, bound for life to its regimen, its rule sets at a version, and its settings.

    Only a prescriber's signed move changes what binds it. `amendments` repeats, as plain data, what the bound versions
    of the hospital set otherwise than the shipped ones, so that judging needs no other row. `stamp` is new with each
    dosing event and never reused. Exact numbers are text or whole numbers.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cycles")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    regimen = models.CharField(max_length=20)
    rule_sets = models.JSONField()
    amendments = models.JSONField(default=list)
    settings = models.ForeignKey(SiteSettings, on_delete=models.PROTECT, related_name="cycles")
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in CycleState], default=CycleState.PRESCRIBED
    )
    dosing_weight_kg = models.CharField(max_length=12)
    iu_per_kg = models.PositiveIntegerField()
    dose_iu = models.CharField(max_length=20)
    interval_min = models.PositiveIntegerField()
    doses = models.PositiveSmallIntegerField()
    first_dose_at = models.DateTimeField()
    ast_uln = models.CharField(max_length=10)
    alt_uln = models.CharField(max_length=10)
    prior = models.JSONField()
    prescribed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    prescribed_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)
    stamp = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="dosing_cycle_number_once"),
            models.UniqueConstraint(
                fields=["patient"], condition=~Q(state="ended"), name="dosing_one_open_cycle_per_patient"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in CycleState]), name="dosing_cycle_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="dosing_cycle_ended_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"cycle {self.number} of course {self.course_id}"


class Slot(models.Model):
    """One planned dose. `state` says where it stands; what happened is in its events."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="slots")
    number = models.PositiveSmallIntegerField()
    planned_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in SlotState], default=SlotState.OPEN)

    class Meta:
        ordering = ["cycle", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="dosing_slot_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in SlotState]), name="dosing_slot_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"dose {self.number} of cycle {self.cycle_id}"
