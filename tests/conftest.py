"""The small cast that every test knows, and a database whose protections survive the tests' own clean-up."""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass
class Cast:
    """Nina and Noah nurse on the ward, Olga is its oncologist, Paul its pharmacist, Ada audits, Max administers,
    and Zoe nurses on another ward: she must see nothing."""

    nina: object
    noah: object
    olga: object
    paul: object
    ada: object
    max: object
    zoe: object
    ward: object
    other_ward: object
    beds: list


SECRET = "correct horse battery"


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, on two wards, with one secret."""
    from tests.people import make_cast

    return make_cast()


@pytest.fixture(autouse=True)
def _quick_settings(settings: object) -> None:
    """Argon2 with its cheapest parameters, and static files by their plain names, which need no collecting."""
    settings.PASSWORD_HASHERS = ["tests.people.CheapArgon2"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
