"""When a job will begin and be done, judged by how long the last jobs of its kind took.

A job's `estimate` says how it compares with others of its kind, not how fast this machine is; the pace of a
kind, seconds of the clock for each estimated second, says that. Nothing is guessed before one was done.
"""

from datetime import datetime
from functools import cached_property

from django.db.models import Sum
from django.utils import timezone

from jobs.ledger.states import State
from jobs.models import Job

RECENT = 20  # jobs of a kind: the last day's machine and load, not last year's
TELLS = 0.05  # of a job: how much must be done before its own speed says how long the rest takes


class Forecast:
    """What is expected of jobs, as of now. One for each answer: the pace of a kind and what is left of
    a pool's running jobs are read once, however many jobs are shown."""

    def __init__(self) -> None:
        self._paces: dict[str, float | None] = {}
        self._running: dict[str, list[float | None]] = {}

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def starts_in(self, job: Job) -> float | None:
        """Seconds until a queued job is claimed; None if it is not queued or nothing is known.

        The work before it is spread over as many workers as are busy now, at least one.
        """
        if job.state != State.QUEUED:
            return None
        before = Job.objects.filter(job.before(), pool=job.pool, state=State.QUEUED)
        costs = before.values_list("kind").annotate(Sum("estimate")).order_by()
        running = self._left_of_running(job.pool)
        work = [self._seconds(kind, cost) for kind, cost in costs] + running
        known = [seconds for seconds in work if seconds is not None]
        return sum(known) / max(1, len(running)) if len(known) == len(work) else None

    def remaining(self, job: Job) -> float | None:
        """Seconds until a job is done: of a running one by what its engine says, else by the pace of its
        kind, else by its own speed; of a queued one, after those before it. None if it has ended or waits for
        its inputs, or if nothing is known."""
        if job.state == State.QUEUED:
            begins, takes = self.starts_in(job), self._seconds(job.kind, job.estimate)
            return None if begins is None or takes is None else begins + takes
        if job.state != State.RUNNING:
            return None
        told: float | None = job.progress.get("eta_seconds")
        return self._by_speed(job) if told is None else told

    def _left_of_running(self, pool: str) -> list[float | None]:
        if pool not in self._running:
            jobs = Job.objects.filter(pool=pool, state=State.RUNNING)
            self._running[pool] = [self.remaining(job) for job in jobs]
        return self._running[pool]

    def _by_speed(self, job: Job) -> float | None:
        spent = (self.now - (job.started_at or self.now)).total_seconds()
        expected = self._seconds(job.kind, job.estimate)
        if expected is not None and spent < expected:
            return expected - spent
        return spent * (1 - job.share) / job.share if job.share >= TELLS else None

    def _seconds(self, kind: str, cost: float) -> float | None:
        if kind not in self._paces:
            self._paces[kind] = _pace(kind)
        pace = self._paces[kind]
        return None if pace is None else pace * cost


def _pace(kind: str) -> float | None:
    """Seconds for each estimated second, over the RECENT jobs of `kind` that were done in one attempt."""
    done = Job.objects.filter(kind=kind, state=State.DONE).order_by("-finished_at")
    times = done.values_list("started_at", "finished_at", "estimate", "attempts")[:RECENT]
    whole = [(began, ended, cost) for began, ended, cost, tries in times if tries == 1 and cost and began]
    spent = sum((ended - began).total_seconds() for began, ended, _ in whole if ended)
    return spent / sum(cost for *_, cost in whole) if whole else None
