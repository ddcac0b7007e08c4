"""Claiming, performing, losing and cancelling: what workers may and may not do."""

import errno
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

import errors
from fixtures.waiting import until
from jobs.errors import StaleJob
from jobs.ledger import actions, transitions
from jobs.ledger.states import State
from jobs.models import Job
from jobs.worker import heartbeat, perform, watchdog
from jobs.worker.handlers import Run
from tests.jobs import toys
from tests.jobs.conftest import kinds
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)
Submit = Callable[..., Job]


class TooDark(errors.Unprocessable):
    code = "too-dark"
    message = "The picture is too dark; send one with more light."


def expire(job: Job) -> None:
    """As if the worker had stopped renewing its lease."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_a_reaped_worker_cannot_finish_the_job_another_has_claimed(submit: Submit) -> None:
    submit()
    slow = not_none(perform.claim("cpu"))
    expire(slow)
    assert watchdog.reap() == 1
    quick = not_none(perform.claim("cpu"))
    assert quick.pk == slow.pk
    with pytest.raises(StaleJob):
        transitions.finish(slow, "late", held=not_none(slow.token))
    transitions.finish(quick, "in time", held=not_none(quick.token))
    assert toys.hooks_run == [("done", quick.pk, "in time")]


def test_a_lease_that_is_renewed_is_not_reaped(submit: Submit) -> None:
    submit()
    job = not_none(perform.claim("cpu"))
    assert watchdog.reap() == 0
    with pytest.raises(StaleJob):
        perform.reclaim(job)
    assert state(job) == State.RUNNING


def test_a_worker_whose_process_is_gone_is_not_waited_for(submit: Submit) -> None:
    submit()
    job = not_none(perform.claim("cpu"))
    here = job.lease_owner.rsplit("/", 2)[0]
    Job.objects.filter(pk=job.pk).update(lease_owner=f"{here}/999999999/1")
    assert watchdog.reap() == 1
    assert state(job) == State.QUEUED


def test_a_job_whose_workers_keep_dying_comes_to_an_end(submit: Submit) -> None:
    job = submit(kind="toy.gpu")
    for _ in range(2):
        expire(not_none(perform.claim("gpu")))
        watchdog.reap()
    job.refresh_from_db()
    assert (job.state, not_none(job.error)["code"], job.attempts) == (State.FAILED, "internal", 2)
    assert toys.hooks_run == [("failed", job.pk, "internal")]


def test_a_handler_that_lost_its_lease_is_stopped_at_its_next_step(submit: Submit) -> None:
    def act(run: Run) -> None:
        expire(run.job)
        watchdog.reap()
        run.save(too="late")

    job = submit(act)
    perform.perform(not_none(perform.claim("cpu")))
    assert state(job) == State.QUEUED
    assert job.checkpoint == {}
    assert "saved" not in kinds(job)


def test_a_refusal_fails_the_job_at_once_and_is_kept(submit: Submit) -> None:
    def act(run: Run) -> None:
        raise TooDark(field="still")

    job = submit(act)
    perform.drain()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (State.FAILED, 1, TooDark(field="still").as_dict())


def test_a_job_that_breaks_is_tried_again_with_what_it_kept_until_it_has_had_all_attempts(
    submit: Submit,
) -> None:
    seen: list[tuple[list[str], list[str]]] = []

    def act(run: Run) -> None:
        seen.append((names(run.workdir), names(run.kept)))
        for folder in (run.workdir, run.kept):
            (folder / f"attempt-{run.job.attempts}").touch()
        (run.kept / "half.part.mp4").touch()
        raise RuntimeError("a disk broke")

    job = submit(act)
    perform.drain()
    job.refresh_from_db()
    kept = ["kept"]  # and nothing of another attempt's own, nor what was not whole
    assert seen == [(kept, []), (kept, ["attempt-1"]), (kept, ["attempt-1", "attempt-2"])]
    assert (job.state, not_none(job.error)["code"]) == (State.FAILED, "internal")
    assert "disk" not in str(job.error)


def test_a_failed_job_keeps_what_another_try_goes_on_from_and_a_cancelled_one_nothing(
    submit: Submit,
) -> None:
    def act(run: Run) -> None:
        (run.kept / "segment").touch()
        (run.workdir / "scratch").touch()
        raise TooDark()

    failed = submit(act)
    perform.drain()
    assert [path.name for path in failed.workdir.rglob("*") if path.is_file()] == ["segment"]
    actions.retry(failed)
    actions.cancel(failed)
    assert not failed.workdir.exists()


def test_an_attempt_that_saves_something_new_uses_none_up(submit: Submit) -> None:
    def act(run: Run) -> None:
        run.save(segments=min(run.checkpoint.get("segments", 0) + 1, 4))
        raise RuntimeError("killed on the way")

    job = submit(act)
    perform.drain()
    job.refresh_from_db()
    assert (job.state, job.checkpoint) == (State.FAILED, {"segments": 4})
    assert kinds(job).count("running") == 4 + 3, "three since the last one that came further"


def test_a_worker_that_wakes_past_its_lease_touches_nothing(submit: Submit) -> None:
    """As the frozen process sees it: another has the job, and has begun, when it goes on."""

    def frozen(run: Run) -> None:
        if run.job.attempts == 2:
            (run.kept / "segment").write_text("of the second")
            return
        half = (run.kept / "segment.part").open("w")
        expire(run.job)
        watchdog.reap()
        perform.perform(not_none(perform.claim("cpu")))
        half.write("of the first")
        half.close()
        with pytest.raises(FileNotFoundError):
            (run.kept / "segment.part").rename(run.kept / "segment")
        run.check()

    job = submit(frozen)
    perform.perform(not_none(perform.claim("cpu")))
    assert state(job) == State.DONE
    assert [hook for hook, _, _ in toys.hooks_run] == ["done"]
    assert toys.discarded in ([], [None]), "noticed at its next check, or when it wanted to finish"
    assert not job.workdir.exists()


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk-full"),
        (OperationalError("server closed the connection"), "database-away"),
        (EndpointConnectionError(endpoint_url="http://s3"), "storage-away"),
    ],
)
def test_trouble_outside_costs_a_job_no_attempt_and_is_met_again_later(
    submit: Submit, trouble: Exception, code: str
) -> None:
    def act(run: Run) -> None:
        raise trouble

    job = submit(act)
    assert perform.drain() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, job.deferrals) == (State.QUEUED, 0, 1)
    assert timezone.now() < not_none(job.not_before) < timezone.now() + timedelta(seconds=3)
    assert not_none(job.events.last()).data["because"] == code

    Job.objects.filter(pk=job.pk).update(not_before=timezone.now(), deferrals=perform.MOST_DEFERRALS)
    assert perform.drain() == 1
    job.refresh_from_db()
    assert (job.state, not_none(job.error)["code"]) == (State.FAILED, code)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="ends a connection of PostgreSQL")
def test_work_that_outlived_its_connection_is_not_lost(submit: Submit) -> None:
    def act(run: Run) -> str:
        other = connection.copy()
        with closing(other), other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        return "made"

    job = submit(act)
    perform.drain()
    assert toys.hooks_run == [("done", job.pk, "made")]


def test_a_queued_job_is_cancelled_at_once_and_never_begins(submit: Submit) -> None:
    job = submit()
    assert actions.cancel(job).state == State.CANCELLED
    assert perform.drain() == 0
    assert toys.hooks_run == [("failed", job.pk, "cancelled")]


def test_a_running_job_notices_its_cancelling_without_writing_anything(submit: Submit) -> None:
    def act(run: Run) -> None:
        actions.cancel(Job.objects.get(pk=run.job.pk))
        until(lambda: run.check())  # raises once the heartbeat has read it

    job = submit(act)
    perform.drain()
    assert state(job) == State.CANCELLED
    assert kinds(job)[-2:] == ["cancelling", "cancelled"]


def test_a_cancelled_job_is_cancelled_even_if_its_handler_did_not_listen(submit: Submit) -> None:
    def act(run: Run) -> str:
        actions.cancel(Job.objects.get(pk=run.job.pk))
        return "finished anyway"

    job = submit(act)
    perform.drain()
    assert state(job) == State.CANCELLED
    assert toys.hooks_run == [("failed", job.pk, "cancelled")]
    assert toys.discarded == ["finished anyway"]


def test_an_engine_that_wraps_the_interruption_in_an_error_of_its_own_is_understood(submit: Submit) -> None:
    def act(run: Run) -> None:
        actions.cancel(Job.objects.get(pk=run.job.pk))
        raise RuntimeError("callback failed")

    job = submit(act)
    perform.drain()
    assert (state(job), job.attempts) == (State.CANCELLED, 1)


def test_a_job_whose_worker_died_after_the_cancelling_is_cancelled_not_tried_again(submit: Submit) -> None:
    submit()
    job = not_none(perform.claim("cpu"))
    actions.cancel(job)
    expire(job)
    watchdog.reap()
    assert state(job) == State.CANCELLED


def test_a_worker_that_is_asked_to_stop_hands_its_job_back_and_that_attempt_does_not_count(
    submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act(run: Run) -> None:
        run.save(segment=3)
        heartbeat.stopping.set()
        run.check()

    job = submit(act)
    try:
        perform.perform(not_none(perform.claim("cpu")))
    finally:
        heartbeat.stopping.clear()
    assert (state(job), job.attempts, job.checkpoint) == (State.QUEUED, 0, {"segment": 3})


def test_what_waits_begins_when_all_its_inputs_are_done_however_long_the_chain(submit: Submit) -> None:
    order: list[Any] = []
    first, second = (submit(lambda run: order.append(run.job.pk)) for _ in range(2))
    chain = [submit(lambda run: order.append(run.job.pk), waits_for=[first, second])]
    for _ in range(30):
        chain.append(submit(lambda run: order.append(run.job.pk), waits_for=[chain[-1]]))
    assert {state(job) for job in chain} == {State.WAITING}
    assert perform.drain() == 33
    assert order == [first.pk, second.pk, *(job.pk for job in chain)]


def test_a_failure_fails_everything_that_waits_and_each_says_the_first_cause(submit: Submit) -> None:
    def act(run: Run) -> None:
        raise TooDark()

    chain = [submit(act)]
    for _ in range(60):
        chain.append(submit(waits_for=[chain[-1]]))
    perform.drain()
    for job in chain[1:]:
        assert state(job) == State.FAILED
        error = not_none(job.error)
        assert (error["code"], error["params"]["because"]["code"]) == ("input-failed", "too-dark")
    assert len(toys.hooks_run) == 61
    assert "too dark" in errors.render_message(not_none(chain[-1].error))


def test_what_waits_on_a_cancelled_job_fails_and_says_so_however_long_the_chain(submit: Submit) -> None:
    chain = [submit()]
    for _ in range(3):
        chain.append(submit(waits_for=[chain[-1]]))

    actions.cancel(chain[0])

    assert [state(job) for job in chain] == [State.CANCELLED, State.FAILED, State.FAILED, State.FAILED]
    for job in chain[1:]:
        assert not_none(job.error)["code"] == "input-failed"
        assert "was cancelled, so this could not be made" in errors.render_message(not_none(job.error))


def test_a_job_submitted_after_its_input_has_ended_is_queued_or_fails_at_once(submit: Submit) -> None:
    good, bad = submit(), submit()
    actions.cancel(bad)
    perform.drain()
    assert submit(waits_for=[good]).state == State.QUEUED
    assert submit(waits_for=[good, bad]).state == State.FAILED


def test_the_watchdog_resolves_what_a_process_that_died_left_waiting(submit: Submit) -> None:
    good, bad = submit(), submit()
    after_good, after_bad = submit(waits_for=[good]), submit(waits_for=[bad])
    Job.objects.filter(pk=good.pk).update(state=State.DONE)
    Job.objects.filter(pk=bad.pk).update(state=State.CANCELLED)
    watchdog.run_once()
    assert (state(after_good), state(after_bad)) == (State.QUEUED, State.FAILED)


def test_nothing_is_submitted_if_the_request_it_came_with_is_rolled_back(submit: Submit) -> None:
    with transaction.atomic():
        submit()
        transaction.set_rollback(True)
    assert (Job.objects.count(), perform.drain()) == (0, 0)


def test_progress_is_throttled_and_never_whole_before_the_end(submit: Submit) -> None:
    shown: list[Any] = []

    def act(run: Run) -> None:
        run.stage("painting", total=50)
        for done in range(51):
            run.step(done, eta=1.25)
        run._wrote = 0.0  # as if a while had passed
        run.step(50, eta=-3)
        shown.append(Job.objects.get(pk=run.job.pk).progress)

    job = submit(act)
    perform.drain()
    assert shown == [{"stage": "painting", "done": 49, "total": 50, "eta_seconds": 0}]
    job.refresh_from_db()
    assert (job.progress["done"], job.progress["total"]) == (50, 50)
    assert kinds(job).count("step") <= 5


def test_a_broker_that_is_down_does_not_fail_the_request(
    submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: Any, **more: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("jobs.ledger.notify.current_app.send_task", down)
        job = submit()
    perform.drain()
    assert state(job) == State.DONE


def test_jobs_inside_one_transaction_run_to_their_end(submit: Submit) -> None:
    with transaction.atomic():
        job = submit(lambda run: (run.stage("painting", total=3), run.step(1)))
        assert perform.drain() == 1
    assert state(job) == State.DONE
