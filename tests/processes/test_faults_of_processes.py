"""Web, worker and beat are killed, doubled and slow: every alert that should exist does, once, and was told outside.

The report after all tests prints the counts. Not covered: a disk that is full, and a machine that loses power.
"""

from __future__ import annotations

import signal
import uuid

import pytest

from tests.live import wait_until

from .faults import CHARTED, TAKEN, Nurse, at_rest, await_sign, hold, instant, lost, misbehaving, pause
from .left import SECONDS, proven
from .watched import WatchedWard

pytestmark = [pytest.mark.processes, pytest.mark.services, pytest.mark.faults]


@pytest.mark.server_faults
def test_a_worker_killed_in_the_middle_of_its_task(shared, world, report):
    shared.kill("beat")  # without the beat the next message that the worker takes is the hold's
    for time in range(3):
        at_rest(shared)
        expected = kill_in_mid_task(shared)
        shared.start("worker")
        proven(shared, world, expected, report, f"worker killed in mid-task, time {time + 1}")
    shared.start("beat")


def kill_in_mid_task(ward: WatchedWard) -> int:
    """The worker has taken the message of this hold, and waits to write when it dies."""
    pause(ward)
    expected = hold(ward)
    waiting = ward.messages()
    with ward.nobody_else_writes():
        ward.signal("worker", signal.SIGCONT)
        wait_until(lambda: ward.messages() < waiting or ward.somebody_waits(), seconds=SECONDS, what="a message taken")
        ward.kill("worker")
    ward.lose_messages()
    return expected


def test_a_beat_that_was_killed(shared, world, report):
    await_sign(shared, "beat")
    shared.kill("beat")
    with lost(shared):
        expected = hold(shared, 2)
    shared.start("beat")
    proven(shared, world, expected, report, "beat killed and every message lost")


def test_two_workers_and_two_beats(shared, world, report):
    shared.commands()["second worker"] = [*shared.commands()["worker"], "--hostname", "second@%h"]
    shared.commands()["second beat"] = [
        f"{part}-2" if part.endswith("beat-schedule") else part for part in shared.commands()["beat"]
    ]
    shared.start("second worker", "second beat")
    await_second_worker(shared)
    expected = hold(shared, 6)
    begun = instant()
    proven(shared, world, expected, report, "two workers and two beats")
    await_sign(shared, "alerts.sweep_reviews", begun)
    proven(shared, world, expected, report, "the same after another sweep")
    shared.kill("second worker")
    shared.kill("second beat")


def await_second_worker(ward: WatchedWard) -> None:
    """Only one of the two can have done what was done while the other stood still."""
    with lost(ward):
        begun = instant()
        await_sign(ward, "alerts.sweep_steps", begun)


def test_a_web_killed_after_the_commit_and_before_the_message(shared, world, report):
    """The message goes out after the answer. Whether the nurse got that or not: she sends again with the same key."""
    patient = shared.tell(f"print(patient_in({shared.held}).pk)")
    shared.held += 1
    at_rest(shared)
    before = shared.rows(CHARTED)[0][0]
    healthy = shared.environment
    shared.environment = {**healthy}
    misbehaving(shared, PUBLISH="never")
    shared.start("web")
    shared.environment = healthy
    nurse = Nurse(shared)
    key = str(uuid.uuid4())
    assert nurse.post_round(patient, key) in (None, *TAKEN)
    wait_until(lambda: "SIGKILL" in shared.log("web"), seconds=SECONDS, what="the end of the process that answered")
    assert shared.rows(CHARTED) == [(before + 1,)]
    again = wait_until(lambda: nurse.post_round(patient, key), seconds=SECONDS, what="an answer to the repetition")
    assert again in TAKEN
    assert shared.rows(CHARTED) == [(before + 1,)]
    proven(shared, world, shared.held, report, "web killed between commit and message")
    shared.kill("web")


def test_every_message_delivered_twice(ward, world, report):
    misbehaving(ward, PUBLISH="twice")
    ward.sweep_faster()
    ward.start("worker", "beat")
    expected = hold(ward, 6)
    proven(ward, world, expected, report, "every message delivered twice")
    begun = instant()
    await_sign(ward, "alerts.sweep_reviews", begun)
    proven(ward, world, expected, report, "the same after another sweep")
