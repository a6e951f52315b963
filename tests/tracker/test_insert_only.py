"""A write below the actions is refused by the database itself, on every charted table."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from dosing.models import DoseEvent, SiteSettings
from tests.people import admit, full_round, running_cycle
from tracker.models import AuditEntry, NotDone, Retraction, Round, RoundValue, StayMove

PROTECTED = [AuditEntry, Round, RoundValue, NotDone, Retraction, StayMove, DoseEvent, SiteSettings]

PROTECTED_TABLES = {model._meta.db_table for model in PROTECTED} | {
    "alerts_alertevent",
    "alerts_policyversion",
    "alerts_policyversionevent",
    "dosing_cyclemove",
    "dosing_preparedbag",
    "dosing_ruleversion",
    "dosing_ruleversionevent",
}


@pytest.fixture
def charted(cast):
    from tests.people import as_
    from tracker import clock
    from tracker.actions.record_round import record_round
    from tracker.actions.retract_round import retract_round

    patient = admit(cast)
    full_round(cast, patient)
    record_round(
        by=as_(cast.nina),
        patient_id=patient.pk,
        observed_at=clock.now(),
        values={"heart_rate": 90},
        not_done={"weight": "refused"},
    )
    wrong = full_round(cast, patient)
    retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="wrong patient")
    running_cycle(cast, patient)


@pytest.mark.parametrize("model", PROTECTED, ids=lambda model: model.__name__)
def test_t28_bulk_edits_and_deletes_are_refused(charted, model):
    field = next(f for f in model._meta.fields if not f.primary_key)
    row = model.objects.first()
    assert row is not None
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{field.attname: getattr(row, field.attname)})
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [row.pk])  # noqa: S608  a table of ours
    assert model.objects.filter(pk=row.pk).exists()


def test_every_table_of_events_is_protected(db):
    """A new table whose name says that it keeps history must be protected too."""
    named = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.db_table.endswith(("event", "entry", "move", "round", "value", "retraction"))
    }
    assert named <= PROTECTED_TABLES
