"""The ledger's moves: each legal one writes an event, every other one raises."""

import itertools
from collections.abc import Callable

import pytest

from jobs.errors import AlreadyFinished, InputsCancelled, InputsNotDone, NotFailed, StaleJob
from jobs.ledger import actions
from jobs.ledger.states import FINAL, MOVES, State
from jobs.models import Job
from jobs.worker import perform
from tests.jobs import toys
from tests.jobs.conftest import kinds
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)
Submit = Callable[..., Job]
ILLEGAL = [(a, b) for a, b in itertools.product(State, State) if b not in MOVES[a]]


def test_every_state_has_its_moves_and_only_failed_jobs_come_back_from_their_end() -> None:
    assert set(MOVES) == set(State)
    assert [state for state in FINAL if MOVES[state]] == [State.FAILED]


@pytest.mark.parametrize(("start", "to"), ILLEGAL, ids=lambda state: state.value)
def test_an_illegal_move_raises_and_leaves_no_trace(submit: Submit, start: State, to: State) -> None:
    job = submit()
    Job.objects.filter(pk=job.pk).update(state=start)
    before = kinds(job)
    with pytest.raises(StaleJob):
        Job.objects.move(job, to)
    job.refresh_from_db()
    assert (job.state, kinds(job)) == (start, before)


def test_the_events_of_a_job_are_its_whole_life_in_order_without_holes(submit: Submit) -> None:
    job = submit(lambda run: (run.stage("painting", total=3), run.event("preview", {"frame": 1}))[1])
    assert perform.drain() == 1
    job.refresh_from_db()
    assert job.state == State.DONE
    assert kinds(job) == ["queued", "running", "stage", "preview", "done"]
    assert list(job.events.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    assert job.seq == 5


def test_the_end_of_a_job_and_its_hook_are_one_transaction(submit: Submit) -> None:
    job = submit(lambda run: "break done", kind="toy.gpu")
    perform.drain()
    job.refresh_from_db()
    assert (job.state, not_none(job.error)["code"], job.attempts) == (State.FAILED, "internal", 2)
    assert "done" not in kinds(job)


def test_a_failed_job_may_be_tried_again_and_keeps_its_checkpoint(submit: Submit) -> None:
    job = submit(broken_once)
    perform.drain()
    actions.retry(job)
    perform.drain()
    assert [what for what, _, _ in toys.hooks_run] == ["failed", "retried", "done"]
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (State.DONE, None, 1)


def test_only_a_failed_job_whose_inputs_are_done_may_be_tried_again(submit: Submit) -> None:
    source, cancelled = submit(broken_once), submit()
    cut, other = submit(waits_for=[source]), submit(waits_for=[cancelled])
    with pytest.raises(NotFailed):
        actions.retry(source)
    actions.cancel(cancelled)
    with pytest.raises(NotFailed):
        actions.retry(cancelled)
    with pytest.raises(InputsCancelled):
        actions.retry(other)
    perform.drain()
    with pytest.raises(InputsNotDone):
        actions.retry(cut)

    actions.retry(source)
    perform.drain()
    actions.retry(cut)
    perform.drain()

    for job in (source, cut):
        job.refresh_from_db()
    assert source.state == cut.state == State.DONE
    with pytest.raises(NotFailed):
        actions.retry(source)


def broken_once(run: toys.Run) -> str:
    """Fails for good, and does not when it is tried again."""
    if "tried" in run.checkpoint:
        return "whole"
    run.save(tried=True)
    raise AlreadyFinished(state="done")
