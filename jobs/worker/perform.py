"""What machines do with the ledger: claim the best job, perform it under a lease, reclaim lost ones."""

import logging
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import OperationalError, transaction
from django.db.models import F

import errors
from jobs.cost import timeout
from jobs.errors import (
    Cancelled,
    Internal,
    JobCancelledError,
    LeaseLost,
    Overdue,
    StaleJob,
    Stopping,
    TookTooLong,
)
from jobs.ledger import notify, transitions
from jobs.ledger.claiming import claim, resident
from jobs.ledger.leases import expired, lease_end, lease_owner, owner_is_dead
from jobs.ledger.states import State
from jobs.models import NO_LEASE, Job
from jobs.worker import handlers
from jobs.worker.heartbeat import Heartbeat
from jobs.worker.run import Run
from jobs.worker.usage import counted

__all__ = ["answer_doorbell", "claim", "drain", "perform", "reclaim", "resident"]
log = logging.getLogger(__name__)


def perform(job: Job) -> None:
    """Run a claimed job to its end, whatever that is; never raises for what its handler does."""
    try:
        with Heartbeat(job) as heartbeat:
            _perform(job, heartbeat)
    except (StaleJob, LeaseLost):
        log.warning("job %s is no longer ours: what was made of it is dropped", job.pk)


def answer_doorbell(pool: str) -> bool:
    """Answer a doorbell: claim one job and perform it; whether there was one.

    If more are queued it is sent on first, so one doorbell that gets through wakes every idle worker.
    """
    job = claim(pool)
    if job is None:
        return False
    _wake_another(pool)
    perform(job)
    _wake_another(pool)  # for one that could not be claimed while its owner held so many
    return True


def _wake_another(pool: str) -> None:
    if Job.objects.best_first(pool).exists():
        notify.wake_worker(pool)


def drain(pool: str | None = None) -> int:
    """Perform every job that can be claimed, in this process, until none is left; how many there were."""
    count = 0
    while job := next(filter(None, map(claim, [pool] if pool else handlers.pools())), None):
        perform(job)
        count += 1
    return count


def overdue(job: Job) -> dict[str, Any]:
    """The record of the error of a job that was stopped by its time-out."""
    return TookTooLong(seconds=round(timeout(job.estimate))).as_dict()


def reclaim(job: Job) -> None:
    """End the lease of a worker that is gone, and queue the job again, or fail or cancel it for good.

    The lease is taken over first: from then on its old holder can change nothing. StaleJob if it was renewed.
    """
    held = Job.objects.filter(pk=job.pk, state=State.RUNNING, token=job.token)
    lost = held if owner_is_dead(job.lease_owner) else held.filter(expired())
    token = uuid4()
    if not lost.update(token=token, lease_owner=lease_owner(), lease_until=lease_end()):
        raise StaleJob(f"Job {job.pk} is still held by {job.lease_owner}.")
    job.refresh_from_db()
    if job.cancel_requested:
        _end_attempt(job, Cancelled(), token)
    else:
        _retry_or_fail(job, token, because="worker-lost")


def _perform(job: Job, heartbeat: Heartbeat) -> None:
    try:
        with counted(job, heartbeat.token):
            handler = handlers.of(job.kind)
            result = handler.work(Run(job, heartbeat, handler.estimate(job.params)))
        heartbeat.check()
        _finish(job, result, heartbeat.token)
    except Exception as error:
        _end_attempt(job, heartbeat.cause_of(error), heartbeat.token)


def _finish(job: Job, result: Any, token: UUID, tries: int = 3) -> None:
    """Tried again after a deadlock or a dropped connection: the work that was done is not lost to it."""
    try:
        transitions.finish(job, result, held=token)
    except OperationalError:
        if tries == 1:
            raise
        _finish(job, result, token, tries - 1)


def _end_attempt(job: Job, error: Exception, token: UUID) -> None:
    match error:
        case LeaseLost() | StaleJob():
            raise error
        case Cancelled():
            transitions.fail(job, JobCancelledError().as_dict(), to=State.CANCELLED, held=token)
        case Overdue():
            transitions.fail(job, overdue(job), held=token)
        case Stopping():
            _requeue(job, token, because="worker-stopped", attempts=F("attempts") - 1)
        case errors.DomainError():
            transitions.fail(job, error.as_dict(), held=token)
        case _:
            log.error("job %s (%s) broke", job.pk, job.kind, exc_info=error)
            _retry_or_fail(job, token, because="broke")


def _retry_or_fail(job: Job, token: UUID, *, because: str) -> None:
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
        transaction.on_commit(partial(notify.wake_worker, job.pool))
