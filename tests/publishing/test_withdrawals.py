"""How posts end: withdrawn, or with the clip or the person that they are of."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

import jobs.worker.perform
from creator.models import User
from library.models import Clip
from publishing.models import Post
from publishing.posts import files
from tests.conftest import Api
from tests.publishing.calls import content, publish, read
from tests.publishing.kept import attempts, stored

pytestmark = pytest.mark.django_db(transaction=True)
MakeClip = Callable[..., Clip]
Work = Callable[..., int]


def test_withdrawing_takes_a_post_out_of_everything_and_removes_its_files(
    api: Api, creator: User, other: User, filmed: MakeClip, work_all: Work
) -> None:
    client, clip = api(creator), filmed(creator)
    post = publish(client, clip)
    work_all()
    link = read(client, post)["download_url"]
    assert stored(post)

    assert client.delete(f"/api/v1/posts/{post['id']}").status_code == 204

    assert stored(post) == []
    assert client.get(link).status_code in (404, 410)
    assert api(other).get(f"/api/v1/posts/{post['id']}").status_code == 404
    assert (read(client, post)["state"], read(client, post)["hls_url"]) == ("withdrawn", None)
    assert client.patch(f"/api/v1/posts/{post['id']}", {"title": "again"}).json()["code"] == "post-withdrawn"
    assert client.delete(f"/api/v1/posts/{post['id']}").status_code == 204, "twice is once"
    assert api(other).delete(f"/api/v1/posts/{post['id']}").status_code == 404
    assert api(other).get("/api/v1/feed").json()["results"] == []
    assert client.get(f"/api/v1/clips/{clip.pk}").json()["state"] == "ready"
    assert publish(client, clip)["id"] != post["id"], "it may be published anew"


def test_withdrawing_a_pending_post_cancels_its_packaging(
    api: Api, creator: User, filmed: MakeClip, work_all: Work
) -> None:
    client = api(creator)
    post = publish(client, filmed(creator))

    client.delete(f"/api/v1/posts/{post['id']}")
    work_all()

    assert client.get(f"/api/v1/jobs/{post['job']}").json()["state"] == "cancelled"
    assert Post.objects.get().state == "withdrawn"
    assert stored(post) == []


def test_a_post_withdrawn_while_it_is_being_stored_leaves_no_file(
    api: Api, creator: User, filmed: MakeClip, work_all: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = api(creator)
    post = publish(client, filmed(creator))
    store = files.store

    def store_and_then(*args: Any, **kwargs: Any) -> None:
        store(*args, **kwargs)
        assert stored(post)
        client.delete(f"/api/v1/posts/{post['id']}")

    monkeypatch.setattr(files, "store", store_and_then)
    work_all()

    assert client.get(f"/api/v1/jobs/{post['job']}").json()["state"] == "cancelled"
    assert Post.objects.get().state == "withdrawn"
    assert stored(post) == []


@pytest.mark.slow
def test_a_worker_lost_after_storing_leaves_one_copy_and_one_post(
    api: Api, creator: User, filmed: MakeClip, work_all: Work
) -> None:
    from jobs.models import Job
    from jobs.worker.handlers import of
    from jobs.worker.heartbeat import Heartbeat
    from jobs.worker.run import Run
    from jobs.worker.work_folder import open_folder

    client = api(creator)
    post = publish(client, filmed(creator))
    filming = jobs.worker.perform.claim("cpu")
    assert filming
    jobs.worker.perform.perform(filming)
    lost = jobs.worker.perform.claim("cpu")
    assert lost
    with Heartbeat(lost, on_hung=print) as heartbeat:
        of(lost.kind).work(Run(lost, heartbeat, open_folder(lost)))
    Job.objects.filter(pk=lost.pk).update(lease_until=timezone.now() - timedelta(hours=1))
    jobs.worker.perform.reclaim(Job.objects.get(pk=lost.pk))

    work_all()

    assert read(client, post)["state"] == "published"
    assert len(attempts(post)) == 1


def test_a_clip_deleted_before_it_was_packaged_fails_the_post(
    api: Api, creator: User, filmed: MakeClip, work_all: Work
) -> None:
    client, clip = api(creator), filmed(creator)
    post = publish(client, clip)
    client.delete(f"/api/v1/clips/{clip.pk}")
    work_all()

    assert read(client, post)["state"] == "failed"


def test_a_post_whose_packaging_is_cancelled_reads_cancelled_and_can_be_published_again(
    api: Api, creator: User, filmed: Callable[..., Clip], work_all: Work
) -> None:
    client, clip = api(creator), filmed(creator)
    post = publish(client, clip)

    client.post(f"/api/v1/jobs/{post['job']}/cancel")

    told = read(client, post)
    assert (told["state"], told["error"]["code"]) == ("cancelled", "cancelled")
    assert client.post(f"/api/v1/jobs/{post['job']}/retry").json()["code"] == "not-failed"
    assert publish(client, clip)["id"] == post["id"]
    work_all()
    assert read(client, post)["state"] == "published"


def test_a_post_of_a_clip_that_is_cancelled_fails_and_says_so(
    api: Api, creator: User, filmed: Callable[..., Clip], work_all: Work
) -> None:
    client, clip = api(creator), filmed(creator)
    post = publish(client, clip)

    client.post(f"/api/v1/jobs/{clip.job_id}/cancel")

    told = read(client, post)
    assert (told["state"], told["error"]["code"]) == ("failed", "input-failed")
    assert "was cancelled, so this could not be made" in told["error"]["detail"]
    again = client.post("/api/v1/posts", {"clip": str(clip.pk)})
    assert (again.status_code, again.json()["code"]) == (409, "clip-cancelled")
    assert "was cancelled" in again.json()["detail"]


def test_deleting_the_clip_leaves_what_was_published_from_it(
    api: Api, creator: User, filmed: MakeClip, work_all: Work
) -> None:
    client, clip = api(creator), filmed(creator)
    post = publish(client, clip)
    work_all()
    client.delete(f"/api/v1/clips/{clip.pk}")

    told = read(client, post)
    assert (told["state"], told["clip"]) == ("published", None)
    assert content(client, told["download_url"])


def test_a_person_who_leaves_takes_posts_and_files_along(
    api: Api, creator: User, filmed: MakeClip, work_all: Work
) -> None:
    post = publish(api(creator), filmed(creator))
    work_all()
    assert stored(post)

    creator.delete()

    assert not Post.objects.exists()
    assert stored(post) == []
