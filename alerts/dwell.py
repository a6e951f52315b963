"""How long alerts waited: from the cause to its alert, to the first sight, to the answer; and each notice."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, OuterRef, Q, Subquery

from tracker.models import Round

from .models import Alert, AlertEvent, AlertSight, AppNotice
from .states import AlertHappened

CAUSE_TO_RAISED, RAISED_TO_SEEN, SEEN_TO_ANSWERED = "cause_to_raised", "raised_to_seen", "seen_to_answered"
TOLD_TO_SHOWN = "told_to_shown"
STEPS = {
    CAUSE_TO_RAISED: "From the cause being known to the alert",
    RAISED_TO_SEEN: "From the alert to its first sight",
    TOLD_TO_SHOWN: "From a person being told to the first page that showed it to that person",
    SEEN_TO_ANSWERED: "From the first sight to the answer",
}


@dataclass(frozen=True, slots=True)
class Dwell:
    """Seconds of one step in a period."""

    step: str
    seconds: tuple[float, ...]

    @property
    def words(self) -> str:
        return STEPS[self.step]

    @property
    def median(self) -> float | None:
        return statistics.median(self.seconds) if self.seconds else None

    @property
    def p95(self) -> float | None:
        """The time within which 95 of 100 were."""
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * 0.95))] if self.seconds else None

    @property
    def longest(self) -> float | None:
        return self.seconds[-1] if self.seconds else None


def dwells(begin: datetime, until: datetime) -> list[Dwell]:
    """The four steps, of what was raised, first seen or answered in the period."""
    return [
        _of(CAUSE_TO_RAISED, _raised(begin, until)),
        _of(RAISED_TO_SEEN, _seen(begin, until)),
        _of(TOLD_TO_SHOWN, _shown(begin, until)),
        _of(SEEN_TO_ANSWERED, _answered(begin, until)),
    ]


def _of(step: str, pairs: Sequence[tuple[datetime | None, datetime]]) -> Dwell:
    spans = [max(after - before, timedelta(0)) for before, after in pairs if before is not None]
    return Dwell(step, tuple(sorted(span.total_seconds() for span in spans)))


def _raised(begin: datetime, until: datetime) -> list[tuple[datetime | None, datetime]]:
    """A cause is known from when its round was recorded, however long before that the values were observed.

    A cause that came by time alone is known when it became due.
    """
    told = Round.objects.filter(
        patient=OuterRef("alert__patient"), observed_at=OuterRef("alert__cause_at"), recorded_at__lte=OuterRef("at")
    )
    recorded = told.values("patient").annotate(last=Max("recorded_at")).values("last")
    first = AlertEvent.objects.filter(kind=AlertHappened.RAISED, at__gte=begin, at__lte=until, alert__raising=1)
    rows = first.annotate(known=Subquery(recorded)).values_list("known", "alert__cause_at", "at")
    return [(known or cause_at, at) for known, cause_at, at in rows]


def _seen(begin: datetime, until: datetime) -> list[tuple[datetime | None, datetime]]:
    """From when this raising began: its newest event up to the sight that asked anew."""
    asked = AlertEvent.objects.filter(
        Q(kind__in=(AlertHappened.RAISED, AlertHappened.GRAVER, AlertHappened.LAPSED)),
        alert=OuterRef("alert"),
        at__lte=OuterRef("at"),
    )
    began = asked.values("alert").annotate(last=Max("at")).values("last")
    sights = AlertSight.objects.filter(at__gte=begin, at__lte=until).annotate(began=Subquery(began))
    return list(sights.values_list("began", "at"))


def _shown(begin: datetime, until: datetime) -> list[tuple[datetime | None, datetime]]:
    """Of each notice inside the product. Who was told and looked at no page is not in it."""
    shown = AppNotice.objects.filter(shown_at__gte=begin, shown_at__lte=until)
    return list(shown.values_list("due_at", "shown_at"))


def _answered(begin: datetime, until: datetime) -> list[tuple[datetime | None, datetime]]:
    """Only answers that stand: of a later raising the earlier ones are history."""
    sight = AlertSight.objects.filter(alert=OuterRef("pk"), raising=OuterRef("raising")).values("at")[:1]
    answered = Alert.objects.filter(acknowledged_at__gte=begin, acknowledged_at__lte=until)
    return list(answered.annotate(sight=Subquery(sight)).values_list("sight", "acknowledged_at"))
