"""`python -m tests.benchmarks.rules`: what one verdict costs at the end of a long cycle, and a thousand replayed ones.

The cycle has 14 doses over 5 days, a round every 2 hours and about 1,500 values. Each verdict is measured on facts
that nothing has looked at before, as at the bedside, under the label and the consensus.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from dosing.replay.read_journey import read_journey
from dosing.replay.run import Run, run
from dosing.rules.assess import assess
from dosing.rules.facts import Facts

ROOT = Path(__file__).parents[2]
FIRST = datetime(2026, 3, 2, 7, tzinfo=UTC)
LABS = ("creatinine", "bilirubin", "ast", "alt", "platelets", "bicarbonate", "potassium", "weight")
LIMITS = {
    "verdict at the end, p50 ms": 2.0,
    "growth per value, ratio": 1.3,
    "dose 14 to dose 2, ratio": 3.0,
    "1,000 journeys, s": 60.0,
    "1,000 journeys, peak MB": 300.0,
}


def values(chance: random.Random) -> dict:
    """One round of 24 codes; urine is added by the caller."""
    return {
        "systolic_bp": chance.randint(92, 130), "diastolic_bp": chance.randint(50, 80), "temperature": "37.2",
        "heart_rate": chance.randint(70, 99), "respiratory_rate": 18, "spo2": chance.randint(93, 99),
        "oxygen_flow": 0, "mental_status": "normal", "serial_sevens": "able", "spell_world_backward": "able",
        "rhythm": "sinus", "cardiac_symptoms": "none", "somnolence_grade": 0, "vivid_dreams": "no", "mood": "normal",
        "resting_dyspnea": "no", "rales": "none", "skin_bullous": "absent", "skin_preexisting_worse": "no",
        "phenylephrine_rate": str(chance.choice(["0", "0.1", "0.4"])), "dopamine_rate": 0, "edema_grade": 1,
        "pruritus_grade": 1, "nausea_grade": 1,
    }  # fmt: skip


def laboratory(chance: random.Random) -> dict:
    """One day's labs and weight."""
    normal = ("1.1", "0.8", 30, 28, chance.randint(90_000, 240_000), 23, "4.1", "71.5")
    return dict(zip(LABS, normal, strict=True))


def cycle(seed: int, every: timedelta = timedelta(hours=2)) -> dict:
    """The journey: a round every so often from four hours before the first dose to the last one."""
    chance = random.Random(seed)
    begin, events = FIRST - timedelta(hours=4), []
    rounds = int((timedelta(hours=14 * 8) + timedelta(hours=2)) / every)
    for number in range(1, rounds + 1):
        at = begin + number * every
        seen = values(chance) | {"urine_output": {"value": chance.randint(60, 200), "from": str(at - every)}}
        if number % int(timedelta(hours=12) / every) == 1:
            seen |= laboratory(chance)
        events.append({"at": str(at), "observe": seen})
    doses = [FIRST + slot * timedelta(hours=8) for slot in range(14)]
    events += [{"at": str(at), "give": slot} for slot, at in enumerate(doses, 1)]
    return {
        "regimen": "hd-il2",
        "settings": {"late_window_min": 120, "interval_tolerance_min": 30, "late_dose_policy": "grid"},
        "patient": {"sex": "female", "birth_date": "1968-03-02"},
        "dosing_weight_kg": "70",
        "first_dose_at": str(FIRST),
        "baseline": {"at": str(begin), "values": laboratory(chance)},
        "events": events,
    }


def counted(told: dict) -> int:
    """How many values a journey holds."""
    return sum(len(event.get("observe", ())) for event in told["events"]) + len(told["baseline"]["values"])


class Cost(NamedTuple):
    """Milliseconds of one call: the median, and the quickest, which the load of other programs hardly touches."""

    p50: float
    quickest: float


def milliseconds(call: Callable[[], object], repeats: int) -> Cost:
    """What so many calls cost."""
    taken = []
    for _ in range(repeats):
        begin = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begin) * 1000)
    return Cost(statistics.median(taken), min(taken))


def verdict_ms(state: Run, slot: int, repeats: int = 300) -> Cost:
    """One verdict on that dose as it was asked then: what was known by then, looked at for the first time."""
    at = FIRST + (slot - 1) * timedelta(hours=8)
    rounds = tuple(taken for taken in state.rounds if taken.known_at <= at)
    events = tuple(event for event in state.events if event.at < at)
    plan = state.journey.plan
    return milliseconds(lambda: assess(Facts(plan, rounds, events), slot=slot, at=at), repeats)


def told(seed: int, every: timedelta = timedelta(hours=2)) -> Run:
    """The cycle, replayed."""
    return run(read_journey(json.dumps(cycle(seed, every)).encode()))


def thousand() -> tuple[float, float]:
    """Seconds and peak megabytes of a process that replays a folder of 1,000 journeys."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1000):
            (Path(folder) / f"{seed:04}.json").write_text(json.dumps(cycle(seed)), encoding="utf-8")
        begin = time.perf_counter()
        command = [sys.executable, "manage.py", "replay", folder, "--summary"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - begin
    return took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> int:
    """Print each number beside its target; 1 when one is over."""
    state = told(1)
    given = sum(step.line["given"] for step in state.steps)
    print(f"{counted(cycle(1)):,} values in {len(state.rounds)} rounds, {given} of 14 doses given")
    last = verdict_ms(state, 14)
    grown = {}
    for factor in (1, 2, 4):
        every = timedelta(minutes=120 // factor)
        held = counted(cycle(1, every))
        grown[held] = verdict_ms(told(1, every), 14)
        print(f"   {held:>6,} values: p50 {grown[held].p50:.2f} ms, quickest {grown[held].quickest:.2f} ms")
    (fewest, small), *_, (most, large) = grown.items()
    found = {
        "verdict at the end, p50 ms": last.p50,
        "growth per value, ratio": large.quickest / small.quickest / (most / fewest),
        "dose 14 to dose 2, ratio": last.quickest / verdict_ms(state, 2).quickest,
    }
    found["1,000 journeys, s"], found["1,000 journeys, peak MB"] = thousand()
    print(f"{'':34}{'measured':>10}{'target':>10}")
    for name, number in found.items():
        print(f"{name:34}{number:10.2f}{LIMITS[name]:10.1f}{'' if number <= LIMITS[name] else '   over'}")
    return int(any(number > LIMITS[name] for name, number in found.items()))


if __name__ == "__main__":
    sys.exit(main())
