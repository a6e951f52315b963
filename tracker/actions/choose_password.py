"""A person chooses an own password: the only secret that signs."""

from __future__ import annotations

from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..errors import BadInput
from ..models import User
from ..roles import Perm
from ..signatures import Signature, check_own
from .keep_staff import set_password


@action("choose_password", Perm.SIGNED_IN)
def choose_password(*, by: Actor, trail: Trail, signature: Signature, password: str) -> User:
    """Replace one's own password, proved by the old one. It ends the person's tokens, as it ends the other sessions.

    Raises: NotAllowed not_own_signature; BadInput same_password, weak_password. Audit: the fact.
    """
    check_own(by, signature)
    user = User.objects.select_for_update().get(pk=by.user.pk)
    trail.about(object_type="staff", object_id=user.pk)
    if user.check_password(password):
        raise BadInput("same_password", "This is the old password.", field="new_password", remedy="Choose another.")
    set_password(user, password, field="new_password")
    before = {"password_is_given": user.password_is_given}
    user.password_is_given = False
    user.save(update_fields=["password", "password_is_given"])
    ended = user.tokens.all().delete()[0]
    trail.done(before=before, after={"password_is_given": False, "new_password": True, "tokens_ended": ended})
    return user
