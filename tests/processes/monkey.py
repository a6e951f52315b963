"""`python -m tests.processes.monkey`: kills web, worker and beat at random while the ward is busy, and proves the rest.

    python -m tests.processes.monkey --seconds 60 --seed 4711

The demo ward moves (`manage.py simulate --live`), tablets send rounds, and a monkey kills one of the three processes at
random instants and starts it again a little later. Then everything runs undisturbed until nothing is left to do. No
alert may have vanished, come double or stayed silent; the same seed kills in the same order. Uses the servers that
DATABASE_URL and CELERY_BROKER_URL name, each with a database of its own, by default the embedded ones.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.live import wait_until

from .faults import TAKEN, Nurse, instant
from .left import PROVE, SECONDS, notices_of, owed_to
from .outside import Outside, outside
from .watched import WatchedWard, new_database

VICTIMS = ("web", "worker", "beat")
BETWEEN_KILLS_S = (1.0, 8.0)
DEAD_FOR_S = (0.0, 2.5)
TABLETS = 2
# An alert may be as late as the longest time without a sweep, which is measured, and then half a minute. Not later.
AFTER_S = 30
SWEPT = "SELECT max(at) FROM tracker_heartbeat WHERE name = 'alerts.sweep_time'"

PEOPLE = """
import json
from alerts.actions.keep_contacts import add_contact
from dosing.models import Cycle
from tracker.audit.record import Actor
from tracker.models import User, Ward
tomas = User.objects.get(username="tomas")
for whose in [{"ward_id": ward.pk} for ward in Ward.objects.all()] + [{"user_id": tomas.pk}]:
    by = Actor(user=tomas, origin="tests")
    add_contact(by=by, channel="webhook", address="ADDRESS", secret="AGREED", **whose)
    add_contact(by=by, channel="email", address="ward@hospital.example", **whose)
here = Cycle.objects.filter(state="active", patient__stays__discharged_at=None, patient__stays__ward__code="4W")
print(json.dumps([cycle.patient_id for cycle in here.distinct()]))
"""
# What should stand now is asked of the record in a new process, and compared with what does.
SHOULD = """
import json
from alerts.models import Alert
from alerts.queries import situations_of
from dosing.permissions import cycles_with_facts
from tracker import clock
now = clock.now()
situations = situations_of(cycles_with_facts().filter(state="active"), now)
should = {(each.cycle.pk, cause.key) for each in situations for cause in each.causes(now)}
there = set(Alert.objects.exclude(state="resolved").exclude(cycle=None).values_list("cycle", "cause"))
print(json.dumps([len(should), len(there & should), sorted(should - there), sorted(there - should)]))
"""
NOTHING_DUE = """
SELECT (SELECT count(*) FROM tracker_chartstate WHERE seq > reviewed_seq)
     + (SELECT count(*) FROM alerts_delivery WHERE state = 'to_deliver')
     + (SELECT count(*) FROM alerts_alert a WHERE a.state = 'raised' AND a.muted_by_id IS NULL)
"""


@dataclass
class Found:
    """What the monkey left behind."""

    seed: int
    killed: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    should: int = 0
    there: int = 0
    ever: int = 0
    vanished: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    delivered: int = 0
    received: int = 0
    came_again: int = 0
    unswept_s: float = 0.0
    proof: str = ""

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be."""
        return [*self.vanished, *self.doubled, *self.silent]

    def __str__(self) -> str:
        kills = ", ".join(f"{name} {self.killed[name]}" for name in VICTIMS)
        return (
            f"monkey with seed {self.seed} killed {kills}; rounds sent by tablets {self.rounds}, each there once; "
            f"longest without a sweep {self.unswept_s:.0f} s\n"
            f"    alerts that should stand {self.should}, stand {self.there}, raised meanwhile {self.ever}; "
            f"vanished {len(self.vanished)}, doubled {len(self.doubled)}, silent {len(self.silent)}; "
            f"notices delivered {self.delivered}, received {self.received}, came again {self.came_again}\n"
            f"    {self.proof}"
        )


