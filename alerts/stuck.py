"""When a row at which a sweep fails is told of, and how that reads. Pure."""

from __future__ import annotations

from datetime import timedelta

CAUSE = "row:"
TOO_OFTEN = 3
TOO_LONG = timedelta(seconds=30)
# Every sweep tries a row that is due at least each quarter of a minute. The packs are written each quarter of an hour.
PASSES_AFTER = timedelta(minutes=2)
PACKS = "the downtime pack of ward "
PACKS_PASS_AFTER = timedelta(minutes=40)


def passes_after(what: str) -> timedelta:
    """How long a row must not have failed until it counts as passed."""
    return PACKS_PASS_AFTER if what.startswith(PACKS) else PASSES_AFTER


def words_of(what: str, problem: str, patient_id: int | None) -> str:
    """What the system alert says: no count, so that one fault is one alert, and the patient's page but no name."""
    if what.startswith(PACKS):
        return f"Cannot be written: {what} ({problem}). The last one stays and grows old."
    whom = f"Look at the patient of the page /patients/{patient_id}/ yourselves" if patient_id else "Look yourselves"
    return (
        f"Fails again and again: {what} ({problem}). All others go on; what it should tell may be missing. "
        f"{whom}, and call whoever looks after this system."
    )
