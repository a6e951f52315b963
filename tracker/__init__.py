"""The site and the patient's chart; knows nothing of any drug."""

from .celery import app as celery_app

__all__ = ["celery_app"]
