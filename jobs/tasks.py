"""What Celery runs: the answer to a doorbell, and the watchdog's round."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from jobs.worker import heartbeat, perform, watchdog


@shared_task(name="jobs.ring", ignore_result=True, acks_late=False)
def ring(pool: str) -> None:
    if not heartbeat.stopping.is_set():
        perform.answer(pool)


@shared_task(name="jobs.watch", ignore_result=True, acks_late=False)
def look() -> None:
    watchdog.look()


@worker_shutting_down.connect
def hand_back(**_: Any) -> None:
    """A worker that is asked to stop gives its job back at the job's next step, instead of finishing it."""
    heartbeat.stopping.set()
