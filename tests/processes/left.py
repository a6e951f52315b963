"""What a fault left behind: which alerts should stand, which do, and what of them arrived in the world outside."""

from __future__ import annotations

import re
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.live import wait_until

from .outside import Outside
from .watched import WatchedWard

SECONDS = 120  # generous: a machine under load; what was waited for comes within a few seconds otherwise
HOLDS = "cause = 'L-CV-SBP'"
EVERY = "kind <> 'system'"
PROVE = """
from io import StringIO
from django.core.management import call_command
said, status = StringIO(), 0
try:
    call_command("prove_alerts", "--within-s", "WITHIN", stdout=said)
except SystemExit as ended:
    status = ended.code
print(json.dumps([status, said.getvalue()]))
"""


@dataclass(frozen=True)
class Left:
    """Counts of alerts, and of notices that arrived. `owed` are open alerts, of any kind, of which nobody outside was
    told at their present raising, or of which a notice has not arrived."""

    should: int
    there: int
    raised: int
    muted: int
    delivered: int
    received: int
    came_again: int
    shown_twice: int
    owed: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Each that should be there is, was raised once, and whoever is to be told was."""
        return self.there == self.raised == self.should and not self.owed and not self.shown_twice

    def __str__(self) -> str:
        return (
            f"should exist {self.should}, exist {self.there}, raised {self.raised}, muted {self.muted}; "
            f"notices delivered {self.delivered}, received {self.received}, came again {self.came_again}, "
            f"shown twice {self.shown_twice}"
        )


def left(ward: WatchedWard, world: Outside, should: int, which: str) -> Left:
    """Of the alerts that the condition picks, counted in the database and at the receivers."""
    alerts = ward.rows(f"SELECT id, raising, muted_by_id FROM alerts_alert WHERE {which} AND state <> 'resolved'")
    raised = ward.rows(
        "SELECT e.alert_id FROM alerts_alertevent e JOIN alerts_alert a ON a.id = e.alert_id "
        f"WHERE e.kind = 'raised' AND a.{which} AND a.state <> 'resolved'"
    )
    notices = notices_of(ward)
    wanted = {pk for pk, _, _ in alerts}
    mine = [notice for notice in notices if notice[0] in wanted]
    shown = Counter((step, contact) for _, key, _, step, contact, _ in notices if world.times(key))
    return Left(
        should=should,
        there=len(alerts),
        raised=len(raised),
        muted=sum(muted is not None for _, _, muted in alerts),
        delivered=sum(state == "delivered" for _, _, state, *_ in mine),
        received=sum(world.times(key) > 0 for _, key, *_ in mine),
        came_again=sum(max(0, world.times(key) - 1) for _, key, *_ in mine),
        shown_twice=sum(times - 1 for times in shown.values()),
        owed=tuple(owed_to(ward, world, notices)),
    )


def notices_of(ward: WatchedWard) -> list[tuple]:
    """Every notice there ever was: its alert, key, state, step, contact, and the raising to which it belongs."""
    rows = ward.rows(
        "SELECT d.alert_id, d.key, d.state, d.step_id, d.contact_id, s.raising "
        "FROM alerts_delivery d JOIN alerts_alertstep s ON s.id = d.step_id"
    )
    return [(alert, str(uuid.UUID(str(key))), *more) for alert, key, *more in rows]


def owed_to(ward: WatchedWard, world: Outside, notices: Iterable[tuple]) -> Iterator[str]:
    """Open alerts that are not muted and of which nobody outside knows, or not every address that should."""
    told: dict[tuple[int, int], list[bool]] = {}
    for alert, key, state, _, _, raising in notices:
        told.setdefault((alert, raising), []).append(state == "delivered" and world.times(key) > 0)
    # A row that a test poisoned is told to nobody.
    unanswered = "cause NOT LIKE 'poison%' AND state IN ('raised', 'notified', 'escalated') AND muted_by_id IS NULL"
    for pk, raising, cause in ward.rows(f"SELECT id, raising, cause FROM alerts_alert WHERE {unanswered}"):
        arrived = told.get((pk, raising), [])
        if not arrived or not all(arrived):
            yield f"{cause} ({pk}): {sum(arrived)} of {len(arrived)} notices"


def proven(
    ward: WatchedWard,
    world: Outside,
    should: int,
    report: list[str],
    fault: str,
    *,
    which: str = HOLDS,
    seconds: float = SECONDS,
    within_s: int = 1,
    unread: int = 0,
    demanded: int | None = None,
) -> Left:
    """Wait until all is there and told, then let the product prove it from its record; one line in the report.

    `demanded` is how many of them the record demands up to now, when a clock that was set back leaves some out.
    """
    begun = time.monotonic()
    found = [left(ward, world, should, which)]

    def complete() -> bool:
        found.append(left(ward, world, should, which))
        return found[-1].complete

    try:
        wait_until(complete, seconds=seconds, every_s=0.2, what=fault)
    except AssertionError:
        raise AssertionError(f"{fault}: {found[-1]}; owed: {found[-1].owed[:5]}\n{ward.log('worker')}") from None
    took = time.monotonic() - begun
    status, said = ward.tell(PROVE.replace("WITHIN", str(within_s)))
    last = next(line for line in said.splitlines() if "should have stood" in line)
    counted = {
        what: int(number)
        for number, what in re.findall(r"(\d+) (alerts should|missing|late|extra|doubled|untold)", last)
    }
    assert not any(counted[what] for what in ("missing", "extra", "doubled", "untold")), said
    assert which != HOLDS or counted["alerts should"] >= (should if demanded is None else demanded), said
    assert status == (1 if unread else 0), said
    assert not world.forged, "a notice arrived with a wrong signature"
    report.append(f"{fault} ({'PostgreSQL' if ward.is_postgres else 'SQLite'}, {'Redis' if ward.broker else 'folder'})")
    report.append(f"    {found[-1]}; after {took:.1f} s; proven: {last}")
    return found[-1]
