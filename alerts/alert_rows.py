"""Reads alerts for their pages: by tab and patient, each with its words, its people and its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.urls import reverse

from dosing.rules.registry import newest_sets
from tracker.look.marks import WORDS
from tracker.look.times import clock_text
from tracker.models import Patient, Stay, User
from tracker.permissions import stays_within_reach, ward_ids
from tracker.roles import SITE_WIDE, Perm, may

from .escalation import DUTY_WORDS
from .models import Alert, AlertEvent, AlertStep
from .states import NOTED, UNANSWERED, AlertHappened, AlertKind, AlertState


class Tab(StrEnum):
    """The three lists of the page, named after where their alerts stand."""

    OPEN = "open"
    ANSWERED = "answered"
    HISTORY = "history"


STATES_OF = {
    Tab.OPEN: UNANSWERED,
    Tab.ANSWERED: frozenset({AlertState.ACKNOWLEDGED}),
    Tab.HISTORY: frozenset({AlertState.RESOLVED}),
}
LEVELS = {
    **dict.fromkeys(UNANSWERED, "unanswered"),
    AlertState.ACKNOWLEDGED: "seen",
    AlertState.RESOLVED: "over",
}
KIND_WORDS = {
    AlertKind.CRITICAL_VALUE: "Critical value",
    AlertKind.DECISION_CHANGED: "Correction changes a decision",
    AlertKind.DOSE_LAPSING: "Dose about to lapse",
    AlertKind.DOSE_LAPSED: "Dose lapsed",
    AlertKind.WEIGHT_GAIN: "Weight gain",
    AlertKind.LABS_OVERDUE: "Labs overdue",
    AlertKind.OVERRIDE_USED: "Override used",
    AlertKind.SYSTEM: "System",
    AlertKind.DOSE_OVERDUE: "Dose overdue",
    AlertKind.DATA_MISSING: "Data missing before a dose",
    AlertKind.OBSERVATIONS_OVERDUE: "Observations overdue",
}
HAPPENED_WORDS = {
    AlertHappened.RAISED: "Raised",
    AlertHappened.EVIDENCE: "New evidence",
    AlertHappened.GRAVER: "Graver",
    AlertHappened.NOTIFIED: "Told",
    AlertHappened.ESCALATED: "Told next",
    AlertHappened.UNDELIVERED: "Not delivered",
    AlertHappened.MUTED: "Quiet, a graver alert stands",
    AlertHappened.UNMUTED: "Not quiet any more",
    AlertHappened.LAPSED: "Answer over",
    AlertHappened.ACKNOWLEDGED: "Answered",
    AlertHappened.RESOLVED: "Resolved",
}
# What bars for good ends with no value: only with a correction of the record.
NEVER_END = frozenset({AlertKind.STOP_COURSE, AlertKind.DISCONTINUE})
GRAVEST_FIRST = Case(
    *(When(kind=kind, then=Value(-kind.gravity)) for kind in AlertKind), default=Value(0), output_field=IntegerField()
)
QUIET_LAST = Case(When(muted_by=None, then=Value(0)), default=Value(1), output_field=IntegerField())
ANSWERED_LAST = Case(When(state=AlertState.ACKNOWLEDGED, then=Value(1)), default=Value(0), output_field=IntegerField())


class EventRow(NamedTuple):
    """One step of an alert's life."""

    what: str
    when: str
    by: str
    words: str


@dataclass(frozen=True)
class AlertRow:
    """One alert as its pages show it. `verdict` is empty for what is about time and data."""

    id: int
    url: str
    level: str
    verdict: str
    kind_words: str
    headline: str
    bed: str
    name: str
    born: date | None
    mrn: str
    patient_url: str
    release: str
    ends: bool
    source: str
    rule_id: str
    rule_url: str
    raised_at: datetime
    raised_text: str
    answered_text: str
    resolved_text: str
    events: tuple[EventRow, ...]
    answer_url: str
    raising: int
    told_text: str = ""
    next_text: str = ""
    quiet_text: str = ""


def alerts_within_reach(user: User) -> QuerySet[Alert]:
    """The alerts of the patients who lie on this person's wards now, wherever they lay when it was raised.

    And those of the system that are about these wards, or about the whole site; who looks after the site sees them all,
    and none about a patient.
    """
    system = Q(patient=None)
    if user.role not in SITE_WIDE:
        system &= Q(ward=None) | Q(ward_id__in=ward_ids(user))
    if may(user.role, Perm.ANSWER_ALERT):
        found = Alert.objects.filter(Q(patient_id__in=stays_within_reach(user).values("patient_id")) | system)
    else:
        found = Alert.objects.filter(system)
    return found.select_related("patient", "ward", "acknowledged_by", "muted_by")


def of_tab(alerts: QuerySet[Alert], tab: Tab) -> QuerySet[Alert]:
    """The alerts of one list: what is open by gravity, then the longest wait; history newest first."""
    found = _with_story(alerts.filter(state__in=list(STATES_OF[tab])))
    if tab is Tab.HISTORY:
        return found.order_by("-resolved_at", "-id")
    return found.order_by(QUIET_LAST, GRAVEST_FIRST, "raised_at", "id")


def tab_counts(alerts: QuerySet[Alert]) -> dict[Tab, int]:
    """How many alerts each list has, in one query."""
    by_state = dict(alerts.order_by().values_list("state").annotate(number=Count("id")))
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in STATES_OF.items()}


