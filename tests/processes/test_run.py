"""`make run`: three real processes that live and end together, on a database that a second run keeps."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from tests.live import ROOT, free_port, wait_until

pytestmark = pytest.mark.processes


@pytest.fixture
def run(tmp_path):
    started: list[subprocess.Popen] = []
    logs: list = []

    def start(**environment: str) -> tuple[subprocess.Popen, str, object]:
        port = free_port()
        log = (tmp_path / f"run-{len(started)}.log").open("w+")
        process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "ward"], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "VAR_DIR": str(tmp_path / "var"), "PORT": str(port), **environment},
        )  # fmt: skip
        started.append(process)
        logs.append(log)
        return process, f"http://127.0.0.1:{port}", log

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)
    for log in logs:
        log.close()


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


def test_ctrl_c_ends_all_three_and_a_second_run_keeps_the_data(run):
    process, url, log = run()
    wait_until(lambda: answers(url), seconds=40, what="the first page")
    first = wait_until(lambda: all_started(log), what="three processes")
    text = said(log)
    assert url.replace("127.0.0.1", "localhost") in text
    for who in ("nurse", "oncologist", "pharmacist", "auditor", "administrator"):
        assert who in text.lower()
    assert "loading the demo ward" in text
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert all(wait_until(lambda pid=pid: gone(pid), what="the end of a process") for pid in first.values())

    again, url, log = run()
    wait_until(lambda: answers(url), seconds=40, what="the first page")
    assert "loading the demo ward" not in said(log)
    os.killpg(again.pid, signal.SIGINT)
    assert again.wait(timeout=20) == 0


@pytest.mark.parametrize("victim", ["web", "worker", "beat"])
def test_when_one_dies_the_others_end_and_the_exit_status_says_so(run, victim):
    process, url, log = run()
    wait_until(lambda: answers(url), seconds=40, what="the first page")
    found = wait_until(lambda: all_started(log), what="three processes")
    os.kill(found[victim], signal.SIGKILL)
    assert process.wait(timeout=30) != 0
    assert "ended by itself" in said(log)
    assert all(wait_until(lambda pid=pid: gone(pid), what="the end of a process") for pid in found.values())


def test_a_wrong_database_url_stops_the_start_with_a_sentence(run):
    process, _, log = run(DATABASE_URL="mysql://nowhere")
    assert process.wait(timeout=30) != 0
    assert "Expected postgres://user:password@host:5432/name" in said(log)