class Tablet(threading.Thread):
    """A nurse who charts one pressure after the other, good and bad ones, and sends each until it is taken."""

    def __init__(self, ward: WatchedWard, patients: list[int], seed: int, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.nurse = Nurse(ward, "nadia", "ward-demo-2026")
        self.patients, self.random, self.over = patients, random.Random(seed), over
        self.sent: list[str] = []
        self.failed: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            key, patient = str(uuid.uuid4()), self.random.choice(self.patients)
            try:
                status = self.nurse.insist(patient, self.random.choice(("84", "118")), key=key)
            except AssertionError as problem:
                self.failed.append(f"a round of patient {patient}: {problem}")
                return
            if status in TAKEN:
                self.sent.append(key)
            self.over.wait(self.random.uniform(0.2, 1.0))


class Watch(threading.Thread):
    """Measures the longest time for which no sweep looked at what time alone changes."""

    def __init__(self, ward: WatchedWard, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.ward, self.over = ward, over
        self.longest_s = 0.0

    def run(self) -> None:
        newest, since = None, time.monotonic()
        while not self.over.is_set():
            swept = self.ward.rows(SWEPT)[0][0]
            if swept != newest:
                newest, since = swept, time.monotonic()
            self.longest_s = max(self.longest_s, time.monotonic() - since)
            self.over.wait(0.25)


def play(ward: WatchedWard, world: Outside, *, seconds: float, seed: int, say: Callable[[str], None]) -> Found:
    """Let it go on for so long, then look what is left. The ward has the demo site and runs nothing."""
    found, chance = Found(seed), random.Random(seed)
    code = PEOPLE.replace("ADDRESS", world.address).replace("AGREED", world.secret)
    patients = json.loads(ward.tell_nobody(code).splitlines()[-1])
    ward.sweep_faster()
    ward.commands()["ward that moves"] = [sys.executable, "manage.py", "simulate", "--live", "--speed", "3600"]
    ward.start(*VICTIMS)
    quiet(ward)
    begun = datetime.now(UTC).isoformat()
    over = threading.Event()
    tablets = [Tablet(ward, patients, seed + number, over) for number in range(TABLETS)]
    ended = threading.Event()
    watch = Watch(ward, ended)
    watch.start()
    ward.start("ward that moves")
    for tablet in tablets:
        tablet.start()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        over.wait(chance.uniform(*BETWEEN_KILLS_S))
        victim = chance.choice(VICTIMS)
        say(f"kills {victim}")
        ward.kill(victim)
        found.killed[victim] += 1
        over.wait(chance.uniform(*DEAD_FOR_S))
        ward.start(victim, wait=False)
    over.set()
    for tablet in tablets:
        tablet.join(timeout=3 * SECONDS)
    ward.end("ward that moves")
    quiet(ward)
    ended.set()
    watch.join(timeout=SECONDS)
    found.unswept_s = watch.longest_s
    look(ward, world, found, tablets, begun)
    return found


def quiet(ward: WatchedWard) -> None:
    """Wait until nothing is due."""

    def at_rest() -> bool:
        late = f"SELECT count(*) FROM alerts_cyclewatch WHERE look_at < '{instant()}'"
        return ward.rows(NOTHING_DUE) == [(0,)] and ward.rows(late) == [(0,)]

    wait_until(at_rest, seconds=3 * SECONDS, every_s=0.2, what="a ward at rest")


def look(ward: WatchedWard, world: Outside, found: Found, tablets: list[Tablet], begun: str) -> None:
    """Fill in what is left."""
    keys = [key for tablet in tablets for key in tablet.sent]
    charted = Counter(note for (note,) in ward.rows("SELECT note FROM tracker_round WHERE note <> ''"))
    found.rounds = len(keys)
    found.vanished += [problem for tablet in tablets for problem in tablet.failed]
    found.vanished += [f"round {key}" for key in keys if charted[key] == 0]
    found.doubled += [f"round {key}" for key in keys if charted[key] > 1]
    missing, extra = compare(ward, found)
    found.vanished += [f"alert {cause} of cycle {cycle}" for cycle, cause in missing]
    found.doubled += [f"alert {cause} of cycle {cycle} without a cause" for cycle, cause in extra]
    found.doubled += raised_twice(ward)
    notices = notices_of(ward)
    found.silent += [f"alert {words}" for words in owed_to(ward, world, notices)]
    for _, key, state, *_ in notices:
        times = world.times(key)
        found.delivered += state == "delivered"
        found.received += times > 0
        found.came_again += max(0, times - 1)
        if not times and state != "not_needed":
            found.silent.append(f"notice {key}, {state}")
    prove(ward, found, begun)


def compare(ward: WatchedWard, found: Found) -> tuple[list, list]:
    """What is missing and what is there without a cause. Time goes on while it is asked: a sweep may have to come."""
    seen: list = []

    def same() -> bool:
        seen[:] = json.loads(ward.tell_nobody(SHOULD).splitlines()[-1])
        return not seen[2] and not seen[3]

    with suppress(AssertionError):
        wait_until(same, seconds=SECONDS, every_s=0.5)
    found.should, found.there = seen[0], seen[1]
    return seen[2], seen[3]


def raised_twice(ward: WatchedWard) -> list[str]:
    """Alerts that were raised again while they stood."""
    stands: set[int] = set()
    twice = []
    kinds = "'raised', 'resolved'"
    for alert, kind in ward.rows(f"SELECT alert_id, kind FROM alerts_alertevent WHERE kind IN ({kinds}) ORDER BY id"):
        if kind == "resolved":
            stands.discard(alert)
        elif alert in stands:
            twice.append(f"alert {alert} was raised while it stood")
        else:
            stands.add(alert)
    return twice


def prove(ward: WatchedWard, found: Found, begun: str) -> None:
    """The product's own proof of what happened since."""
    within = round(found.unswept_s) + AFTER_S
    code = PROVE.replace("WITHIN", str(within)).replace('"prove_alerts",', f'"prove_alerts", "--from", "{begun}",')
    said = json.loads(ward.tell_nobody(f"import json\n{code}").splitlines()[-1])[1].splitlines()
    found.proof = "proven: " + "; ".join(line for line in said if "should have stood" in line or "notices" in line)
    found.vanished += [line for line in said if line.startswith(("MISSING", "UNWRITTEN", "CANNOT BE READ"))]
    found.doubled += [line for line in said if line.startswith(("EXTRA", "DOUBLED"))]
    found.silent += [line for line in said if line.startswith(("UNTOLD", "NEVER DELIVERED"))]
    counted = f"""
from alerts.models import AlertEvent
print(AlertEvent.objects.filter(kind="raised", at__gt="{begun}").count())
"""
    found.ever = int(ward.tell_nobody(counted).splitlines()[-1])


def fill(ward: WatchedWard) -> None:
    """The demo hospital in an empty database, as `make run` makes it."""
    ward.tell_nobody("""
from django.core.management import call_command
from tracker.management.commands.ward import Command
call_command("migrate", verbosity=0)
Command()._collect_static()
call_command("simulate", verbosity=0)
""")
    ward.stop()


def main() -> int:
    """1 when an alert vanished, doubled or stayed silent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long processes are killed (60)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="by default a new one")
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder, outside() as world, new_database() as environment:
        ward = WatchedWard(Path(folder), EMAIL_URL=world.mail_server, **environment)
        try:
            fill(ward)
            found = play(
                ward, world, seconds=chosen.seconds, seed=chosen.seed, say=lambda line: print(line, flush=True)
            )
        finally:
            ward.stop()
    print(found)
    print("\n".join(found.wrong))
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
