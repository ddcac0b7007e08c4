"""The heartbeat of one claim: renews the lease, and notices that the job is cancelled, lost or hung.

A handler may be in a native call that never returns: reading weights from a share that died, say. Nothing
within the process ends such a call, so the process is ended: once the attempt is over for whatever reason and
the handler has not noticed for JOBS_HUNG_SECONDS, or has not asked for JOBS_SILENT_SECONDS at all. Its other
jobs are handed back first. Whoever runs the worker (`supervise`, systemd, Kubernetes) starts it again.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import connection, connections

import errors
from jobs.cost import timeout
from jobs.errors import Cancelled, Hung, Interruption, LeaseLost, Overdue, StaleJob, Stopping
from jobs.ledger.leases import lease_end
from jobs.ledger.states import State
from jobs.models import Job
from jobs.worker import hung_process

log = logging.getLogger(__name__)
POLL_SECONDS = 0.2  # between two reads of the row: a cancellation is noticed within this

stopping = threading.Event()  # set when this worker process is asked to stop


class Heartbeat:
    """`with Heartbeat(job) as heartbeat:` beats in a thread with a database connection of its own.

    Inside a transaction nobody else can see the claim, nor reclaim the job: there is no thread then, and
    `check` reads the row itself. `on_hung(token, cause)` ends the attempt of a handler that hangs.
    """

    def __init__(self, job: Job, on_hung: Callable[[UUID, Exception], None]) -> None:
        assert job.token is not None, "only a claimed job has a lease to renew"
        self.job, self.token, self._on_hung = job, job.token, on_hung
        self._cancelled = self._lost = False
        self._checked = self._renewed = time.monotonic()
        self._over_since: float | None = None
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
        self._checked = time.monotonic()
        if self._thread is None:
            self._read_row()
        elif self._checked - self._renewed > settings.JOBS_LEASE_SECONDS:  # this process was frozen
            self._attempt(self._renew)
        if over := self._over():
            raise over

    def _over(self) -> Interruption | None:
        """Why the attempt is over, as far as is known here."""
        if self._lost:
            return LeaseLost(f"The lease on job {self.job.pk} was lost.")
        if self._cancelled:
            return Cancelled(f"Job {self.job.pk} was cancelled.")
        if time.monotonic() > self._deadline:
            return Overdue(f"Job {self.job.pk} ran past its time-out.")
        return Stopping("This worker is asked to stop.") if stopping.is_set() else None

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
        """Write an event, and changes of the row, under the lease; nothing any more of a cancelled job."""
        running, going_on = frozenset({State.RUNNING}), Job.objects.filter(cancel_requested=False)
        try:
            going_on.record(self.job, kind, data, held=self.token, origin=running, **changes)
        except StaleJob as stale:
            self._read_row()
            if not self._cancelled:
                self._lost = True
                raise LeaseLost(str(stale)) from stale

    def _beat(self) -> None:
        beats = max(1, round(settings.JOBS_LEASE_SECONDS / 4 / POLL_SECONDS))
        count = 0
        try:
            with hung_process.watched(settings.JOBS_HUNG_SECONDS) as still_alive:
                while not self._stop.wait(POLL_SECONDS):
                    count += 1
                    if not self._lost:
                        self._attempt(self._renew if count % beats == 0 else self._read_row)
                    if count % beats == 0:
                        still_alive()
                    if cause := self._hung():
                        self._attempt(partial(self._on_hung, self.token, cause))
                        hung_process.end(after=stopping.set)
        finally:
            connections.close_all()

    def _hung(self) -> Exception | None:
        """What ends the attempt of a handler that does not come back, or None while it may."""
        now, over = time.monotonic(), self._over()
        if over is None:
            self._over_since = None
            return Hung() if now - self._checked > settings.JOBS_SILENT_SECONDS else None
        self._over_since = self._over_since or now
        since = max(self._over_since, self._checked)
        return over if now - since > settings.JOBS_HUNG_SECONDS else None

    def _attempt(self, query: Callable[[], None]) -> None:
        try:
            query()
        except Exception as error:  # a database that is away for a moment: only the lease ends the claim
            log.warning("heartbeat of job %s missed: %s", self.job.pk, error)
            connection.close()

    def _renew(self) -> None:
        began = time.monotonic()
        held = Job.objects.filter(pk=self.job.pk, token=self.token, state=State.RUNNING)
        self._lost = not held.update(lease_until=lease_end())
        self._renewed = began

    def _read_row(self) -> None:
        rows = Job.objects.filter(pk=self.job.pk).values_list("token", "state", "cancel_requested")
        token, state, asked = rows.first() or (None, "", False)
        self._lost = token != self.token or state != State.RUNNING
        self._cancelled = asked
