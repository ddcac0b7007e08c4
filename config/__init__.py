"""Settings, addresses and the doors of every process. Celery's app is made here, so that bells find it."""

from config.celery import app as celery

__all__ = ["celery"]
