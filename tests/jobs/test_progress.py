"""How far a job is: one share of the whole that never goes back, and when it will begin and be done."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from creator.models import User
from jobs.ledger import actions
from jobs.ledger.states import State
from jobs.models import Job
from jobs.worker import handlers, perform
from jobs.worker.handlers import Run
from library.media.progress import Stage
from tests.conftest import Api
from tests.jobs import toys

Submit = Callable[..., Job]
STAGES = {"painting": 3.0, "drying": 1.0}


@pytest.fixture(autouse=True)
def _every_step_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.worker.run.WRITES_PER_SECOND", float("inf"))


@pytest.fixture(autouse=True)
def _toys_have_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = handlers.Cost(1.0, 0, STAGES)
    monkeypatch.setattr(toys.Toy, "estimate", lambda toy, params: cost)


def paint(run: Run, steps: range) -> None:
    run.stage("painting", total=4)
    for done in steps:
        run.step(done)


def shares(job: Job) -> list[float]:
    told = job.events.order_by("seq").values_list("data", flat=True)
    return [data["share"] for data in told if "share" in data]


def test_stages_weigh_what_they_take(submit: Submit) -> None:
    def work(run: Run) -> None:
        paint(run, range(1, 4))
        run.stage("drying")

    job = submit(work)
    perform.drain("cpu")
    job.refresh_from_db()

    assert shares(job) == [0.0, 0.1875, 0.375, 0.5625, 0.75]
    assert job.share == 1.0


def test_another_attempt_begins_where_the_share_was_however_early_it_starts(submit: Submit) -> None:
    attempts: list[float] = []

    def work(run: Run) -> None:
        attempts.append(run.job.share)
        paint(run, range(1, 4))
        if len(attempts) < 3:
            raise RuntimeError("its worker dies")

    job = submit(work)
    perform.drain("cpu")
    told = shares(job)

    assert attempts == [0.0, 0.5625, 0.5625]
    assert all(before <= after for before, after in pairwise(told))


def test_a_job_that_is_tried_again_after_failing_keeps_its_share(
    submit: Submit, creator: User, api: Api
) -> None:
    def work(run: Run) -> None:
        paint(run, range(1, 4))
        if len(toys.hooks_run) == 0:
            from library.errors import SourceGone

            raise SourceGone()

    job = submit(work)
    perform.drain("cpu")
    job.refresh_from_db()
    failed_at = job.share
    actions.retry(job)

    shown = api(creator).get(f"/api/v1/jobs/{job.pk}").json()

    assert (failed_at, shown["state"], shown["progress"]["share"]) == (0.5625, "queued", 0.5625)


def test_a_stage_that_no_estimate_knows_leaves_the_share_as_it_is(submit: Submit) -> None:
    def work(run: Run) -> None:
        paint(run, range(2, 3))
        run.stage("waiting for paint")
        run.step(1)

    job = submit(work)
    perform.drain("cpu")

    assert shares(job) == [0.0, 0.375, 0.375, 0.375]


@pytest.mark.parametrize(
    "kind", sorted(kind for kind in handlers.kinds() if not kind.startswith(("toy", "test")))
)
def test_every_kind_of_job_weighs_stages_that_there_are(kind: str) -> None:
    measures: dict[str, Any] = {"megapixels": 5.0, "megapixel_steps": 9.0}
    if kind == "editing.render":
        measures["megapixels"] = {"encoded": 5.0, "drawn": 1.0}
    cost = handlers.of(kind).estimate(measures)

    assert set(cost.stages) <= set(Stage)
    assert sum(cost.stages.values()) > 0


def test_nothing_is_foretold_before_one_of_its_kind_was_done(submit: Submit, creator: User, api: Api) -> None:
    job = submit()

    alone = api(creator).get(f"/api/v1/jobs/{job.pk}").json()
    Job.objects.filter(pk=submit().pk).update(state=State.RUNNING)
    behind_another = api(creator).get(f"/api/v1/jobs/{job.pk}").json()

    assert (alone["place_in_queue"], alone["starts_in_seconds"], alone["remaining_seconds"]) == (1, 0, None)
    assert behind_another["starts_in_seconds"] is None


def _done_in(job: Job, seconds: float) -> None:
    now = timezone.now()
    began = now - timedelta(seconds=seconds)
    Job.objects.filter(pk=job.pk).update(
        state=State.DONE, started_at=began, finished_at=now, attempts=1, estimate=1.0
    )


def test_what_waits_is_told_when_it_begins_and_ends_by_the_pace_of_its_kind(
    submit: Submit, creator: User, api: Api
) -> None:
    _done_in(submit(), 8)
    _done_in(submit(), 12)
    first, second = submit(), submit()

    begins = [
        (shown["place_in_queue"], shown["starts_in_seconds"], shown["remaining_seconds"])
        for shown in (api(creator).get(f"/api/v1/jobs/{job.pk}").json() for job in (first, second))
    ]

    assert begins == [(1, 0.0, 10.0), (2, 10.0, 20.0)]


def test_what_runs_is_told_what_is_left_by_its_engine_or_else_by_its_own_speed(
    submit: Submit, creator: User, api: Api
) -> None:
    def shown(job: Job, **row: Any) -> Any:
        Job.objects.filter(pk=job.pk).update(state=State.RUNNING, **row)
        return api(creator).get(f"/api/v1/jobs/{job.pk}").json()["remaining_seconds"]

    job, began = submit(), timezone.now() - timedelta(seconds=30)

    assert shown(job, progress={"eta_seconds": 4.5}) == 4.5
    assert shown(job, progress={}, started_at=began, share=0.75) == pytest.approx(10, abs=1)
    assert shown(job, progress={}, started_at=began, share=0.01) is None


def test_why_a_job_is_queued_again_is_told_in_the_reader_s_language(
    submit: Submit, creator: User, api: Api
) -> None:
    def work(run: Run) -> None:
        run.stage(Stage.DENOISING, total=2)
        if run.job.attempts == 1:
            raise RuntimeError("its worker dies")

    job = submit(work)
    perform.drain("cpu")

    def told(language: str) -> set[str]:
        page = api(creator).get(f"/api/v1/jobs/{job.pk}/events", HTTP_ACCEPT_LANGUAGE=language).json()
        data = [event["data"] for event in page["events"]]
        return {one[name] for one in data for name in ("detail", "label") if name in one}

    assert told("en") == {"It broke.", "Generating the frames"}
    assert told("zh-Hans") == {"出错了。", "生成画面"}


def test_a_job_and_its_events_name_what_it_makes(submit: Submit, creator: User, api: Api) -> None:
    job = submit(about={"clip": (clip := Job(kind="any").pk), "post": clip})
    perform.drain("cpu")

    shown = api(creator).get(f"/api/v1/jobs/{job.pk}").json()
    events = api(creator).get(f"/api/v1/jobs/{job.pk}/events").json()["events"]

    for told in (shown, *events):
        assert (told["clip"], told["post"], told["generation"], told["track"]) == (str(clip),) * 2 + (
            None,
        ) * 2
