"""Where the worker gives its signs of life: by its own timer, and for each task of the beat's table that ended well."""

from __future__ import annotations

from celery import Task, bootsteps
from celery.signals import task_postrun

from . import heartbeats
from .celery import app


class WorkerSigns(bootsteps.StartStopStep):
    """A sign every few seconds for as long as the worker runs, with work or without."""

    requires = {"celery.worker.components:Timer"}  # noqa: RUF012  Celery reads it from the class

    def __init__(self, parent: object, **kwargs: object) -> None:
        self.timer: object | None = None
        super().__init__(parent, **kwargs)

    def start(self, parent: object) -> None:
        """Sign now and from now on."""
        heartbeats.sign_from_thread(heartbeats.WORKER)
        self.timer = parent.timer.call_repeatedly(heartbeats.EVERY_S, heartbeats.sign_from_thread, (heartbeats.WORKER,))

    def stop(self, parent: object) -> None:
        """No sign after the end."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


app.steps["worker"].add(WorkerSigns)


@task_postrun.connect
def sign_for_a_sweep(*, task: Task, state: str, **kwargs: object) -> None:
    """A sweep that failed as a whole gives no sign, and is late soon."""
    if state == "SUCCESS" and any(entry["task"] == task.name for entry in app.conf.beat_schedule.values()):
        heartbeats.try_to_sign(task.name)
