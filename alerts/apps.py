"""What needs a person, until a person has answered."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"
    verbose_name = "Alerts"

    def ready(self) -> None:
        """Worker and beat watch each other; the watchdogs' task is known to both."""
        from tracker import heartbeats

        from . import system_watch, watch_tasks  # noqa: F401

        heartbeats.looked_around.connect(system_watch.look_around)
