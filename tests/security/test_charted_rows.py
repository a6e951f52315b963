"""Nothing that was charted can be changed or removed by SQL, whichever words it is said in."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from dosing.models import DoseEvent
from tests.people import admit, as_, full_round, running_cycle
from tracker import environment
from tracker.actions.retract_round import retract_round
from tracker.models import AuditEntry, Retraction, Round, RoundValue, StayMove

TABLES = [AuditEntry, Round, RoundValue, Retraction, StayMove, DoseEvent]
# What each vendor offers to put a new row in the place of an old one.
INSTEAD = {
    "sqlite": "INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
    "postgresql": "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} "
    "ON CONFLICT (id) DO UPDATE SET id = excluded.id",
}


@pytest.fixture
def charted(cast):
    patient = admit(cast)
    full_round(cast, patient)
    wrong = full_round(cast, patient)
    retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="wrong patient")
    return running_cycle(cast, patient)


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def columns_of(model, *, without=()):
    return ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.column not in without)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_no_row_is_replaced(charted, model):
    table = model._meta.db_table
    before = list(model.objects.order_by("pk").values())
    assert before
    with pytest.raises(DatabaseError, match="insert-only"):
        run(INSTEAD[connection.vendor].format(table=table, columns=columns_of(model)))
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("model", [Round, RoundValue, Retraction])
def test_no_row_is_replaced_by_another_key_than_its_number(charted, model):
    """Without the id, SQLite's REPLACE still removes the row that stands in the way of a unique constraint."""
    table, columns = model._meta.db_table, columns_of(model, without=("id",))
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    before = model.objects.count()
    with pytest.raises(DatabaseError):
        run(f"{verb} INTO {table} ({columns}) SELECT {columns} FROM {table}")  # noqa: S608  a table of ours
    assert model.objects.count() == before


def test_a_giving_is_not_replaced_but_another_event_of_its_attempt_may_follow(cast, charted):
    slot = charted.slots.get(number=1)
    given = {"cycle": charted, "slot": slot, "at": charted.started_at, "recorded_at": charted.started_at}
    DoseEvent.objects.create(kind="given", by=cast.nina, witness=cast.noah, **given)
    columns = columns_of(DoseEvent, without=("id",))
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(DatabaseError):
        run(
            f"{verb} INTO dosing_doseevent ({columns}) "  # noqa: S608  a table of ours
            f"SELECT {columns} FROM dosing_doseevent WHERE kind = 'given'"
        )
    assert DoseEvent.objects.filter(kind="given").count() == 1
    DoseEvent.objects.create(kind="refused", by=cast.noah, **given)


def test_a_connection_of_ours_never_deletes_past_a_trigger(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "recursive_triggers=ON" in environment.database(tmp_path)["OPTIONS"]["init_command"]


def test_a_table_is_not_emptied(charted):
    statement = "TRUNCATE {}" if connection.vendor == "postgresql" else "DELETE FROM {}"
    with pytest.raises(DatabaseError, match="insert-only"):
        run(statement.format("tracker_auditentry"))
    assert AuditEntry.objects.exists()


def test_the_folder_of_the_charts_is_nobody_elses(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    folder = environment.var_folder(tmp_path)
    assert folder.stat().st_mode & 0o077 == 0


def test_passwords_and_tokens_are_kept_as_digests_only(cast):
    assert cast.nina.password.startswith("argon2")
    assert settings.AUTH_PASSWORD_VALIDATORS
    kept = {field.name for field in apps.get_model("tracker", "Token")._meta.concrete_fields}
    assert kept == {"id", "digest", "user", "created_at", "expires_at"}
