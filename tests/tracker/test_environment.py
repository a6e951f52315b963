"""A wrong environment stops the start with a sentence that says what was expected."""

from __future__ import annotations

import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import environment


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mysql://root@localhost/ward", "Expected postgres://"),
        ("not a url", "Expected postgres://"),
        ("postgres://", "names no database"),
        ("postgres://user@host:notaport/ward", "Expected postgres://"),
    ],
)
def test_a_wrong_database_url_says_what_was_expected(monkeypatch, tmp_path, url, expected):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=expected):
        environment.database(tmp_path)


@pytest.mark.parametrize("url", ["amqp://guest@localhost", "localhost:6379", "redis://", "redis:///0"])
def test_a_wrong_broker_url_says_what_was_expected(monkeypatch, tmp_path, url):
    monkeypatch.setenv("CELERY_BROKER_URL", url)
    with pytest.raises(ImproperlyConfigured, match="Expected redis://host:6379/0"):
        environment.broker(tmp_path)


def test_without_urls_database_and_broker_live_in_the_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    database = environment.database(tmp_path)
    url, options = environment.broker(tmp_path)
    assert database["NAME"] == str(tmp_path / "ward.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        assert pragma in database["OPTIONS"]["init_command"]
    assert url.startswith("filesystem://") and options["data_folder_in"].startswith(str(tmp_path))


def test_two_variables_move_it_to_postgresql_and_redis(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://ward:secret@db:5432/ward")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://broker:6379/0")
    database = environment.database(tmp_path)
    assert (database["ENGINE"], database["HOST"]) == ("django.db.backends.postgresql", "db")
    assert environment.broker(tmp_path)[0] == "redis://broker:6379/0"


def test_the_secret_key_is_made_once_and_readable_by_one_user(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = environment.secret_key(tmp_path)
    assert len(first) >= 48 and environment.secret_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("PORT", "0"), ("PORT", "-1")])
def test_a_wrong_number_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=f"{name} is .* whole number"):
        environment.number(name, 8000)


def test_a_wrong_switch_is_named(monkeypatch):
    monkeypatch.setenv("HTTPS", "maybe")
    with pytest.raises(ImproperlyConfigured, match="HTTPS is 'maybe'. Expected 1 or 0"):
        environment.flag("HTTPS", False)
