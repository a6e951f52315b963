"""What the environment of a hospital switches on, asked of the settings as a new process reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

NAMES = (
    "DEBUG", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_AGE", "ALLOWED_HOSTS", "SECRET_KEY",
)  # fmt: skip
ASK = (
    "import json, django; from django.conf import settings; django.setup();"
    f"print(json.dumps({{name: getattr(settings, name) for name in {NAMES}}}))"
)


def settings_with(folder: Path, **environment: str) -> dict:
    said = {**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings", "VAR_DIR": str(folder), **environment}
    for name in ("SECRET_KEY", "HTTPS", "BEHIND_PROXY", "DEBUG", "ALLOWED_HOSTS"):
        if name not in environment:
            said.pop(name, None)
    done = subprocess.run([sys.executable, "-c", ASK], env=said, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_behind_https_cookies_travel_by_https_only(tmp_path):
    found = settings_with(tmp_path / "var", HTTPS="1", BEHIND_PROXY="1", ALLOWED_HOSTS="ward.example")
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["ALLOWED_HOSTS"] == ["ward.example"]


def test_what_is_not_said_is_closed(tmp_path):
    folder = tmp_path / "var"
    found = settings_with(folder)
    assert not found["DEBUG"]
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["SESSION_COOKIE_HTTPONLY"]
    assert found["SESSION_COOKIE_AGE"] <= 12 * 3600
    assert "*" not in found["ALLOWED_HOSTS"]
    key = folder / "secret_key"
    assert key.read_text() == found["SECRET_KEY"]
    assert len(found["SECRET_KEY"]) >= 64
    assert key.stat().st_mode & 0o077 == 0
    assert settings_with(folder)["SECRET_KEY"] == found["SECRET_KEY"]
