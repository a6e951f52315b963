"""The rows of alerts: columns and constraints, no behaviour."""

from .alert import Alert, AlertEvent
from .delivery import Contact, Delivery
from .duty import DutyTurn
from .pause import RoundPause, RoundPauseEnd
from .sight import AlertSight
from .silence import SoundSilence
from .step import AlertStep
from .watch import CycleWatch

__all__ = [
    "Alert",
    "AlertEvent",
    "AlertSight",
    "AlertStep",
    "Contact",
    "CycleWatch",
    "Delivery",
    "DutyTurn",
    "RoundPause",
    "RoundPauseEnd",
    "SoundSilence",
]
