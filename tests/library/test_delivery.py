"""Signed links: who holds one may read, until it expires, and not one file more."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from creator.models import User
from library import storage
from library.models import Clip
from library.storage_key import InvalidKey
from tests.conftest import Api
from tests.library.conftest import Put, Url
from tests.typing import not_none

TEXT = "0123456789" * 100


@pytest.fixture
def link(put_text: Put, url: Url) -> str:
    return url(put_text("clips/1/master.mp4", TEXT))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_link_serves_the_file_to_whoever_holds_it(client: Client, link: str) -> None:
    answer = client.get(link)

    assert (answer.status_code, body(answer).decode()) == (200, TEXT)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Length"] == "1000"
    assert answer["Content-Disposition"].startswith("inline")


def test_a_player_that_wants_video_only_is_served_too(client: Client, link: str) -> None:
    assert client.get(link, headers={"Accept": "video/*"}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "told", "length"),
    [
        ("bytes=0-9", 206, "bytes 0-9/1000", 10),
        ("bytes=990-", 206, "bytes 990-999/1000", 10),
        ("bytes=-5", 206, "bytes 995-999/1000", 5),
        ("bytes=-5000", 206, "bytes 0-999/1000", 1000),
        ("bytes=500-99999", 206, "bytes 500-999/1000", 500),
        ("bytes=1000-", 416, "bytes */1000", 0),
        ("bytes=-0", 416, "bytes */1000", 0),
        ("bytes=9-3", 200, None, 1000),
        ("bytes=0-1,5-6", 200, None, 1000),
        ("frames=0-1", 200, None, 1000),
        ("bytes=-", 200, None, 1000),
        ("bytes=٣-٤", 200, None, 1000),
    ],
)
def test_ranges(client: Client, link: str, asked: str, status: int, told: str | None, length: int) -> None:
    answer = client.get(link, headers={"Range": asked})
    sent = body(answer) if answer.streaming else answer.content

    assert (answer.status_code, answer.get("Content-Range"), len(sent)) == (status, told, length)
    if status == 206:
        start = int(not_none(told).split()[1].split("-")[0])
        assert sent.decode() == TEXT[start : start + length]


def test_a_range_of_a_file_that_changed_is_answered_with_the_whole(client: Client, link: str) -> None:
    etag = client.head(link)["ETag"]

    same = client.get(link, headers={"Range": "bytes=0-9", "If-Range": etag})
    changed = client.get(link, headers={"Range": "bytes=0-9", "If-Range": '"another"'})

    assert (same.status_code, changed.status_code) == (206, 200)


def test_a_file_the_browser_has_is_not_sent_again(client: Client, link: str) -> None:
    etag = client.head(link)["ETag"]

    assert client.get(link, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": 'W/"other", "{etag}"'}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": "{date}"}, 200),  # the tag goes before the date
        ({"If-Modified-Since": "{date}"}, 304),
        ({"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"Range": "bytes=0-9", "If-Modified-Since": "{date}"}, 304),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": '"{etag}"'}, 200),
    ],
)
def test_conditions_are_kept(client: Client, link: str, method: str, asked: Any, status: int) -> None:
    known = client.head(link)
    named = {"{etag}": known["ETag"].strip('"'), "{date}": known["Last-Modified"]}
    for placeholder, value in named.items():
        asked = {name: given.replace(placeholder, value) for name, given in asked.items()}

    answer = getattr(client, method)(link, headers=asked)

    assert answer.status_code == status
    assert (answer["ETag"], answer["Last-Modified"]) == (known["ETag"], known["Last-Modified"])
    assert answer["Cache-Control"].startswith("private, max-age=")


def test_a_part_of_a_file_of_a_certain_date_is_the_whole_once_it_changed(client: Client, link: str) -> None:
    date = client.head(link)["Last-Modified"]

    same = client.get(link, headers={"Range": "bytes=0-9", "If-Range": date})
    older = client.get(link, headers={"Range": "bytes=0-9", "If-Range": "Mon, 01 Jan 2001 00:00:00 GMT"})

    assert (same.status_code, older.status_code) == (206, 200)


def test_a_file_is_not_compressed_again(client: Client, link: str) -> None:
    answer = client.get(link, headers={"Accept-Encoding": "gzip, br"})

    assert (answer.get("Content-Encoding"), body(answer).decode()) == (None, TEXT)


def test_head_tells_and_does_not_send(client: Client, link: str) -> None:
    answer = client.head(link)

    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, "1000", b"")


def test_a_download_has_the_name_it_was_given_and_no_other(client: Client, put_text: Put, url: Url) -> None:
    link = url(put_text("clips/1/a.mp4", TEXT), download_name="龙舟.mp4")

    assert "attachment; filename*=utf-8''%E9%BE%99%E8%88%9F.mp4" in client.get(link)["Content-Disposition"]
    assert client.get(link.split("?")[0] + "?name=evil.exe").status_code == 404


def test_a_changed_link_opens_nothing(client: Client, link: str, put_text: Put) -> None:
    put_text("clips/2/master.mp4", "another's")
    _, _, signature, *key = link.split("/")
    expires, depth, mac, holder = signature.split("-")

    for changed in (
        f"/media/{signature}/clips/2/master.mp4",
        f"/media/{int(expires, 16) + 9999:x}-{depth}-{mac}-{holder}/{'/'.join(key)}",
        f"/media/{expires}-2-{mac}-{holder}/{'/'.join(key)}",
        f"/media/{expires}-0-{mac}-{holder}/{'/'.join(key)}",
        f"/media/{expires}-9-{mac}-{holder}/{'/'.join(key)}",
        f"/media/{expires}-{depth}-{mac[:-1]}-{holder}/{'/'.join(key)}",
        f"/media/{expires}-{depth}-{'é' * 32}-{holder}/{'/'.join(key)}",
        f"/media/{expires}-{depth}-{mac}-u999/{'/'.join(key)}",
        f"/media/x/{'/'.join(key)}",
        f"/media/{expires}--1-{mac}-{holder}/{'/'.join(key)}",
    ):
        assert client.get(changed).status_code == 404, changed


def test_an_expired_link_says_so_and_where_to_get_another(client: Client, put_text: Put, url: Url) -> None:
    link = url(put_text("clips/1/a.mp4", TEXT), seconds=-1000)

    answer = client.get(link)

    assert (answer.status_code, answer.json()["code"]) == (410, "link-expired")
    assert answer["Content-Type"].startswith("application/problem+json")


def test_a_scope_opens_what_lies_below_it_and_nothing_beside_it(
    client: Client, put_text: Put, url: Url
) -> None:
    put_text("clips/1/hls/720p/0.m4s", TEXT)
    put_text("clips/2/hls/index.m3u8", TEXT)
    link = url(put_text("clips/1/hls/index.m3u8", "#EXTM3U"), scope="clips/1/hls/")
    below, beside = link.replace("index.m3u8", "720p/0.m4s"), link.replace("clips/1", "clips/2")

    assert client.get(link)["Content-Type"] == "application/vnd.apple.mpegurl"
    assert client.get(below).status_code == 200
    assert client.get(beside).status_code == 404


def test_no_link_leads_out_of_the_storage_or_to_raw_uploads(put_text: Put, url: Url) -> None:
    put_text("incoming/raw.mp4", TEXT)

    with pytest.raises(InvalidKey):
        url("clips/1/../../../../etc/passwd", scope="clips/1/")
    with pytest.raises(ValueError, match="No link leads"):
        url("incoming/raw.mp4")
    with pytest.raises(ValueError, match="No link leads"):
        url("clips/1/a", scope="clips/2/")


def test_a_scope_ends_at_a_folder(url: Url) -> None:
    with pytest.raises(InvalidKey):
        url("clips/12/a", scope="clips/1")


def test_a_file_that_is_gone_is_not_found(client: Client, link: str) -> None:
    storage.remove("clips/1/master.mp4")

    assert client.get(link).status_code == 404


def test_a_link_stays_the_same_for_a_while_so_that_it_can_be_cached(put_text: Put, url: Url) -> None:
    key = put_text("clips/1/a.mp4", TEXT)

    assert url(key, seconds=10**6) == url(key, seconds=10**6)


def test_under_asgi_it_streams_too(link: str) -> None:
    async def ask() -> tuple[Any, list[bytes]]:
        answer: Any = await AsyncClient().get(link, headers={"Range": "bytes=10-29"})
        return answer, [chunk async for chunk in answer.streaming_content]

    answer, chunks = async_to_sync(ask)()  # in this thread: it sees the test's transaction

    assert answer.is_async
    assert (answer.status_code, b"".join(chunks).decode()) == (206, TEXT[10:30])


@pytest.mark.parametrize(
    ("public_url", "begins"),
    [("", "http://clips.example.org/media/"), ("https://cdn.example.org", "https://cdn.example.org/media/")],
)
def test_links_are_absolute_by_the_address_that_was_asked_or_by_the_one_that_is_set(
    creator: User, api: Api, settings: Any, public_url: str, begins: str
) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = public_url, ["clips.example.org"]
    shape = {"width": 2, "height": 2, "fps": 30, "seconds": 1.0}
    clip = Clip.objects.create(
        owner=creator, origin="edit", master="clips/1/a.mp4", cover="clips/1/a.jpg", **shape
    )

    shown = api(creator).get(f"/api/v1/clips/{clip.pk}", HTTP_HOST="clips.example.org").json()

    assert shown["url"].startswith(begins) and shown["cover_url"].startswith(begins)
