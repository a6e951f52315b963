"""Runs the whole ward: database, demo data when empty, then web, worker and beat until one of them ends."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from honcho.manager import Manager

import tracker
from tracker import environment
from tracker.models import Site

STOPPED_BY_A_PERSON = (130, 143)


class Command(BaseCommand):
    """`make run`: migrate, load the demo ward into an empty database, then serve. A second run keeps the data."""

    help = "Run web, worker and beat together. Ctrl-C ends all three; if one dies, the others end too."

    def handle(self, *args: object, **options: object) -> None:
        port = environment.number("PORT", 8000)
        call_command("migrate", interactive=False, verbosity=0)
        self._collect_static()
        if not Site.objects.exists():
            self.stdout.write("The database is empty: loading the demo ward ...")
            call_command("simulate", verbosity=0)
        self._say_where(port)
        manager, environ = Manager(), {**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        for name, command in processes(port).items():
            # exec: the process that honcho watches is the program itself, not a shell around it.
            manager.add_process(name, f"exec {command}", env=environ)
        manager.loop()
        if manager.returncode in STOPPED_BY_A_PERSON:
            return
        self.stderr.write("One of web, worker and beat ended by itself, so the others were ended too.")
        sys.exit(abs(manager.returncode or 1) % 256 or 1)

    def _collect_static(self) -> None:
        """Gather and compress the static files when any of them is newer than the last time."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        fingerprint = _fingerprint()
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(fingerprint)

    def _say_where(self, port: int) -> None:
        self.stdout.write(f"\n  The ward is at  http://localhost:{port}/\n")
        if Site.objects.filter(demo=True).exists():
            for line in demo_lines():
                self.stdout.write(f"  {line}")
        self.stdout.write("\n  Ctrl-C ends it; the data stays.\n")


def demo_lines() -> list[str]:
    """The sign-ins of the demo ward, as the package that made it tells them."""
    for config in apps.get_app_configs():
        if hasattr(config, "demo_sign_ins"):
            return config.demo_sign_ins()
    return []


def processes(port: int) -> dict[str, str]:
    """The three commands. One web process with threads keeps what is read in memory shared."""
    python = sys.executable
    schedule = Path(settings.VAR_DIR) / "beat-schedule"
    workers = environment.number("WEB_WORKERS", 2)
    bind = os.environ.get("BIND", "127.0.0.1")
    return {
        "web": f"{python} -m gunicorn tracker.wsgi --bind {bind}:{port} --workers {workers} --threads 4 "
        "--graceful-timeout 5 --log-level warning",
        "worker": f"{python} -m celery --quiet -A tracker worker --pool solo -Q celery,delivery --loglevel WARNING "
        "--without-gossip --without-mingle --without-heartbeat",
        "beat": f"{python} -m celery --quiet -A tracker beat --loglevel WARNING --schedule {schedule} --pidfile=",
    }


def _fingerprint() -> str:
    digest = hashlib.sha256(tracker.__file__.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path))
            digest.update(f"{path}:{file}:{file.stat().st_mtime}".encode())
    return digest.hexdigest()
