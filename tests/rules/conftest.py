"""The rules need neither Django nor a database, so nothing of the site is set up for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def _quick_settings() -> Iterator[None]:
    """Nobody signs anything here: stands in for the fixture of the same name that changes Django's settings."""
    yield
