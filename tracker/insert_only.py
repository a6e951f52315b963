"""Triggers that make the database itself refuse UPDATE, DELETE and REPLACE on charted rows, on SQLite and PostgreSQL.

Whoever owns the tables can drop the triggers: a hospital gives the role that runs the migrations to nobody else.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "{table} is insert-only: a correction is a new row"


def statements(vendor: str, table: str) -> list[str]:
    """The statements that protect the table."""
    message = MESSAGE.format(table=table)
    if vendor == "sqlite":
        return [
            f'CREATE TRIGGER "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_insert_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION {table}_insert_only()",
        f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON "{table}" '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_insert_only()",
    ]


def replace_guard(connection: BaseDatabaseWrapper, table: str) -> str:
    """SQLite's INSERT OR REPLACE deletes the row in its way without a DELETE trigger: refuse what meets a known key."""
    with connection.cursor() as cursor:
        columns = [each[1] for each in cursor.execute(f'PRAGMA table_info("{table}")').fetchall()]
        unique = [each[1] for each in cursor.execute(f'PRAGMA index_list("{table}")').fetchall() if each[2]]
        keys = [(["id"], "")]
        for index in unique:
            names = [each[2] for each in cursor.execute(f'PRAGMA index_info("{index}")').fetchall()]
            made = cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [index]).fetchone()[0] or ""
            keys.append((names, made.partition(" WHERE ")[2]))
    met = " OR ".join(_met(table, names, condition, columns) for names, condition in keys)
    return (
        f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" WHEN {met} '
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE.format(table=table)}'); END"
    )


def _met(table: str, names: list[str], condition: str, columns: list[str]) -> str:
    """A row with the same key stands; where the key holds under a condition, both rows fulfil it."""
    same = " AND ".join(f'"{name}" = NEW."{name}"' for name in names)
    if not condition:
        return f'EXISTS (SELECT 1 FROM "{table}" WHERE {same})'  # noqa: S608  names out of our own schema
    new = ", ".join(f'NEW."{name}" AS "{name}"' for name in columns)
    return (
        f'(EXISTS (SELECT 1 FROM "{table}" WHERE {same} AND ({condition})) '  # noqa: S608
        f"AND EXISTS (SELECT 1 FROM (SELECT {new}) WHERE {condition}))"
    )


def removal(vendor: str, table: str) -> list[str]:
    """The statements that take the protection away, for a migration backwards."""
    if vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"' for verb in ("update", "delete", "replace")]
    return [
        f'DROP TRIGGER IF EXISTS {table}_no_change ON "{table}"',
        f'DROP TRIGGER IF EXISTS {table}_no_truncate ON "{table}"',
    ]


def protect(*tables: str) -> migrations.RunPython:
    """A migration operation that makes the tables insert-only."""
    return migrations.RunPython(_run(_protection, tables), _run(_removal, tables))


def _protection(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    guard = [replace_guard(connection, table)] if connection.vendor == "sqlite" else []
    return statements(connection.vendor, table) + guard


def _removal(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    return removal(connection.vendor, table)


def _run(build: Callable[[BaseDatabaseWrapper, str], list[str]], tables: tuple[str, ...]) -> Callable:
    def apply(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            for statement in build(schema_editor.connection, table):
                schema_editor.execute(statement)

    return apply