def patients_with_alerts(user: User) -> list[Patient]:
    """For the filter: the patients within reach that ever had an alert."""
    patients = alerts_within_reach(user).order_by().values("patient_id")
    return list(Patient.objects.filter(pk__in=patients).order_by("family_name", "given_name", "id"))


def open_alerts_of(patient_id: int) -> QuerySet[Alert]:
    """What is open for one patient, unanswered first, then by gravity."""
    found = Alert.objects.filter(patient_id=patient_id).exclude(state=AlertState.RESOLVED)
    found = found.select_related("patient", "acknowledged_by", "muted_by")
    return _with_story(found).order_by(ANSWERED_LAST, QUIET_LAST, GRAVEST_FIRST, "raised_at", "id")


def _with_story(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """With history and steps, in two queries whatever their number."""
    events = AlertEvent.objects.select_related("by").order_by("id")
    return alerts.prefetch_related(
        Prefetch("events", queryset=events), Prefetch("steps", queryset=AlertStep.objects.order_by("number"))
    )


def rows_of(alerts: Iterable[Alert], user: User, now: datetime) -> tuple[AlertRow, ...]:
    """Each alert with the patient's bed, on the clock of the ward where the patient lies."""
    known = list(alerts)
    stays = stays_within_reach(user).filter(patient_id__in={alert.patient_id for alert in known if alert.patient_id})
    by_patient = {stay.patient_id: stay for stay in stays}
    answers = may(user.role, Perm.ANSWER_SYSTEM_ALERT)
    return tuple(row_of(alert, by_patient.get(alert.patient_id), now, answers=answers) for alert in known)


def row_of(alert: Alert, stay: Stay | None, now: datetime, *, answers: bool) -> AlertRow:
    """One alert in words. Without a stay it is one of the system, about a ward or the site."""
    ward = stay.ward if stay else alert.ward
    zone = ZoneInfo(ward.timezone if ward else "UTC")
    state, kind = AlertState(alert.state), AlertKind(alert.kind)
    verdict = kind.value if kind.value in WORDS else ""
    rule_id = str((alert.finding or {}).get("id", ""))
    patient = alert.patient
    return AlertRow(
        id=alert.pk,
        url=reverse("alert", args=[alert.pk]),
        level=LEVELS[state],
        verdict=verdict,
        kind_words=WORDS[verdict] if verdict else KIND_WORDS[kind],
        headline=alert.headline,
        bed=stay.bed.label if stay and stay.bed else "",
        name=str(patient) if patient else (ward.name if ward else "Whole site"),
        born=patient.birth_date if patient else None,
        mrn=patient.record_number if patient else "",
        patient_url=reverse("bedside", args=[patient.pk]) if patient else "",
        release=alert.release,
        ends=kind not in NEVER_END,
        source=alert.source,
        rule_id=rule_id,
        rule_url=rule_url(rule_id),
        raised_at=alert.raised_at,
        raised_text=clock_text(alert.raised_at, now, zone),
        answered_text=_answered(alert, now, zone),
        resolved_text=clock_text(alert.resolved_at, now, zone) if alert.resolved_at else "",
        events=tuple(_event(each, now, zone) for each in alert.events.all()),
        answer_url=reverse("alert-answer", args=[alert.pk]) if answers and state in UNANSWERED else "",
        raising=alert.raising,
        told_text=_told(alert),
        next_text=_next(alert, now, zone),
        quiet_text=alert.muted_by.headline if alert.muted_by and state is not AlertState.RESOLVED else "",
    )


def _told(alert: Alert) -> str:
    """Who was told since it was last raised."""
    done = [step for step in alert.steps.all() if step.raising == alert.raising and step.done_at is not None]
    return "; ".join(dict.fromkeys(f"{DUTY_WORDS[step.duty]} ({step.told})" for step in done))


def _next(alert: Alert, now: datetime, zone: tzinfo) -> str:
    """ "Next: charge nurse, 05:45", while nobody has answered; until when an answer counts."""
    if alert.state == AlertState.ACKNOWLEDGED and alert.acknowledged_until is not None and alert.kind not in NOTED:
        return f"The answer counts until {clock_text(alert.acknowledged_until, now, zone)}."
    if alert.state not in UNANSWERED or alert.muted_by_id is not None:
        return ""
    waiting = [step for step in alert.steps.all() if step.raising == alert.raising and step.done_at is None]
    return next_words(waiting[0].duty, clock_text(waiting[0].due_at, now, zone)) if waiting else ""


def next_words(duty: str, time: str) -> str:
    """As the board and the lists say it."""
    return f"Next: {DUTY_WORDS[duty]}, {time}"


def _answered(alert: Alert, now: datetime, zone: tzinfo) -> str:
    if alert.acknowledged_by is None or alert.acknowledged_at is None:
        return ""
    return f"{alert.acknowledged_by.full_name}, {clock_text(alert.acknowledged_at, now, zone)}"


def _event(event: AlertEvent, now: datetime, zone: tzinfo) -> EventRow:
    by = event.by.full_name if event.by else ""
    return EventRow(HAPPENED_WORDS[AlertHappened(event.kind)], clock_text(event.at, now, zone), by, event.words)


def rule_url(rule_id: str) -> str:
    """Where the rule is printed with its source; empty for what no rule set holds."""
    for rule_set in newest_sets():
        if any(rule.id == rule_id for rule in rule_set.rules):
            return f"{reverse('rule-set', args=[rule_set.id])}#{rule_id}"
    return ""


def version_of(rows: Sequence[object], *more: object) -> str:
    """A short name for exactly this content."""
    return blake2b(repr((rows, more)).encode(), digest_size=12).hexdigest()
