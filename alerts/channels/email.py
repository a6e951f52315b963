"""E-mail, by the mail server of the hospital (EMAIL_URL)."""

from __future__ import annotations

from django.core.mail import EmailMessage, get_connection

from ..outbox import TIMEOUT_S
from .notice import Notice, NotSent


def send_email(notice: Notice) -> None:
    """Raises: NotSent. The Message-ID is made from the key: a mailbox shows a repetition once."""
    message = EmailMessage(
        subject=" ".join(notice.subject.split()),
        body=notice.words,
        to=[notice.address],
        headers={"Message-ID": f"<{notice.key}@il2-ward>", "X-Ward-Notice": notice.key},
        connection=get_connection(timeout=TIMEOUT_S),
    )
    try:
        sent = message.send()
    except Exception as problem:  # a mail server refuses in many ways, each of them means: not sent
        raise NotSent(f"{type(problem).__name__} from the mail server") from problem
    if sent != 1:
        raise NotSent("the mail server took no message")
