"""Silence the sound of the alerts on one's own pages for a while, with a reason."""

from __future__ import annotations

from datetime import timedelta

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput
from tracker.roles import Perm
from tracker.typed import short_text

from ..models import SoundSilence

LASTS = timedelta(minutes=10)


@action("silence_sound", Perm.ANSWER_ALERT)
def silence_sound(*, by: Actor, trail: Trail, reason: str) -> SoundSilence:
    """What sounds now is quiet on this person's pages for ten minutes. Nothing is answered by it; new alerts sound.

    Raises: BadInput missing_reason. Audit: the reason, and until when.
    """
    reason = short_text(reason, field="reason", longest=200)
    if not reason:
        raise BadInput("missing_reason", "Say why.", field="reason", remedy="Write it in a few words.")
    now = clock.now()
    silence = SoundSilence.objects.create(user=by.user, at=now, until=now + LASTS, reason=reason)
    trail.about(object_type="silence", object_id=silence.pk)
    trail.done(after={"until": silence.until}, reason=reason)
    return silence
