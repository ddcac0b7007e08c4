"""What machines do with the ledger: claim the best job, perform it under a lease, reclaim lost ones."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, F, When
from django.utils import timezone

import errors
from api.outside import OutsideTrouble, outside_trouble
from jobs.cost import timeout
from jobs.errors import (
    Cancelled,
    Hung,
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
from jobs.ledger.states import FINAL, State
from jobs.models import NO_LEASE, Job
from jobs.worker import handlers
from jobs.worker.heartbeat import Heartbeat
from jobs.worker.run import Run
from jobs.worker.usage import counted
from jobs.worker.work_folder import leave_folder, open_folder

__all__ = ["answer_doorbell", "claim", "drain", "perform", "reclaim", "resident"]
ONE_LESS = Case(When(attempts__gt=0, then=F("attempts") - 1), default=0)
FIRST_DEFERRAL, LONGEST_DEFERRAL, MOST_DEFERRALS = 2.0, 300.0, 20  # seconds, seconds, times: 70 minutes
log = logging.getLogger(__name__)


def perform(job: Job) -> None:
    """Run a claimed job to its end, whatever that is; never raises for what its handler does, nor where the
    database is away at the end: the lease runs out then, and the job is performed once more."""
    try:
        with Heartbeat(job, on_hung=partial(_end_hung, job)) as heartbeat:
            _perform(job, heartbeat)
    except (StaleJob, LeaseLost):
        log.warning("job %s is no longer ours: what was made of it is dropped", job.pk)
        leave_folder(job)
    except (OperationalError, InterfaceError):
        log.exception("the database did not hear how job %s ended", job.pk)


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
    handler, made = handlers.of(job.kind), []
    try:
        heartbeat.check()
        with counted(job, heartbeat.token), _fresh_connection():
            made.append(handler.work(Run(job, heartbeat, open_folder(job), handler.estimate(job.params))))
        heartbeat.check()
        _finish(job, made[0], heartbeat.token)
    except Exception as error:
        try:
            _end_attempt(job, heartbeat.cause_of(error), heartbeat.token)
        finally:
            if made and not Job.objects.filter(pk=job.pk).exclude(state__in=FINAL).exists():
                handler.discard(made[0])


@contextmanager
def _fresh_connection() -> Iterator[None]:
    """The work may have taken an hour: a connection that ended meanwhile must not make it be done again."""
    try:
        yield
    finally:
        if not connection.in_atomic_block:
            connection.close()


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
            _requeue(job, token, because="worker-stopped", attempts=ONE_LESS)
        case errors.DomainError():
            transitions.fail(job, error.as_dict(), held=token)
        case Hung():
            _retry_or_fail(job, token, because="hung")
        case _ if trouble := outside_trouble(error):
            log.warning("job %s (%s) met with %s", job.pk, job.kind, trouble.code, exc_info=error)
            _defer_or_fail(job, token, trouble)
        case _:
            log.error("job %s (%s) broke", job.pk, job.kind, exc_info=error)
            _retry_or_fail(job, token, because="broke")


def _end_hung(job: Job, token: UUID, cause: Exception) -> None:
    """End an attempt whose handler does not come back; called from another thread than it runs in."""
    log.error("job %s (%s) does not come back: %r", job.pk, job.kind, cause)
    held = Job.objects.filter(pk=job.pk, token=token, state=State.RUNNING).first()
    if held is not None:
        with suppress(StaleJob, LeaseLost):
            _end_attempt(held, cause, token)


def _defer_or_fail(job: Job, token: UUID, trouble: OutsideTrouble) -> None:
    """Queue a job for later, at no cost in attempts: the trouble is not its own. An hour of it is enough."""
    if job.deferrals >= MOST_DEFERRALS:
        transitions.fail(job, trouble.as_dict(), held=token)
        return
    wait = timedelta(seconds=min(FIRST_DEFERRAL * 2**job.deferrals, LONGEST_DEFERRAL))
    later = {"not_before": timezone.now() + wait, "deferrals": F("deferrals") + 1}
    _requeue(job, token, because=trouble.code, attempts=ONE_LESS, **later)


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
