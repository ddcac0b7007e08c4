"""Nobody holds a pool of workers: how much one person may ask of the machines, and what a neighbour gets."""

import re
from typing import Any

import pytest

from creator.errors import LimitReached, RateLimited
from creator.models import User
from editing.engine.document import VERSION
from jobs.ledger import actions
from jobs.models import Job
from jobs.worker import handlers, perform
from jobs.worker.handlers import Run
from library.errors import SourceGone
from library.models import Clip
from tests.conftest import Api
from tests.contracts.security.conftest import Submit
from tests.jobs import toys
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)


def claim_all(pool: str = "cpu") -> list[Any]:
    return [job.pk for job in iter(lambda: perform.claim(pool), None)]


def ready_clip(owner: User, *, seconds: float) -> Clip:
    shape = {"width": 1920, "height": 1080, "fps": 30, "seconds": seconds, "frames": round(30 * seconds)}
    return Clip.objects.create(owner=owner, origin="upload", state="ready", **shape)


def interpolated(clip: Clip, *, end: float) -> dict[str, Any]:
    return {
        "version": VERSION,
        "canvas": {"size": [3840, 2160], "fps": 60},
        "clips": [{"clip": str(clip.pk), "start": 0.0, "end": round(end, 3)}],
        "delivery": {"interpolation": "motion"},
    }


def source_gone(run: Run) -> None:
    raise SourceGone()


# ── turns ─────────────────────────────────────────────────────────────────────────────────────────


def test_five_previews_of_one_do_not_pass_anothers_trim(submit: Submit, other: User) -> None:
    previews = [submit(priority=10) for _ in range(5)]
    trim = submit(owner=other)

    assert trim.place_in_queue() in (1, 2)
    claimed = [not_none(perform.claim("cpu")).pk for _ in range(6)]
    assert claimed.index(trim.pk) <= 1
    assert [pk for pk in claimed if pk != trim.pk] == [job.pk for job in previews]


def test_previews_that_keep_coming_do_not_keep_anothers_trim_waiting(submit: Submit, other: User) -> None:
    trims = [submit(owner=other) for _ in range(3)]
    claimed = []
    for _ in range(6):
        submit(priority=10)
        claimed.append(not_none(perform.claim("cpu")).pk)

    assert {job.pk for job in trims} <= set(claimed)


def test_a_preview_goes_before_the_renders_of_its_own_person(submit: Submit, other: User) -> None:
    renders = [submit() for _ in range(3)]
    theirs = submit(owner=other)
    preview = submit(priority=10)

    claimed = [not_none(perform.claim("cpu")).pk for _ in range(5)]

    assert claimed[0] == preview.pk
    assert claimed.index(theirs.pk) <= 2
    assert [pk for pk in claimed if pk in {job.pk for job in renders}] == [job.pk for job in renders]


# ── estimates ─────────────────────────────────────────────────────────────────────────────────────


def test_every_kind_of_job_says_what_it_costs() -> None:
    """`estimate` is abstract: a kind without one cannot be registered."""

    class Free(toys.CpuToy):
        kind = "free"
        estimate = handlers.Handler.estimate  # type: ignore[assignment]

    with pytest.raises(TypeError, match="abstract"):
        handlers.register(Free)
    assert all(handler.estimate({}).seconds > 0 for handler in handlers.kinds().values())


def test_an_interpolated_4k_render_of_ten_minutes_is_refused_and_told_what_would_do(
    api: Api, creator: User
) -> None:
    clip = ready_clip(creator, seconds=590.0)
    document = interpolated(clip, end=590.0)
    draft = api(creator).post("/api/v1/drafts", {"document": document}, format="json").data["id"]

    answer = api(creator).post(f"/api/v1/drafts/{draft}/render")

    assert (answer.status_code, answer.data["code"]) == (422, "job-too-long")
    assert not Job.objects.exists()
    share = int(re.findall(r"at most (\d+) %", answer.data["detail"])[0])
    assert share > 1

    document = interpolated(clip, end=590.0 * share / 100)
    api(creator).patch(f"/api/v1/drafts/{draft}", {"document": document}, format="json")
    assert api(creator).post(f"/api/v1/drafts/{draft}/render").status_code == 202


def test_a_job_shows_what_it_is_estimated_at_and_what_it_used(
    api: Api, creator: User, submit: Submit
) -> None:
    toys.script["burn"] = lambda run: sum(range(10**6))
    job = submit(seconds=30.0, act="burn")
    assert api(creator).get(f"/api/v1/jobs/{job.pk}").data["estimate"] == {
        "seconds": 30.0,
        "timeout_seconds": 120.0,
        "used_seconds": 0.0,
    }
    perform.drain()
    used = api(creator).get(f"/api/v1/jobs/{job.pk}").data["estimate"]["used_seconds"]
    assert 0 < used < 30


