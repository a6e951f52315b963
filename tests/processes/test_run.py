"""`make run`: three real processes that live and end together, on a database that a second run keeps."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live import ROOT, free_port, wait_until

pytestmark = pytest.mark.processes


class Runs:
    """Starts `manage.py ward` on one data folder, and ends what is left at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[tuple[subprocess.Popen, object]] = []

    def __call__(self, **environment: str) -> tuple[subprocess.Popen, str, object]:
        port = free_port()
        log = (self.folder / f"run-{len(self.started)}.log").open("w+")
        process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "ward"], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "VAR_DIR": str(self.folder / "var"), "PORT": str(port), **environment},
        )  # fmt: skip
        self.started.append((process, log))
        return process, f"http://127.0.0.1:{port}", log

    def end(self) -> None:
        for process, log in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)
            log.close()


@dataclass(frozen=True)
class FirstRun:
    """What the first run of an empty folder said, and how it ended on Ctrl-C."""

    folder: Path
    url: str
    text: str
    status: int
    pids: dict[str, int]


@pytest.fixture(scope="module")
def first_run(tmp_path_factory) -> FirstRun:
    """Loading the demo ward takes its time, so it is done once; the other tests go on with copies of its data."""
    run = Runs(tmp_path_factory.mktemp("first"))
    try:
        process, url, log = run()
        wait_until(lambda: answers(url), seconds=240, what="the first page")
        found = wait_until(lambda: all_started(log), seconds=60, what="three processes")
        os.killpg(process.pid, signal.SIGINT)
        status = process.wait(timeout=60)
        return FirstRun(run.folder, url, said(log), status, found)
    finally:
        run.end()


@pytest.fixture
def run(tmp_path, first_run) -> Iterator[Runs]:
    """A later run, with the data of the first."""
    shutil.copytree(first_run.folder / "var", tmp_path / "var")
    run = Runs(tmp_path)
    yield run
    run.end()


def said(log) -> str:
    log.seek(0)
    return log.read()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/sign-in/", timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


def pids(text: str) -> dict[str, int]:
    return {name: int(pid) for name, pid in re.findall(r"(web|worker|beat) started \(pid=(\d+)\)", text)}


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def all_started(log) -> dict[str, int] | None:
    found = pids(said(log))
    return found if len(found) == 3 else None


def test_the_first_run_loads_the_demo_ward_and_ctrl_c_ends_all_three(first_run):
    assert first_run.url.replace("127.0.0.1", "localhost") in first_run.text
    for who in ("nurse", "oncologist", "pharmacist", "auditor", "administrator"):
        assert who in first_run.text.lower()
    assert "loading the demo ward" in first_run.text
    assert first_run.status == 0
    for pid in first_run.pids.values():
        wait_until(lambda pid=pid: gone(pid), seconds=60, what="the end of a process")


def test_a_second_run_keeps_the_data(run):
    process, url, log = run()
    wait_until(lambda: answers(url), seconds=120, what="the first page")
    assert "loading the demo ward" not in said(log)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("victim", ["web", "worker", "beat"])
def test_when_one_dies_the_others_end_and_the_exit_status_says_so(run, victim):
    process, url, log = run()
    wait_until(lambda: answers(url), seconds=120, what="the first page")
    found = wait_until(lambda: all_started(log), seconds=60, what="three processes")
    os.kill(found[victim], signal.SIGKILL)
    assert process.wait(timeout=60) != 0
    assert "ended by itself" in said(log)
    for pid in found.values():
        wait_until(lambda pid=pid: gone(pid), seconds=60, what="the end of a process")


def test_a_wrong_database_url_stops_the_start_with_a_sentence(tmp_path):
    run = Runs(tmp_path)
    process, _, log = run(DATABASE_URL="mysql://nowhere")
    assert process.wait(timeout=60) != 0
    assert "Expected postgres://user:password@host:5432/name" in said(log)
    run.end()
