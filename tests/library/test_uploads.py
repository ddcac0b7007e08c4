"""Handing in files, good and bad, over HTTP."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from creator.accounts.tokens import issue_session
from creator.models import User
from library import links, work
from library.media import ingest
from library.media.errors import FFmpegFailed
from library.media.guard import ffmpeg
from library.media.probe import probe
from library.models import Clip, Still, Track
from tests.library import footage
from tests.library.conftest import Upload

pytestmark = pytest.mark.slow

Keys = Callable[[], set[str]]


def test_a_video_is_promised_at_once_and_ready_when_its_job_is_done(
    upload: Upload,
    api: Any,
    creator: User,
    work_all: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    path = footage.video(tmp_path, size="640x360", fps="25", seconds=1.2)

    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(path, title="第一支")
    promised = answer.json()["clip"]
    with django_capture_on_commit_callbacks(execute=True):
        work_all()
    clip = api(creator).get(f"/api/v1/clips/{promised['id']}").json()

    assert answer.status_code == 202
    assert (promised["state"], promised["url"], promised["job"]["kind"]) == (
        "pending",
        None,
        "library.ingest",
    )
    assert clip["state"] == "ready"
    assert clip["title"] == "第一支"
    assert {name: clip[name] for name in ("width", "height", "fps", "seconds", "frames")} == {
        "width": 640,
        "height": 360,
        "fps": 30,
        "seconds": 1.2,
        "frames": 36,
    }
    assert (promised["width"], promised["height"], promised["seconds"]) == (640, 360, 1.2)
    assert (clip["has_audio"], clip["generated"], clip["origin"]) == (True, False, "upload")


def test_what_is_served_is_our_own_encode_and_the_raw_file_is_gone(
    upload: Upload,
    api: Any,
    creator: User,
    work_all: Any,
    stored: Keys,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    path = footage.video(tmp_path, more=("-metadata", "comment=home address"))
    upload(path)
    assert any(key.startswith("incoming/") for key in stored())

    with django_capture_on_commit_callbacks(execute=True):
        work_all()
    clip = Clip.objects.get()
    served = b"".join(
        api(creator).get(links.url(clip.master, holder=links.of_user(creator))).streaming_content
    )

    assert stored() == {clip.master, clip.cover}
    assert b"home address" not in served
    assert hashlib.sha256(served).hexdigest() == clip.sha256
    assert len(served) == clip.bytes


@pytest.mark.parametrize(
    ("name", "size", "more", "expected"),
    [
        ("big.mp4", "2560x1440", ("-preset", "ultrafast"), (1920, 1080)),
        ("odd.mov", "321x181", ("-c:v", "mpeg4"), (320, 180)),
        ("tall.webm", "180x320", ("-c:v", "libvpx", "-deadline", "realtime"), (180, 320)),
        ("wide.mp4", "320x180", ("-vf", "setsar=2"), (640, 180)),
    ],
)
def test_every_kind_of_video_becomes_an_upright_even_30_fps_master(
    upload: Upload,
    work_all: Any,
    tmp_path: Path,
    name: str,
    size: str,
    more: tuple[str, ...],
    expected: tuple[int, int],
) -> None:
    answer = upload(footage.video(tmp_path, name, size=size, fps="24", seconds=0.5, more=more))
    promised = answer.json()["clip"]
    work_all()
    clip = Clip.objects.get()

    found = probe(work.fetch(clip, tmp_path))

    assert (promised["width"], promised["height"]) == expected
    assert (found.width, found.height) == expected
    assert (found.fps, found.frames, found.video_codec, found.variable_rate) == (30, 15, "h264", False)


def test_a_phone_video_on_its_side_stands_up(upload: Upload, work_all: Any, tmp_path: Path) -> None:
    footage.video(tmp_path, "lying.mp4")
    ffmpeg.run(["-display_rotation", "90", "-i", "lying.mp4", "-c", "copy", "turned.mp4"], cwd=tmp_path)

    upload(tmp_path / "turned.mp4")
    work_all()

    clip = Clip.objects.get()
    assert (clip.width, clip.height) == (180, 320)
    assert probe(work.fetch(clip, tmp_path)).rotation == 0


def test_hdr_is_brought_to_bt709(upload: Upload, work_all: Any, tmp_path: Path) -> None:
    hlg = (
        "-c:v",
        "libx265",
        "-x265-params",
        "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc:log-level=0",
        "-vf",
        "format=yuv420p10le",
    )
    upload(footage.video(tmp_path, "hlg.mov", seconds=0.3, more=hlg))

    work_all()

    clip = Clip.objects.get()
    assert clip.state == "ready", clip.error
    assert probe(work.fetch(clip, tmp_path)).colours.transfer == 1


def test_a_picture_is_ready_at_once_upright_and_without_a_trace_of_where_it_was_taken(
    upload: Upload, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "home address"
    path = footage.picture(tmp_path, "in.jpg", (60, 40), exif=exif)

    answer = upload(path)

    still = Still.objects.get()
    kept = work.fetch_still(still, tmp_path)
    assert answer.status_code == 202
    assert answer.json()["kind"] == "still"
    assert (still.width, still.height) == (40, 60)
    assert b"home address" not in kept.read_bytes()
    with Image.open(kept) as picture:
        assert picture.size == (40, 60)
        assert dict(picture.getexif()) == {}


@pytest.mark.parametrize("name", ["in.wav", "in.mp3"])
def test_a_sound_becomes_a_track(upload: Upload, work_all: Any, tmp_path: Path, name: str) -> None:
    answer = upload(footage.tone(tmp_path, name, seconds=2))
    work_all()

    track = Track.objects.get()
    found = probe(work.fetch_track(track, tmp_path))
    assert answer.json()["track"]["state"] == "pending"
    assert (track.state, found.audio_codec, found.video_codec) == ("ready", "aac", None)
    assert abs(track.seconds - 2) < 0.1


def test_running_the_job_twice_leaves_one_clip_with_files_that_are_there(
    upload: Upload, tmp_path: Path, stored: Keys
) -> None:
    from jobs.models import Job
    from jobs.worker.handlers import of

    upload(footage.video(tmp_path))
    job, handler = Job.objects.get(), of("library.ingest")
    run: Any = _Run(job, tmp_path)

    handler.work(run)  # this worker is lost before it can finish
    handler.done(job, handler.work(run))

    clip = Clip.objects.get()
    assert clip.state == "ready"
    assert {clip.master, clip.cover} <= stored()


def test_a_failed_upload_is_not_tried_again_as_its_file_is_gone(
    upload: Upload,
    api: Any,
    creator: User,
    work_all: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise FFmpegFailed

    monkeypatch.setattr(ingest, "video", broken)
    with django_capture_on_commit_callbacks(execute=True):
        promised = upload(footage.video(tmp_path)).json()["clip"]
        work_all()
    retry = f"/api/v1/jobs/{promised['job']['id']}/retry"

    gone = api(creator).post(retry)
    api(creator).delete(f"/api/v1/clips/{promised['id']}")
    deleted = api(creator).post(retry)

    assert (gone.status_code, gone.json()["code"]) == (410, "upload-gone")
    assert (deleted.status_code, deleted.json()["code"]) == (410, "result-gone")


def test_a_sound_with_a_picture_on_its_cover_is_a_track_without_one(
    upload: Upload, work_all: Any, tmp_path: Path
) -> None:
    footage.tone(tmp_path)
    footage.picture(tmp_path)
    cover = ("-map", "0:a", "-map", "1:v", "-disposition:v", "attached_pic")
    ffmpeg.run(["-i", "in.wav", "-i", "in.png", *cover, "song.mp3"], cwd=tmp_path)

    assert upload(tmp_path / "song.mp3").json()["kind"] == "track"
    work_all()

    assert probe(work.fetch_track(Track.objects.get(), tmp_path)).video_codec is None


def test_a_file_sent_twice_with_one_key_is_taken_once(
    api: Any, creator: User, settings: Any, tmp_path: Path
) -> None:
    caller, bearer = api(creator), f"Bearer {issue_session(creator)[1]}"
    caller.credentials(HTTP_AUTHORIZATION=bearer, HTTP_IDEMPOTENCY_KEY="once")

    def send(path: Path) -> Any:
        with path.open("rb") as file:
            return caller.post("/api/v1/uploads", {"file": file}, format="multipart")

    first, again = (send(footage.picture(tmp_path)) for _ in range(2))
    settings.UPLOAD_MAX_BYTES = 100
    caller.credentials(HTTP_AUTHORIZATION=bearer, HTTP_IDEMPOTENCY_KEY="too large")

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert Still.objects.count() == 1
    assert send(footage.picture(tmp_path)).status_code == 413


def test_a_name_that_climbs_out_of_the_folder_climbs_nowhere(
    api: Any, creator: User, stored: Keys, tmp_path: Path
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = footage.picture(tmp_path).read_bytes()
    for name in (
        "../../evil.png",
        "/etc/passwd",
        "a\\..\\b.png",
        "-i.png",
        "%2e%2e.png",
        "龙舟.png",
        "x" * 300,
    ):
        file: Any = SimpleUploadedFile("placeholder.png", data)
        file._name = name  # as a hostile client would send it
        assert api(creator).post("/api/v1/uploads", {"file": file}, format="multipart").status_code == 202

    assert all(key.startswith("stills/") and "evil" not in key for key in stored())


class _Run:
    """A run whose lease never ends."""

    def __init__(self, job: Any, workdir: Path) -> None:
        self.job, self.params, self.workdir = job, job.params, workdir

    def check(self) -> None: ...

    def stage(self, name: str, total: int = 0) -> None: ...

    def step(self, done: int) -> None: ...
