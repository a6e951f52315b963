"""Give up a round that a tablet took without network and that was never saved."""

from __future__ import annotations

from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..errors import NotFound
from ..models import Patient
from ..permissions import stay_for
from ..reasons import check_reason
from ..roles import Perm
from ..typed import plain_text, short_text

LONGEST_SAID = 2000


@action("discard_unsent_round", Perm.RECORD_ROUND)
def discard_unsent(*, by: Actor, trail: Trail, patient_id: int | None, key: str, reason: str, said: str) -> None:
    """Nothing is charted. What was typed goes into the audit trail, so that it is not lost without a word.

    Raises: BadInput missing_reason, bad_text. Audit: the key, the reason and what was typed.
    """
    trail.about(patient=_patient(by, patient_id), object_type="unsent_round")
    why = check_reason(reason, what="Giving up a round")
    key = short_text(key, field="key", longest=200)
    typed = plain_text(said, field="said")[:LONGEST_SAID]
    trail.done(after={"patient_id": patient_id, "key": key, "typed": typed}, reason=why)


def _patient(by: Actor, patient_id: int | None) -> Patient | None:
    """A patient who has gone to another ward meanwhile is named by number only: the round must still be given up."""
    try:
        return stay_for(by.user, patient_id).patient if patient_id is not None else None
    except NotFound:
        return None
