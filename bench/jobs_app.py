"""A job that does nothing but say when it began, and its peer: a bare Celery task that does the same."""

import time
from pathlib import Path

from celery import shared_task
from django.apps import AppConfig


class MeasuredConfig(AppConfig):
    name = "bench"
    label = "bench"

    def ready(self) -> None:
        from jobs.models import Job
        from jobs.worker.handlers import Cost, Handler, Run, register

        @register
        class Measured(Handler):
            kind, pool = "bench.measured", "cpu"

            def estimate(self, params: dict) -> Cost:
                return Cost(0.0)

            def work(self, run: Run) -> None:
                say_now(run.params["file"])

            def done(self, job: Job, result: None) -> None:
                pass

            def failed(self, job: Job, error: dict) -> None:
                pass


def say_now(file: str) -> None:
    """Write the clock into `file`, whole or not at all."""
    path = Path(file)
    path.with_suffix(".new").write_text(repr(time.time()))
    path.with_suffix(".new").rename(path)


@shared_task(name="bench.bare", queue="cpu")
def bare(file: str) -> None:
    say_now(file)
