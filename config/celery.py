"""Celery carries doorbells: a message says that a pool has jobs; which ones, their rows say."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("lingying")
app.config_from_object("config.broker")  # by name: read later, when Django is set up
app.autodiscover_tasks()


@setup_logging.connect
def _as_django_does(**_: Any) -> None:
    """Workers log as the web does: redacted, and at LOG_LEVEL. Celery would set up handlers of its own."""
    from django.conf import settings

    dictConfig(settings.LOGGING)
