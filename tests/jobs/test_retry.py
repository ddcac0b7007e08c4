"""`POST jobs/{id}/retry`: a failed job is tried again, or the answer says why it is not."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from creator.errors import NotEnoughCredits
from creator.models import User
from jobs.errors import ResultGone
from jobs.ledger import actions
from jobs.models import Job
from jobs.worker import handlers, perform
from tests.conftest import Api
from tests.jobs import toys
from tests.jobs.conftest import kinds
from tests.jobs.test_races import at_once
from tests.jobs.test_transitions import broken_once

pytestmark = pytest.mark.django_db(transaction=True)
Submit = Callable[..., Job]


@pytest.fixture
def failed(submit: Submit) -> Job:
    job = submit(broken_once)
    perform.drain()
    job.refresh_from_db()
    assert job.state == "failed"
    return job


def retry(api: Api, user: User, job: Job) -> Any:
    return api(user).post(f"/api/v1/jobs/{job.pk}/retry")


def test_a_failed_job_is_queued_again_and_done(api: Api, creator: User, failed: Job) -> None:
    answer = retry(api, creator, failed)

    assert (answer.status_code, answer.json()["state"], answer.json()["error"]) == (202, "queued", None)
    assert (answer.json()["attempts"], answer.json()["finished_at"]) == (0, None)
    assert perform.drain() == 1
    assert kinds(failed)[-3:] == ["queued", "running", "done"]


def test_asking_twice_tries_once(api: Api, creator: User, failed: Job) -> None:
    first, second = retry(api, creator, failed), retry(api, creator, failed)

    assert (first.status_code, second.status_code, second.json()["state"]) == (202, 202, "queued")
    assert [hook for hook, _, _ in toys.hooks_run] == ["failed", "retried"]
    assert perform.drain() == 1


@pytest.mark.postgres
def test_asked_by_many_at_once_it_is_tried_once(failed: Job) -> None:
    at_once(partial(actions.retry, Job.objects.get(pk=failed.pk)) for _ in range(4))

    assert [hook for hook, _, _ in toys.hooks_run] == ["failed", "retried"]
    assert kinds(failed).count("queued") == 2


@pytest.mark.parametrize(("end", "word"), [("cancelled", "已取消"), ("done", "已完成"), ("queued", "排队中")])
def test_what_has_not_failed_is_not_tried_again(
    submit: Submit, api: Api, creator: User, end: str, word: str
) -> None:
    job = submit()
    if end == "cancelled":
        actions.cancel(job)
    elif end == "done":
        perform.drain()

    answer = api(creator, "zh-Hans").post(f"/api/v1/jobs/{job.pk}/retry")

    assert (answer.status_code, answer.json()["code"]) == (409, "not-failed")
    assert word in answer.json()["detail"]


def test_what_it_is_made_from_comes_first(submit: Submit, api: Api, creator: User, failed: Job) -> None:
    cancelled = submit()
    waiting, hopeless = submit(waits_for=[failed]), submit(waits_for=[cancelled])
    actions.cancel(cancelled)

    for job, code in ((waiting, "inputs-not-done"), (hopeless, "inputs-cancelled")):
        answer = retry(api, creator, job)
        assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotEnoughCredits(needed=5, available=1), 402), (ResultGone(), 410)],
    ids=lambda value: str(value),
)
def test_what_the_handler_refuses_changes_nothing(
    api: Api, creator: User, failed: Job, error: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(job: Job) -> None:
        raise error

    before = kinds(failed)
    with monkeypatch.context() as patch:
        patch.setattr(handlers.of("toy"), "retried", refuse)
        answer = retry(api, creator, failed)

    assert answer.status_code == status
    job = Job.objects.get(pk=failed.pk)
    assert (job.state, job.error, kinds(job), perform.drain()) == ("failed", failed.error, before, 0)


def test_only_the_owner_may_try_again(api: Api, other: User, staff: User, failed: Job) -> None:
    for somebody in (other, staff):
        assert retry(api, somebody, failed).status_code == 404
