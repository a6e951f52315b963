"""Reads patients' charts as the rules want them, and keeps in memory what cannot change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from threading import Lock

from django.db.models import QuerySet

from tracker.catalogue import canonical
from tracker.models import ChartState, RoundValue
from tracker.models import Round as Round_
from tracker.prepared import prepared

from .rules.facts import Round, Value

KEPT = 256
COLUMNS = ("patient_id", "id", "seq", "observed_at", "recorded_at", "retraction__at")
TYPED = ("round_id", "code", "entered", "unit", "since")


class Memory:
    """The newest few hundred results by a key that is never reused (a stamp), so that nothing in it can be stale."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[object, object] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object) -> object | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: object, value: object) -> None:
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


_rounds = Memory(KEPT)


def rounds_of(charts: Iterable[ChartState]) -> Mapping[int, tuple[Round, ...]]:
    """Every round of each chart in the order in which it became known, retracted ones with the time of retraction.

    At most two queries, none when the charts have not changed since they were last read here.
    """
    found: dict[int, tuple[Round, ...]] = {}
    unread: dict[int, ChartState] = {}
    for chart in charts:
        kept = _rounds.get((chart.patient_id, chart.stamp))
        if kept is None:
            unread[chart.patient_id] = chart
        else:
            found[chart.patient_id] = kept
    if unread:
        for patient_id, rounds in _read(unread).items():
            found[patient_id] = rounds
            # The rows may be newer than the chart row that was read before them: then the stamp does not fit them.
            if len(rounds) == 0 or rounds[-1].order <= unread[patient_id].seq:
                _rounds.put((patient_id, unread[patient_id].stamp), rounds)
    return found


def _read(charts: Mapping[int, ChartState]) -> dict[int, tuple[Round, ...]]:
    """Two queries: the times are read once a round, not once a value."""
    rows, typed = _rows_of_one(*charts) if len(charts) == 1 else _rows_of_many(list(charts))
    read: dict[int, list[Round]] = {patient_id: [] for patient_id in charts}
    values: dict[int, dict[str, Value]] = {}
    for patient_id, round_id, seq, observed_at, known_at, retracted_at in rows:
        values[round_id] = {}
        read[patient_id].append(
            Round(str(round_id), observed_at, known_at, values[round_id], retracted_at=retracted_at, order=seq)
        )
    for round_id, code, entered, unit, since in typed:
        if round_id in values:  # a round that came in between the two queries is not known yet
            values[round_id][code] = _value(code, entered, unit, since)
    return {patient_id: tuple(rounds) for patient_id, rounds in read.items()}


@lru_cache(maxsize=4096)
def _value(code: str, entered: str, unit: str, since: datetime | None) -> Value:
    """What was typed, exactly. A ward types the same few thousand texts: each is read once."""
    return Value(canonical(code, entered, unit), since)


def _rows_of_many(patient_ids: list[int]) -> tuple[QuerySet, QuerySet]:
    rows = Round_.objects.filter(patient_id__in=patient_ids).order_by("patient_id", "seq")
    typed = RoundValue.objects.filter(round__patient_id__in=patient_ids).order_by("id")
    return rows.values_list(*COLUMNS), typed.values_list(*TYPED)


def _rows_of_one(patient_id: int) -> tuple[list[tuple], list[tuple]]:
    return _rounds_read(patient_id=patient_id), _values_read(patient_id=patient_id)


@prepared
def _rounds_read(patient_id: int) -> QuerySet:
    return Round_.objects.filter(patient_id=patient_id).order_by("seq").values_list(*COLUMNS)


@prepared
def _values_read(patient_id: int) -> QuerySet:
    return RoundValue.objects.filter(round__patient_id=patient_id).order_by("id").values_list(*TYPED)
