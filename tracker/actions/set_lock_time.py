"""Set after how many idle minutes the shared tablets of the site lock."""

from __future__ import annotations

from .. import clock
from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..devices import LOCK_AFTER, site_locks_after
from ..errors import BadInput, Conflict, NotAllowed
from ..models import LockTime
from ..reasons import check_reason
from ..roles import Perm
from ..signatures import Signature, check_fresh


@action("set_lock_time", Perm.MANAGE_STAFF)
def set_lock_time(*, by: Actor, trail: Trail, minutes: int | None, reason: str, signature: Signature) -> LockTime:
    """In force at once on every tablet of the site, except where a tablet is stricter.

    Raises: BadInput bad_lock, missing_reason; Conflict same_lock; NotAllowed not_own_signature, stale_signature.
    Audit: the old and the new minutes.
    """
    trail.about(object_type="lock_time")
    if signature.user.pk != by.user.pk:
        raise NotAllowed("not_own_signature", "Who changes it signs it with their own password.", field="secret")
    check_fresh(signature, field="secret")
    if minutes not in LOCK_AFTER:
        raise BadInput("bad_lock", "A tablet locks after 1 to 15 idle minutes.", field="minutes", remedy="2 is usual.")
    reason = check_reason(reason, what="Changing when tablets lock")
    before = site_locks_after()
    if minutes == before:
        raise Conflict("same_lock", f"They lock after {minutes} min already.", remedy="Nothing is left to do.")
    new = LockTime.objects.create(minutes=minutes, set_by=by.user, set_at=clock.now(), reason=reason)
    trail.about(object_type="lock_time", object_id=new.pk)
    trail.done(before={"lock_after_min": before}, after={"lock_after_min": minutes}, reason=reason)
    return new
