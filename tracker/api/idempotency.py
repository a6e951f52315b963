"""A write sent twice with one Idempotency-Key has one effect, and both get the same answer.

The answer is stored in the transaction of the write itself: there is no instant at which one exists without the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.crypto import salted_hmac
from rest_framework.request import Request

from .. import clock
from ..errors import BadInput, Refusal
from ..exact_json import dumps
from ..models import IdempotencyKey

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 200
UNANSWERED = 0
# Left out of what makes a request "the same", so that nobody can try passwords against a stored answer.
SECRETS = frozenset({"secret", "witness_secret", "password"})

Signed = dict[str, object]
Answer = tuple[int, object]


def once(request: Request, *, sign: Callable[[], Signed], act: Callable[[Signed], Answer]) -> HttpResponse:
    """Carry out the write, or answer again what was answered to the same key.

    `sign` checks secrets, which is slow on purpose: it runs before the transaction, and not at all for a replay.
    `act` calls one action. A refused write leaves its audit entry but no key, so that it can be mended and sent again.
    Raises: what the action refuses; BadInput bad_idempotency_key, idempotency_key_reused.
    """
    key = read_key(request)
    if key is None:
        status, data = act(sign())
        return _json(status, dumps(data))
    same = digest(request)
    known = _find(request, key)
    if known is not None:
        return _replay(known, same)
    return _first(request, key, same, sign(), act)


def _first(request: Request, key: str, same: str, signed: Signed, act: Callable[[Signed], Answer]) -> HttpResponse:
    refused: Refusal | None = None
    with transaction.atomic():
        row = _claim(request, key, same)
        if row is None:
            return _replay(_find(request, key), same)
        try:
            status, data = act(signed)
        except Refusal as refusal:
            # The action rolled its own work back and wrote the entry of its refusal: that must be committed.
            row.delete()
            refused = refusal
        else:
            text = dumps(data)
            IdempotencyKey.objects.filter(pk=row.pk).update(status=status, body=text)
    if refused is not None:
        raise refused
    return _json(status, text)


def _claim(request: Request, key: str, same: str) -> IdempotencyKey | None:
    """The key inserted; None when somebody else has it. An insert waits for the end of the other's transaction."""
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                user=request.user, key=key, request_digest=same, status=UNANSWERED, body="", created_at=clock.now()
            )
    except IntegrityError:
        return None


def _find(request: Request, key: str) -> IdempotencyKey | None:
    return IdempotencyKey.objects.filter(user=request.user, key=key).first()


def _replay(known: IdempotencyKey, same: str) -> HttpResponse:
    """Raises: BadInput idempotency_key_reused."""
    if known.request_digest != same:
        raise BadInput(
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request.",
            field=HEADER,
            remedy="Use a new key for each new request.",
        )
    response = _json(known.status, known.body)
    response[REPLAYED] = "true"
    return response


def read_key(request: Request) -> str | None:
    """The key of the request, None when it has none. Raises: BadInput bad_idempotency_key."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if 1 <= len(key) <= LONGEST and key.isascii() and key.isprintable():
        return key
    raise BadInput(
        "bad_idempotency_key",
        f"The key must be 1 to {LONGEST} printable ASCII characters.",
        field=HEADER,
        remedy="Use a random UUID.",
    )


def digest(request: Request) -> str:
    """What makes two requests the same: method, address and body, without the secrets in it."""
    body = {name: value for name, value in request.data.items() if name not in SECRETS}
    said = json.dumps(body, sort_keys=True, default=str)
    return salted_hmac(HEADER, f"{request.method} {request.path}\n{said}", algorithm="sha256").hexdigest()


def forget(before: datetime) -> int:
    """Delete the stored answers of requests made before this instant: nobody repeats a request for so long."""
    return IdempotencyKey.objects.filter(created_at__lt=before).delete()[0]


def _json(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="application/json")
