"""What an attempt at a job uses of its pool: seconds of a processor, or of the GPU."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db.models import F

from jobs.models import Job

# Each answers CPU seconds of the calling thread so far; rooms above add what their child processes used.
# Threads that a library starts beside the calling one are not seen: they are bounded by the time-out alone.
meters: list[Callable[[], float]] = [time.thread_time]


@contextmanager
def counted(job: Job, held: UUID) -> Iterator[None]:
    """Add what is used inside to `job.used`, however it ends, as long as the lease is `held`."""
    now = time.monotonic if job.pool == "gpu" else _cpu_seconds
    before = now()
    try:
        yield
    finally:
        Job.objects.filter(pk=job.pk, token=held).update(used=F("used") + max(0.0, now() - before))


def _cpu_seconds() -> float:
    return sum(meter() for meter in meters)
