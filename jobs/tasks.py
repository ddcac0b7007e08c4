"""What Celery runs: the answer to a doorbell, and the watchdog's round."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from jobs import pulse, watch, work


@shared_task(name="jobs.ring", ignore_result=True, acks_late=False)
def ring(pool: str) -> None:
    if not pulse.stopping.is_set():
        work.answer(pool)


@shared_task(name="jobs.watch", ignore_result=True, acks_late=False)
def look() -> None:
    watch.look()


@worker_shutting_down.connect
def hand_back(**_: Any) -> None:
    """A worker that is asked to stop gives its job back at the job's next step, instead of finishing it."""
    pulse.stopping.set()
