"""No name that somebody sends becomes a path or key outside what it was meant for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from creator.models import User
from publishing.models import Post
from tests.conftest import Api
from tests.contracts.security import raw_asgi

SECRET, PLAYLIST = b"somebody's private clip", b"#EXTM3U"
UP = ("..", "%2e%2e", ".%2e", "%2E.", "..%2f.", "%2e%2e%2f.", "./..", "x/../..", "//..", "..%5c..", "..%00")
Put = Callable[[str, bytes], None]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Lays a file into the store, past every check."""

    def write(key: str, content: bytes) -> None:
        path = tmp_path / "media" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return write


@pytest.fixture
def feed_link(api: Api, creator: User, other: User, put: Put) -> str:
    """The HLS link of a post in the feed, as somebody else than its author is given it."""
    post = Post(owner=creator, state="published", published_at=timezone.now())
    post.folder = f"{post.root}attempt/"
    post.save()
    put(f"{post.folder}master.m3u8", PLAYLIST)
    return str(api(other).get("/api/v1/feed").json()["results"][0]["hls_url"])


@pytest.mark.parametrize("up", UP)
@pytest.mark.parametrize("target", ["clips/1/master.mp4", "incoming/raw.mp4"])
def test_a_link_from_the_feed_opens_its_post_and_nothing_beside_it(
    feed_link: str, put: Put, up: str, target: str
) -> None:
    put(target, SECRET)
    folder = feed_link.removesuffix("master.m3u8")

    assert raw_asgi.get(feed_link).body == PLAYLIST
    for climb in (f"{up}/{up}/{up}", f"top/{up}/{up}/{up}/{up}", f"{up}%2f{up}%2f{up}"):
        for separator in ("/", "//", "%2f", "\\", "%5c"):
            answer = raw_asgi.get(f"{folder}{climb}{separator}{target}")
            assert (answer.status in (400, 404), SECRET in answer.body) == (True, False), climb
