"""What people ask of the ledger: submit a job, cancel it, try it again."""

import logging
from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from creator.models import User
from jobs.errors import (
    AlreadyFinished,
    InputsCancelled,
    InputsNotDone,
    JobCancelledError,
    NotFailed,
    StaleJob,
)
from jobs.ledger import notify, transitions
from jobs.ledger.admission import admit
from jobs.ledger.fairness import next_turn
from jobs.ledger.states import State
from jobs.models import Job
from jobs.worker import handlers

log = logging.getLogger(__name__)
NOTHING: Mapping[str, UUID] = MappingProxyType({})


def submit(
    *,
    kind: str,
    owner: User,
    params: dict[str, Any],
    waits_for: Iterable[Job] = (),
    priority: int = 0,
    model: str = "",
    about: Mapping[str, UUID] = NOTHING,
) -> Job:
    """Enter a job of `kind` in the ledger, inside the caller's transaction; workers are woken on its commit.

    It is queued once every job of `waits_for` is done, at once if they are; if one of them failed or was
    cancelled the job fails at once, its handler's `failed` included. `about`: the ids of what it makes and of
    what that is shown as, by the names in `jobs.models.SUBJECTS`. KeyError for a kind nobody handles;
    what it may not ask of the machines is refused, by one of `admission.ERRORS`.
    """
    pool, inputs = handlers.of(kind).pool, list(waits_for)
    job = Job(kind=kind, pool=pool, owner=owner, params=params, priority=priority, model=model)
    job.about = {name: str(key) for name, key in about.items()}
    with transaction.atomic():
        admit(job)
        transaction.on_commit(partial(log.info, "job %s is entered: %s", job.pk, kind))
        return _enter_waiting(job, inputs) if inputs else _enter_queued(job)


def _enter_queued(job: Job) -> Job:
    job.turn = next_turn(job)
    _enter(job, State.QUEUED)
    transaction.on_commit(partial(notify.wake_worker, job.pool))
    return job


def _enter_waiting(job: Job, inputs: list[Job]) -> Job:
    _enter(job, State.WAITING)
    job.waits_for.set(inputs)
    transitions.resolve_waiting([job])
    job.refresh_from_db()
    if job.state == State.WAITING:
        transaction.on_commit(partial(transitions.resolve_waiting, [job]))
    return job


def _enter(job: Job, state: State) -> None:
    job.state, job.seq = state.value, 1
    job.save(force_insert=True)
    job.record_event(state.value)


def cancel(job: Job) -> Job:
    """Cancel a job: at once if no worker has it, else within one step of the worker. Asking twice is fine.

    AlreadyFinished if it is done or failed.
    """
    while True:
        job.refresh_from_db()
        if job.state == State.CANCELLED or (job.state == State.RUNNING and job.cancel_requested):
            return job
        if job.state in (State.DONE, State.FAILED):
            raise AlreadyFinished(state=job.state)
        try:
            return _cancel_running(job) if job.state == State.RUNNING else _cancel_idle(job)
        except StaleJob:
            continue  # it moved meanwhile: decide anew by what it is now


def retry(job: Job) -> Job:
    """Queue a failed job again, from its checkpoint, with all its attempts. Asking twice is fine.

    NotFailed, InputsNotDone, InputsCancelled, one of `admission.ERRORS`, or what the handler's `before_retry`
    and `retried` raise (not enough credits, say); nothing has changed then.
    """
    job.refresh_from_db()
    if job.state == State.FAILED:
        _require_inputs(job)
        handlers.of(job.kind).before_retry(job)
    fresh = {"error": None, "attempts": 0, "finished_at": None, "cancel_requested": False}
    fresh |= {"not_before": None, "deferrals": 0}
    with transaction.atomic():
        try:
            transitions.enqueue(job, origin=State.FAILED, **fresh)
        except StaleJob:
            return _retried_already(job)
        admit(job)
        job.save(update_fields=["estimate", "bytes", "used", "counted_at"])
        handlers.of(job.kind).retried(job)
    return job


def _require_inputs(job: Job) -> None:
    states = set(job.waits_for.exclude(state=State.DONE).values_list("state", flat=True))
    if State.CANCELLED in states:
        raise InputsCancelled()
    if states:
        raise InputsNotDone()


def _retried_already(job: Job) -> Job:
    """The job, if it is on its way again because somebody asked before; else NotFailed."""
    job.refresh_from_db()
    if job.state in (State.QUEUED, State.RUNNING) and job.events.filter(kind=State.FAILED).exists():
        return job
    raise NotFailed(state=job.state)


def _cancel_idle(job: Job) -> Job:
    return transitions.fail(job, JobCancelledError().as_dict(), to=State.CANCELLED, origin=State(job.state))


def _cancel_running(job: Job) -> Job:
    running = frozenset({State.RUNNING})
    return Job.objects.record(job, "cancelling", origin=running, cancel_requested=True)
