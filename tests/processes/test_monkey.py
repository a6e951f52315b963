"""Somebody kills processes at random while the ward moves: no alert vanishes, doubles or stays silent.

MONKEY_SECONDS is how long (20), MONKEY_SEED makes it kill in the order of an earlier run.
"""

from __future__ import annotations

import os
import random

import pytest

from .monkey import play

pytestmark = [pytest.mark.processes, pytest.mark.services, pytest.mark.faults]

SECONDS = float(os.environ.get("MONKEY_SECONDS", "20"))
SEED = int(os.environ.get("MONKEY_SEED") or random.SystemRandom().randrange(10**6))


def test_a_monkey(demo, world, report):
    print(f"MONKEY_SEED={SEED}")
    found = play(demo, world, seconds=SECONDS, seed=SEED, say=print)
    report.append(str(found))
    assert found.killed.total() > 0
    assert found.wrong == []
