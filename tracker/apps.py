"""The chart: people, wards, patients, rounds and the audit trail."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = "Chart"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the system checks
