"""Whatever a hospital's pager gateway takes, through Apprise: one address of its kind, as its pages describe."""

from __future__ import annotations

from typing import Any

from .notice import Notice, NotSent


def knows(address: str) -> bool:
    """Whether Apprise can read the address."""
    return bool(_gateway().add(address))


def send_pager(notice: Notice) -> None:
    """Raises: NotSent."""
    gateway = _gateway()
    if not gateway.add(notice.address):
        raise NotSent("the address is none that Apprise knows")
    if not gateway.notify(title=notice.subject, body=f"{notice.words}\n[{notice.key}]"):
        raise NotSent("the gateway took no message")


def _gateway() -> Any:
    import apprise  # takes a second and knows a hundred services: only where one is used

    return apprise.Apprise()
