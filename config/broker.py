"""Celery's configuration: doorbells over a folder on one machine, over Redis or RabbitMQ between several."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

broker_url: str = settings.BROKER_URL
broker_connection_retry_on_startup = True
broker_transport_options: dict[str, Any] = {"socket_connect_timeout": 2, "polling_interval": 0.02}

if broker_url.startswith("filesystem://"):
    TRANSPORT_ALIASES["filesystem"] = "config.folder_broker:Transport"
    _folder = settings.VAR_DIR / "broker"
    for _name in ("queue", "control"):
        (_folder / _name).mkdir(parents=True, exist_ok=True)
    broker_transport_options = {
        "data_folder_in": str(_folder / "queue"),
        "data_folder_out": str(_folder / "queue"),
        "control_folder": str(_folder / "control"),
        "polling_interval": 0.02,
    }
elif broker_url.startswith(("amqp", "pyamqp")):
    broker_transport_options = {}

# A doorbell is answered once or lost, never kept, tracked or repeated: jobs.worker.watchdog sends another.
task_acks_late = False
task_ignore_result = True
result_expires = None
task_default_queue = "cpu"
worker_prefetch_multiplier = 1
worker_enable_remote_control = False
worker_hijack_root_logger = False
worker_send_task_events = False

beat_scheduler = "jobs.worker.beat:WatchdogScheduler"
beat_schedule = {
    "watchdog": {"task": "jobs.watchdog", "schedule": timedelta(seconds=settings.JOBS_WATCH_SECONDS)},
    "sweep": {"task": "library.sweep", "schedule": timedelta(hours=6)},
    "sweep jobs": {"task": "jobs.sweep", "schedule": timedelta(hours=6)},
    "forget": {"task": "idempotency.forget", "schedule": timedelta(hours=6)},
}
