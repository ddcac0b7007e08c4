"""What Celery runs: the answer to a doorbell, a round of the watchdog, a sweep."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings

from jobs import retention
from jobs.worker import heartbeat, perform, watchdog


@shared_task(name="jobs.notify", ignore_result=True, acks_late=False)
def notify(pool: str) -> None:
    if not heartbeat.stopping.is_set():
        perform.answer_doorbell(pool)


@shared_task(name="jobs.watchdog", ignore_result=True, acks_late=False)
def run_watchdog() -> None:
    watchdog.run_once()


@shared_task(name="jobs.sweep", ignore_result=True, acks_late=False)
def sweep() -> None:
    retention.sweep()


@worker_ready.connect
def sweep_folders(**_: Any) -> None:
    """A host's own: what a worker that was killed there left of jobs that have ended since."""
    retention.sweep_folders(timedelta(days=settings.JOBS_KEPT_DAYS))


@worker_shutting_down.connect
def hand_back(**_: Any) -> None:
    """A worker that is asked to stop gives its job back at the job's next step, instead of finishing it."""
    heartbeat.stopping.set()
