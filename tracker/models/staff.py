"""The site, its wards and beds, and the people who work there."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from ..roles import ROLE_CHOICES, ROLES


class Site(models.Model):
    """The one hospital of this installation. `demo` marks a site whose patients are made up."""

    name = models.CharField(max_length=120)
    demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="tracker_site_is_one")]

    def __str__(self) -> str:
        return self.name


class Ward(models.Model):
    """A ward with the time zone that its screens and printed times use."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=64, default="Europe/Berlin")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Bed(models.Model):
    """A place in a ward, named as the ward names it ("07")."""

    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="beds")
    label = models.CharField(max_length=10)

    class Meta:
        ordering = ["ward", "label"]
        constraints = [models.UniqueConstraint(fields=["ward", "label"], name="tracker_bed_label_once")]

    def __str__(self) -> str:
        return self.label


class UserManager(BaseUserManager):
    """Finds people by their sign-in name."""

    def get_by_natural_key(self, username: str) -> User:
        return self.get(username=username.lower())


class User(AbstractBaseUser):
    """A member of staff: one role, the wards they belong to, a secret of their own."""

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    wards = models.ManyToManyField(Ward, related_name="staff", blank=True)
    is_active = models.BooleanField(default=True)
    # An administrator chose the password and knows it: it opens only the page on which the person chooses an own one.
    password_is_given = models.BooleanField(default=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name", "role"]

    class Meta:
        ordering = ["full_name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=list(ROLES)), name="tracker_user_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.full_name


class Token(models.Model):
    """A key of other software to act as one person. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token of {self.user_id}"
