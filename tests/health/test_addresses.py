"""The two settings of monitors are read at start-up, and a wrong one stops the start with a sentence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import environment


@pytest.mark.parametrize("text", ["", "https://monitor.example/ping/abc", "http://127.0.0.1:9000/"])
def test_an_address_or_nothing(monkeypatch, text):
    monkeypatch.setenv("HEARTBEAT_URL", text)
    assert environment.web_address("HEARTBEAT_URL") == text


@pytest.mark.parametrize("text", ["monitor.example/secret", "file:///etc/secret", "https://"])
def test_what_is_no_address_is_refused_without_showing_it(monkeypatch, text):
    monkeypatch.setenv("HEARTBEAT_URL", text)
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.web_address("HEARTBEAT_URL")
    assert "Expected https://host/path." in str(refused.value) and "secret" not in str(refused.value)


def test_a_short_token_is_refused(monkeypatch):
    monkeypatch.setenv("METRICS_TOKEN", "short")
    with pytest.raises(ImproperlyConfigured, match="at least 16"):
        environment.token("METRICS_TOKEN")
