"""The same library on S3: uploads, promises, links and sweeping, against a server that checks signatures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.test import Client

from creator.models import User
from library import garbage_collection, storage, work
from library.errors import UploadGone
from library.models import Clip
from tests.library import footage
from tests.library.conftest import Put, Upload, Url
from tests.library.object_store import object_store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with object_store() as url:
        yield url


@pytest.fixture(autouse=True)
def _on_s3(server: str, settings: Any, tmp_path: Path) -> None:
    settings.STORAGE_URL = server.replace("/lingying?", f"/{tmp_path.name}?")


@pytest.mark.slow
def test_an_upload_becomes_a_clip_whose_link_leads_to_a_presigned_one(
    upload: Upload,
    url: Url,
    work_all: Any,
    client: Client,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    upload(footage.video(tmp_path))
    with django_capture_on_commit_callbacks(execute=True):
        work_all()
    clip = Clip.objects.get()

    answer = client.get(url(clip.master, download_name="a.mp4"))
    with urlopen(answer["Location"]) as served:
        content, kind, disposition = (
            served.read(),
            served.headers["Content-Type"],
            served.headers["Content-Disposition"],
        )

    assert answer.status_code == 302
    assert (len(content), kind) == (clip.bytes, "video/mp4")
    assert disposition == 'attachment; filename="a.mp4"'
    assert storage.default().listdir("incoming")[1] == []
    assert work.sha256_of(work.fetch(clip, tmp_path)) == clip.sha256


def test_without_its_signature_a_file_is_not_to_be_had(client: Client, put_text: Put, url: Url) -> None:
    location = client.get(url(put_text("clips/1/a.mp4", "x")))["Location"]

    with pytest.raises(HTTPError) as refused:
        urlopen(location.split("?")[0])

    assert refused.value.code == 403


def test_a_playlist_is_relayed_so_that_its_relative_links_stay_signed(
    client: Client, put_text: Put, url: Url
) -> None:
    put_text("clips/1/720p/0.m4s", "segment")
    link = url(put_text("clips/1/index.m3u8", "#EXTM3U\n720p/0.m4s"), scope="clips/1/")

    playlist = client.get(link)
    segment = client.get(link.replace("index.m3u8", "720p/0.m4s"))

    assert (playlist.status_code, playlist.content) == (200, b"#EXTM3U\n720p/0.m4s")
    assert playlist["Content-Type"] == "application/vnd.apple.mpegurl"
    assert segment.status_code == 302


def test_what_is_not_there_is_said_so(client: Client, url: Url, tmp_path: Path) -> None:
    assert client.get(url("clips/1/none.m3u8")).status_code == 404
    with pytest.raises(UploadGone):
        storage.fetch("incoming/none.mp4", tmp_path)


def test_a_sweep_finds_what_nothing_names(creator: User, put_text: Any) -> None:
    put_text("clips/0192f0c1-aaaa-7bbb-8ccc-ddddeeeeffff/lost.mp4", "x")
    put_text("incoming/lost.mp4", "x")

    assert garbage_collection.sweep() == []
    assert len(garbage_collection.sweep(-garbage_collection.AGE)) == 2
    assert list(garbage_collection.orphans(-garbage_collection.AGE)) == []


@pytest.mark.parametrize("up", ["..", "%2e%2e", "..%2f.", "%5c..%5c..", "", "."])
def test_a_link_opens_nothing_beside_its_scope(client: Client, put_text: Put, url: Url, up: str) -> None:
    put_text("clips/2/secret.mp4", "another's")
    put_text("incoming/raw.mp4", "a stranger's")
    folder = url(put_text("clips/1/hls/index.m3u8", "#EXTM3U"), scope="clips/1/hls/").removesuffix(
        "index.m3u8"
    )

    for target in ("clips/2/secret.mp4", "incoming/raw.mp4", "clips/1/master.mp4"):
        answer = client.get(f"{folder}{up}/{up}/{up}/{target}")
        assert (answer.status_code, answer.headers.get("Location")) == (404, None)


def test_the_store_keeps_to_the_end_of_a_presigned_link(client: Client, put_text: Put, url: Url) -> None:
    location = client.get(url(put_text("clips/1/0.m4s", "x")))["Location"]
    with urlopen(location) as served:
        assert served.read() == b"x"

    with pytest.raises(HTTPError) as refused:
        urlopen(location.replace("X-Amz-Expires=60", "X-Amz-Expires=3600"))

    assert refused.value.code == 403
