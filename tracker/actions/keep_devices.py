"""Enrol and revoke shared tablets, set one's own PIN, and lock a tablet."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import make_password

from .. import clock
from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..devices import digest, site_locks_after
from ..errors import BadInput, Conflict, NotAllowed, NotFound
from ..models import Device, Pin, Ward
from ..roles import Perm
from ..signatures import Signature, check_fresh, is_pin
from ..typed import short_text


@action("enrol_device", Perm.MANAGE_STAFF)
def enrol_device(
    *, by: Actor, trail: Trail, name: str, ward_id: int | None, lock_after_min: int | None
) -> tuple[str, Device]:
    """A new tablet of a ward, and the key for its cookie, which is shown to nobody and not kept.

    `lock_after_min` None: it locks as the site's tablets do.
    Raises: BadInput missing_name, no_such_ward, bad_lock. Audit: name, ward and when it locks.
    """
    name = short_text(name, field="name", longest=60)
    if not name:
        raise BadInput("missing_name", "The tablet needs a name.", field="name", remedy="As it stands on its label.")
    ward = Ward.objects.filter(pk=ward_id).first()
    if ward is None:
        raise BadInput("no_such_ward", "There is no such ward.", field="ward", remedy="Choose one from the list.")
    site = site_locks_after()
    if lock_after_min is not None and not 1 <= lock_after_min <= site:
        raise BadInput(
            "bad_lock",
            f"The tablets of this site lock after {site} min; one of them may lock sooner, not later.",
            field="lock_after_min",
            remedy=f"A number from 1 to {site}, or nothing.",
        )
    key = secrets.token_urlsafe(32)
    device = Device.objects.create(
        name=name,
        ward=ward,
        digest=digest(key),
        lock_after_min=lock_after_min,
        enrolled_by=by.user,
        enrolled_at=clock.now(),
    )
    trail.about(object_type="device", object_id=device.pk)
    trail.done(after={"name": name, "ward": ward.code, "lock_after_min": lock_after_min})
    return key, device


@action("revoke_device", Perm.MANAGE_STAFF)
def revoke_device(*, by: Actor, trail: Trail, device_id: int) -> Device:
    """From now on the tablet is a browser like any other. Raises: NotFound, Conflict. Audit: which."""
    device = Device.objects.select_for_update().filter(pk=device_id).first()
    if device is None:
        raise NotFound("no_such_device", "There is no such tablet.")
    trail.about(object_type="device", object_id=device.pk)
    if device.revoked_at is not None:
        raise Conflict("already_revoked", "This tablet was revoked before.", remedy="Nothing is left to do.")
    device.revoked_at = clock.now()
    device.save(update_fields=["revoked_at"])
    trail.done(after={"name": device.name, "revoked_at": device.revoked_at})
    return device


@action("set_pin", Perm.SIGNED_IN)
def set_pin(*, by: Actor, trail: Trail, signature: Signature, pin: str) -> None:
    """One's own PIN, set with one's password.

    Raises: BadInput bad_pin, weak_pin; NotAllowed not_own_signature, stale_signature. Audit: the fact, never the PIN.
    """
    trail.about(object_type="staff", object_id=by.user.pk)
    if signature.user.pk != by.user.pk:
        raise NotAllowed("not_own_signature", "Everybody sets their own PIN.", field="secret")
    check_fresh(signature, field="secret")
    if not is_pin(pin):
        raise BadInput("bad_pin", "A PIN has 4 to 6 digits.", field="pin", remedy="Type digits only.")
    steps = {int(b) - int(a) for a, b in zip(pin, pin[1:], strict=False)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise BadInput("weak_pin", "Such a PIN is guessed at once.", field="pin", remedy="Not 1111 and not 1234.")
    Pin.objects.update_or_create(user=by.user, defaults={"hashed": make_password(pin), "set_at": clock.now()})
    trail.done(after={"username": by.user.username, "new_pin": True})


@action("lock_device", Perm.SIGNED_IN)
def record_lock(*, by: Actor, trail: Trail) -> None:
    """Audit that the session on a shared tablet ended by its lock."""
    trail.about(object_type="staff", object_id=by.user.pk)
    trail.done(after={"username": by.user.username})
