"""A plugin of pytest for `make mutants` only: rules are built while modules load, and a mutant must be there then.

mutmut loads everything once and forks for each mutant, so a function that builds a rule would have run before its
mutant was switched on, and no test would be known to run it. Here each fork loads the rules anew, and what ran while
they loaded counts for every test.
"""

from __future__ import annotations

import os
import sys

import pytest

LOADED_ANEW = ("dosing.", "tests.rules.", "tests.dosing.")
# Django knows these by identity; no test of the rules looks at them.
KEPT = ("dosing.models", "dosing.apps", "dosing.migrations")

_while_loading: set[str] = set()


def pytest_configure() -> None:
    """Forget what was loaded before the fork."""
    for name in [each for each in sys.modules if each.startswith(LOADED_ANEW) and not each.startswith(KEPT)]:
        parent, _, child = name.rpartition(".")
        del sys.modules[name]
        if parent in sys.modules and hasattr(sys.modules[parent], child):
            delattr(sys.modules[parent], child)


def pytest_collection_finish() -> None:
    """Remember what ran while the modules loaded."""
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        _while_loading.update(_hits())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Before mutmut writes down which functions this test ran."""
    _hits().update(_while_loading)


def _hits() -> set[str]:
    from mutmut.state import state

    return state()._stats
