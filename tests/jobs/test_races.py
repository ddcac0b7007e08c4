"""What holds when many processes move the same jobs at once; `--postgres` is the harder test."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction

from creator.models import User
from jobs.errors import AlreadyFinished, StaleJob
from jobs.ledger import actions, transitions
from jobs.ledger.states import FINAL, State
from jobs.models import Job, JobEvent
from jobs.realtime.events import OwnerEvents
from jobs.worker import perform, watchdog
from tests.jobs import toys
from tests.jobs.test_worker import expire
from tests.typing import not_none

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
Submit = Callable[..., Job]


def own_connection(act: Callable[[], Any]) -> Any:
    """`act` in a thread with a connection of its own; a lost race is an answer, not an error."""
    try:
        return act()
    except (StaleJob, AlreadyFinished) as lost:
        return lost
    finally:
        connections.close_all()


def at_once(acts: Iterable[Callable[[], Any]]) -> list[Any]:
    """Do all of `acts` at the same moment; their answers, in order."""
    acts = list(acts)
    start_line = threading.Barrier(len(acts))

    def start(act: Callable[[], Any]) -> Any:
        start_line.wait(30)
        return own_connection(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


def states(jobs: list[Job]) -> list[str]:
    return [Job.objects.get(pk=job.pk).state for job in jobs]


def test_many_workers_claim_every_job_once(submit: Submit, creator: User, other: User) -> None:
    jobs = [submit(owner=owner) for owner in (creator, other) for _ in range(20)]

    def claim_all() -> list[Any]:
        return [job.pk for job in iter(partial(perform.claim, "cpu"), None)]

    claimed = Counter(key for found in at_once([claim_all] * 6) for key in found)
    assert claimed == Counter(job.pk for job in jobs)
    assert JobEvent.objects.filter(kind="running").count() == len(jobs)


def test_of_finishing_cancelling_and_reaping_each_job_sees_one_end_and_its_hook_once(submit: Submit) -> None:
    for _ in range(8):
        submit()
        job = not_none(perform.claim("cpu"))
        expire(job)
        mine, yours, theirs = (Job.objects.get(pk=job.pk) for _ in range(3))
        at_once(
            [
                partial(transitions.finish, mine, "whole", held=not_none(job.token)),
                partial(actions.cancel, yours),
                partial(perform.reclaim, theirs),
            ]
        )
        perform.drain()
        job.refresh_from_db()
        ended = [kind for kind in job.events.values_list("kind", flat=True) if kind in FINAL]
        assert ended == [job.state]
        assert len(toys.hooks_run) == 1
        toys.hooks_run.clear()


def test_two_inputs_that_end_at_once_release_what_waits_for_both_once(submit: Submit) -> None:
    for _ in range(8):
        inputs = [submit() for _ in range(3)]
        waiting = submit(waits_for=inputs)
        claimed = [not_none(perform.claim("cpu")) for _ in inputs]
        at_once(partial(transitions.finish, job, "", held=not_none(job.token)) for job in claimed)
        assert states([waiting]) == [State.QUEUED]
        assert waiting.events.filter(kind="queued").count() == 1
        actions.cancel(waiting)


def test_an_input_that_ends_while_its_job_is_being_submitted_is_not_missed(submit: Submit) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("one writer at a time: the two cannot overlap")
    for end, expected in ((actions.cancel, State.FAILED), (finish_next, State.QUEUED)):
        source = submit()
        with transaction.atomic():
            waiting = submit(waits_for=[source])
            with ThreadPoolExecutor(1) as pool:
                pool.submit(own_connection, partial(end, Job.objects.get(pk=source.pk))).result(30)
            assert states([waiting]) == [State.WAITING]
        assert states([waiting]) == [expected]
        perform.drain()


def finish_next(source: Job) -> None:
    job = not_none(perform.claim(source.pool))
    assert job == source
    transitions.finish(job, "", held=not_none(job.token))


def test_my_stream_does_not_miss_an_event_whose_transaction_ends_after_a_later_one(
    submit: Submit, creator: User
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("one writer at a time: ids are in commit order")
    events = OwnerEvents(creator.pk)
    begun, committed = threading.Event(), threading.Event()

    def slowly() -> Any:
        with transaction.atomic():
            job = submit()
            begun.set()
            committed.wait(30)
        return job.pk

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(own_connection, slowly)
        assert begun.wait(30)
        quick = submit().pk
        first = events.read("0")
        committed.set()
        late = slow.result(30)
    seen = first.events + events.read(first.after).events
    assert Counter(event["job"] for event in seen) == {str(quick): 1, str(late): 1}


def test_many_watchdogs_reclaim_a_job_once(submit: Submit) -> None:
    for _ in range(5):
        submit()
        expire(not_none(perform.claim("cpu")))
        assert sum(at_once([watchdog.reap] * 4)) == 1
        back = Job.objects.get(state=State.QUEUED)
        assert back.attempts == 1
        actions.cancel(back)


def test_submitting_and_cancelling_from_many_threads_leaves_no_hole_and_no_double_in_the_events(
    submit: Submit,
) -> None:
    job, *_ = at_once([submit] * 6)
    at_once(partial(actions.cancel, Job.objects.get(pk=job.pk)) for _ in range(4))
    assert states([job]) == [State.CANCELLED]
    assert list(job.events.order_by("seq").values_list("seq", flat=True)) == [1, 2]
    assert len(toys.hooks_run) == 1
