"""No name that somebody sends becomes a path or key outside what it was meant for."""

import posixpath
import time
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from creator.models import User
from library import links, storage
from library.errors import UploadGone
from library.storage_key import MOST_CHARACTERS, DownloadName, InvalidKey, StorageKey
from publishing.models import Post
from tests.conftest import Api
from tests.contracts.security import raw_asgi
from tests.contracts.security.opened import paths_touched

SECRET, PLAYLIST = b"somebody's private clip", b"#EXTM3U"
UP = ("..", "%2e%2e", ".%2e", "%2E.", "..%2f.", "%2e%2e%2f.", "./..", "x/../..", "//..", "..%5c..", "..%00")
PIECES = (
    *(*UP, ".", "/", "//", "\\", "%2f", "%5c", "%252e", "~", "x" * 201),
    *("\0", "\r\n", "\u202e", "\uff0e", "é", "a b"),
)
KEYS = ("clips/1/master.mp4", "incoming/raw.mp4", "master.m3u8", "")
# Each holds a piece that no key has.
SPELLINGS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(("", "top/")),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("/".join),
    st.sampled_from(("", "/", "%2f")),
    st.sampled_from(KEYS),
)
S3 = "s3://key:secret@127.0.0.1:1/bucket/prefix?tls=no"  # nobody is there; presigning asks nobody
PLACES = ("{folder}{name}", "/media/{name}", "/media/{name}/clips/1/master.mp4", "{link}?name={name}")
drawn = examples(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
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
    link = api(other).get("/api/v1/feed").json()["results"][0]["hls_url"]
    return str(link).removeprefix("http://testserver")


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


@given(text=st.text(max_size=250) | SPELLINGS)
def test_a_key_is_spelt_in_one_way_and_lies_where_it_says(text: str) -> None:
    try:
        key = StorageKey(text)
    except InvalidKey:
        return

    assert posixpath.normpath(key) == quote(key) == unquote(key) == key == "/".join(key.parts)
    assert not key.startswith("/") and len(key) <= MOST_CHARACTERS and key.isascii() and key.isprintable()
    assert not {".", "..", ""} & set(key.parts)
    assert all(key.above(depth).holds(key) for depth in range(1, len(key.parts)))


@given(text=st.text(max_size=150) | SPELLINGS)
def test_a_download_is_named_in_one_printable_line_without_a_path(text: str) -> None:
    try:
        name = DownloadName(text)
    except InvalidKey:
        return

    assert name.isprintable() and not {"/", "\\", '"', ";", "%", ":"} & set(name)
    assert not name.startswith(".") and not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Zl"}


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: x=1", "gpj\u202eexe.mp4", "../a.mp4", 'a"; filename="b', "", "a\0"]
)
def test_no_link_is_made_with_a_name_that_would_mislead(creator: User, name: str) -> None:
    with pytest.raises(InvalidKey):
        DownloadName(name)
    if name:
        with pytest.raises(InvalidKey):
            links.url("clips/1/a.mp4", holder=links.of_user(creator), download_name=name)


@drawn
@given(name=SPELLINGS)
@pytest.mark.parametrize("location", ["file://{tmp_path}/media", S3])
def test_no_store_is_asked_for_what_is_no_key(
    settings: Any, tmp_path: Path, location: str, name: str
) -> None:
    settings.STORAGE_URL = location.format(tmp_path=tmp_path)
    source = tmp_path / "source"
    source.write_bytes(SECRET)
    asked: tuple[Callable[[], Any], ...] = (
        partial(storage.put, source, name),
        partial(storage.fetch, name, tmp_path),
        partial(storage.exists, name),
        partial(storage.remove, name),
        partial(storage.listed, f"{name}/"),
        partial(storage.remove_folder, f"{name}/"),
    )

    storage.default()  # the first use of a store imports what drives it, and opens its files
    with paths_touched() as paths:
        for ask in asked:
            with pytest.raises(InvalidKey):
                ask()

    assert (paths, source.read_bytes()) == ([], SECRET)


@drawn
@given(name=SPELLINGS, place=st.sampled_from(PLACES))
def test_no_spelling_of_a_request_opens_what_its_link_does_not_cover(
    feed_link: str, put: Put, place: str, name: str
) -> None:
    put("clips/1/master.mp4", SECRET)
    put("incoming/raw.mp4", SECRET)
    folder = feed_link.removesuffix("master.m3u8")
    target = place.format(folder=folder, name=name, link=feed_link)

    answer = raw_asgi.get(target)

    assert answer.status in (400, 404), target
    assert SECRET not in answer.body


@drawn
@given(name=SPELLINGS)
def test_nothing_is_presigned_but_what_the_link_covers(
    settings: Any, creator: User, feed_link: str, client: Client, name: str
) -> None:
    settings.STORAGE_URL = S3
    folder = feed_link.removesuffix("master.m3u8")

    covered, climbing = client.get(f"{folder}top/0.m4s"), client.get(f"{folder}{quote(name)}")

    assert urlsplit(covered["Location"]).path == f"/bucket/prefix/{folder.split('/', 3)[3]}top/0.m4s"
    assert climbing.status_code in (400, 404)


def test_an_expired_link_opens_nothing_however_it_is_spelt(
    feed_link: str, put: Put, monkeypatch: Any
) -> None:
    put("clips/1/master.mp4", SECRET)
    monkeypatch.setattr(time, "time", lambda: datetime.now().timestamp() + 2 * 3600)

    for tail in ("master.m3u8", "../../../clips/1/master.mp4", "%2e%2e/%2e%2e/%2e%2e/clips/1/master.mp4"):
        answer = raw_asgi.get(feed_link.replace("master.m3u8", tail))
        assert (answer.status in (404, 410), SECRET in answer.body) == (True, False)


def test_what_lies_behind_a_symbolic_link_is_not_in_the_store(
    creator: User, put: Put, tmp_path: Path, client: Client
) -> None:
    outside, media = tmp_path / "outside", tmp_path / "media"
    outside.mkdir()
    (outside / "secret.mp4").write_bytes(SECRET)
    put("clips/1/master.mp4", b"ours")
    (media / "clips/2").symlink_to(outside)
    (media / "clips/1/linked.mp4").symlink_to(outside / "secret.mp4")

    for key in ("clips/2/secret.mp4", "clips/1/linked.mp4"):
        assert client.get(links.url(key, holder=links.of_user(creator))).status_code == 404
        assert not storage.exists(key)
        with pytest.raises(UploadGone):
            storage.fetch(key, tmp_path)
        storage.remove(key)
    with pytest.raises(FileNotFoundError):
        storage.put(tmp_path / "media/clips/1/master.mp4", "clips/2/new.mp4")
    storage.remove_folder("clips/2/")
    assert storage.listed("clips/1/")[1] == ["clips/1/master.mp4"]
    storage.remove_folder("clips/1/")
    assert [path.read_bytes() for path in outside.iterdir()] == [SECRET]
