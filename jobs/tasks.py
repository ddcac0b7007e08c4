"""What Celery runs: the answer to a doorbell, and the watchdog's round."""

from celery import shared_task

from jobs import watch, work


@shared_task(name="jobs.ring", ignore_result=True, acks_late=False)
def ring(pool: str) -> None:
    work.answer(pool)


@shared_task(name="jobs.watch", ignore_result=True, acks_late=False)
def look() -> None:
    watch.look()
