"""Queries of a fixed shape that are turned into SQL once and then run with other values each time.

Django writes the SQL of a query anew each time it is asked; for a row by its key that costs several times what the
database needs to find it, and giving a dose asks ten such questions (`make bench`). What is asked stays an ordinary
queryset, so that it reads and means the same on both databases; only its SQL is kept. For the questions that every
dose, round and board asks, and no others.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable
from django.db.models.sql.compiler import SQLCompiler

LARGEST = 2**63 - 1  # of an integer column
Value = int | str | datetime


class Given(Expression):
    """The place of a value in the SQL."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Given]]:
        """The place itself stands among the parameters, until the value is known."""
        return "%s", [self]


class Prepared:
    """A queryset as a function of named values. Made by `prepared`.

    Each value is compared with a column, for being equal or for order; for `None` and for lists of unknown length the
    SQL would be another one. The queryset gives models or `values_list`, and prefetches nothing.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self._build = build
        self._places = build.__code__.co_varnames[: build.__code__.co_argcount]
        self._kept: dict[str, tuple[QuerySet, SQLCompiler, str, tuple[object, ...]]] = {}

    def __call__(self, **given: Value) -> list[Any]:
        """The rows. Raises: TypeError for a value that is missing, unknown or of another kind."""
        if set(given) != set(self._places) or not all(isinstance(each, Value) for each in given.values()):
            raise TypeError(f"Expected {', '.join(self._places)} as whole numbers, texts or instants, not {given}.")
        if any(isinstance(each, int) and abs(each) > LARGEST for each in given.values()):
            return []  # no row has such a number, and the database would not even look for it
        connection = connections[DEFAULT_DB_ALIAS]
        rows, kept, sql, places = self._kept.get(connection.vendor) or self._keep(connection)
        as_stored = {name: connection.ops.adapt_unknown_value(each) for name, each in given.items()}
        values = tuple(as_stored[each.name] if isinstance(each, Given) else each for each in places)
        compiler = copy.copy(kept)
        compiler.connection, compiler.as_sql = connection, lambda: (sql, values)
        if rows._iterable_class is ModelIterable:
            return list(ModelIterable(_Asked(rows, compiler)))
        return list(compiler.results_iter(tuple_expected=True))

    def one(self, **given: Value) -> Any | None:
        """The first row, None when there is none."""
        return next(iter(self(**given)), None)

    def _keep(self, connection: BaseDatabaseWrapper) -> tuple[QuerySet, SQLCompiler, str, tuple[object, ...]]:
        rows = self._build(**{name: Given(name) for name in self._places})
        if rows._iterable_class not in (ModelIterable, ValuesListIterable) or rows._prefetch_related_lookups:
            raise TypeError("Only models and values_list can be prepared, without prefetching.")
        compiler = rows.query.get_compiler(connection=connection)
        sql, places = compiler.as_sql()
        self._kept[connection.vendor] = kept = rows, compiler, sql, tuple(places)
        return kept


class _Asked(SimpleNamespace):
    """What Django's iterable over models asks of a queryset."""

    def __init__(self, rows: QuerySet, compiler: SQLCompiler) -> None:
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        super().__init__(db=DEFAULT_DB_ALIAS, query=query, model=rows.model, _known_related_objects={})


def prepared(build: Callable[..., QuerySet]) -> Prepared:
    """Make a queryset-building function into one that runs: called with values by name, it gives the rows."""
    return Prepared(build)
