"""Alerts: reading and acknowledging them."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.bodies import read_choice, read_id
from tracker.api.documentation import lists, narrows, reads, writes
from tracker.api.endpoint import Endpoint
from tracker.api.idempotency import Answer
from tracker.api.writing import Write
from tracker.audit.record import Actor
from tracker.roles import Perm

from ..actions.acknowledge_alert import acknowledge_alert
from ..alert_rows import alerts_within_reach
from ..models import Alert, AlertEvent
from ..permissions import alert_for
from ..states import AlertState
from .shapes import AcknowledgementSerializer, AlertSerializer

STATES = [*(state.value for state in AlertState), "open"]


@extend_schema_view(
    get=lists(
        "alerts_list",
        "Alerts of one's wards, the latest raised first",
        AlertSerializer,
        filters=(
            narrows("state", "Where the alert stands; `open` is whatever is not resolved.", enum=STATES),
            narrows("patient", "The patient's id.", int),
            narrows("cycle", "The cycle's id.", int),
        ),
    )
)
class Alerts(Endpoint):
    """The alerts of all patients within reach, and those of the system."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.ANSWER_SYSTEM_ALERT}

    def get(self, request: Request) -> Response:
        """One page of alerts."""
        wanted = self.filters("state", "patient", "cycle")
        alerts = alerts_shown().filter(pk__in=alerts_within_reach(request.user).values("pk"))
        for name in ("patient", "cycle"):
            if name in wanted:
                alerts = alerts.filter(**{f"{name}_id": read_id(wanted[name], name)})
        if "state" in wanted:
            alerts = _in_state(alerts, read_choice(wanted["state"], "state", STATES))
        return self.page(alerts, AlertSerializer)


@extend_schema_view(get=reads("alerts_read", "One alert", AlertSerializer))
class OneAlert(Endpoint):
    """An alert with its history."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.ANSWER_SYSTEM_ALERT}

    def get(self, request: Request, alert_id: int) -> Response:
        """The alert, or 404."""
        return self.one(alerts_shown().get(pk=alert_for(request.user, alert_id).pk), AlertSerializer)


@extend_schema_view(
    post=writes(
        "alerts_acknowledge",
        "Acknowledge an alert",
        AcknowledgementSerializer,
        AlertSerializer,
        status=200,
        more="The alert stays open until its cause is gone, and asks again if it grows graver.",
    )
)
class Acknowledge(Write):
    """Answer an alert."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.ANSWER_SYSTEM_ALERT}
    takes = AcknowledgementSerializer

    def act(self, by: Actor, body: dict, alert_id: int) -> Answer:
        """Acknowledge."""
        acknowledge_alert(by=by, alert_id=alert_id, note=body["note"] or "", raising=body["raising"])
        return 200, AlertSerializer(alerts_shown().get(pk=alert_id)).data


def alerts_shown() -> QuerySet[Alert]:
    """Alerts with all that an answer shows, in two queries whatever their number."""
    events = AlertEvent.objects.select_related("by").order_by("id")
    return Alert.objects.select_related("acknowledged_by").prefetch_related(Prefetch("events", queryset=events))


def _in_state(alerts: QuerySet[Alert], state: str) -> QuerySet[Alert]:
    return alerts.exclude(state=AlertState.RESOLVED) if state == "open" else alerts.filter(state=state)
