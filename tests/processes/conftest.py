"""Wards for the tests with real processes, and the report of what the faults left behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from .watched import WatchedWard, copy_of, new_database

REPORT: list[str] = []


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Iterator[WatchedWard]:
    """One ward with its tables and the cast, of which every test gets a copy."""
    with new_database() as environment:
        original = WatchedWard(tmp_path_factory.mktemp("original"), **environment)
        original.manage("migrate", "--verbosity", "0")
        original.run_python("from tests.people import make_cast; make_cast()")
        original.commands()
        yield original


@pytest.fixture
def ward(prepared, tmp_path) -> Iterator[WatchedWard]:
    """The test starts what it needs."""
    with new_database(like=prepared.environment.get("DATABASE_URL", "")) as environment:
        live = copy_of(prepared, tmp_path, environment)
        live.lose_messages()
        try:
            yield live
        finally:
            for name in live.processes:
                live.signal(name, signal.SIGCONT)
            live.stop()


@pytest.fixture
def report() -> list[str]:
    """Lines that are printed after all tests."""
    return REPORT


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if REPORT:
        terminalreporter.section("what the faults left behind")
        for line in REPORT:
            terminalreporter.write_line(line)
