"""The rows of the chart: columns and constraints, no behaviour."""

from .audit import AuditEntry
from .chart import ChartState, NotDone, Retraction, Round, RoundValue
from .devices import Device, LockTime, Pin
from .heartbeat import Heartbeat
from .idempotency import IdempotencyKey
from .patients import Patient, Stay, StayMove
from .staff import Bed, Site, Token, User, Ward

__all__ = [
    "AuditEntry",
    "Bed",
    "ChartState",
    "Device",
    "Heartbeat",
    "IdempotencyKey",
    "LockTime",
    "NotDone",
    "Patient",
    "Pin",
    "Retraction",
    "Round",
    "RoundValue",
    "Site",
    "Stay",
    "StayMove",
    "Token",
    "User",
    "Ward",
]
