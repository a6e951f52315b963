"""The same tests on a hospital's PostgreSQL and Redis. Fails, never skips, when a server is missing.

SERVICES_DATABASE_URL (default postgres://postgres@127.0.0.1:5432/postgres) and SERVICES_BROKER_URL (default
redis://127.0.0.1:6379/9) name servers on which tests may create and drop databases of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

DATABASE = os.environ.get("SERVICES_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
# Which faults: all, or those of the servers themselves (SERVICES_FAULTS=servers), for which CI has the time.
CHOSEN = {"all": "", "servers": " and (not faults or server_faults)"}[os.environ.get("SERVICES_FAULTS") or "all"]
# Which files: all, or those named in SERVICES_TESTS. The rules and replay know of no database: nothing can differ here.
FILES = os.environ.get("SERVICES_TESTS", "").split() or ["--ignore=tests/rules", "--ignore=tests/replay"]
BROKER = os.environ.get("SERVICES_BROKER_URL", "redis://127.0.0.1:6379/9")


def main() -> int:
    """Run the suites against a new database, which is dropped at the end."""
    try:
        redis.Redis.from_url(BROKER, socket_connect_timeout=3).ping()
        admin = psycopg.connect(DATABASE, autocommit=True, connect_timeout=3)
    except (redis.RedisError, psycopg.Error) as problem:
        print(
            f"A server is missing: {problem}\nExpected PostgreSQL at {DATABASE} and Redis at {BROKER}.", file=sys.stderr
        )
        return 1
    name = f"ward_test_{uuid.uuid4().hex[:10]}"
    url = urlunsplit(urlsplit(DATABASE)._replace(path=f"/{name}"))
    environment = {**os.environ, "DATABASE_URL": url, "CELERY_BROKER_URL": BROKER}
    admin.execute(f'CREATE DATABASE "{name}"')
    try:
        redis.Redis.from_url(BROKER).flushdb()
        for arguments in (
            ["-n", "2", "-m", "not browser and not processes", *FILES],
            ["-m", f"processes and services and not folder_broker{CHOSEN}", "--durations=15"],
        ):
            done = subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], env=environment)
            if done.returncode != 0:
                return done.returncode
    finally:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
