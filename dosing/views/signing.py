"""Reads signatures and times from a form. Each password is checked before the action, because hashing is slow."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from tracker import clock
from tracker.errors import BadInput, Refusal, Several
from tracker.models import Stay, User
from tracker.origin import actor_of
from tracker.signatures import Signature, check_secret, people_named
from tracker.times import OFFSET

from ..round_input import instant_typed


def typed_time(request: HttpRequest, field: str, stay: Stay) -> datetime | None:
    """A time typed on the ward's clock; None, which means now, when it was left empty.

    Raises: BadInput bad_time, naive_time, no_such_time or ambiguous_time.
    """
    text = request.POST.get(field, "").strip()
    if not text:
        return None
    offset = request.POST.get(f"{field}{OFFSET}", "").strip()
    return instant_typed(text, zone=ZoneInfo(stay.ward.timezone), now=clock.now(), field=field, offset=offset)


def own_signature(
    request: HttpRequest, purpose: str, *, pin: bool = False, among: dict[str, User] | None = None
) -> Signature:
    """The person who is signed in, proved again by the password, or on an enrolled tablet by the PIN where it may be.

    Raises: NotAllowed wrong_secret or too_many_attempts at `secret`.
    """
    return check_secret(
        by=actor_of(request),
        username=request.user.username,
        secret=request.POST.get("secret", ""),
        field="secret",
        purpose=purpose,
        pin=pin,
        among=among,
    )


def witness_signature(request: HttpRequest, *, pin: bool = False, among: dict[str, User] | None = None) -> Signature:
    """The second person by name and password, or PIN as above.

    Raises: BadInput no_witness; NotAllowed wrong_secret or too_many_attempts at `witness_secret`.
    """
    username = request.POST.get("witness", "")
    if not username:
        raise BadInput("no_witness", "Choose who witnesses it.", field="witness", remedy="Ask a colleague to sign.")
    return check_secret(
        by=actor_of(request),
        username=username,
        secret=request.POST.get("witness_secret", ""),
        field="witness_secret",
        purpose="witness dose",
        pin=pin,
        among=among,
    )


def both_signatures(request: HttpRequest, purpose: str, *, pin: bool = False) -> tuple[Signature, Signature]:
    """Giver and witness; both are asked before either mistake is told, so that both can be mended at once.

    Raises: the refusal, or Several.
    """
    signed: list[Signature] = []
    refused: list[Refusal] = []
    people = people_named(actor_of(request), request.user.username, request.POST.get("witness", ""))
    for sign in (
        lambda: own_signature(request, purpose, pin=pin, among=people),
        lambda: witness_signature(request, pin=pin, among=people),
    ):
        try:
            signed.append(sign())
        except Refusal as refusal:
            refused.append(refusal)
    if len(refused) == 2:
        raise Several(refused)
    if refused:
        raise refused[0]
    return signed[0], signed[1]
