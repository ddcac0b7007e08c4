"""What machines do with the ledger: claim the best job, perform it under a lease, take back lost ones."""

import logging
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import OperationalError, transaction
from django.db.models import F

import errors
from jobs.errors import Cancelled, Internal, JobCancelledError, LeaseLost, StaleJob, Stopping
from jobs.ledger import notify, transitions
from jobs.ledger.claiming import claim, resident
from jobs.ledger.leases import has_died, lapsed, lease_end, lease_owner
from jobs.ledger.states import State
from jobs.models import NO_LEASE, Job
from jobs.worker import handlers
from jobs.worker.heartbeat import Heartbeat
from jobs.worker.run import Run

__all__ = ["answer", "claim", "drain", "perform", "resident", "take_back"]
log = logging.getLogger(__name__)


def perform(job: Job) -> None:
    """Do a claimed job to whatever end it comes; never raises for what its handler does."""
    try:
        with Heartbeat(job) as pulse:
            _perform(job, pulse)
    except (StaleJob, LeaseLost):
        log.warning("job %s is no longer ours: what was made of it is dropped", job.pk)


def answer(pool: str) -> bool:
    """Answer a doorbell: claim one job and perform it; whether there was one.

    If more are queued the bell is passed on first, so one bell that gets through wakes every idle worker.
    """
    job = claim(pool)
    if job is None:
        return False
    if Job.objects.best_first(pool).exists():
        notify.ring(pool)
    perform(job)
    return True


def drain(pool: str | None = None) -> int:
    """Perform every job that can be claimed, in this process, until none is left; how many there were."""
    count = 0
    while job := next(filter(None, map(claim, [pool] if pool else handlers.pools())), None):
        perform(job)
        count += 1
    return count


def take_back(job: Job) -> None:
    """End the lease of a worker that is gone, and queue the job again, or fail or cancel it for good.

    The lease is seized first: from then on its old holder can change nothing. StaleJob if it still beats.
    """
    held = Job.objects.filter(pk=job.pk, state=State.RUNNING, token=job.token)
    gone = held if has_died(job.lease_owner) else held.filter(lapsed())
    token = uuid4()
    if not gone.update(token=token, lease_owner=lease_owner(), lease_until=lease_end()):
        raise StaleJob(f"Job {job.pk} is held by {job.lease_owner} after all.")
    job.refresh_from_db()
    if job.cancel_requested:
        _settle(job, Cancelled(), token)
    else:
        _again(job, token, because="its worker was lost")


def _perform(job: Job, pulse: Heartbeat) -> None:
    try:
        result = handlers.of(job.kind).work(Run(job, pulse))
        pulse.check()
        _finish(job, result, pulse.token)
    except Exception as error:
        _settle(job, pulse.verdict(error), pulse.token)


def _finish(job: Job, result: Any, token: UUID, tries: int = 3) -> None:
    """A database that gives way (a deadlock, a dropped connection) does not cost the work that was done."""
    try:
        transitions.finish(job, result, held=token)
    except OperationalError:
        if tries == 1:
            raise
        _finish(job, result, token, tries - 1)


def _settle(job: Job, error: Exception, token: UUID) -> None:
    match error:
        case LeaseLost() | StaleJob():
            raise error
        case Cancelled():
            transitions.fail(job, JobCancelledError().as_dict(), to=State.CANCELLED, held=token)
        case Stopping():
            _requeue(job, token, because="the worker stopped", attempts=F("attempts") - 1)
        case errors.DomainError():
            transitions.fail(job, error.as_dict(), held=token)
        case _:
            log.error("job %s (%s) broke", job.pk, job.kind, exc_info=error)
            _again(job, token, because="it broke")


def _again(job: Job, token: UUID, *, because: str) -> None:
    """Queue a job for another attempt, or fail it if it has had them all."""
    if job.attempts >= handlers.of(job.kind).attempts:
        transitions.fail(job, Internal().as_dict(), held=token)
    else:
        _requeue(job, token, because=because)


def _requeue(job: Job, token: UUID, *, because: str, **changes: Any) -> None:
    """RUNNING → QUEUED with the turn it had: it has waited its time already."""
    with transaction.atomic():
        Job.objects.move(
            job,
            State.QUEUED,
            held=token,
            data={"because": because, "attempts": job.attempts},
            **changes,
            **NO_LEASE,
        )
        transaction.on_commit(partial(notify.ring, job.pool))
