"""The rows of dosing: columns and constraints, no behaviour."""

from .bags import PreparedBag
from .cycles import Course, Cycle, Slot
from .events import DoseEvent
from .site import SiteSettings
from .versions import CycleMove, RuleVersion, RuleVersionEvent

__all__ = [
    "Course",
    "Cycle",
    "CycleMove",
    "DoseEvent",
    "PreparedBag",
    "RuleVersion",
    "RuleVersionEvent",
    "SiteSettings",
    "Slot",
]
