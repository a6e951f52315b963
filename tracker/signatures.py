"""A person's own secret, checked before an action and carried into it as a signature.

The hashing is slow on purpose, so it is done before the transaction: no lock waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from . import clock
from .audit.gate import Trail, action
from .audit.record import Actor
from .errors import NotAllowed
from .models import AuditEntry, Pin, User
from .prepared import prepared

FRESH_FOR = timedelta(minutes=2)
ATTEMPTS = 8
OPENED_BY_A_GIVEN_PASSWORD = ("sign in", "own password")
WRONG = "The name or the password is wrong."
ATTEMPTS_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Signature:
    """This person proved who they are at this instant."""

    user: User
    at: datetime

    def renewed(self) -> Signature:
        """The same proof at the simulator's present instant."""
        return replace(self, at=clock.now())


def people_named(by: Actor, *usernames: str) -> dict[str, User]:
    """The one or two people with these names, each with how often their secret was lately `wrong` from this address."""
    first, second = [_sign_in_name(each) for each in usernames] * (2 if len(usernames) == 1 else 1)
    found = _people(first=first, second=second, since=clock.now() - ATTEMPTS_WITHIN, origin=_address_of(by))
    return {user.username: user for user in found}


@prepared
def _people(first: str, second: str, since: datetime, origin: str) -> QuerySet[User]:
    wrong = _wrong_lately(since, origin).filter(object_id=OuterRef("pk")).values("action").annotate(count=Count("id"))
    people = User.objects.filter(username__in=[first, second])
    return people.annotate(wrong=Subquery(wrong.values("count"))).order_by()


def check_secret(
    *,
    by: Actor,
    username: str,
    secret: str,
    field: str,
    purpose: str,
    pin: bool = False,
    among: dict[str, User] | None = None,
) -> Signature:
    """A signature of the person with this sign-in name and secret.

    `among`, when two people sign at once, is `people_named` of both: they are looked up together.
    `pin` lets the person's PIN stand for the password, on an enrolled tablet of one of their wards and nowhere else.
    Too many wrong secrets for one person from one address make that pair wait five minutes; nobody else is locked out.
    Raises: NotAllowed wrong_secret (the same for an unknown name), too_many_attempts; given_password when an
    administrator chose the password: it signs nothing.
    Audit: a wrong secret. A right one is in the entry of what was signed with it.
    """
    name = _sign_in_name(username)
    user = (people_named(by, name) if among is None else among).get(name)
    if user is None:
        by, name = _nobody(by), _mark_of(name)
    # An unknown name waits like a known one, or the waiting would tell who works here.
    wrong = _wrong_for_nobody(by, name) if user is None else user.wrong or 0
    if wrong >= ATTEMPTS:
        _refuse(by=by, user=user, refusal=_too_many(name, field))
    if user is None:
        User().set_password(secret or "")  # the same work for an unknown name: the time of the answer tells nothing
    if user is None or not _is_theirs(user, secret or "", by.device if pin else None) or not user.is_active:
        _refuse(by=by, user=user, refusal=_wrong(name, field, purpose))
    if user.password_is_given and purpose not in OPENED_BY_A_GIVEN_PASSWORD:
        _refuse(by=by, user=user, refusal=given_password(field))
    return Signature(user=user, at=clock.now())


def _sign_in_name(typed: str) -> str:
    return (typed or "").strip().lower()[:60]


def _mark_of(unknown: str) -> str:
    """What the trail keeps of a name that nobody has, because people type passwords there; the same for the same."""
    return f"unknown {salted_hmac('tracker.signatures', unknown, algorithm='sha256').hexdigest()[:16]}"


def _nobody(by: Actor) -> Actor:
    return by if by.user else replace(by, name="unknown name")


def is_pin(secret: str) -> bool:
    """Whether it looks like a PIN; a password is longer."""
    return secret.isascii() and secret.isdecimal() and 4 <= len(secret) <= 6


def _is_theirs(user: User, secret: str, device: int | None) -> bool:
    if device is None or not is_pin(secret):
        return user.check_password(secret)
    tablet = {"user__wards__devices": device, "user__wards__devices__revoked_at": None}
    pin = Pin.objects.filter(user=user, **tablet).first()
    if pin is None:
        return user.check_password(secret)  # the same work, and never right: no password is so short
    return check_password(secret, pin.hashed)


@action("check_secret", None)
def _refuse(*, by: Actor, trail: Trail, user: User | None, refusal: NotAllowed) -> None:
    """Audit the refusal and raise it; the slow hashing is over by now, so that no lock waits for it."""
    trail.about(object_type="staff", object_id=user.pk if user else None)
    raise refusal


def _wrong(name: str, field: str, purpose: str) -> NotAllowed:
    return NotAllowed(
        "wrong_secret",
        WRONG,
        field=field,
        remedy="Type it again. Capital letters count.",
        extra={"username": name, "purpose": purpose},
    )


def given_password(field: str | None = None) -> NotAllowed:
    """Somebody else knows the password: it proves nothing."""
    return NotAllowed(
        "given_password",
        "An administrator chose this password.",
        field=field,
        remedy="Sign in with it once and choose your own.",
    )


def check_own(by: Actor, signature: Signature) -> None:
    """Raises: NotAllowed not_own_signature when somebody else signed in this person's place."""
    if by.user is None or signature.user.pk != by.user.pk:
        raise NotAllowed(
            "not_own_signature",
            "This must be signed by the person who is signed in.",
            field="secret",
            remedy="Sign in yourself and type your own password.",
        )


def check_fresh(signature: Signature, *, field: str) -> None:
    """Raises: NotAllowed stale_signature when the secret was typed too long ago."""
    if not timedelta(0) <= clock.now() - signature.at <= FRESH_FOR:
        raise NotAllowed("stale_signature", "The signature is too old.", field=field, remedy="Type the password again.")


def _wrong_for_nobody(by: Actor, name: str) -> int:
    return _wrong_lately(clock.now() - ATTEMPTS_WITHIN, _address_of(by)).filter(after__username=name).count()


def _wrong_lately(since: datetime, origin: str) -> QuerySet:
    """The wrong secrets that came from this address, whatever program sent them."""
    wrong = AuditEntry.objects.filter(action="check_secret", outcome="refused", reason=WRONG)
    return wrong.filter(at__gte=since, origin__startswith=origin).order_by()


def _address_of(by: Actor) -> str:
    """How the origin of everything begins that comes from the same place."""
    address = by.origin.split(" ", 1)[0]
    return f"{address} " if " " in by.origin else address


def _too_many(name: str, field: str) -> NotAllowed:
    return NotAllowed(
        "too_many_attempts",
        "Too many wrong passwords for this name from this place.",
        field=field,
        remedy="Wait five minutes, or sign in elsewhere.",
        extra={"username": name},
    )
