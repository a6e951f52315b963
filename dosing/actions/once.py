"""A form that carries a key is carried out once, also when it is sent again because no answer came.

The same key with other words in the form is not the same form: it is refused, because nothing of it would be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from tracker import clock
from tracker.errors import Conflict, Refusal
from tracker.models import IdempotencyKey, User

SEE_OTHER = 303
ALREADY_SAVED = "already_saved"


def once(user: User, key: str, carry_out: Callable[[], object], *, said: Mapping[str, str]) -> None:
    """Carry it out unless this person's form with this key, saying the same, was carried out before.

    The key is stored in the transaction of the write. A refusal leaves no key, and its audit entry stays.
    Raises: what the action raises; Conflict already_saved when the form said something else the first time.
    """
    if not key:
        carry_out()
        return
    refusal: Refusal | None = None
    with transaction.atomic():
        row = _claim(user, f"form:{key}"[:200], digest(said))
        if row is None:
            _check_same(user, f"form:{key}"[:200], digest(said))
            return
        try:
            carry_out()
        except Refusal as refused:
            row.delete()
            refusal = refused
    if refusal is not None:
        raise refusal


def digest(said: Mapping[str, str]) -> str:
    """What makes two forms the same: the fields that were filled in."""
    filled = sorted((name, text.strip()) for name, text in said.items() if text.strip())
    return salted_hmac("form", repr(filled), algorithm="sha256").hexdigest()


def _check_same(user: User, key: str, same: str) -> None:
    """Raises: Conflict already_saved."""
    if not IdempotencyKey.objects.filter(user=user, key=key, request_digest=same).exists():
        raise Conflict(
            ALREADY_SAVED,
            "This form was already saved, with other entries than these. These were not saved.",
            remedy="Correct the saved round in the chart, or save again: that adds another round.",
        )


def _claim(user: User, key: str, said: str) -> IdempotencyKey | None:
    """The row of the key, None when it was there before."""
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                user=user, key=key, request_digest=said, status=SEE_OTHER, body="", created_at=clock.now()
            )
    except IntegrityError:
        return None
