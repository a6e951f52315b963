"""Wards for the tests with real processes, and the report of what the faults left behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .monkey import fill
from .outside import Outside, outside
from .watched import BROKER, WatchedWard, beside, copy_of, new_database

REPORT: list[str] = []
FAILED = pytest.StashKey[bool]()
PREPARED = """
from django.core.management import call_command
from tests.people import make_cast
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
make_cast()
"""


@pytest.fixture(scope="session")
def world() -> Iterator[Outside]:
    """Where notices arrive, for all wards."""
    with outside() as receivers:
        yield receivers


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, world) -> Iterator[WatchedWard]:
    """One ward with its tables, the cast and its addresses outside, of which others are copies."""
    with new_database() as environment:
        original = WatchedWard(tmp_path_factory.mktemp("original"), EMAIL_URL=world.mail_server, **environment)
        original.tell_nobody(PREPARED)
        original.tell(f"{world.contacts}\nprint(0)")
        original.commands()
        original.stop()
        yield original


@contextmanager
def another(prepared: WatchedWard, folder: Path, **more: str) -> Iterator[WatchedWard]:
    """A copy with a database and a broker of its own, ended after the block."""
    with new_database(like=prepared.environment.get("DATABASE_URL", "")) as environment:
        live = copy_of(prepared, folder, {"EMAIL_URL": prepared.environment["EMAIL_URL"], **environment, **more})
        live.lose_messages()
        try:
            yield live
        finally:
            for name in live.processes:
                live.signal(name, signal.SIGCONT)
            live.stop()


@pytest.fixture
def ward(prepared, tmp_path) -> Iterator[WatchedWard]:
    """A ward of the test's own. The test starts what it needs."""
    with another(prepared, tmp_path) as live:
        yield live


@pytest.fixture(scope="session")
def filled(tmp_path_factory, world) -> Iterator[WatchedWard]:
    """The demo hospital, of which others are copies."""
    with new_database() as environment:
        original = WatchedWard(tmp_path_factory.mktemp("filled"), EMAIL_URL=world.mail_server, **environment)
        fill(original)
        original.commands()
        original.stop()
        yield original


@pytest.fixture
def demo(filled, tmp_path) -> Iterator[WatchedWard]:
    """A demo hospital of the test's own. The test starts what it needs."""
    with another(filled, tmp_path) as live:
        yield live


@pytest.fixture(scope="module")
def _shared(prepared, tmp_path_factory) -> Iterator[dict]:
    """The ward that the tests of a module share, until one of them fails."""
    kept: dict = {}
    try:
        yield {"kept": kept, "new": lambda: another(prepared, tmp_path_factory.mktemp("shared"), **beside(BROKER))}
    finally:
        drop(kept)


@pytest.fixture
def shared(_shared, request) -> Iterator[WatchedWard]:
    """A ward with worker and beat, which is handed on as it was got: running, and with every alert told."""
    kept = _shared["kept"]
    if not kept:
        kept["block"] = _shared["new"]()
        kept["ward"] = kept["block"].__enter__()
        kept["ward"].sweep_faster()
        kept["ward"].start("worker", "beat")
    yield kept["ward"]
    if request.node.stash.get(FAILED, False) or set(kept["ward"].alive()) != {"worker", "beat"}:
        drop(kept)


def drop(kept: dict) -> None:
    """The next test gets a new ward."""
    if kept:
        kept["block"].__exit__(None, None, None)
        kept.clear()


@pytest.fixture
def report() -> list[str]:
    """Lines that are printed after all tests."""
    return REPORT


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    made = yield
    if call.excinfo is not None:
        item.stash[FAILED] = True
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if REPORT:
        terminalreporter.section("what the faults left behind")
        for line in REPORT:
            terminalreporter.write_line(line)