# ── the day's allowance ───────────────────────────────────────────────────────────────────────────


def test_the_days_allowance_is_used_by_estimates_and_says_when_there_is_room(
    api: Api, creator: User, other: User, settings: Any
) -> None:
    clip = ready_clip(creator, seconds=4.0)
    settings.LIMITS = {"cpu_seconds": 10}
    trim = {"start": 0.0, "end": 3.0}

    assert api(creator).post(f"/api/v1/clips/{clip.pk}/trim", trim).status_code == 202
    refused = api(creator).post(f"/api/v1/clips/{clip.pk}/trim", trim)

    assert (refused.status_code, refused.data["code"]) == (429, "too-often")
    assert 86_000 < int(refused["Retry-After"]) <= 86_400
    theirs = ready_clip(other, seconds=4.0)
    assert api(other).post(f"/api/v1/clips/{theirs.pk}/trim", trim).status_code == 202


def test_what_a_job_did_not_use_is_given_back(submit: Submit, settings: Any) -> None:
    settings.LIMITS = {"cpu_seconds": 100}
    submit(seconds=90.0)
    with pytest.raises(RateLimited):
        submit(seconds=90.0)

    perform.drain()

    submit(seconds=90.0)


def test_what_was_cancelled_before_it_began_is_given_back(submit: Submit, settings: Any) -> None:
    settings.LIMITS = {"cpu_seconds": 100, "gpu_jobs": 1}
    for kind in ("toy", "toy.gpu"):
        for _ in range(5):
            actions.cancel(submit(seconds=90.0, kind=kind))


def test_what_a_job_used_beyond_its_estimate_counts(submit: Submit, settings: Any) -> None:
    settings.LIMITS = {"cpu_seconds": 100}
    job = submit(seconds=10.0)
    Job.objects.filter(pk=job.pk).update(used=95.0)
    perform.drain()

    with pytest.raises(RateLimited):
        submit(seconds=10.0)


def test_a_job_that_failed_is_paid_for_in_machine_time_and_trying_again_passes_the_same_gate(
    submit: Submit, settings: Any
) -> None:
    settings.LIMITS = {"cpu_seconds": 100}
    toys.script["dark"] = source_gone
    job = submit(seconds=60.0, act="dark")
    perform.drain()
    submit(seconds=60.0)

    with pytest.raises(RateLimited):
        actions.retry(job)
    job.refresh_from_db()
    assert job.state == "failed"


# ── how many at once ──────────────────────────────────────────────────────────────────────────────


def test_only_so_many_jobs_of_a_person_wait_and_run_in_a_pool(
    submit: Submit, other: User, settings: Any
) -> None:
    settings.LIMITS = {"unfinished_cpu_jobs": 2}
    submit()
    submit()

    with pytest.raises(LimitReached):
        submit()
    submit(owner=other)
    submit(kind="toy.gpu")
    perform.drain()
    submit()


def test_while_others_wait_one_person_leaves_a_worker_free(submit: Submit, other: User) -> None:
    mine = [submit() for _ in range(4)]
    theirs = [submit(owner=other) for _ in range(2)]
    assert not_none(perform.claim("cpu")).pk == mine[0].pk

    assert not_none(perform.claim("cpu")).pk == theirs[0].pk


def test_where_nobody_else_waits_one_person_may_have_all_workers(submit: Submit) -> None:
    jobs = [submit() for _ in range(3)]

    assert claim_all() == [job.pk for job in jobs]


@pytest.mark.parametrize("seconds", [3600.0, 9.0], ids=["a long render", "a reframe of four seconds"])
def test_the_last_worker_is_not_taken_by_a_second_long_job_of_one_person(
    submit: Submit, other: User, seconds: float
) -> None:
    """Two such reframes let the next comer wait for 6 to 17 s."""
    long = [submit(seconds=seconds) for _ in range(2)]
    assert not_none(perform.claim("cpu")).pk == long[0].pk
    assert perform.claim("cpu") is None

    trim = submit(owner=other)

    assert not_none(perform.claim("cpu")).pk == trim.pk


def test_the_jobs_of_somebody_suspended_are_not_claimed(submit: Submit, creator: User, other: User) -> None:
    submit()
    theirs = submit(owner=other)
    User.objects.filter(pk=creator.pk).update(is_active=False)

    assert claim_all() == [theirs.pk]
