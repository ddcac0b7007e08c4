"""A link ends with what it was made for: within seconds, however long it was signed for."""

import asyncio
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import AsyncClient, Client
from django.utils import timezone
from rest_framework.test import APIClient

from creator.accounts import tokens
from creator.models import Token, User
from library import links
from library.delivery import rights, views
from library.models import Clip
from publishing.models import Post
from publishing.posts.actions import change, withdraw
from tests.contract import CheckedClient
from tests.contracts.objects import ready_clip

MOST_SECONDS = 5.0
CONTENT = b"0123456789" * 100


class Clock:
    """What rights are kept by; only the test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self) -> None:
        self.now += MOST_SECONDS


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rights, "monotonic", clock)
    return clock


@pytest.fixture
def clip(creator: User, tmp_path: Path) -> Clip:
    clip = ready_clip(creator)
    clip.master = f"clips/{clip.pk}/master.mp4"
    clip.save()
    put(tmp_path, clip.master)
    return clip


@pytest.fixture
def post(creator: User, tmp_path: Path) -> Post:
    post = Post(owner=creator, state="published", published_at=timezone.now())
    post.folder = f"{post.root}attempt/"
    post.save()
    for name in ("master.m3u8", "top/0.m4s", "cover.jpg", "published.mp4"):
        put(tmp_path, f"{post.folder}{name}")
    return post


def put(tmp_path: Path, key: str) -> None:
    path = tmp_path / "media" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(CONTENT)


def client_of(secret: str) -> APIClient:
    return CheckedClient(headers={"Authorization": f"Bearer {secret}"})


def clip_link(clip: Clip, secret: str) -> str:
    return str(client_of(secret).get(f"/api/v1/clips/{clip.pk}").json()["url"])


def post_links(post: Post, secret: str) -> list[str]:
    """Playlist, segment, cover and download, as the feed and a player that follows it have them."""
    shown = client_of(secret).get(f"/api/v1/posts/{post.pk}").json()
    assert shown["hls_url"] == client_of(secret).get("/api/v1/feed").json()["results"][0]["hls_url"]
    segment = shown["hls_url"].replace("master.m3u8", "top/0.m4s")
    return [shown["hls_url"], segment, shown["cover_url"], shown["download_url"]]


def opened(link: str) -> tuple[int, str]:
    answer = Client().get(link)
    return answer.status_code, "" if answer.streaming else answer.json()["code"]


def sign_out(token: Token, secret: str) -> None:
    assert client_of(secret).post("/api/v1/auth/logout").status_code == 204


def expire(token: Token, secret: str) -> None:
    Token.objects.filter(pk=token.pk).update(expires_at=timezone.now())


def suspend(token: Token, secret: str) -> None:
    User.objects.filter(pk=token.user_id).update(is_active=False)


def leave(token: Token, secret: str) -> None:
    assert client_of(secret).delete("/api/v1/me").status_code == 204


def revoke(token: Token, secret: str) -> None:
    _, session = tokens.issue_session(token.user)
    Token.objects.filter(pk=token.pk).update(kind=Token.Kind.KEY)
    assert client_of(session).delete(f"/api/v1/keys/{token.pk}").status_code == 204


def renew(token: Token, secret: str) -> None:
    assert client_of(secret).post("/api/v1/auth/rotate").status_code == 200


@pytest.mark.parametrize("end", [sign_out, expire, suspend, leave, revoke, renew])
def test_links_end_with_the_session_or_key_that_asked_for_them(
    creator: User, other: User, clip: Clip, post: Post, clock: Clock, end: Callable[[Token, str], None]
) -> None:
    token, secret = tokens.issue_session(creator)
    viewer, viewers = tokens.issue_session(other)
    mine, theirs = clip_link(clip, secret), post_links(post, viewers)
    assert {opened(link) for link in (mine, *theirs)} == {(200, "")}

    end(token, secret) if end is leave else None
    end(viewer, viewers)
    clock.pass_by()

    assert {opened(link) for link in theirs} == {(410, "link-ended")}
    if end is not leave:
        assert opened(mine) == (200, "")
        end(token, secret)
        clock.pass_by()
    assert opened(mine) == (410, "link-ended")


def test_links_of_one_session_outlive_another_of_the_same_person(
    creator: User, clip: Clip, clock: Clock
) -> None:
    (first, secret), (_, second) = tokens.issue_session(creator), tokens.issue_session(creator)
    ended, lasting = clip_link(clip, secret), clip_link(clip, second)

    sign_out(first, secret)
    clock.pass_by()

    assert (opened(ended), opened(lasting)) == ((410, "link-ended"), (200, ""))


def test_nobody_puts_another_holder_into_a_link(creator: User, other: User, clip: Clip) -> None:
    (first, secret), (_, second) = tokens.issue_session(creator), tokens.issue_session(other)
    mine = clip_link(clip, secret)
    theirs = str(links.of_token(Token.objects.get(user=other)))

    assert opened(mine.replace(links.of_token(first), theirs)) == (404, "file-not-found")
    assert client_of(second).get(f"/api/v1/clips/{clip.pk}").status_code == 404


@pytest.mark.parametrize("end", [withdraw, partial(change, visibility="private")])
def test_a_viewers_links_end_when_the_post_is_no_longer_theirs_to_see(
    other: User, post: Post, clock: Clock, end: Callable[[Post], object]
) -> None:
    _, secret = tokens.issue_session(other)
    theirs = post_links(post, secret)
    assert {opened(link) for link in theirs} == {(200, "")}

    end(post)  # its files are still there: nothing has been committed
    clock.pass_by()

    assert {opened(link) for link in theirs} == {(404, "file-not-found")}


def test_a_private_post_still_plays_for_its_author(creator: User, post: Post, clock: Clock) -> None:
    _, secret = tokens.issue_session(creator)
    mine = post_links(post, secret)

    change(post, visibility="private")
    clock.pass_by()

    assert {opened(link) for link in mine} == {(200, "")}


def test_a_download_that_runs_ends_too(
    creator: User, clip: Clip, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CHUNK", 100)
    monkeypatch.setattr(views, "monotonic", clock)
    token, secret = tokens.issue_session(creator)
    body: Iterator[bytes] = Client().get(clip_link(clip, secret)).streaming_content  # type: ignore[attr-defined]
    begun = next(body)

    sign_out(token, secret)
    clock.pass_by()

    assert len(begun + b"".join(body)) == 100


def test_a_download_that_runs_under_asgi_ends_too(
    creator: User, clip: Clip, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CHUNK", 100)
    monkeypatch.setattr(views, "monotonic", clock)
    token, secret = tokens.issue_session(creator)
    link, got = clip_link(clip, secret), []

    async def download() -> None:
        answer: Any = await AsyncClient().get(link)
        async for chunk in answer.streaming_content:
            got.append(chunk)
            if len(got) == 1:
                await sync_to_async(sign_out)(token, secret)
                clock.pass_by()

    with pytest.raises(asyncio.CancelledError):  # the server closes the connection
        async_to_sync(download)()
    assert b"".join(got) == CONTENT[:100]


def test_segments_cost_no_query_each(
    other: User, post: Post, clock: Clock, django_assert_num_queries: Any
) -> None:
    _, secret = tokens.issue_session(other)
    _, segment, *_ = post_links(post, secret)

    with django_assert_num_queries(2):  # who holds the link, and whether the post is theirs to see
        assert {opened(segment) for _ in range(40)} == {(200, "")}


def test_a_session_is_given_the_same_link_for_a_while_so_that_it_can_be_cached(
    other: User, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    _, secret = tokens.issue_session(other)

    assert post_links(post, secret) == post_links(post, secret)


def test_a_redirect_to_the_store_is_short_and_not_kept(
    creator: User, clip: Clip, post: Post, settings: Any
) -> None:
    """A link of the store's own cannot be taken back: it ends soon, and the next request asks here again."""
    settings.STORAGE_URL = "s3://key:secret@127.0.0.1:1/bucket/prefix?tls=no"
    _, secret = tokens.issue_session(creator)
    _, segment, cover, download = post_links(post, secret)

    for link, seconds in ((segment, 60), (cover, 60), (download, 300), (clip_link(clip, secret), 300)):
        answer = Client().get(link)
        assert parse_qs(urlsplit(answer["Location"]).query)["X-Amz-Expires"] == [str(seconds)]
        assert (answer.status_code, answer["Cache-Control"]) == (302, "private, no-store")
