"""How jobs end, and what follows for the jobs that wait for them."""

import logging
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jobs.errors import InputCancelled, InputFailed, StaleJob, is_cancellation
from jobs.ledger import notify
from jobs.ledger.fairness import next_turn
from jobs.ledger.states import State
from jobs.models import NO_LEASE, Job
from jobs.worker import handlers, work_folder

log = logging.getLogger(__name__)


def finish(job: Job, result: Any, *, held: UUID) -> Job:
    """RUNNING → DONE with the handler's own `done` and the release of those waiting, all or nothing.

    StaleJob if the lease is not held any more; a job asked to be cancelled cannot become done either.
    """
    whole = job.progress.get("total", 0)
    progress = {**job.progress, "done": whole, "eta_seconds": 0}
    with transaction.atomic():
        willing = Job.objects.filter(cancel_requested=False)
        ended: dict[str, Any] = {"finished_at": timezone.now(), "error": None, **NO_LEASE}
        willing.move(job, State.DONE, held=held, progress=progress, share=1.0, **ended)
        # before the hook, so that every transaction locks rows of jobs before rows of other rooms
        release(job.awaited_by.all())
        handlers.of(job.kind).done(job, result)
        transaction.on_commit(partial(_after_commit, job))
    return job


def fail(
    job: Job,
    error: dict[str, Any],
    *,
    to: State = State.FAILED,
    held: UUID | None = None,
    origin: State | None = None,
) -> Job:
    """Move `job` to FAILED or CANCELLED and fail all that wait on it, hooks included, all or nothing."""
    with transaction.atomic():
        _end(job, to, error, held=held, origin=origin)
        for each in [job, *_fail_dependents(job)]:
            handlers.of(each.kind).failed(each, each.error or error)
            transaction.on_commit(partial(_after_commit, each))
    return job


def release(waiting: Any, limit: int | None = None) -> list[Job]:
    """WAITING → QUEUED for those (at most `limit`) of `waiting` whose inputs are all done."""
    freed = []
    for job in waiting.released().order_by("id")[:limit]:
        try:
            freed.append(enqueue(job, origin=State.WAITING))
        except StaleJob:  # cancelled, or released by another process
            continue
    return freed


def enqueue(job: Job, *, origin: State, **changes: Any) -> Job:
    """Move `job` to QUEUED with a turn of its own, and wake a worker for it."""
    Job.objects.move(job, State.QUEUED, origin=origin, turn=next_turn(job), **changes)
    transaction.on_commit(partial(notify.wake_worker, job.pool))
    return job


def resolve_waiting(waiting: Iterable[Job]) -> None:
    """Queue or fail jobs whose inputs have ended in a transaction that did not see them wait.

    Transactions that overlap do not see each other: an input may end while a job that waits for it is
    being submitted, or two inputs may end at once. Each checks once more after its commit, so the later
    one sees both.
    """
    for job in waiting:
        failed = job.waits_for.filter(state__in=[State.FAILED, State.CANCELLED]).order_by("id").first()
        try:
            if failed:
                fail(job, input_error(failed), origin=State.WAITING)
            else:
                release(Job.objects.filter(pk=job.pk))
        except StaleJob:
            log.debug("job %s was moved by another process", job.pk)


def input_error(failed: Job) -> dict[str, Any]:
    """The error of a job whose input `failed`; names the first cause, however long the chain."""
    error = failed.error or {}
    cause = error["params"]["because"] if error.get("code") == InputFailed.code else error
    kind = InputCancelled if is_cancellation(cause) else InputFailed
    return kind(because=cause).as_dict()


def _end(job: Job, to: State, error: dict[str, Any], **fence: Any) -> None:
    now = timezone.now()
    Job.objects.move(job, to, data={"error": error}, error=error, finished_at=now, **fence, **NO_LEASE)


def _fail_dependents(job: Job) -> list[Job]:
    """Fail everything that waits on `job`, however far down; a queue, as chains may be long."""
    failed: list[Job] = []
    causes = deque([job])
    while causes:
        cause = causes.popleft()
        for each in cause.awaited_by.filter(state=State.WAITING).order_by("id"):
            try:
                _end(each, State.FAILED, input_error(cause))
            except StaleJob:
                continue
            failed.append(each)
            causes.append(each)
    return failed


def _after_commit(job: Job) -> None:
    work_folder.close_folder(job)
    resolve_waiting(job.awaited_by.filter(state=State.WAITING))
