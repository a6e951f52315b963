"""Forty patients in forty beds with three days of rounds each, and a free ward of doses that are due now."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import transaction

from dosing.models import Slot
from tests.conftest import Cast
from tests.people import VITALS, admit, as_, full_round, make_cast, running_cycle, urine
from tracker import clock
from tracker.actions.admit_patient import admit_patient
from tracker.actions.record_round import record_round
from tracker.models import Bed, ChartState, Patient, Ward

BEDS = 40
DAYS = 3


def main() -> None:
    """Make everything through the product's own actions, and print what the benchmark needs."""
    with transaction.atomic():
        cast = make_cast()
        board = [_patient(cast, number) for number in range(BEDS)]
        due = [_due(cast, number) for number in range(60)]
        ChartState.objects.update(reviewed_seq=10_000)
    print(json.dumps({"rounds_for": board[0].pk, "slots": due}))


def _patient(cast: Cast, number: int) -> Patient:
    while len(cast.beds) <= number:
        cast.beds.append(Bed.objects.create(ward=cast.ward, label=f"{len(cast.beds) + 1:02d}"))
    patient = admit(cast, mrn=f"70-{number}", bed=number, family=f"Family{number}")
    begin = clock.now() - timedelta(hours=20)
    for step in range(0, 20, 2):
        at = begin + timedelta(hours=step)
        values = {**VITALS, **urine(300, at - timedelta(hours=2))}
        if step == 0:
            full_round(cast, patient, at=at)
        else:
            record_round(by=as_(cast.nina), patient_id=patient.pk, observed_at=at, values=values)
    full_round(cast, patient)
    running_cycle(cast, patient, first=clock.now() + timedelta(minutes=20 + number))
    return patient


def _due(cast: Cast, number: int) -> int:
    """A patient on a second ward of the same nurses, ready for dose 1: not among the board's forty."""
    ward, _ = Ward.objects.get_or_create(code="6E", defaults={"name": "6 East", "timezone": "Europe/Berlin"})
    for person in (cast.nina, cast.noah, cast.olga):
        person.wards.add(ward)
        person.__dict__.pop("_ward_ids", None)
    bed = Bed.objects.create(ward=ward, label=f"{number + 1:02d}")
    patient = admit_patient(
        by=as_(cast.nina), bed_id=bed.pk, record_number=f"80-{number}", family_name=f"Due{number}", given_name="Test",
        birth_date=clock.now().date() - timedelta(days=18_000), sex="male",
        admitted_at=clock.now() - timedelta(days=1),
    ).patient  # fmt: skip
    full_round(cast, patient)
    return Slot.objects.get(cycle=running_cycle(cast, patient), number=1).pk


if __name__ == "__main__":
    main()
