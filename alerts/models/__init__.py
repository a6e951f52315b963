"""The rows of alerts: columns and constraints, no behaviour."""

from .alert import Alert, AlertEvent
from .app_notice import AppNotice
from .delivery import Contact, Delivery
from .duty import DutyTurn
from .pause import RoundPause, RoundPauseEnd
from .policy import PolicyVersion, PolicyVersionEvent
from .sight import AlertSight
from .silence import SoundSilence
from .step import AlertStep
from .stuck import StuckRow
from .watch import CycleWatch

__all__ = [
    "Alert",
    "AlertEvent",
    "AlertSight",
    "AlertStep",
    "AppNotice",
    "Contact",
    "CycleWatch",
    "Delivery",
    "DutyTurn",
    "PolicyVersion",
    "PolicyVersionEvent",
    "RoundPause",
    "RoundPauseEnd",
    "SoundSilence",
    "StuckRow",
]
