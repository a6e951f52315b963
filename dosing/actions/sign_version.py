"""Sign the hospital's draft of a rule set, as its second prescriber or as its pharmacist, or withdraw the draft."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import Conflict, NotAllowed
from tracker.models import User
from tracker.reasons import check_reason
from tracker.roles import Perm, may
from tracker.signatures import Signature, check_fresh, check_own

from ..models import RuleVersionEvent
from ..published import PHARMACIST, PRESCRIBER, WITHDRAWN, Published, version_named
from .draft_version import as_plain


@action("sign_version", Perm.SIGN_SETTINGS)
def sign_version(*, by: Actor, trail: Trail, key: str, signature: Signature) -> RuleVersionEvent:
    """One signature. With that of a second prescriber and of a pharmacist the version is published.

    The person who drafted it signs no other part of it: three people stand behind every version.
    Raises: NotFound, NotAllowed own_draft, Conflict withdrawn or already_signed. Audit: what was signed.
    """
    version = version_named(key, lock=True)
    trail.about(object_type="rule_version", object_id=version.row.pk)
    check_own(by, signature)
    check_fresh(signature, field="secret")
    kind = kind_of(by.user)
    check_may_sign(version, by.user)
    event = RuleVersionEvent.objects.create(version=version.row, kind=kind, by=by.user, at=clock.now())
    signed = version_named(key)
    trail.done(
        after={
            **as_plain(version.row),
            "signed_as": kind,
            "drafted_by": version.row.drafted_by.full_name,
            "published": signed.signed,
            "in_force_from": signed.from_then_on,
        },
        reason=version.row.reason,
    )
    return event


@action("withdraw_version", Perm.SIGN_SETTINGS)
def withdraw_version(*, by: Actor, trail: Trail, key: str, reason: str) -> RuleVersionEvent:
    """Take back a draft that is not yet published; it stays readable.

    Raises: NotFound, BadInput, Conflict withdrawn or published. Audit: the reason.
    """
    version = version_named(key, lock=True)
    trail.about(object_type="rule_version", object_id=version.row.pk)
    reason = check_reason(reason, what="Withdrawing a draft")
    _check_open(version)
    event = RuleVersionEvent.objects.create(
        version=version.row, kind=WITHDRAWN, by=by.user, at=clock.now(), reason=reason
    )
    trail.done(after={"rule_set": version.key, "withdrawn": True}, reason=reason)
    return event


def kind_of(user: User) -> str:
    """In which of the two places this person signs: whoever may prescribe as the prescriber."""
    return PRESCRIBER if may(user.role, Perm.PRESCRIBE) else PHARMACIST


def check_may_sign(version: Published, user: User) -> None:
    """Raises: NotAllowed own_draft, Conflict withdrawn, published or already_signed."""
    kind = kind_of(user)
    _check_open(version)
    if version.row.drafted_by_id == user.pk:
        raise NotAllowed(
            "own_draft",
            "Nobody signs their own draft.",
            field="secret",
            remedy="Another prescriber and a pharmacist sign it.",
        )
    if kind in version.events:
        raise Conflict(
            "already_signed",
            f"{version.events[kind].by.full_name} has already signed in this place.",
            remedy="The other kind of signature is still missing.",
        )


def _check_open(version: Published) -> None:
    if version.withdrawn is not None:
        raise Conflict("withdrawn", "This draft was withdrawn.", remedy="Draft it again.")
    if version.signed:
        raise Conflict("published", "This version is published.", remedy="Draft a new one to change it.")
