"""Prescribe a cycle: the dosing weight, the exact preparation, the slots, and what binds the cycle for life."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from tracker import clock
from tracker.actions._chart import lock_chart
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import Conflict
from tracker.models import Patient, Stay
from tracker.permissions import stay_for
from tracker.review import make_review_due
from tracker.roles import Perm

from ..courses import Place, place_of_next_cycle, read_resolved, signed_settings
from ..models import Course, Cycle, SiteSettings, Slot
from ..orders import DEFAULT_ULN, Order, read_order
from ..preparation import rounded
from ..published import binding_of, keys_in_force
from ..states import CycleState
from ._cycle import check_admitted, new_stamp, touch

# Cycles that ended before their first dose are kept under this number: they are part of no course.
NO_COURSE = 0


@action("prescribe_cycle", Perm.PRESCRIBE)
def prescribe_cycle(
    *,
    by: Actor,
    trail: Trail,
    patient_id: int,
    dosing_weight_kg: object,
    first_dose_at: str | datetime,
    regimen: str = "hd-il2",
    rule_sets: list[str] | None = None,
    interval_h: object = None,
    iu_per_kg: object = None,
    ast_uln: object = DEFAULT_ULN,
    alt_uln: object = DEFAULT_ULN,
    cells_at: str | datetime | None = None,
    new_course: bool = False,
    signs_resolved_at: str | datetime | None = None,
    reason: str = "",
) -> Cycle:
    """A cycle with all its slots. A dose other than the regimen's needs a reason and is shown as a deviation.

    `new_course` is the prescriber's word that the last course was answered and a new one may begin; after a stopped
    course `signs_resolved_at` says since when its signs are gone. `cells_at` is asked for by a regimen that follows
    an infusion of cells.
    Raises: NotFound, BadInput naming the field, Several, Conflict with the rule that bars the order.
    Audit: the whole prescription with its arithmetic.
    """
    stay = stay_for(by.user, patient_id)
    trail.about(patient=stay.patient)
    check_admitted(stay)
    now = clock.now()
    order = read_order(
        now=now,
        dosing_weight_kg=dosing_weight_kg,
        first_dose_at=first_dose_at,
        regimen=regimen,
        rule_sets=rule_sets,
        interval_h=interval_h,
        iu_per_kg=iu_per_kg,
        ast_uln=ast_uln,
        alt_uln=alt_uln,
        cells_at=cells_at,
        reason=reason,
        in_force=keys_in_force(now),
    )
    settings = signed_settings()
    _lock(stay.patient)
    place = place_of_next_cycle(
        stay, order.regimen, order.first_dose_at,
        new_course=new_course, signs_resolved_at=read_resolved(signs_resolved_at, now),
    )  # fmt: skip
    _set_aside(stay.patient, place.set_aside)
    cycle = _insert(by, stay, place, order, settings)
    trail.about(object_type="cycle", object_id=cycle.pk)
    trail.done(after=_as_audit(cycle, place, order, new_course=new_course), reason=order.reason)
    make_review_due(stay.patient_id)
    return cycle


def _lock(patient: Patient) -> None:
    """The cycles before the chart, in the order in which everybody locks them: nobody waits for each other for ever."""
    list(Cycle.objects.select_for_update().filter(patient=patient).order_by("id").values_list("id"))
    lock_chart(patient.pk)


def _set_aside(patient: Patient, cycles: Iterable[Cycle]) -> None:
    """Take cycles in which nothing was given out of their course, so that they count in no cap and no rest."""
    for cycle in cycles:
        if cycle.course.number != NO_COURSE:
            course, _ = Course.objects.get_or_create(patient=patient, number=NO_COURSE)
            touch(cycle, course=course, number=1 + Cycle.objects.filter(course=course).count())


def _insert(by: Actor, stay: Stay, place: Place, order: Order, settings: SiteSettings) -> Cycle:
    patient = stay.patient
    try:
        with transaction.atomic():
            course, _ = Course.objects.get_or_create(patient=patient, number=place.course_number)
            cycle = Cycle.objects.create(
                course=course,
                patient=patient,
                number=place.cycle_number,
                regimen=order.regimen.id,
                rule_sets=list(order.rule_sets),
                amendments=list(binding_of(order.rule_sets).amendments),
                settings=settings,
                dosing_weight_kg=format(order.weight_kg, "f"),
                iu_per_kg=order.preparation.iu_per_kg,
                dose_iu=str(order.preparation.dose_iu),
                interval_min=int(order.interval.total_seconds() // 60),
                doses=order.regimen.doses_per_cycle,
                first_dose_at=order.first_dose_at,
                ast_uln=format(order.ast_uln, "f"),
                alt_uln=format(order.alt_uln, "f"),
                prior=_prior(place, order),
                prescribed_by=by.user,
                prescribed_at=clock.now(),
                reason=order.reason,
                stamp=new_stamp(),
            )
    except IntegrityError:
        raise Conflict(
            "cycle_open", "The patient already has a cycle that has not ended.", remedy="End that cycle first."
        ) from None
    Slot.objects.bulk_create(Slot(cycle=cycle, number=n, planned_at=at) for n, at in enumerate(order.planned, start=1))
    return cycle


def _prior(place: Place, order: Order) -> dict:
    prior: dict = {"has_earlier": place.has_earlier}
    if order.cells_at is not None:
        prior["cells_at"] = order.cells_at.isoformat()
    return prior


def _as_audit(cycle: Cycle, place: Place, order: Order, *, new_course: bool) -> dict:
    return {
        "regimen": cycle.regimen,
        "course": place.course_number,
        "cycle": cycle.number,
        "new_course": new_course,
        "rule_sets": cycle.rule_sets,
        "amendments": cycle.amendments,
        "settings": cycle.settings_id,
        "dosing_weight_kg": cycle.dosing_weight_kg,
        "iu_per_kg": cycle.iu_per_kg,
        "deviation_percent": rounded(order.preparation.deviation_percent, 1),
        "ast_uln": cycle.ast_uln,
        "alt_uln": cycle.alt_uln,
        "first_dose_at": cycle.first_dose_at,
        "cells_at": order.cells_at,
        "interval_min": cycle.interval_min,
        "state": CycleState.PRESCRIBED.value,
        "preparation": list(order.preparation.steps),
        "set_aside": [each.pk for each in place.set_aside],
    }
