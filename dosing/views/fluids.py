"""Fluids and capillary leak of one patient."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.closed_world import page
from tracker.roles import Perm

from ..bedside import bedside_for
from ..chart_rounds import rounds_of
from ..fluids import charted
from ..rules.facts import MaxAge
from ..screens.fluids_page import fluids_of
from ..screens.fluids_record import record_links
from ..screens.patient import frame, patient_head


@page(Perm.VIEW_CHART)
@require_safe
def fluids(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Intake and output, urine per kg, weight, oxygen and edema, each with how complete it is."""
    shown = bedside_for(request.user, patient_id)
    chart = shown.stay.patient.chart
    history = charted(rounds_of([chart])[chart.patient_id], shown.now)
    weight_kg = Fraction(shown.facts.plan.dosing_weight_kg) if shown.facts else None
    max_age = shown.facts.plan.settings.max_age_min if shown.facts else MaxAge()
    context = {
        **frame(shown.stay, shown.now, "Fluids"),
        "patient": patient_head(shown.stay, shown.cycle, shown.today, assessment=shown.assessment),
        "fluids": fluids_of(history, weight_kg, shown.now, shown.tz, timedelta(minutes=max_age.vitals)),
        "records": record_links(shown, request.user),
        "print_url": "#print",
    }
    return render(request, "dosing/fluids.html", context)
