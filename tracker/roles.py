"""Who exists: every permission by name, and each role with a description that a person can read. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Perm(StrEnum):
    """One thing that a person may do. A page or endpoint names exactly one."""

    PUBLIC = "public"  # needs no sign-in: the sign-in page itself
    SIGNED_IN = "signed_in"  # every member of staff
    VIEW_CHART = "view_chart"
    MANAGE_PATIENTS = "manage_patients"
    RECORD_ROUND = "record_round"
    PRESCRIBE = "prescribe"
    START_CYCLE = "start_cycle"
    GIVE_DOSE = "give_dose"
    WITNESS_DOSE = "witness_dose"
    SCAN_CODE = "scan_code"
    HOLD_DOSE = "hold_dose"
    OVERRIDE_HOLD = "override_hold"
    END_CYCLE = "end_cycle"
    ANSWER_ALERT = "answer_alert"  # about patients
    ANSWER_SYSTEM_ALERT = "answer_system_alert"  # about this system itself; opens the page of alerts
    VIEW_CYCLES = "view_cycles"
    VIEW_AUDIT = "view_audit"
    EXPORT_AUDIT = "export_audit"
    MANAGE_STAFF = "manage_staff"
    SIGN_SETTINGS = "sign_settings"


@dataclass(frozen=True)
class Role:
    """A kind of staff. `description` is shown where an administrator chooses the role."""

    name: str
    display_name: str
    description: str
    permissions: frozenset[Perm]


def _role(name: str, display_name: str, description: str, *permissions: Perm) -> Role:
    return Role(name, display_name, description, frozenset({Perm.PUBLIC, Perm.SIGNED_IN, *permissions}))


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        _role(
            "nurse",
            "Nurse",
            "Records rounds, gives and witnesses doses, holds or omits a dose and answers alerts "
            "for the patients of the wards she belongs to. Cannot go past a hold.",
            Perm.VIEW_CHART,
            Perm.MANAGE_PATIENTS,
            Perm.RECORD_ROUND,
            Perm.START_CYCLE,
            Perm.GIVE_DOSE,
            Perm.WITNESS_DOSE,
            Perm.SCAN_CODE,
            Perm.HOLD_DOSE,
            Perm.ANSWER_ALERT,
            Perm.ANSWER_SYSTEM_ALERT,
            Perm.VIEW_CYCLES,
        ),
        _role(
            "oncologist",
            "Oncologist (prescriber)",
            "Prescribes, starts and ends cycles, holds doses, and may override a hold or a stopped cycle "
            "with a signed reason, for the patients of the wards he belongs to.",
            Perm.VIEW_CHART,
            Perm.MANAGE_PATIENTS,
            Perm.RECORD_ROUND,
            Perm.PRESCRIBE,
            Perm.START_CYCLE,
            Perm.WITNESS_DOSE,
            Perm.HOLD_DOSE,
            Perm.OVERRIDE_HOLD,
            Perm.END_CYCLE,
            Perm.ANSWER_ALERT,
            Perm.ANSWER_SYSTEM_ALERT,
            Perm.VIEW_CYCLES,
            Perm.SIGN_SETTINGS,
        ),
        _role(
            "pharmacist",
            "Pharmacist",
            "Sees chart, cycles and preparation of the wards she belongs to, may witness a dose, "
            "and signs the site's dosing settings.",
            Perm.VIEW_CHART,
            Perm.WITNESS_DOSE,
            Perm.VIEW_CYCLES,
            Perm.SIGN_SETTINGS,
        ),
        _role(
            "auditor",
            "Auditor",
            "Reads and exports the audit trail of the whole site. Cannot chart or dose, and sees no ward board.",
            Perm.VIEW_AUDIT,
            Perm.EXPORT_AUDIT,
        ),
        _role(
            "administrator",
            "Administrator",
            "Keeps staff, wards and beds, answers alerts about the system itself, and reads and exports the audit "
            "trail. Cannot chart or dose, and sees no alert about a patient.",
            Perm.MANAGE_STAFF,
            Perm.ANSWER_SYSTEM_ALERT,
            Perm.VIEW_AUDIT,
            Perm.EXPORT_AUDIT,
        ),
    )
}

ROLE_CHOICES = [(role.name, role.display_name) for role in ROLES.values()]
SITE_WIDE = frozenset({"auditor", "administrator"})


def may(role: str, permission: Perm) -> bool:
    """True when the role carries the permission; an unknown role carries none."""
    known = ROLES.get(role)
    return known is not None and permission in known.permissions
