"""Shared tablets that an administrator enrolled, and the short secrets that work on them."""

from __future__ import annotations

from django.db import models

from .staff import User, Ward


class Device(models.Model):
    """A tablet of one ward. Only the digest of the key in its cookie is kept; a revoked one stays in the list."""

    name = models.CharField(max_length=60)
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="devices")
    digest = models.CharField(max_length=64, unique=True)
    lock_after_min = models.PositiveSmallIntegerField(null=True)  # null: as the site; never longer than the site
    enrolled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)  # null: it still works

    class Meta:
        ordering = ["ward", "name", "id"]

    def __str__(self) -> str:
        return self.name


class LockTime(models.Model):
    """After how many idle minutes the tablets of the site lock. Insert-only; the newest is in force."""

    minutes = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__range=(1, 15)), name="tracker_lock_time_is_short")
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min"


class Pin(models.Model):
    """A person's own short secret, hashed like a password. It proves who they are on an enrolled tablet only."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="pin")
    hashed = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"PIN of {self.user_id}"
