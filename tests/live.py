"""A real ward for tests: web, worker and beat as processes of their own, with a database and a broker of their own."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
Answer = TypeVar("Answer")


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(
    ask: Callable[[], Answer], *, seconds: float = 60, what: str = "the condition", every_s: float = 0.02
) -> Answer:
    """The first true answer. Raises: AssertionError after the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := ask():
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(every_s)


class LiveWard:
    """The product's own three commands, each started and ended by itself."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "VAR_DIR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self.processes: dict[str, subprocess.Popen] = {}

    def manage(self, *arguments: str, input_: str | None = None, timeout: float = 120) -> str:
        """Run one command of the product to its end; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, input=input_, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def run_python(self, code: str) -> str:
        """Run Python inside the product, as an operator would in its shell; what it prints."""
        return self.manage("shell", "--verbosity", "0", "-c", code)

    def prepare(self, *, cast: bool = True) -> None:
        """Tables, static files, and the cast with one secret."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        if cast:
            self.run_python("from tests.people import make_cast; make_cast()")

    def start(self, *names: str, wait: bool = True) -> None:
        """Start these of web, worker and beat, and wait until the web answers."""
        for name in names:
            with (self.folder / f"{name}.log").open("a") as log:
                self.processes[name] = subprocess.Popen(
                    self.commands()[name],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        if "web" in names and wait:
            wait_until(self.answers, seconds=120, what=f"the web at {self.url}: {self.log('web')}")

    def commands(self) -> dict[str, list[str]]:
        """The commands that `make run` runs."""
        code = (
            "import json; from tracker.management.commands.ward import processes; "
            f"print(json.dumps(processes({self.port})))"
        )
        if not hasattr(self, "_commands"):
            self._commands = {
                name: shlex.split(line) for name, line in json.loads(self.run_python(code).splitlines()[-1]).items()
            }
        return self._commands

    def answers(self) -> bool:
        """True when the sign-in page comes."""
        try:
            with urllib.request.urlopen(f"{self.url}/sign-in/", timeout=2) as response:
                return response.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def kill(self, name: str) -> None:
        """End one process as a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=60)

    def stop(self) -> None:
        """End everything that was started here."""
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=60)
        self.processes.clear()

    def log(self, name: str) -> str:
        """The end of what a process said."""
        path = self.folder / f"{name}.log"
        return path.read_text()[-2000:] if path.exists() else ""


@contextmanager
def live_ward(folder: Path, *names: str, cast: bool = True, **environment: str) -> Iterator[LiveWard]:
    """A prepared ward with these processes running, ended afterwards."""
    ward = LiveWard(folder, **environment)
    try:
        ward.prepare(cast=cast)
        ward.start(*names)
        yield ward
    finally:
        ward.stop()
