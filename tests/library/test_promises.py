"""A clip is a promise: kept once, broken once, and never lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import errors
from creator.models import User
from jobs.ledger import actions as job_actions
from jobs.models import Job
from library import actions, links, work
from library.errors import NotReady, SourceCancelled, SourceFailed, SourceGone
from library.models import Clip
from tests.library import footage
from tests.typing import not_none

SHAPE = actions.Shape(320, 180, 30, 1.0)
Keys = Callable[[], set[str]]


def promise(owner: User, *sources: Clip, **more: Any) -> Clip:
    """A pending clip made from `sources`, by a job that nobody works on."""

    def job_for(clip: Clip) -> Job:
        params = {"becomes": "clip", "id": str(clip.pk), "raw": "incoming/none"}
        waits_for = actions.pending_jobs(sources)
        return job_actions.submit(kind="library.ingest", owner=owner, params=params, waits_for=waits_for)

    edges = [(source, "trim") for source in sources]
    return actions.promise(owner=owner, origin="edit", shape=SHAPE, job_for=job_for, made_from=edges, **more)


def keep(clip: Clip, folder: Path, **more: Any) -> Clip:
    work.fulfil(clip, work.store(footage.video(folder), clip.pk), **more)
    return clip


def test_a_promise_is_pending_and_has_its_job_and_its_shape(creator: User) -> None:
    clip = promise(creator, title="x")

    assert (clip.state, clip.width, clip.seconds) == ("pending", 320, 1.0)
    assert not_none(clip.job).kind == "library.ingest"


def test_a_promise_whose_job_cannot_be_submitted_is_not_made(creator: User) -> None:
    def broken(clip: Clip) -> Job:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        actions.promise(owner=creator, origin="edit", shape=SHAPE, job_for=broken)

    assert Clip.objects.count() == 0


def test_a_kept_promise_is_measured_hashed_and_has_a_cover(
    creator: User, tmp_path: Path, stored: Keys
) -> None:
    clip = keep(promise(creator), tmp_path, capsule={"seed": 7})

    assert (clip.state, clip.frames, clip.fps, clip.has_audio) == ("ready", 30, 30, True)
    assert clip.capsule == {"seed": 7}
    assert clip.ready_at is not None
    assert clip.sha256 == work.sha256_of(work.fetch(clip, tmp_path))
    assert stored() == {clip.master, clip.cover}


def test_a_promise_kept_twice_keeps_the_first_and_leaves_no_second_file(
    creator: User, tmp_path: Path, stored: Keys, django_capture_on_commit_callbacks: Any
) -> None:
    clip = keep(promise(creator), tmp_path)
    first = clip.master

    with django_capture_on_commit_callbacks(execute=True):
        keep(clip, tmp_path)

    clip.refresh_from_db()
    assert clip.master == first
    assert stored() == {clip.master, clip.cover}


def test_a_broken_promise_says_why_in_the_readers_language(creator: User, api: Any) -> None:
    clip = promise(creator)

    work.break_promise(clip, SourceGone().as_dict())

    for language, word in (("en", "deleted"), ("zh-Hans", "删除")):
        told = api(creator, language).get(f"/api/v1/clips/{clip.pk}").json()
        assert told["state"] == "failed"
        assert told["error"]["code"] == "source-gone"
        assert word in told["error"]["detail"]


def test_a_kept_promise_cannot_be_broken_and_a_broken_one_can_be_renewed(
    creator: User, tmp_path: Path
) -> None:
    kept, broken = keep(promise(creator), tmp_path), promise(creator)

    work.break_promise(kept, SourceGone().as_dict())
    work.break_promise(broken, SourceGone().as_dict())
    work.renew_promise(broken)

    assert (kept.state, broken.state, broken.error) == ("ready", "pending", None)


def test_what_is_made_from_something_generated_counts_as_generated(creator: User) -> None:
    generated = promise(creator, generated=True)
    plain = promise(creator)

    assert promise(creator, plain, generated).generated is True
    assert promise(creator, plain).generated is False


def test_what_is_made_from_a_pending_clip_waits_for_it_and_fails_when_it_is_cancelled(
    creator: User,
) -> None:
    source = promise(creator)
    cut = promise(creator, source)
    assert list(not_none(cut.job).waits_for.all()) == [source.job]

    job_actions.cancel(not_none(source.job))

    source.refresh_from_db()
    cut.refresh_from_db()
    assert (source.state, not_none(source.error)["code"]) == ("cancelled", "cancelled")
    assert (cut.state, not_none(cut.error)["code"]) == ("failed", "input-failed")
    assert "was cancelled, so this could not be made" in errors.render_message(not_none(cut.error))


def test_nothing_can_be_made_from_a_clip_that_failed(creator: User) -> None:
    source = promise(creator)
    work.break_promise(source, SourceGone().as_dict())

    with pytest.raises(SourceFailed):
        promise(creator, source)


def test_nothing_can_be_made_from_a_clip_that_was_cancelled(creator: User) -> None:
    source = promise(creator)
    job_actions.cancel(not_none(source.job))
    source.refresh_from_db()

    with pytest.raises(SourceCancelled):
        promise(creator, source)


def test_a_cancelled_clip_stays_cancelled(creator: User, api: Any) -> None:
    clip = promise(creator)
    job_actions.cancel(not_none(clip.job))
    clip.refresh_from_db()

    work.renew_promise(clip)

    told = api(creator, "zh-Hans").get(f"/api/v1/clips/{clip.pk}").json()
    assert told["state"] == "cancelled"
    assert told["error"] == {"code": "cancelled", "detail": "已取消，只收取了已完成部分的费用。"}


def test_a_pending_clip_cannot_be_fetched(creator: User, tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        work.fetch(promise(creator), tmp_path)


def test_deleting_a_clip_removes_its_files_and_what_was_made_from_it_remembers_it(
    creator: User, api: Any, tmp_path: Path, stored: Keys, django_capture_on_commit_callbacks: Any
) -> None:
    source = keep(promise(creator), tmp_path)
    cut = promise(creator, source)

    with django_capture_on_commit_callbacks(execute=True):
        answer = api(creator).delete(f"/api/v1/clips/{source.pk}")

    assert answer.status_code == 204
    assert stored() == set()
    edges = api(creator).get(f"/api/v1/clips/{cut.pk}").json()["made_from"]
    assert edges == [{"clip": str(source.pk), "relation": "trim", "deleted": True}]


def test_a_deletion_that_is_rolled_back_removes_no_file(creator: User, tmp_path: Path, stored: Keys) -> None:
    clip = keep(promise(creator), tmp_path)

    actions.delete(clip)  # inside the test's transaction, which never commits

    assert len(stored()) == 2


def test_deleting_a_pending_clip_cancels_its_job(creator: User, api: Any) -> None:
    clip = promise(creator)

    assert api(creator).delete(f"/api/v1/clips/{clip.pk}").status_code == 204

    assert Job.objects.get().state == "cancelled"
    assert Clip.objects.count() == 0


def test_a_clip_deleted_while_its_job_runs_leaves_no_file(
    creator: User, tmp_path: Path, stored: Keys, django_capture_on_commit_callbacks: Any
) -> None:
    clip = promise(creator)
    finished = work.store(footage.video(tmp_path), clip.pk)
    gone = Clip(pk=clip.pk)
    actions.delete(clip)

    with django_capture_on_commit_callbacks(execute=True):
        work.fulfil(gone, finished)

    assert stored() == set()


@pytest.mark.parametrize("kind", ["clips", "stills", "tracks"])
def test_somebody_elses_library_is_not_there(
    creator: User, other: User, staff: User, api: Any, kind: str
) -> None:
    clip = promise(creator)

    for viewer in (other, staff):
        assert api(viewer).get(f"/api/v1/{kind}").json()["results"] == []
        assert api(viewer).get(f"/api/v1/{kind}/{clip.pk}").status_code == 404
        assert api(viewer).delete(f"/api/v1/{kind}/{clip.pk}").status_code == 404
    assert api().get(f"/api/v1/{kind}").status_code == 401
    assert Clip.objects.count() == 1


def test_clips_are_paged_newest_first(creator: User, api: Any) -> None:
    made = [str(promise(creator).pk) for _ in range(5)]

    first = api(creator).get("/api/v1/clips?limit=3").json()
    second = api(creator).get(first["next"]).json()

    assert [clip["id"] for clip in first["results"] + second["results"]] == made[::-1]
    assert second["next"] is None


@pytest.mark.parametrize(
    "cursor", ["cD1hYmM=", "cD0lMDA=", "x", "bz0tMQ==", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk="]
)
def test_a_cursor_nobody_was_given_is_refused_or_harmless(creator: User, api: Any, cursor: str) -> None:
    promise(creator)

    assert api(creator).get(f"/api/v1/clips?cursor={cursor}").status_code in (200, 400)


def test_a_list_of_clips_takes_as_many_queries_however_long_it_is(
    creator: User, api: Any, django_assert_max_num_queries: Any, tmp_path: Path
) -> None:
    clips = [keep(promise(creator), tmp_path) for _ in range(3)]
    Job.objects.update(state="done")
    assert len(clips) == 3

    with django_assert_max_num_queries(3):
        api(creator).get("/api/v1/clips")


def test_links_in_a_clip_open_its_files(creator: User, api: Any, tmp_path: Path) -> None:
    clip = keep(promise(creator), tmp_path)

    told = api(creator).get(f"/api/v1/clips/{clip.pk}").json()

    assert told["url"].startswith(f"http://testserver{links.PREFIX}")
    assert api().get(told["url"]).status_code == 200
    assert api().get(told["cover_url"])["Content-Type"] == "image/jpeg"
