"""The heartbeat of one claim: renews the lease, and notices that the job is cancelled or lost."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Self

from django.conf import settings
from django.db import connection, connections

import errors
from jobs.cost import timeout
from jobs.errors import Cancelled, Interruption, LeaseLost, Overdue, StaleJob, Stopping
from jobs.ledger.leases import lease_end
from jobs.ledger.states import State
from jobs.models import Job

log = logging.getLogger(__name__)
POLL_SECONDS = 0.2  # between two reads of the row: a cancellation is noticed within this

stopping = threading.Event()  # set when this worker process is asked to stop


class Heartbeat:
    """`with Heartbeat(job) as heartbeat:` beats in a thread with a database connection of its own.

    Inside a transaction nobody else can see the claim, nor reclaim the job: there is no thread then, and
    `check` reads the row itself.
    """

    def __init__(self, job: Job) -> None:
        assert job.token is not None, "only a claimed job has a lease to renew"
        self.job, self.token = job, job.token
        self._cancelled = self._lost = False
        self._deadline = time.monotonic() + timeout(job.estimate)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if not connection.in_atomic_block:
            self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{self.job.pk}", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()

    def check(self) -> None:
        """Raise LeaseLost, Cancelled, Stopping or Overdue if one of those is so."""
        if self._thread is None:
            self._read_row()
        if self._lost:
            raise LeaseLost(f"The lease on job {self.job.pk} was lost.")
        if self._cancelled:
            raise Cancelled(f"Job {self.job.pk} was cancelled.")
        if time.monotonic() > self._deadline:
            raise Overdue(f"Job {self.job.pk} ran past its time-out.")
        if stopping.is_set():
            raise Stopping("This worker is asked to stop.")

    def cause_of(self, error: Exception) -> Exception:
        """What really ended the attempt: an interruption, even if `error` is what an engine made of it."""
        self._read_row()
        try:
            self.check()
        except Stopping as stop:
            return error if isinstance(error, errors.DomainError) else stop
        except Interruption as interruption:
            return interruption
        return error

    def record(self, kind: str, data: dict[str, Any], **changes: Any) -> None:
        """Write an event, and changes of the row, under the lease; notices a cancellation on the way."""
        running = frozenset({State.RUNNING})
        try:
            Job.objects.record(self.job, kind, data, held=self.token, origin=running, **changes)
        except StaleJob as stale:
            self._lost = True
            raise LeaseLost(str(stale)) from stale
        self._cancelled = self.job.cancel_requested

    def _beat(self) -> None:
        beats = max(1, round(settings.JOBS_LEASE_SECONDS / 4 / POLL_SECONDS))
        count = 0
        try:
            while not (self._lost or self._stop.wait(POLL_SECONDS)):
                count += 1
                self._attempt(self._renew if count % beats == 0 else self._read_row)
        finally:
            connections.close_all()

    def _attempt(self, query: Callable[[], None]) -> None:
        try:
            query()
        except Exception as error:  # a database that is away for a moment: only the lease ends the claim
            log.warning("heartbeat of job %s missed: %s", self.job.pk, error)
            connection.close()

    def _renew(self) -> None:
        held = Job.objects.filter(pk=self.job.pk, token=self.token, state=State.RUNNING)
        self._lost = not held.update(lease_until=lease_end())

    def _read_row(self) -> None:
        rows = Job.objects.filter(pk=self.job.pk).values_list("token", "state", "cancel_requested")
        token, state, asked = rows.first() or (None, "", False)
        self._lost = token != self.token or state != State.RUNNING
        self._cancelled = asked
