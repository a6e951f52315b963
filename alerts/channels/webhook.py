"""A signed webhook: JSON by POST to an address of the hospital's own.

`X-Ward-Signature` is "sha256=" and the HMAC-SHA256, with the contact's secret, over the bytes of `X-Ward-Timestamp`
(seconds since 1970, UTC), a full stop, and the body. A receiver compares it, refuses old timestamps, and keeps
`X-Ward-Notice`: the same notice may come twice and is to be shown once.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from urllib.parse import urlsplit

from tracker import clock

from ..outbox import TIMEOUT_S
from .notice import Notice, NotSent

GOOD = range(200, 300)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the header."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def send_webhook(notice: Notice) -> None:
    """Raises: NotSent. Redirects are not followed: an address that moved is changed by a person."""
    parts = urlsplit(notice.address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotSent("the address is no http or https address")
    timestamp, body = str(int(clock.now().timestamp())), _body(notice)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "il2-ward",
        "X-Ward-Notice": notice.key,
        "X-Ward-Timestamp": timestamp,
        "X-Ward-Signature": signature(notice.secret, timestamp, body),
    }
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_S)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise NotSent(f"{type(problem).__name__} from the webhook") from problem
    if status not in GOOD:
        raise NotSent(f"the webhook answered {status}")


def _body(notice: Notice) -> bytes:
    return json.dumps(
        {
            "notice": notice.key,
            "alert": notice.alert_id,
            "kind": notice.kind,
            "subject": notice.subject,
            "words": notice.words,
            "made_at": notice.made_at.isoformat(),
        }
    ).encode()
