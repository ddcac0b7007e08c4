"""Files that mean harm are told what would be accepted, and leave nothing behind."""

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creator.models import User
from jobs.models import Job
from library.models import Clip
from tests.library import footage
from tests.library.conftest import Upload, refusal

pytestmark = pytest.mark.slow

Keys = Callable[[], set[str]]


def test_a_playlist_in_disguise_is_refused_and_asks_nobody(
    upload: Upload, inside: tuple[str, list[str]], tmp_path: Path, stored: Keys
) -> None:
    address, asked = inside

    answer = upload(footage.playlist(tmp_path, address))

    assert refusal(answer) == (415, "media-kind")
    assert "MP4" in answer.json()["detail"]
    assert asked == []
    assert stored() == set()


def test_a_playlist_behind_the_first_bytes_of_an_mp4_asks_nobody(
    upload: Upload, inside: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = inside
    path = footage.playlist(tmp_path, address)
    path.write_bytes(b"\x00\x00\x00\x18ftypisom" + path.read_bytes())

    assert refusal(upload(path)) == (422, "media-unreadable")
    assert asked == []


def test_a_vector_drawing_in_disguise_is_refused(upload: Upload, tmp_path: Path) -> None:
    assert refusal(upload(footage.svg(tmp_path))) == (415, "media-kind")


def test_an_empty_file_is_refused(upload: Upload, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()

    assert refusal(upload(tmp_path / "empty.mp4")) == (422, "media-unreadable")


def test_half_a_file_is_refused(upload: Upload, tmp_path: Path) -> None:
    assert refusal(upload(footage.truncated(tmp_path))) == (422, "media-unreadable")


def test_half_a_picture_is_refused(upload: Upload, tmp_path: Path, stored: Keys) -> None:
    path = footage.picture(tmp_path, "in.jpg", (640, 480))
    path.write_bytes(path.read_bytes()[:900])

    assert refusal(upload(path)) == (422, "media-unreadable")
    assert stored() == set()


def test_a_small_file_that_lasts_ten_hours_is_refused_in_the_readers_language(
    upload: Upload, tmp_path: Path
) -> None:
    answer = upload(footage.stretched(tmp_path), language="zh-Hans")

    assert refusal(answer) == (422, "media-too-long")
    assert "600" in answer.json()["detail"]
    assert "秒" in answer.json()["detail"]


def test_a_picture_that_unpacks_to_144_million_pixels_is_refused_without_unpacking_it(
    upload: Upload, tmp_path: Path
) -> None:
    path = footage.pixel_bomb(tmp_path)
    assert path.stat().st_size < 500_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert refusal(upload(path)) == (422, "media-too-many-pixels")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def test_a_video_of_too_many_pixels_is_refused(upload: Upload, tmp_path: Path) -> None:
    huge = ("-c:v", "libx264", "-preset", "ultrafast")

    assert refusal(
        upload(footage.video(tmp_path, size="6000x4000", seconds=0.1, more=huge, sound=False))
    ) == (
        422,
        "media-too-many-pixels",
    )


def test_a_codec_we_do_not_decode_is_refused_by_name(upload: Upload, tmp_path: Path) -> None:
    answer = upload(footage.video(tmp_path, "in.mov", more=("-c:v", "qtrle", "-pix_fmt", "rgb24")))

    assert refusal(answer) == (415, "media-codec")
    assert "h264" in answer.json()["detail"]


def test_a_file_larger_than_what_is_taken_is_refused(upload: Upload, settings: Any, tmp_path: Path) -> None:
    settings.UPLOAD_MAX_BYTES = 1 << 20
    for size in (1 << 20, (1 << 20) + 1, 3 << 20):
        (tmp_path / "big.mp4").write_bytes(bytes(size))
        status, code = refusal(upload(tmp_path / "big.mp4"))
        assert (status, code) == ((415, "media-kind") if size == 1 << 20 else (413, "file-too-large"))
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_an_upload_without_a_file_is_told_what_to_send(api: Any, creator: User) -> None:
    answer = api(creator).post("/api/v1/uploads", {"title": "x"}, format="multipart")

    assert refusal(answer) == (400, "no-file")
    assert api(creator).post("/api/v1/uploads", {"file": "x"}).status_code == 415


def test_before_admission_nothing_can_be_handed_in(upload: Upload, waiting: User, tmp_path: Path) -> None:
    assert refusal(upload(footage.picture(tmp_path), user=waiting))[0] == 403


def test_nothing_refused_leaves_a_row_or_a_job(upload: Upload, tmp_path: Path) -> None:
    upload(footage.truncated(tmp_path))

    assert Clip.objects.count() == Job.objects.count() == 0
