"""Settings, addresses, and how each process starts. Celery's app is made here, so that doorbells reach it."""

from config.celery import app as celery

__all__ = ["celery"]
