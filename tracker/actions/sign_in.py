"""Sign in and out, and keys of other software."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from .. import clock
from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..models import Token
from ..roles import Perm
from ..signatures import Signature

TOKEN_LIVES = timedelta(hours=12)


@action("sign_in", None)
def record_sign_in(*, by: Actor, trail: Trail, signature: Signature) -> None:
    """Audit that the person signed in. A failed attempt was audited where the secret was checked."""
    trail.about(object_type="staff", object_id=signature.user.pk)
    trail.done(after={"username": signature.user.username})


@action("sign_out", Perm.SIGNED_IN)
def record_sign_out(*, by: Actor, trail: Trail) -> None:
    """Audit that the person signed out."""
    trail.about(object_type="staff", object_id=by.user.pk)
    trail.done(after={"username": by.user.username})


@action("issue_token", None)
def issue_token(*, by: Actor, trail: Trail, signature: Signature) -> tuple[str, Token]:
    """A key for other software to act as this person for twelve hours. The key itself is shown once and not kept.

    Audit: that it was issued and until when.
    """
    key = secrets.token_urlsafe(32)
    now = clock.now()
    token = Token.objects.create(digest=digest(key), user=signature.user, created_at=now, expires_at=now + TOKEN_LIVES)
    trail.about(object_type="staff", object_id=signature.user.pk)
    trail.done(after={"username": signature.user.username, "expires_at": token.expires_at})
    return key, token


def digest(key: str) -> str:
    """What is kept of a key: it is random and long, so a plain digest is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
