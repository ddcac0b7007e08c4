"""Celery carries doorbells: a message says that a pool has jobs; which ones, their rows say."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("lingying")
app.config_from_object("config.broker")  # by name: read later, when Django is set up
app.autodiscover_tasks()
