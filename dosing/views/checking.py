"""Reads from a form what two people checked at the bedside, and keeps it for the next step."""

from __future__ import annotations

from django.http import HttpRequest

from tracker.errors import Refusal
from tracker.origin import actor_of

from ..actions._bedside import newest_bag, verify
from ..bedside import Bedside
from ..bedside_checks import CHECKS, BedsideChecks
from ..permissions import Reached


def checks_of(request: HttpRequest) -> BedsideChecks:
    """What was scanned, typed and ticked."""
    said = request.POST
    return BedsideChecks(
        wristband=said.get("wristband", ""),
        unable_to_scan=said.get("unable_to_scan", ""),
        record_number=said.get("record_number", ""),
        birth_date=said.get("birth_date", ""),
        done=frozenset(code for code in CHECKS if said.get(f"check_{code}") == "done"),
        why_not={code: said.get(f"why_{code}", "") for code in CHECKS},
        result=said.get("result", ""),
        unit=said.get("unit", ""),
        result_by=said.get("result_by", ""),
    )


def still_agree(request: HttpRequest, shown: Bedside, checks: BedsideChecks) -> bool:
    """True when our result may be shown: everything was checked and the witness's own result agrees."""
    reached = Reached(shown.cycle, shown.stay, shown.slot)
    try:
        verify(actor_of(request), reached, checks, bag=newest_bag(shown.slot), start=shown.now)
    except Refusal:
        return False
    return True
