"""Checks of the people who sign a dose."""

from __future__ import annotations

from tracker.audit.record import Actor
from tracker.errors import NotAllowed
from tracker.models import Stay
from tracker.permissions import ward_ids
from tracker.roles import Perm, may
from tracker.signatures import Signature, check_fresh, check_own


def check_pair(by: Actor, giver: Signature, witness: Signature, stay: Stay) -> None:
    """The giver is the person signed in; the witness is somebody else of this ward who may witness.

    Raises: NotAllowed not_own_signature, own_witness, not_a_witness, stale_signature.
    """
    check_own(by, giver)
    check_fresh(giver, field="secret")
    check_fresh(witness, field="witness_secret")
    if witness.user.pk == giver.user.pk:
        raise NotAllowed(
            "own_witness",
            "Nobody witnesses their own dose.",
            field="witness",
            remedy="Ask a colleague to check the dose and to sign as witness.",
        )
    if not may(witness.user.role, Perm.WITNESS_DOSE) or stay.ward_id not in ward_ids(witness.user):
        raise NotAllowed(
            "not_a_witness",
            f"{witness.user.full_name} may not witness a dose on this ward.",
            field="witness",
            remedy="Ask a nurse, an oncologist or a pharmacist of this ward.",
        )
