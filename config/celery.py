"""Celery spreads doorbells; the job row is the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("lingying")
app.config_from_object("config.broker")  # by name: it is read when Django's settings are there
app.autodiscover_tasks()
