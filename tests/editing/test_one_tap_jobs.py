"""One-tap edits as jobs: failed, retried, run twice, cancelled."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db import connections

from creator.models import User
from fixtures.waiting import until
from jobs.ledger import actions
from jobs.models import Job
from jobs.worker import handlers
from library import storage
from library.actions import delete
from library.models import Clip, Track
from tests.conftest import Api
from tests.editing.conftest import Attempt, MakeClip
from tests.editing.material import cut, document
from tests.editing.one_tap_calls import outcome, tap
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)
WorkAll = Callable[..., int]


def test_an_edit_of_a_clip_that_fails_fails_and_says_why(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    trimmed = tap(api, creator, make_clip(fails=True), "trim", start=0, end=1).json()
    upright = tap(api, creator, trimmed["id"], "reframe", aspect="9:16").json()

    work_all()
    for pk in (trimmed["id"], upright["id"]):
        shown = api(creator).get(f"/api/v1/clips/{pk}").json()
        assert shown["state"] == "failed"
        assert shown["error"]["code"] == "input-failed"
    answer = tap(api, creator, upright["id"], "trim", start=0, end=1)
    assert answer.status_code == 400


def test_a_clip_that_turns_out_shorter_than_promised_fails_its_trim_with_the_real_length(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    trimmed = tap(api, creator, make_clip(frames=60, actual_frames=30), "trim", start=0, end=2).json()

    work_all()
    error = api(creator).get(f"/api/v1/clips/{trimmed['id']}").json()["error"]
    assert error["code"] == "document-invalid"
    assert "The clip is 1.0 s long" in error["detail"]


def test_an_edit_of_a_clip_deleted_meanwhile_fails_and_says_so(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    source = make_clip()
    work_all()
    trimmed = tap(api, creator, source, "trim", start=0, end=1).json()
    delete(Clip.objects.get(pk=source.pk))

    work_all()
    assert outcome(trimmed) == ("failed", "source-gone")


@pytest.mark.slow
def test_a_handler_that_runs_twice_makes_one_clip_and_the_same_bytes(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll, tmp_path: Path
) -> None:
    source = make_clip()
    work_all()
    promised = tap(api, creator, source, "trim", start=0, end=1).json()
    job, handler = Job.objects.get(pk=promised["job"]["id"]), handlers.of("editing.render")
    attempts: list[Any] = [Attempt(job, tmp_path / name) for name in "ab"]

    stored = [handler.work(attempt).stored for attempt in attempts]
    assert stored[0].sha256 == stored[1].sha256
    assert stored[0].master != stored[1].master
    again: Any = Attempt(job, tmp_path / "b")
    again.checkpoint = attempts[1].checkpoint
    assert handler.work(again).stored == stored[1]
    work_all()
    assert Clip.objects.get(pk=promised["id"]).sha256 == stored[0].sha256


def test_a_render_reports_its_frames_and_never_more_than_there_are(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    promised = tap(api, creator, make_clip(), "trim", start=0, end=2).json()
    work_all()

    job = Job.objects.get(pk=promised["job"]["id"])
    progress = list(job.events.filter(kind__in=["stage", "step"]).values_list("data", flat=True))
    stages = [event.data["stage"] for event in job.events.filter(kind="stage")]
    assert stages == ["fetch", "render", "store"]
    assert all(data["done"] < data["total"] for data in progress if data["total"])


def test_an_edit_cancelled_before_it_began_breaks_its_promise_and_leaves_no_file(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    source = make_clip()
    work_all()
    promised = tap(api, creator, source, "trim", start=0, end=1).json()
    actions.cancel(Job.objects.get(pk=promised["job"]["id"]))

    assert work_all() == 0
    assert outcome(promised) == ("cancelled", "cancelled")
    assert not storage.default().exists(f"clips/{promised['id']}")


def test_what_was_cancelled_is_refused_as_a_source_in_a_sentence_of_its_own(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    source = make_clip()
    actions.cancel(not_none(source.job))
    track = Track.objects.create(owner=creator, state="cancelled", seconds=3.0)
    ready = make_clip()
    work_all()
    music = document(cut(0, 1, clip=str(ready.pk)), music=[{"track": str(track.pk)}])

    for route, body, code in (
        (f"clips/{source.pk}/trim", {"start": 0, "end": 1}, "edit-clip-cancelled"),
        ("drafts", {"document": document(cut(0, 1, clip=str(source.pk)))}, "edit-clip-cancelled"),
        ("drafts", {"document": music}, "edit-track-cancelled"),
        ("templates/flash/fill", {"clips": [str(source.pk)]}, "edit-clip-cancelled"),
    ):
        answer = api(creator).post(f"/api/v1/{route}", body)
        (problem,) = answer.json()["errors"]
        assert (answer.status_code, problem["code"]) == (400, code)
        assert "was cancelled" in problem["detail"]


def test_a_failed_edit_that_is_tried_again_can_still_keep_its_promise(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    source = make_clip()
    work_all()
    promised = tap(api, creator, source, "trim", start=0, end=1).json()
    master = Path(storage.default().path(Clip.objects.get(pk=source.pk).master))
    lost = master.rename(master.with_suffix(".lost"))
    work_all()
    assert Clip.objects.get(pk=promised["id"]).state == "failed"

    lost.rename(master)
    actions.retry(Job.objects.get(pk=promised["job"]["id"]))
    work_all()
    assert Clip.objects.get(pk=promised["id"]).state == "ready"


def test_a_failed_edit_is_not_tried_again_without_its_source_or_its_clip(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    source = make_clip()
    work_all()
    promised = tap(api, creator, source, "trim", start=0, end=1).json()
    delete(Clip.objects.get(pk=source.pk))
    work_all()

    def retry() -> tuple[int, str]:
        answer = api(creator).post(f"/api/v1/jobs/{promised['job']['id']}/retry")
        return answer.status_code, answer.json()["code"]

    assert retry() == (410, "source-gone")
    delete(Clip.objects.get(pk=promised["id"]))
    assert retry() == (410, "result-gone")


def test_an_edit_that_stored_its_file_and_failed_all_the_same_stores_it_again_once_that_was_swept(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    source = make_clip()
    work_all()
    promised = tap(api, creator, source, "trim", start=0, end=1).json()
    job = Job.objects.get(pk=promised["job"]["id"])
    swept = {"master": "clips/none.mp4", "cover": "clips/none.jpg"}
    Job.objects.filter(pk=job.pk).update(checkpoint={"stored": swept})

    work_all()

    clip = Clip.objects.get(pk=promised["id"])
    assert clip.state == "ready" and storage.exists(clip.master)


def test_cancelling_a_running_render_kills_ffmpeg_and_breaks_the_promise(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    source = make_clip(frames=250, size=(320, 180))
    work_all()
    promised = tap(api, creator, source, "upscale", height=2160).json()
    worker = threading.Thread(target=in_thread(work_all))
    worker.start()

    job = Job.objects.get(pk=promised["job"]["id"])
    until(lambda: job.events.filter(kind="step").exists(), within=60)
    actions.cancel(job)
    worker.join(timeout=30)

    assert not worker.is_alive()
    assert outcome(promised) == ("cancelled", "cancelled")
    assert not [child for child in psutil.Process().children(recursive=True) if "ffmpeg" in child.name()]
    assert not job.workdir.exists()


def in_thread(work_all: WorkAll) -> Callable[[], None]:
    """Runs all jobs in a thread, and closes the thread's own database connection."""

    def run() -> None:
        work_all()
        connections.close_all()

    return run
