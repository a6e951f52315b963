"""The tests that `make mutants` asks: found once by pytest, then called directly thousands of times."""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import io
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType

import pytest

LOADED_ANEW = ("dosing.", "tests.rules.", "tests.dosing.", "tests.replay.")
# Django knows these by identity; no test of the rules looks at them.
KEPT = ("dosing.models", "dosing.apps", "dosing.migrations")


@dataclass
class Asked:
    """One test with its parameters by their place. `took` is how long it took on the unchanged rules, in seconds."""

    name: str
    module: str
    cls: str
    function: str
    places: dict[str, int]
    needs_folder: bool
    took: float = 0


class Moved(Exception):
    """The parameters of a test are not where they were: it says nothing about this mutant."""


def collected(arguments: Sequence[str]) -> list[Asked]:
    """The tests that pytest finds, each run once. Exits when one fails on the unchanged rules."""
    grabbed: list[pytest.Item] = []

    class Grab:
        def pytest_collection_finish(self, session: pytest.Session) -> None:
            grabbed.extend(session.items)

    with contextlib.redirect_stdout(io.StringIO()) as said:
        status = pytest.main(["--collect-only", "-qqq", *arguments], plugins=[Grab()])
    if status != 0 or not grabbed:
        sys.exit(f"The tests could not be collected:\n{said.getvalue()}")
    tests = [_asked(item) for item in grabbed]
    for test in tests:
        began = time.perf_counter()
        if not ask(test):
            sys.exit(f"{test.name} fails on the unchanged rules.")
        test.took = time.perf_counter() - began
    return tests


def _asked(item: pytest.Item) -> Asked:
    places = dict(item.callspec.indices) if hasattr(item, "callspec") else {}
    needs = set(inspect.signature(item.function).parameters) - set(places) - {"self"}
    if needs - {"tmp_path"}:
        sys.exit(f"{item.nodeid} needs {needs}: a test of the rules needs no more than a folder.")
    return Asked(
        name=item.nodeid,
        module=item.module.__name__,
        cls=item.cls.__name__ if item.cls else "",
        function=item.originalname,
        places=places,
        needs_folder="tmp_path" in needs,
    )


def forget(changed: str) -> None:
    """Forget the changed module and all that were built with it; the others stay as they are."""
    for name in [changed, *_built_with().get(changed, ())]:
        parent, _, child = name.rpartition(".")
        if sys.modules.pop(name, None) is not None and hasattr(sys.modules.get(parent), child):
            delattr(sys.modules[parent], child)
    _values.cache_clear()


def is_built_with(module: str, changed: str) -> bool:
    """False for a module that does not even load the changed one: its tests could not notice."""
    return module in _built_with().get(changed, ())


@cache
def compiled() -> dict[str, CodeType]:
    """The code of every module that may be loaded anew, packages left out: they hold nothing."""
    files = {name: Path(module.__file__) for name, module in _loaded_anew().items()}
    return {
        name: compile(file.read_text("utf-8"), str(file), "exec", dont_inherit=True)
        for name, file in files.items()
        if file.name != "__init__.py"
    }


def _loaded_anew() -> dict[str, ModuleType]:
    return {
        name: module
        for name, module in sys.modules.items()
        if name.startswith(LOADED_ANEW) and not name.startswith(KEPT) and getattr(module, "__file__", None)
    }


@cache
def _built_with() -> dict[str, set[str]]:
    """By module everything that imports it, or imports what imports it."""
    direct: dict[str, set[str]] = {}
    for name, module in _loaded_anew().items():
        for imported in _imports(module):
            direct.setdefault(imported, set()).add(name)
    found: dict[str, set[str]] = {}
    for name in direct:
        waiting = list(direct[name])
        reached = found.setdefault(name, set())
        while waiting:
            user = waiting.pop()
            if user not in reached:
                reached.add(user)
                waiting.extend(direct.get(user, ()))
    return found


def _imports(module: ModuleType) -> Iterator[str]:
    """The full names that a module imports anywhere in its text; of "from a import b" both a and a.b."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.__package__.split(".")
            base = package[: len(package) + 1 - node.level] if node.level else []
            full = ".".join([*base, *([node.module] if node.module else [])])
            yield full
            yield from (f"{full}.{each.name}" for each in node.names)


def ask(test: Asked) -> bool:
    """True when the test passes."""
    try:
        module = importlib.import_module(test.module)
        owner = getattr(module, test.cls) if test.cls else module
        function = getattr(owner() if test.cls else owner, test.function)
        arguments = _arguments(test, function, owner)
        if test.needs_folder:
            with tempfile.TemporaryDirectory() as folder:
                function(tmp_path=Path(folder), **arguments)
        else:
            function(**arguments)
    except Moved:
        return True
    except (Exception, pytest.fail.Exception):
        return False
    return True


def _arguments(test: Asked, function: object, owner: object) -> dict[str, object]:
    marks = [*getattr(function, "pytestmark", ()), *getattr(owner, "pytestmark", ())]
    found: dict[str, object] = {}
    for mark in marks:
        if mark.name != "parametrize":
            continue
        names = mark.args[0].split(",") if isinstance(mark.args[0], str) else mark.args[0]
        names = [name.strip() for name in names]
        place, values = test.places[names[0]], _values(_Same(mark.args[1]))
        if place >= len(values):
            raise Moved
        value = getattr(values[place], "values", values[place]) if _is_param(values[place]) else values[place]
        found |= dict(zip(names, value if len(names) > 1 or _is_param(values[place]) else (value,), strict=True))
    return found


def _is_param(value: object) -> bool:
    return type(value).__name__ == "ParameterSet"


class _Same:
    """Lets a list of parameters be remembered by which it is, not by what is in it."""

    def __init__(self, values: object) -> None:
        self.values = values

    def __hash__(self) -> int:
        return id(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.values is self.values


@cache
def _values(same: _Same) -> list:
    return list(same.values)
