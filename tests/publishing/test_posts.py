"""From a clip to a post over HTTP, and out again."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import av
import pytest
from django.utils import timezone

from creator.models import User
from jobs.models import Job
from library import storage
from library.models import Clip
from publishing.models import Post
from publishing.packaging import verify
from publishing.posts import files
from tests.conftest import Api
from tests.publishing.calls import content, publish, read
from tests.publishing.kept import stored

pytestmark = pytest.mark.django_db(transaction=True)
MakeClip = Callable[..., Clip]
Work = Callable[..., int]


def test_one_post_publishes_a_clip_that_is_still_being_made(
    api: Api, creator: User, filmed: MakeClip, work_all: Work, tmp_path: Path
) -> None:
    client, clip = api(creator), filmed(creator)
    post = publish(client, clip, title="赛龙舟", tags=["端午", "#Dragon"])
    assert (post["state"], post["hls_url"], post["published_at"]) == ("pending", None, None)
    assert client.get(f"/api/v1/jobs/{post['job']}").json()["state"] == "waiting"

    work_all()

    post = read(client, post)
    assert (post["state"], post["title"], post["tags"]) == ("published", "赛龙舟", ["端午", "Dragon"])
    assert (post["width"], post["height"], post["seconds"]) == (180, 320, 2.5)
    assert post["author"] == {"handle": "ming", "display_name": ""}
    published = tmp_path / "published.mp4"
    published.write_bytes(content(client, post["download_url"]))
    assert verify(published).manifest["title"] == "赛龙舟"
    with av.open(str(published)) as media:
        assert sum(1 for _ in media.decode(video=0)) == 75
        tag = json.loads(media.metadata["AIGC"])
    assert (tag["ProduceID"], tag["PropagateID"]) == (str(clip.pk), post["id"])


def test_a_player_follows_the_playlist_from_one_signed_link(
    api: Api, creator: User, other: User, filmed: MakeClip, work_all: Work
) -> None:
    post = publish(api(creator), filmed(creator))
    work_all()
    stranger = api()

    url = read(api(other), post)["hls_url"]
    playlist = content(stranger, url).decode()
    rung = next(line for line in playlist.splitlines() if line.endswith("index.m3u8"))
    segments = content(stranger, urljoin(url, rung)).decode()
    init = content(stranger, urljoin(urljoin(url, rung), "init.mp4"))

    assert b"AIGC" in init
    names = [line for line in segments.splitlines() if line.endswith(".m4s")]
    assert len(names) == 2
    assert all(content(stranger, urljoin(urljoin(url, rung), name)) for name in names)
    assert content(stranger, read(api(other), post)["cover_url"])[:2] == b"\xff\xd8"


def test_publishing_twice_publishes_once(api: Api, creator: User, filmed: MakeClip, work_all: Work) -> None:
    client, clip = api(creator), filmed(creator)
    first = publish(client, clip, title="first")
    second = publish(client, clip, title="first")
    work_all()
    third = publish(client, clip)

    assert first["id"] == second["id"] == third["id"]
    assert third["title"] == "first"
    assert len(client.get("/api/v1/posts").json()["results"]) == 1


@pytest.mark.parametrize(
    "wish",
    [
        {"title": "second"},
        {"visibility": "private"},
        {"tags": ["other"]},
        {"cover_seconds": 1},
        {"publish_at": "2026-12-01T10:00:00Z"},
    ],
    ids=lambda wish: next(iter(wish)),
)
def test_a_clip_that_is_published_is_not_published_otherwise(
    api: Api, creator: User, filmed: MakeClip, wish: dict[str, Any]
) -> None:
    client, clip = api(creator), filmed(creator)
    first = publish(client, clip, title="first")

    answer = client.post("/api/v1/posts", {"clip": str(clip.pk), "title": "first", **wish})

    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "already-posted")
    assert (told["post"], told["url"]) == (first["id"], f"/api/v1/posts/{first['id']}")
    assert next(iter(wish)) in told["detail"]
    assert read(client, first)["title"] == "first"


def test_a_clip_that_cannot_be_made_fails_its_post_and_says_why(
    api: Api, creator: User, filmed: MakeClip, work_all: Work
) -> None:
    clip = filmed(creator, broken=True)
    post = publish(api(creator), clip)
    work_all()

    told = read(api(creator), post)
    assert (told["state"], told["error"]["code"]) == ("failed", "input-failed")
    assert "The camera broke." in told["error"]["detail"]
    again = api(creator).post("/api/v1/posts", {"clip": str(clip.pk)})
    assert (again.status_code, again.json()["code"]) == (409, "clip-failed")


def test_a_preview_of_an_edit_is_not_published(api: Api, creator: User, filmed: MakeClip) -> None:
    look = filmed(creator)
    Clip.objects.filter(pk=look.pk).update(origin="preview")

    answer = api(creator).post("/api/v1/posts", {"clip": str(look.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "only-a-preview")
    assert "Render the draft" in answer.json()["detail"]


def test_a_packaging_that_fails_leaves_the_clip_and_can_be_asked_for_again(
    api: Api, creator: User, filmed: MakeClip, work_all: Work, film: Path
) -> None:
    client, clip = api(creator), filmed(creator)
    work_all()
    clip.refresh_from_db()
    Path(storage.default().path(clip.master)).unlink()
    post = publish(client, clip)
    work_all()
    failed = read(client, post)
    assert (failed["state"], failed["error"]["code"], stored(post)) == ("failed", "upload-gone", [])
    clip.refresh_from_db()
    assert clip.state == "ready"

    Path(storage.default().path(clip.master)).write_bytes(film.read_bytes())
    assert publish(client, clip, title="better")["id"] == post["id"]
    other_job = client.post(f"/api/v1/jobs/{post['job']}/retry")
    assert (other_job.status_code, other_job.json()["code"]) == (410, "result-gone"), (
        "another job makes it now"
    )
    work_all()

    assert (read(client, post)["state"], read(client, post)["title"]) == ("published", "better")


def test_what_no_model_made_is_published_without_an_ai_label(
    api: Api, creator: User, filmed: MakeClip, work_all: Work
) -> None:
    post = publish(api(creator), filmed(creator, generated=False))
    work_all()

    download = content(api(), read(api(creator), post)["download_url"])
    assert b"AIGC" not in download
    assert b"c2pa" in download


def test_a_scheduled_post_is_seen_by_its_owner_alone_until_its_hour(
    api: Api, creator: User, other: User, filmed: MakeClip, work_all: Work
) -> None:
    hour = timezone.now() + timedelta(hours=2)
    post = publish(api(creator), filmed(creator), publish_at=hour.isoformat())
    work_all()

    assert read(api(creator), post)["state"] == "published"
    assert api(other).get(f"/api/v1/posts/{post['id']}").status_code == 404
    assert api(other).post(f"/api/v1/posts/{post['id']}/like").status_code == 404
    assert api(creator).get("/api/v1/feed").json()["results"] == []

    Post.objects.update(published_at=timezone.now())
    assert api(other).get(f"/api/v1/posts/{post['id']}").status_code == 200
    assert len(api(other).get("/api/v1/feed").json()["results"]) == 1


def test_visibility_decides_who_comes_across_a_post(
    api: Api, creator: User, other: User, posted: Callable[..., Post]
) -> None:
    post = posted(creator)
    url = f"/api/v1/posts/{post.pk}"

    def seen() -> tuple[bool, bool]:
        listed = api(other).get("/api/v1/feed").json()["results"]
        return api(other).get(url).status_code == 200, bool(listed)

    assert seen() == (True, True)
    api(creator).patch(url, {"visibility": "unlisted"})
    assert seen() == (True, False)
    api(creator).patch(url, {"visibility": "private"})
    assert seen() == (False, False)
    assert api(creator).get(url).status_code == 200


def test_a_scheduled_post_is_brought_forward_and_put_off(
    api: Api, creator: User, other: User, posted: Callable[..., Post]
) -> None:
    post = posted(creator, minutes=-60, publish_at=timezone.now() + timedelta(minutes=60))
    url, later = f"/api/v1/posts/{post.pk}", timezone.now() + timedelta(hours=5)

    put_off = api(creator).patch(url, {"publish_at": later.isoformat()}).json()
    assert datetime.fromisoformat(put_off["published_at"]) == later
    assert api(other).get(url).status_code == 404

    at_once = api(creator).patch(url, {"publish_at": None})
    assert at_once.status_code == api(other).get(url).status_code == 200
    refused = api(creator).patch(url, {"publish_at": later.isoformat()})
    assert (refused.status_code, refused.json()["code"]) == (409, "already-out")
    assert api(creator).patch(url, {"publish_at": None, "title": "same"}).json()["title"] == "same"


def test_the_time_of_a_post_that_is_being_packaged_can_be_changed(
    api: Api, creator: User, other: User, filmed: MakeClip, work_all: Work
) -> None:
    post = publish(api(creator), filmed(creator))
    later = timezone.now() + timedelta(hours=5)
    api(creator).patch(f"/api/v1/posts/{post['id']}", {"publish_at": later.isoformat()})
    work_all()

    assert datetime.fromisoformat(read(api(creator), post)["published_at"]) == later


def test_a_cover_is_drawn_anew_of_a_post_that_is_out(
    api: Api, creator: User, filmed: MakeClip, work_all: Work
) -> None:
    client = api(creator)
    post = publish(client, filmed(creator))
    work_all()
    first = content(client, read(client, post)["cover_url"])

    changed = client.patch(f"/api/v1/posts/{post['id']}", {"cover_seconds": 2})
    outside = client.patch(f"/api/v1/posts/{post['id']}", {"cover_seconds": 9})
    work_all()

    assert (changed.status_code, changed.json()["cover_seconds"]) == (200, 2)
    assert (outside.status_code, outside.json()["errors"][0]["code"]) == (400, "cover-outside")
    answer = client.get(read(client, post)["cover_url"])
    assert answer["Cache-Control"] == "private, no-cache"
    second = content(client, read(client, post)["cover_url"])
    assert second[:2] == b"\xff\xd8"
    assert second != first
    job = client.get(f"/api/v1/jobs/{changed.json()['job']}").json()
    assert (job["state"], job["post"]) == ("done", post["id"])


def test_a_cover_that_was_changed_while_it_was_packaged_is_the_one_that_is_wished_for(
    api: Api, creator: User, filmed: MakeClip, work_all: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = api(creator)
    post, store = publish(client, filmed(creator)), files.store

    def change_and_store(*args: Any, **kwargs: Any) -> None:
        client.patch(f"/api/v1/posts/{post['id']}", {"cover_seconds": 2})
        store(*args, **kwargs)

    monkeypatch.setattr(files, "store", change_and_store)
    work_all()

    assert list(creator.jobs.filter(kind="publishing.cover").values_list("state", flat=True)) == ["done"]
    assert read(client, post)["cover_seconds"] == 2


def test_links_of_a_post_made_private_end_at_once(
    api: Api, creator: User, other: User, filmed: MakeClip, work_all: Work
) -> None:
    post = publish(api(creator), filmed(creator))
    work_all()
    link = read(api(other), post)["hls_url"]
    assert content(api(), link)

    api(creator).patch(f"/api/v1/posts/{post['id']}", {"visibility": "private"})
    assert api().get(link).status_code == 404
    api(creator).patch(f"/api/v1/posts/{post['id']}", {"visibility": "unlisted"})
    assert api().get(link).status_code == 200


def test_an_owner_changes_words_and_nothing_else(
    api: Api, creator: User, other: User, posted: Callable[..., Post]
) -> None:
    url = f"/api/v1/posts/{posted(creator).pk}"

    changed = (
        api(creator).patch(url, {"title": "新标题", "tags": ["龙舟", "龙舟", "DRAGON", "dragon"]}).json()
    )

    assert (changed["title"], changed["tags"]) == ("新标题", ["龙舟", "DRAGON"])
    assert api(other).patch(url, {"title": "mine"}).status_code == 404
    assert api(other).delete(url).status_code == 404


@pytest.mark.parametrize(
    ("wish", "field", "code"),
    [
        ({"title": "two\nlines"}, "title", "text-invalid"),
        ({"title": "safe\u202egnp.exe"}, "title", "text-invalid"),
        ({"title": "x" * 101}, "title", "max_length"),
        ({"tags": ["two words"]}, "tags", "tag-invalid"),
        ({"tags": ["#"]}, "tags", "tag-invalid"),
        ({"tags": [str(number) for number in range(11)]}, "tags", "max_length"),
        ({"visibility": "friends"}, "visibility", "invalid_choice"),
        ({"cover_seconds": -1}, "cover_seconds", "min_value"),
        ({"cover_seconds": "nan"}, "cover_seconds", "invalid"),
        ({"cover_seconds": 9}, "cover_seconds", "cover-outside"),
        ({"publish_at": "2026-12-01T10:00:00"}, "publish_at", "zone-missing"),
        ({"publish_at": "soon"}, "publish_at", "invalid"),
        ({"publish_at": "2199-01-01T00:00:00Z"}, "publish_at", "too-far-ahead"),
        ({"clip": "0192e4a0-0000-7000-8000-000000000000"}, "clip", "clip-not-found"),
    ],
)
def test_bad_wishes_name_the_field_and_write_nothing(
    api: Api, creator: User, filmed: MakeClip, wish: dict[str, Any], field: str, code: str
) -> None:
    answer = api(creator).post("/api/v1/posts", {"clip": str(filmed(creator).pk), **wish})

    assert answer.status_code in (400, 404)
    assert answer["Content-Type"] == "application/problem+json"
    named = [(error["field"].split(".")[0], error["code"]) for error in answer.json()["errors"]]
    assert named == [(field, code)]
    assert not Post.objects.exists()


def test_refusals_are_said_in_chinese_to_who_reads_chinese(api: Api, creator: User, filmed: MakeClip) -> None:
    wish = {"clip": str(filmed(creator).pk), "tags": ["a b"]}
    answer = api(creator, "zh-Hans").post("/api/v1/posts", wish)

    assert re.search(r"[\u4e00-\u9fff]", answer.json()["detail"])


def test_hostile_words_are_only_words(api: Api, creator: User, filmed: MakeClip, work_all: Work) -> None:
    title = "%{pts} ':drawtext=textfile=/etc/passwd' <script>alert(1)</script> '; DROP TABLE"
    post = publish(api(creator), filmed(creator), title=title)
    work_all()

    told = read(api(creator), post)
    assert (told["state"], told["title"]) == ("published", title)


def test_only_admitted_creators_publish_and_only_their_own_clips(
    api: Api, creator: User, other: User, waiting: User, filmed: MakeClip
) -> None:
    body = {"clip": str(filmed(creator).pk)}

    assert api().post("/api/v1/posts", body).status_code == 401
    refused = api(waiting).post("/api/v1/posts", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-admitted")
    assert api(other).post("/api/v1/posts", body).status_code == 404
    assert api(waiting).get("/api/v1/feed").status_code == 200


def test_a_packaging_that_failed_is_tried_again_by_its_job(
    api: Api, creator: User, filmed: Callable[..., Clip], work_all: Work, film: Path
) -> None:
    client, clip = api(creator), filmed(creator)
    work_all()
    clip.refresh_from_db()
    Path(storage.default().path(clip.master)).unlink()
    post = publish(client, clip)
    work_all()
    Path(storage.default().path(clip.master)).write_bytes(film.read_bytes())

    answer = client.post(f"/api/v1/jobs/{post['job']}/retry")

    assert (answer.status_code, read(client, post)["state"]) == (202, "pending")
    work_all()
    assert read(client, post)["state"] == "published"


def test_a_packaging_that_failed_is_not_tried_again_without_its_clip_or_its_post(
    api: Api, creator: User, filmed: Callable[..., Clip], work_all: Work
) -> None:
    client, clip = api(creator), filmed(creator, broken=True)
    post = publish(client, clip)
    work_all()
    job = Job.objects.get(pk=post["job"])
    job.waits_for.clear()  # as if what it waited for had been done

    client.delete(f"/api/v1/clips/{clip.pk}")
    assert client.post(f"/api/v1/jobs/{job.pk}/retry").json()["code"] == "clip-deleted"
    client.delete(f"/api/v1/posts/{post['id']}")
    assert client.post(f"/api/v1/jobs/{job.pk}/retry").json()["code"] == "result-gone"
