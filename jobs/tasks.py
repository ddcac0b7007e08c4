"""What Celery runs: the answer to a doorbell, and a round of the watchdog."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from jobs.worker import heartbeat, perform, watchdog


@shared_task(name="jobs.notify", ignore_result=True, acks_late=False)
def notify(pool: str) -> None:
    if not heartbeat.stopping.is_set():
        perform.answer_doorbell(pool)


@shared_task(name="jobs.watchdog", ignore_result=True, acks_late=False)
def run_watchdog() -> None:
    watchdog.run_once()


@worker_shutting_down.connect
def hand_back(**_: Any) -> None:
    """A worker that is asked to stop gives its job back at the job's next step, instead of finishing it."""
    heartbeat.stopping.set()
