"""Servers of a test's own that can be stopped: PostgreSQL and Redis where their programs are installed.

Where they are not (the servers run elsewhere), a door before the shared server that is shut: the product cannot tell
the difference, except that nothing was really killed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from tests.live import free_port, wait_until

from .door import Door


def postgres(url: str) -> OwnPostgres | ShutPostgres:
    """A server with a copy of the database at that address."""
    return OwnPostgres(url) if _program("initdb") and _may_run_postgres() else ShutPostgres(url)


def broker(url: str) -> OwnRedis | ShutRedis:
    """A broker with nothing in it."""
    return OwnRedis() if shutil.which("redis-server") else ShutRedis(url)


class OwnPostgres:
    """A cluster in a folder of its own, killed as by a power cut; what it had confirmed is there afterwards."""

    how = "its processes ended at once"

    def __init__(self, like: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ward-postgres-"))
        self.port = free_port()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.start()
        name = urlsplit(like).path[1:]
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/{name}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}"')
        dumped = subprocess.run([_program("pg_dump"), like], check=True, capture_output=True).stdout
        filled = [_program("psql"), "--quiet", "--set", "ON_ERROR_STOP=1", self.url]
        subprocess.run(filled, input=dumped, check=True, capture_output=True)

    def start(self) -> None:
        """Begin again where it was cut off."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-l", log, "-o", options, "-w", "-t", "60", "start")

    def stop(self) -> None:
        """No goodbye to anybody."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def end(self) -> None:
        """For good."""
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _url(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        """As the user that the server wants: never as root."""
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with (self.folder / "said").open("w+") as said:  # a pipe would stay open with the server that was started
            done = subprocess.run([*as_user, _program(program), *arguments], stdout=said, stderr=said, cwd=self.folder)
            said.seek(0)
            assert done.returncode == 0, said.read()


class OwnRedis:
    """A server that keeps nothing: stopped, all its messages are gone."""

    how = "its process killed"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ward-redis-"))
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Empty."""
        line = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self.folder),
            "--save",
            "",
        ]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen([*line, "--save", ""], stdout=log, stderr=log)
        wait_until(self._answers, seconds=30, what="the broker")

    def stop(self) -> None:
        """Killed, and what it held wiped with it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=60)

    def end(self) -> None:
        """For good."""
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as asked:
                return bool(asked.ping())
        except redis.RedisError:
            return False


class ShutPostgres:
    """The shared server behind a door."""

    how = "its door shut"

    def __init__(self, url: str) -> None:
        self.door = Door(url)
        self.url = self.door.url
        self.start, self.stop, self.end = self.door.open, self.door.shut, self.door.shut


class ShutRedis:
    """The shared server behind a door; its database is wiped while the door is shut."""

    how = "its door shut and its database wiped"

    def __init__(self, url: str) -> None:
        self.shared, self.door = url, Door(url)
        self.url = self.door.url
        self.start, self.end = self.door.open, self.door.shut

    def stop(self) -> None:
        """Out of reach, and then empty."""
        self.door.shut()
        with redis.Redis.from_url(self.shared) as broker:
            broker.flushdb()


def _program(name: str) -> str:
    """Its path, empty when it is not installed."""
    if found := shutil.which(name):
        return found
    return next((str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), "")


def _may_run_postgres() -> bool:
    if os.geteuid() != 0:
        return True
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return False
    return bool(shutil.which("runuser"))
