"""Says at once whether a wristband that was scanned, or a record number that was typed, is the patient's."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from tracker.closed_world import page
from tracker.errors import Refusal
from tracker.origin import actor_of
from tracker.roles import Perm

from ..actions.identify_patient import identify_patient
from ..permissions import slot_for
from .checking import checks_of


@page(Perm.GIVE_DOSE)
@require_POST
def identify(request: HttpRequest, slot_id: int) -> JsonResponse:
    """In words for the page; a refusal is in the audit trail like one of the giving."""
    try:
        identify_patient(by=actor_of(request), slot_id=slot_id, checks=checks_of(request))
    except Refusal as refusal:
        said = {"same": False, "code": refusal.code, "sentence": refusal.sentence, "remedy": refusal.remedy}
        return JsonResponse({**said, "field": refusal.field}, status=refusal.status)
    patient = slot_for(request.user, slot_id).stay.patient
    return JsonResponse({"same": True, "sentence": f"Right patient: {patient.family_name}, {patient.given_name}."})
