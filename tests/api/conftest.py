"""The people of the tests as callers of the API, and a patient with a running cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dosing.models import Cycle, Slot
from tests.api.caller import Caller
from tests.conftest import Cast
from tests.people import admit, running_cycle
from tracker.models import Patient

FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@pytest.fixture
def nina(cast: Cast) -> Caller:
    return Caller(cast.nina)


@pytest.fixture
def olga(cast: Cast) -> Caller:
    return Caller(cast.olga)


@pytest.fixture
def ada(cast: Cast) -> Caller:
    return Caller(cast.ada)


@pytest.fixture
def zoe(cast: Cast) -> Caller:
    return Caller(cast.zoe)


@pytest.fixture
def patient(cast: Cast) -> Patient:
    return admit(cast)


@pytest.fixture
def cycle(cast: Cast, patient: Patient) -> Cycle:
    return running_cycle(cast, patient)


@pytest.fixture
def slot(cycle: Cycle) -> Slot:
    return Slot.objects.get(cycle=cycle, number=1)


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """The statements of a block that read or write rows; BEGIN, COMMIT and savepoints carry none."""

    @contextmanager
    def counted() -> Iterator[list[str]]:
        found: list[str] = []
        with CaptureQueriesContext(connection) as captured:
            yield found
        found += [
            each["sql"] for each in captured if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
        ]

    return counted
