"""The same numbers that people see, as Prometheus reads them. Everything is asked of the database at each reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily, Metric

from tracker.health import parts

from .dwell import dwells
from .models import Alert
from .states import AlertState

PERIOD = timedelta(hours=24)


class Reading:
    """A collector for one reading. Gauges over the last 24 hours: several web processes need no shared counters."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """No label names a patient, a ward or a person."""
        yield from self._dwells()
        waiting = GaugeMetricFamily("ward_alerts_open", "Alerts that are not resolved.", labels=["kind", "state"])
        found = Alert.objects.exclude(state=AlertState.RESOLVED).values_list("kind", "state")
        for kind, state, count in found.annotate(count=Count("id")).order_by("kind", "state"):
            waiting.add_metric([kind, state], count)
        yield waiting
        well = GaugeMetricFamily("ward_part_well", "1 when a part of the product is well.", labels=["part"])
        for part in parts(self.now):
            well.add_metric([part.name], int(part.well))
        yield well

    def _dwells(self) -> Iterator[Metric]:
        words = "Seconds that alerts waited, of the last 24 hours."
        seconds = GaugeMetricFamily("ward_alert_dwell_seconds", words, labels=["step", "which"])
        counted = GaugeMetricFamily("ward_alert_dwells", "How many that are.", labels=["step"])
        for dwell in dwells(self.now - PERIOD, self.now):
            counted.add_metric([dwell.step], len(dwell.seconds))
            for which, value in (("median", dwell.median), ("p95", dwell.p95), ("longest", dwell.longest)):
                if value is not None:
                    seconds.add_metric([dwell.step, which], value)
        yield from (seconds, counted)
