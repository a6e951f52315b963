"""Which alerts make a sound on a person's pages now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, Max, Q
from django.urls import reverse

from tracker.look.times import clock_text
from tracker.models import Ward
from tracker.permissions import ward_ids

from .escalation import SOUNDS, Duty
from .models import Alert, AlertStep, SoundSilence
from .states import UNANSWERED

SLACK = timedelta(minutes=1)  # two machines need not agree to the second


class Sounding(NamedTuple):
    """One alert that sounds. `key` changes with each telling, so that a page sounds anew for it."""

    key: str
    words: str
    url: str


class Alarm(NamedTuple):
    """What a page needs: the cause of the sound in words, and until when this person has silenced the rest."""

    sounding: tuple[Sounding, ...]
    silenced: int
    until: str


def alarm_of(user: object, now: datetime) -> Alarm:
    """Urgent alerts that nobody has answered; for an oncologist those that have come to her in the line.

    A silence covers what sounded when it was asked for: a later alert, or a later telling, sounds again.
    """
    alerts = Alert.objects.filter(
        state__in=list(UNANSWERED), muted_by=None, kind__in=list(SOUNDS), ward_id__in=ward_ids(user)
    ).annotate(told_at=Max("steps__done_at", filter=Q(steps__raising=F("raising"))))
    if user.role == "oncologist":
        mine = AlertStep.objects.filter(duty=Duty.ONCOLOGIST, done_at__isnull=False, raising=F("alert__raising"))
        alerts = alerts.filter(pk__in=mine.values("alert_id"))
    # One that was asked for later than now was so by a clock that was set back since.
    silence = SoundSilence.objects.filter(user=user, until__gt=now, at__lte=now + SLACK).order_by("-id").first()
    found = list(alerts.order_by("raised_at", "id"))
    loud = [alert for alert in found if silence is None or max(alert.raised_at, alert.told_at or now) > silence.at]
    until = clock_text(silence.until, now, _zone(user)) if silence else ""
    return Alarm(tuple(_sounding(alert) for alert in loud), len(found) - len(loud), until)


def _sounding(alert: Alert) -> Sounding:
    told = alert.told_at.timestamp() if alert.told_at else 0
    return Sounding(f"{alert.pk}-{alert.raising}-{told:.0f}", alert.headline, reverse("alert", args=[alert.pk]))


def _zone(user: object) -> ZoneInfo:
    ward = Ward.objects.filter(pk__in=ward_ids(user)).order_by("code").first()
    return ZoneInfo(ward.timezone if ward else "UTC")
