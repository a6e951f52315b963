"""What the worker does when it is told to. Every task may be lost or come twice: the rows say what is due."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.signals import worker_ready
from django.db import connections

from . import delivery_sweeps, downtime_pack, escalation_sweeps, poking, sweeps

log = logging.getLogger(__name__)


@shared_task(name="alerts.review_chart")
def review_chart(patient_id: int) -> None:
    """A chart or a cycle changed: review its alerts, and tell the first in line at once."""
    with sweeps.apart(f"patient {patient_id}", sweeps.Count()):
        sweeps.catch_up_if_due(patient_id)
    escalation_sweeps.take_steps_of(patient_id)


@shared_task(name="alerts.sweep_reviews")
def sweep_reviews() -> None:
    """Charts that changed and were not reviewed."""
    _tell("sweep_reviews", sweeps.sweep_reviews())


@shared_task(name="alerts.sweep_time")
def sweep_time() -> None:
    """Cycles in which time alone may have changed something."""
    _tell("sweep_time", sweeps.sweep_time())


@shared_task(name=poking.STEPS)
def sweep_steps() -> None:
    """Steps of alerts whose time has come."""
    _tell("sweep_steps", escalation_sweeps.sweep_steps())


@shared_task(name="alerts.sweep_answers")
def sweep_answers() -> None:
    """Answers whose time is over."""
    _tell("sweep_answers", escalation_sweeps.sweep_answers())


@shared_task(name=poking.DELIVER)
def sweep_deliveries() -> None:
    """Notices that are to go out."""
    delivery_sweeps.start_deliveries()


@shared_task(name="alerts.write_downtime_packs")
def write_downtime_packs() -> None:
    """The sheets that carry the wards through a downtime, as they are now."""
    log.info("downtime packs: %s", downtime_pack.write_packs())


@worker_ready.connect
def catch_up_on_start(**kwargs: object) -> None:
    """What became due while no worker ran is done first, before the messages that have piled up meanwhile."""
    try:
        _tell("sweep_reviews at the start", sweeps.sweep_reviews())
        _tell("sweep_time at the start", sweeps.sweep_time())
        _tell("sweep_steps at the start", escalation_sweeps.sweep_steps())
        downtime_pack.write_packs()
    except Exception:
        log.exception("catching up at the start failed, the next sweep tries again")
    finally:
        connections.close_all()


def _tell(what: str, count: sweeps.Count) -> None:
    """A sweep that found nothing to do says nothing."""
    if count.caught_up or count.failed:
        log.info("%s: %s", what, count)
