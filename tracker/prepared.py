"""Queries of a fixed shape that are turned into SQL once and then run with other values each time.

Django writes the SQL of a query anew each time it is asked; for a row by its key that costs several times what the
database needs to find it, and giving a dose asks ten such questions (`make bench`). What is asked stays an ordinary
queryset, so that it reads and means the same on both databases; only its SQL is kept. For the questions that every
dose, round and board asks, and no others.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.subqueries import UpdateQuery

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


class _Kept(NamedTuple):
    """What is kept of a query for one kind of database."""

    rows: QuerySet
    compiler: SQLCompiler
    sql: str
    places: tuple[object, ...]


class _Question:
    """SQL with places for named values, written at the first call for each kind of database."""

    def __init__(self, build: Callable[..., Any]) -> None:
        functools.update_wrapper(self, build)
        self._build = build
        self._names = frozenset(build.__code__.co_varnames[: build.__code__.co_argcount])
        self._kept: dict[str, _Kept] = {}

    def _asked(self, given: dict[str, Value]) -> tuple[_Kept, BaseDatabaseWrapper, tuple[object, ...]] | None:
        """The kept query, where to ask it, and its values in order; None when no row can fit them."""
        if given.keys() != self._names or not all(isinstance(each, Value) for each in given.values()):
            names = ", ".join(sorted(self._names))
            raise TypeError(f"Expected {names} as whole numbers, texts or instants, not {given}.")
        if any(isinstance(each, int) and abs(each) > LARGEST for each in given.values()):
            return None
        connection = connections[DEFAULT_DB_ALIAS]
        kept = self._kept.get(connection.vendor)
        if kept is None:
            kept = self._kept[connection.vendor] = self._keep(connection)
        as_stored = {name: connection.ops.adapt_unknown_value(each) for name, each in given.items()}
        return (
            kept,
            connection,
            tuple(as_stored[each.name] if isinstance(each, Given) else each for each in kept.places),
        )

    def _keep(self, connection: BaseDatabaseWrapper) -> _Kept:
        raise NotImplementedError

    def _places(self) -> dict[str, Given]:
        return {name: Given(name) for name in self._names}


class Prepared(_Question):
    """A queryset as a function of named values. Made by `prepared`.

    Each value is compared with a column, for being equal or for order; for `None` and for lists of unknown length the
    SQL would be another one. The queryset gives models or `values_list`, and prefetches nothing.
    """

    def __call__(self, **given: Value) -> list[Any]:
        """The rows; none for a number beyond the columns. Raises: TypeError for values of another name or kind."""
        asked = self._asked(given)
        if asked is None:
            return []
        kept, connection, values = asked
        compiler = copy.copy(kept.compiler)
        compiler.connection, compiler.as_sql = connection, lambda: (kept.sql, values)
        if kept.rows._iterable_class is ModelIterable:
            return list(ModelIterable(_Asked(kept.rows, compiler)))
        return list(compiler.results_iter(tuple_expected=True))

    def one(self, **given: Value) -> Any | None:
        """The first row, None when there is none."""
        return next(iter(self(**given)), None)

    def _keep(self, connection: BaseDatabaseWrapper) -> _Kept:
        rows = self._build(**self._places())
        if rows._iterable_class not in (ModelIterable, ValuesListIterable) or rows._prefetch_related_lookups:
            raise TypeError("Only models and values_list can be prepared, without prefetching.")
        compiler = rows.query.get_compiler(connection=connection)
        sql, places = compiler.as_sql()
        return _Kept(rows, compiler, sql, tuple(places))


class PreparedUpdate(_Question):
    """An update of rows as a function of named values. Made by `prepared_update`."""

    def __call__(self, **given: Value) -> int:
        """How many rows it changed. Raises: TypeError for values of another name or kind."""
        asked = self._asked(given)
        if asked is None:
            return 0
        kept, connection, values = asked
        with connection.cursor() as cursor:
            cursor.execute(kept.sql, values)
            return cursor.rowcount

    def _keep(self, connection: BaseDatabaseWrapper) -> _Kept:
        rows, changes = self._build(**self._places())
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        compiler = query.get_compiler(connection=connection)
        sql, places = compiler.as_sql()
        if query.related_updates:
            raise TypeError("An update of one table can be prepared, not of several.")
        return _Kept(rows, compiler, sql, tuple(places))


class _Asked(SimpleNamespace):
    """What Django's iterable over models asks of a queryset."""

    def __init__(self, rows: QuerySet, compiler: SQLCompiler) -> None:
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        super().__init__(db=DEFAULT_DB_ALIAS, query=query, model=rows.model, _known_related_objects={})


def prepared(build: Callable[..., QuerySet]) -> Prepared:
    """Make a queryset-building function into one that runs: called with values by name, it gives the rows."""
    return Prepared(build)


def prepared_update(build: Callable[..., tuple[QuerySet, dict[str, object]]]) -> PreparedUpdate:
    """The same for a function that gives rows and what is to be changed in them: it gives how many were changed."""
    return PreparedUpdate(build)
