"""What jobs told and kept is gone with what they made, with their owner, or after a while."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from creator.accounts.actions import delete_account
from creator.models import User
from jobs import retention
from jobs.ledger.states import State
from jobs.models import Job, JobEvent
from jobs.worker import perform
from jobs.worker.handlers import Run
from library.actions import delete
from library.models import Clip
from library.states import Origin
from tests.jobs.conftest import kinds
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)
Submit = Callable[..., Job]
DAY = timedelta(days=1)
SHAPE: dict[str, Any] = {"width": 2, "height": 2, "fps": 30, "seconds": 1.0}


def showing(run: Run) -> None:
    (run.kept / "segment").write_bytes(b"of the film")
    for step in (1, 2, 3):
        run.event("preview", {"jpeg": "of the film", "step": step})


def breaking(run: Run) -> None:
    showing(run)
    raise RuntimeError("broken")


def test_of_a_deleted_clip_no_preview_and_no_segment_stays(submit: Submit, creator: User) -> None:
    job = submit(breaking)
    clip = Clip.objects.create(owner=creator, origin=Origin.GENERATION, job=job, **SHAPE)
    perform.drain()
    assert job.workdir.exists()

    delete(clip)

    assert set(kinds(job)) == {"queued", "running", "preview", "failed"}
    assert job.events.get(kind="preview").data == {"step": 3}
    assert not job.workdir.exists()


def test_a_clip_deleted_while_it_is_made_shows_nothing_more(submit: Submit, creator: User) -> None:
    def act(run: Run) -> None:
        showing(run)
        delete(Clip.objects.get(job=run.job))
        showing(run)

    job = submit(act)
    Clip.objects.create(owner=creator, origin=Origin.GENERATION, job=job, **SHAPE)

    perform.drain()

    assert set(kinds(job)) == {"queued", "running", "preview", "cancelling", "cancelled"}
    assert job.events.get(kind="preview").data == {"step": 3}
    assert not job.workdir.exists()


def test_whoever_leaves_while_their_job_runs_leaves_nothing_of_it(submit: Submit, creator: User) -> None:
    def act(run: Run) -> None:
        showing(run)
        delete_account(User.objects.get(pk=creator.pk))
        (run.workdir / "written blindly").parent.mkdir(parents=True, exist_ok=True)
        (run.workdir / "written blindly").write_bytes(b"of the film")
        showing(run)

    jobs = [submit(breaking), submit(act)]
    perform.drain()

    assert not JobEvent.objects.exists()
    assert not [path for job in jobs for path in job.workdir.rglob("*") if path.is_file()]


def test_old_events_of_ended_jobs_are_swept_but_for_how_they_ended(submit: Submit) -> None:
    old, young, running = submit(showing), submit(showing), submit()
    perform.drain()
    Job.objects.filter(pk=running.pk).update(state=State.RUNNING)
    JobEvent.objects.exclude(job=young).update(at=timezone.now() - 31 * DAY)

    retention.sweep()

    assert kinds(old) == ["done"]
    assert kinds(young) == ["queued", "running", *["preview"] * 3, "done"]
    assert kinds(running) == ["queued", "running", "done"]


def test_folders_of_jobs_that_are_gone_or_failed_long_ago_are_swept(submit: Submit) -> None:
    young, old, gone = submit(breaking), submit(breaking), submit(breaking)
    perform.drain()
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - 8 * DAY)
    folder = Job.objects.get(pk=gone.pk).workdir
    Job.objects.filter(pk=gone.pk).delete()

    assert retention.sweep_folders(7 * DAY) == 2
    assert young.workdir.exists() and not old.workdir.exists() and not folder.exists()


def test_whoever_follows_a_job_whose_events_are_swept_is_told_its_end(
    submit: Submit, api: Any, creator: User
) -> None:
    job = submit(showing)
    perform.drain()
    JobEvent.objects.update(at=timezone.now() - 31 * DAY)
    retention.sweep()

    page = api(creator).get(f"/api/v1/jobs/{job.pk}/events").json()

    assert [event["kind"] for event in page["events"]] == ["done"]
    assert not_none(Job.objects.get(pk=job.pk)).is_finished and page["ended"]
