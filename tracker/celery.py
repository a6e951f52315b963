"""Workers and the beat: the whole table of what is swept and how often."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

# What waits longer in the broker is left out, so that a worker which comes back finds no heap of the same. Long enough
# for a worker that is behind, or whose machine's clock is ahead of the beat's.
EXPIRES = {"expires": 60}

app = Celery("ward")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,  # a task whose worker was killed is delivered again where the broker can
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
    task_routes={"alerts.sweep_deliveries": {"queue": "delivery"}},
    beat_schedule={
        # Charts that changed and were not reviewed: only those whose message was lost are left for it.
        "review": {"task": "alerts.sweep_reviews", "schedule": 15.0, "options": EXPIRES},
        # Steps of alerts whose time has come, because nobody answered; and answers whose time is over.
        "steps": {"task": "alerts.sweep_steps", "schedule": 5.0, "options": EXPIRES},
        "answers_over": {"task": "alerts.sweep_answers", "schedule": 15.0, "options": EXPIRES},
        # Notices that are to go out, and those whose next try is due. Their own queue, so that a hospital can give
        # them a worker of their own.
        "deliveries": {
            "task": "alerts.sweep_deliveries",
            "schedule": 5.0,
            "options": {**EXPIRES, "queue": "delivery"},
        },
        # What becomes true by time alone: doses overdue or lapsed, data missing before a dose, observations overdue.
        "time": {"task": "alerts.sweep_time", "schedule": 15.0, "options": EXPIRES},
        # Sheets on which a ward goes on when this system is down: a pack that is older than this is said to be old.
        "downtime": {"task": "alerts.write_downtime_packs", "schedule": 15 * 60.0, "options": {"expires": 15 * 60}},
        # Whether the sweeps have done their work, asked of the database; tells the outside when all is well.
        "watchdog": {"task": "alerts.watchdog", "schedule": 30.0, "options": EXPIRES},
        # Stored answers hold patient data: they are kept as long as a program may repeat a request, a week.
        "answers": {"task": "tracker.forget_answers", "schedule": 24 * 3600.0, "options": {"expires": 3600}},
    },
)
app.autodiscover_tasks(["tracker", "alerts"])
