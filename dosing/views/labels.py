"""Labels to print: the patient's wristband, and the label of a syringe or bag."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from tracker.closed_world import page
from tracker.look.codes import code128_svg, qr_svg
from tracker.look.times import printed_text
from tracker.permissions import stay_for
from tracker.roles import Perm
from tracker.wristband import wristband_code

from ..actions._bedside import newest_bag, use_before
from ..bedside import bedside_at, bedside_for
from ..permissions import slot_for
from ..screens.dose import amount_of, dose_context
from ..screens.patient import frame, patient_head


@page(Perm.VIEW_CHART)
@require_safe
def wristband(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Name, birth date, record number and both codes."""
    stay_for(request.user, patient_id)
    shown = bedside_for(request.user, patient_id)
    context = {
        **frame(shown.stay, shown.now, "Wristband"),
        "patient": patient_head(shown.stay, shown.cycle, shown.today),
        **_codes(shown.stay.patient.record_number),
    }
    return render(request, "dosing/wristband.html", context)


@page(Perm.VIEW_CHART)
@require_safe
def bag_label(request: HttpRequest, slot_id: int) -> HttpResponse:
    """What is in the bag, for whom, and until when; with the patient's own code."""
    shown = bedside_at(slot_for(request.user, slot_id))
    bag = newest_bag(shown.slot)
    context = {
        **dose_context(shown, f"Label for dose {shown.slot.number}"),
        "amount": amount_of(shown),
        "planned_text": printed_text(shown.assessment.planned_at, shown.tz),
        "bag": bag,
        "prepared_text": printed_text(bag.prepared_at, shown.tz) if bag else "",
        "use_before_text": printed_text(use_before(bag), shown.tz) if bag else "",
        **_codes(shown.stay.patient.record_number),
    }
    return render(request, "dosing/bag_label.html", context)


def _codes(record_number: str) -> dict:
    """Drawn by us from a code without marks of its own, so that it is safe to put into a page."""
    code = wristband_code(record_number)
    return {
        "code": code,
        "qr": SafeString(qr_svg(code, label="QR code of the wristband")),  # noqa: S308  our own drawing
        "bars": SafeString(code128_svg(code, label="Bar code of the wristband")),  # noqa: S308  our own drawing
    }
