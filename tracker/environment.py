"""Reads the environment once, at start-up; a wrong value stops start-up with a sentence that says what was expected."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BROKER_SCHEMES = ("redis", "rediss")


def flag(name: str, default: bool) -> bool:
    """A switch: 1/0, true/false, yes/no, on/off."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    text = os.environ.get(name, "").strip().lower()
    if text == "":
        return default
    if text not in words:
        raise ImproperlyConfigured(f"{name} is {text!r}. Expected 1 or 0.")
    return words[text]


def number(name: str, default: int) -> int:
    """A whole number of 1 or more."""
    text = os.environ.get(name, "").strip()
    if text == "":
        return default
    if not text.isdigit() or int(text) < 1:
        raise ImproperlyConfigured(f"{name} is {text!r}. Expected a whole number of 1 or more.")
    return int(text)


def listed(name: str, default: str) -> list[str]:
    """Words separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def file(name: str) -> str:
    """The absolute path of a file, or nothing. It need not be there yet, its folder must."""
    text = os.environ.get(name, "").strip()
    if text and not (Path(text).is_absolute() and Path(text).parent.is_dir()):
        raise ImproperlyConfigured(f"{name} is {text!r}. Expected an absolute path in a folder that exists.")
    return text


def web_address(name: str) -> str:
    """An address that this product calls, or nothing. It may hold a secret: it is never shown or logged."""
    text = os.environ.get(name, "").strip()
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ImproperlyConfigured(f"{name} is not a web address. Expected https://host/path.")
    return text


def token(name: str) -> str:
    """A secret of 16 characters or more that a machine sends, or nothing."""
    text = os.environ.get(name, "").strip()
    if text and len(text) < 16:
        raise ImproperlyConfigured(f"{name} is shorter than 16 characters. Expected at least 16 random ones.")
    return text


def var_folder(base: Path) -> Path:
    """The folder of everything that the running product writes: VAR_DIR, by default `var/` in the checkout."""
    folder = Path(os.environ.get("VAR_DIR") or base / "var").resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # charts lie in it: nobody else on the machine reads them
    return folder


def secret_key(var: Path) -> str:
    """SECRET_KEY, or one made at first start and kept in var/secret_key, readable by this user only."""
    if given := os.environ.get("SECRET_KEY", ""):
        if len(given) < 32:
            raise ImproperlyConfigured("SECRET_KEY is shorter than 32 characters. Expected at least 32 random ones.")
        return given
    path = var / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def database(var: Path) -> dict:
    """DATABASE_URL (postgres://user:password@host:5432/name), by default SQLite in var/ward.sqlite3.

    SQLite: WAL lets boards read while a round is written; IMMEDIATE makes a writer wait at BEGIN instead of failing
    in the middle; synchronous FULL, because an entry that was confirmed to a nurse must survive a power cut;
    recursive_triggers, because without it a REPLACE deletes past the triggers that refuse a DELETE.
    """
    url = os.environ.get("DATABASE_URL", "").strip()
    expected = "Expected postgres://user:password@host:5432/name or sqlite:////absolute/path.sqlite3."
    if url == "":
        url = f"sqlite:///{var / 'ward.sqlite3'}"
    scheme = url.split(":", 1)[0]
    if scheme not in ("postgres", "postgresql", "sqlite"):
        raise ImproperlyConfigured(f"DATABASE_URL begins with {scheme!r}. {expected}")
    try:
        config = dj_database_url.parse(url)
    except (ValueError, dj_database_url.ParseError) as problem:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read. {expected}") from problem
    if not config.get("NAME"):
        raise ImproperlyConfigured(f"DATABASE_URL names no database. {expected}")
    if scheme == "sqlite":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA recursive_triggers=ON; PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728;",
        }
        config["CONN_MAX_AGE"] = None
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


def mail() -> dict:
    """EMAIL_URL (smtp://user:password@host:587?tls=1, or ?ssl=1), by default this machine's own mail server."""
    url = os.environ.get("EMAIL_URL", "").strip() or "smtp://localhost:25"
    parts = urlsplit(url)
    options = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    if parts.scheme != "smtp" or not parts.hostname or set(options) - {"tls", "ssl"}:
        raise ImproperlyConfigured("EMAIL_URL cannot be read. Expected smtp://user:password@host:587?tls=1.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": options.get("tls") == "1",
        "EMAIL_USE_SSL": options.get("ssl") == "1",
    }


def broker(var: Path) -> tuple[str, dict]:
    """CELERY_BROKER_URL (redis://host:6379/0), by default a folder under var/ that needs no server."""
    url = os.environ.get("CELERY_BROKER_URL", "").strip()
    if url == "":
        queue, control = var / "broker" / "queue", var / "broker" / "control"
        queue.mkdir(parents=True, exist_ok=True)
        control.mkdir(parents=True, exist_ok=True)
        return "filesystem://localhost//", {
            "data_folder_in": str(queue),
            "data_folder_out": str(queue),
            "control_folder": str(control),
            "polling_interval": 0.2,
        }
    parts = urlsplit(url)
    if parts.scheme not in BROKER_SCHEMES or not parts.hostname:
        raise ImproperlyConfigured(
            f"CELERY_BROKER_URL is {parts.scheme or url!r}://... Expected redis://host:6379/0, "
            "or nothing for the broker in a folder."
        )
    # A broker that is down must not keep a nurse waiting: the nudge is given up at once, the row stays due.
    return url, {"socket_connect_timeout": 1, "socket_timeout": 10, "max_retries": 0}
