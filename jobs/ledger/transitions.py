"""How jobs come to their end, and what that means for the jobs that wait for them."""

import logging
import shutil
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jobs.errors import InputFailed, StaleJob
from jobs.ledger import notify
from jobs.ledger.fairness import next_turn
from jobs.ledger.states import State
from jobs.models import NO_LEASE, Job
from jobs.worker import handlers

log = logging.getLogger(__name__)


def finish(job: Job, result: Any, *, held: UUID) -> Job:
    """RUNNING → DONE with the handler's own `done` and the release of those waiting, all or nothing.

    StaleJob if the lease is not held any more; a job asked to be cancelled cannot become done either.
    """
    whole = job.progress.get("total", 0)
    progress = {**job.progress, "done": whole, "eta_seconds": 0}
    with transaction.atomic():
        willing = Job.objects.filter(cancel_requested=False)
        willing.move(
            job, State.DONE, held=held, finished_at=timezone.now(), progress=progress, error=None, **NO_LEASE
        )
        # after the rows of jobs, so that every hand locks rows of jobs before rows of other rooms
        release(job.awaited_by.all())
        handlers.of(job.kind).done(job, result)
        transaction.on_commit(partial(_after, job))
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
        _fall(job, to, error, held=held, origin=origin)
        fallen = [job, *_drag_down(job)]
        for each in fallen:
            handlers.of(each.kind).failed(each, each.error or error)
            transaction.on_commit(partial(_after, each))
    return job


def release(waiting: Any, limit: int | None = None) -> list[Job]:
    """WAITING → QUEUED for those (at most `limit`) of `waiting` whose inputs are all done."""
    freed = []
    for job in waiting.released().order_by("id")[:limit]:
        try:
            freed.append(enqueue(job, origin=State.WAITING))
        except StaleJob:  # cancelled, or released by another hand
            continue
    return freed


def enqueue(job: Job, *, origin: State, **changes: Any) -> Job:
    """Move `job` to QUEUED with a turn of its own, and ring for it."""
    Job.objects.move(job, State.QUEUED, origin=origin, turn=next_turn(job), **changes)
    transaction.on_commit(partial(notify.ring, job.pool))
    return job


def look_again(waiting: Iterable[Job]) -> None:
    """Settle jobs whose inputs finished behind their back.

    Two transactions that overlap do not see each other: an input may end while a job that waits for it
    is being submitted, or two inputs may end at once. Each looks again after its commit, so the later
    one sees both.
    """
    for job in waiting:
        fallen = job.waits_for.filter(state__in=[State.FAILED, State.CANCELLED]).order_by("id").first()
        try:
            if fallen:
                fail(job, because(fallen), origin=State.WAITING)
            else:
                release(Job.objects.filter(pk=job.pk))
        except StaleJob:
            log.debug("job %s was settled by another hand", job.pk)


def because(fallen: Job) -> dict[str, Any]:
    """The error of a job whose input fell; names the first cause, however long the chain."""
    error = fallen.error or {}
    cause = error["params"]["because"] if error.get("code") == InputFailed.code else error
    return InputFailed(because=cause).as_dict()


def _fall(job: Job, to: State, error: dict[str, Any], **fence: Any) -> None:
    now = timezone.now()
    Job.objects.move(job, to, data={"error": error}, error=error, finished_at=now, **fence, **NO_LEASE)


def _drag_down(job: Job) -> list[Job]:
    """Fail everything that waits on `job`, however far down; a queue, as chains may be long."""
    dragged: list[Job] = []
    fallen = deque([job])
    while fallen:
        cause = fallen.popleft()
        for each in cause.awaited_by.filter(state=State.WAITING).order_by("id"):
            try:
                _fall(each, State.FAILED, because(cause))
            except StaleJob:
                continue
            dragged.append(each)
            fallen.append(each)
    return dragged


def _after(job: Job) -> None:
    shutil.rmtree(job.workdir, ignore_errors=True)
    look_again(job.awaited_by.filter(state=State.WAITING))
