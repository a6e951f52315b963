"""The life of an alert as one transition table, and the kinds that exist. Pure; `alerts.diagram` draws the table."""

from __future__ import annotations

from enum import StrEnum

from tracker.errors import Conflict


class AlertState(StrEnum):
    """Where an alert stands. Notified: the first in line were told; escalated: so were those after them."""

    RAISED = "raised"
    NOTIFIED = "notified"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


# Nobody has answered: the alert is shown as waiting and goes on to the next in line.
UNANSWERED = frozenset({AlertState.RAISED, AlertState.NOTIFIED, AlertState.ESCALATED})


class AlertKind(StrEnum):
    """What an alert is about, gravest first."""

    DISCONTINUE = "discontinue"
    STOP_COURSE = "stop_course"
    STOP_CYCLE = "stop_cycle"
    HOLD = "hold"
    CRITICAL_VALUE = "critical_value"
    DECISION_CHANGED = "decision_changed"
    DOSE_LAPSING = "dose_lapsing"
    DOSE_OVERDUE = "dose_overdue"
    DOSE_LAPSED = "dose_lapsed"
    DATA_MISSING = "data_missing"
    OBSERVATIONS_OVERDUE = "observations_overdue"
    WEIGHT_GAIN = "weight_gain"
    LABS_OVERDUE = "labs_overdue"
    OVERRIDE_USED = "override_used"
    SYSTEM = "system"

    @property
    def gravity(self) -> int:
        """Higher is graver."""
        return len(AlertKind) - list(AlertKind).index(self)


# Something that was to be done by now: what the due list counts.
OVERDUE = frozenset(
    {
        AlertKind.DOSE_LAPSING,
        AlertKind.DOSE_OVERDUE,
        AlertKind.DATA_MISSING,
        AlertKind.OBSERVATIONS_OVERDUE,
        AlertKind.LABS_OVERDUE,
    }
)

# What has happened cannot be undone: such an alert stands until a person has taken note of it, and is over with that.
NOTED = frozenset({AlertKind.DOSE_LAPSED, AlertKind.OVERRIDE_USED, AlertKind.DECISION_CHANGED})


class AlertHappened(StrEnum):
    """What can happen to an alert; each is a row of its history."""

    RAISED = "raised"
    EVIDENCE = "evidence"
    GRAVER = "graver"
    NOTIFIED = "notified"
    ESCALATED = "escalated"
    UNDELIVERED = "undelivered"
    MUTED = "muted"
    UNMUTED = "unmuted"
    LAPSED = "lapsed"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


ALERT_MOVES: dict[AlertState, dict[AlertState, str]] = {
    AlertState.RAISED: {
        AlertState.NOTIFIED: "the first in line are told",
        AlertState.ACKNOWLEDGED: "a person answers",
        AlertState.RESOLVED: "its cause is gone",
    },
    AlertState.NOTIFIED: {
        AlertState.ESCALATED: "no answer in time, so the next in line are told",
        AlertState.RAISED: "it grew graver, or is muted no more, so all are told anew",
        AlertState.ACKNOWLEDGED: "a person answers",
        AlertState.RESOLVED: "its cause is gone",
    },
    AlertState.ESCALATED: {
        AlertState.RAISED: "it grew graver, or is muted no more, so all are told anew",
        AlertState.ACKNOWLEDGED: "a person answers",
        AlertState.RESOLVED: "its cause is gone",
    },
    AlertState.ACKNOWLEDGED: {
        AlertState.RAISED: "the answer lapsed, or it grew graver",
        AlertState.RESOLVED: "its cause is gone",
    },
    AlertState.RESOLVED: {
        AlertState.RAISED: "its cause is back so soon that it hovers",
    },
}


def check_alert_move(before: AlertState, after: AlertState) -> None:
    """Raises: Conflict impossible_transition."""
    if after not in ALERT_MOVES[before]:
        raise Conflict(
            "impossible_transition",
            f"An alert that is {before.value} cannot become {after.value}.",
            remedy="Reload the page: somebody else was faster.",
        )
