"""A video that is gone on from may have any rate and container: the result is as long as both together."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from generation.runner import errors, inputs
from generation.runner.frames import extended, source
from generation.runner.run import run
from generation.runner.spec import GenerationSpec
from library.media.guard import ffmpeg
from library.media.probe import probe
from tests.editing.material import numbered, numbers

FRAGMENTED = ["-movflags", "frag_keyframe+empty_moov+default_base_moof"]
Make = Callable[[Path], Path]


def at(fps: int) -> Make:
    return lambda folder: numbered(folder / f"{fps}.mp4", frames=fps, fps=fps)


def copied(name: str, *how: str) -> Make:
    def make(folder: Path) -> Path:
        source = numbered(folder / "source.mp4", frames=30)
        ffmpeg.run([*ffmpeg.safe_input(source), *(how or ["-c", "copy"]), name], cwd=folder)
        return folder / name

    return make


def late(folder: Path) -> Path:
    """Half of its frames are left out: no two instants are equally far from each other."""
    source = numbered(folder / "source.mp4", frames=30)
    gaps = "select='not(between(n,4,9)+between(n,17,25))'"
    ffmpeg.run([*ffmpeg.safe_input(source), "-vf", gaps, "-fps_mode", "vfr", "late.mp4"], cwd=folder)
    return folder / "late.mp4"


A_SECOND: dict[str, Make] = {
    "24 a second": at(24),
    "60 a second": at(60),
    "Matroska": copied("in.mkv"),
    "WebM": copied("in.webm", "-c:v", "libvpx", "-b:v", "2M", "-deadline", "realtime"),
    "fragmented": copied("in.mp4", "-c", "copy", *FRAGMENTED),
    "QuickTime": copied("in.mov"),
    "variable": late,
}


@pytest.mark.parametrize("how", A_SECOND)
def test_a_second_of_any_video_is_a_second_at_the_rate_that_is_asked_for(tmp_path: Path, how: str) -> None:
    path = A_SECOND[how](tmp_path)

    for fps in (24, 30):
        assert extended.count(path, fps) == len(list(extended.frames(path, fps))) == fps


def test_each_instant_shows_what_the_video_shows_then(tmp_path: Path) -> None:
    path = at(24)(tmp_path)
    means = [float(frame.mean()) for frame in extended.frames(path, 24)]

    for fps in (30, 60):
        shown = [float(frame.mean()) for frame in extended.frames(path, fps)]
        assert shown == [means[number * 24 // fps] for number in range(fps)]
    assert len(set(numbers(path))) == 24


def test_a_video_at_the_rate_that_is_asked_for_loses_no_frame(tmp_path: Path) -> None:
    frames = list(extended.frames(copied("in.mkv")(tmp_path), 30))

    assert all((one != other).any() for one, other in pairwise(frames))


@pytest.mark.parametrize("how", ["24 a second", "fragmented"])
def test_the_result_lasts_as_long_as_both_together(tiny: Path, tmp_path: Path, how: str) -> None:
    spec = GenerationSpec("猴子", seconds=0.5, short_side=96, steps=1, extends=A_SECOND[how](tmp_path))

    run(spec, folder=tiny, out=tmp_path / "out.mp4", workdir=tmp_path / "work")

    found = probe(tmp_path / "out.mp4")
    assert (found.frames, found.fps) == (45, 30)


def test_what_is_no_video_or_no_picture_is_named_by_its_option(tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"junk")
    picture = tmp_path / "cut.png"
    numbered(tmp_path / "in.mp4", frames=2)
    ffmpeg.run([*ffmpeg.safe_input(tmp_path / "in.mp4"), "-frames:v", "1", "cut.png"], cwd=tmp_path)
    picture.write_bytes(picture.read_bytes()[:-40])
    sound = tmp_path / "tone.wav"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=d=0.1", "tone.wav"], cwd=tmp_path)

    for file in (tmp_path / "junk", tmp_path / "none.mp4", sound, tmp_path):
        with pytest.raises(errors.VideoUnreadable) as refusal:
            inputs.check(GenerationSpec("x", extends=file))
        assert refusal.value.field == "extends"
    for name in ("first_frame", "last_frame"):
        for file in (tmp_path / "junk", tmp_path / "none.png", picture, tmp_path):
            with pytest.raises(errors.PictureUnreadable) as refused:
                inputs.check(GenerationSpec("x", **{name: file}))  # type: ignore[arg-type]
            assert refused.value.field == name and "HEIC" in str(refused.value)


@pytest.mark.parametrize("suffix", ["jpg", "webp", "gif", "bmp", "avif", "heic"])
def test_a_picture_of_any_kind_that_is_taken_may_begin_a_clip(tmp_path: Path, suffix: str) -> None:
    pillow_heif.register_heif_opener()
    file = tmp_path / f"first.{suffix}"
    Image.new("RGB", (64, 32), "red").save(file)

    inputs.check(GenerationSpec("x", first_frame=file))

    assert source.picture_size(file) == (64, 32)
    assert np.abs(source.picture(file)[16, 32].astype(int) - (255, 0, 0)).max() <= 8
