"""Sign the hospital's dosing settings: numbers for which no source prints a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import NotAllowed
from tracker.models import User
from tracker.reasons import check_reason
from tracker.roles import Perm
from tracker.signatures import Signature, check_fresh, check_own

from ..models import SiteSettings
from ..site_values import UNPRINTED, read_site_values

KINDS = {"oncologist": "prescriber", "pharmacist": "pharmacist"}


@action("sign_settings", Perm.SIGN_SETTINGS)
def sign_settings(
    *, by: Actor, trail: Trail, values: Mapping[str, object], reason: str, signer: Signature, second: Signature
) -> SiteSettings:
    """A new signed version, in force for cycles prescribed from now on; running cycles keep theirs.

    Signed by a prescriber and a pharmacist: one fills in, the other signs.
    Raises: BadInput naming the setting, Several, NotAllowed. Audit: the old and the new numbers.
    """
    trail.about(object_type="settings")
    reason = check_reason(reason, what="Changing the settings")
    check_own(by, signer)
    check_fresh(signer, field="secret")
    check_fresh(second, field="second_secret")
    check_kinds(signer.user, second.user)
    read = read_site_values(values)
    old = SiteSettings.objects.order_by("-id").first()
    new = SiteSettings.objects.create(
        **asdict(read), drafted_by=by.user, signed_by=second.user, signed_at=clock.now(), reason=reason
    )
    trail.about(object_type="settings", object_id=new.pk)
    trail.done(before=as_plain(old) if old else None, after=as_plain(new), reason=reason)
    return new


def as_plain(settings: SiteSettings) -> dict:
    """The settings as plain data."""
    return {
        "version": settings.pk,
        **{span.name: getattr(settings, span.name) for span in UNPRINTED},
        "late_dose_policy": settings.late_dose_policy,
        "override_by": settings.override_by,
        "counting": settings.counting,
        "max_age_min": settings.max_age_min,
    }


def check_kinds(first: User, second: User) -> None:
    """Raises: NotAllowed two_signatures unless one is a prescriber and the other a pharmacist."""
    if {first.role, second.role} != set(KINDS):
        raise NotAllowed(
            "two_signatures",
            "The settings are signed by a prescriber and a pharmacist.",
            field="second",
            remedy="One of each kind signs with their own password.",
        )
