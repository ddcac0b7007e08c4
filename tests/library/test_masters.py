"""What is encoded is what was meant: colours, counts, cut points; and what is probed is what is there."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.media import fonts, picture, shapes
from library.media.guard import ffmpeg
from library.media.h264 import encode
from library.media.probe import probe, probe_apart
from tests.library import footage

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (128, 128, 128), (200, 120, 40)]


def bars(width: int = 192, height: int = 64) -> np.ndarray:
    frame = np.zeros((height, width, 3), np.uint8)
    for index, colour in enumerate(COLOURS):
        frame[:, index * 32 : index * 32 + 32] = colour
    return frame


def master(path: Path, frames: int = 75, **options: Any) -> Path:
    with encode.Encoder(path, width=192, height=64, fps=30, **options) as encoder:
        for _ in range(frames):
            encoder.write(bars())
    return path


def test_a_master_has_exactly_the_frames_written_and_is_tagged_bt709(tmp_path: Path) -> None:
    found = probe(master(tmp_path / "out.mp4"))

    assert (found.frames, found.fps, found.seconds) == (75, 30, 2.5)
    assert (found.width, found.height, found.video_codec, found.has_audio) == (192, 64, "h264", False)
    with av.open(str(tmp_path / "out.mp4")) as file:
        context = file.streams.video[0].codec_context
        tags = context.color_range, context.colorspace, context.color_primaries, context.color_trc
    assert tags == (1, 1, 1, 1)


@pytest.mark.parametrize("how", ["Encoder", "command line"])
def test_colours_survive_the_way_through_a_master(tmp_path: Path, how: str) -> None:
    path = master(tmp_path / "first.mp4", frames=3)
    if how == "command line":
        filters = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
        args = [*ffmpeg.safe_input(path), "-vf", filters, *encode.MASTER_X264, "again.mp4"]
        ffmpeg.run(args, cwd=tmp_path)
        path = tmp_path / "again.mp4"

    seen = np.asarray(picture.frame_at(path, 0))[32, 16::32].astype(int)

    assert np.abs(seen - np.array(COLOURS)).max() <= 3


def test_a_master_can_be_cut_every_two_seconds(tmp_path: Path) -> None:
    path = master(tmp_path / "out.mp4", frames=150)

    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        keys = [float(p.pts * p.time_base) for p in file.demux(stream) if p.pts is not None and p.is_keyframe]
    assert keys == [0, 2, 4]


def test_sound_is_laid_under_the_picture_and_cut_to_its_length(tmp_path: Path) -> None:
    path = master(tmp_path / "out.mp4", audio=footage.tone(tmp_path, seconds=4))

    with av.open(str(path)) as file:
        sound = sum(frame.samples for frame in file.decode(audio=0))
    assert probe(path).audio_codec == "aac"
    assert abs(sound / 48_000 - 2.5) <= 2 * 1024 / 48_000


def test_the_same_frames_make_the_same_bytes(tmp_path: Path) -> None:
    one, two = (master(tmp_path / name, threads=1).read_bytes() for name in ("one.mp4", "two.mp4"))

    assert one == two


def test_an_encode_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def breaking_off() -> None:
        with encode.Encoder(tmp_path / "out.mp4", width=192, height=64, fps=30) as encoder:
            encoder.write(bars())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        breaking_off()

    assert list(tmp_path.iterdir()) == []


def test_a_frame_of_another_shape_is_refused(tmp_path: Path) -> None:
    floats: Any = bars().astype(np.float32)
    with (
        pytest.raises(ValueError, match="A frame is uint8"),
        encode.Encoder(tmp_path / "out.mp4", width=192, height=64, fps=30) as encoder,
    ):
        encoder.write(floats)


def test_a_file_on_its_side_is_measured_upright(tmp_path: Path) -> None:
    footage.video(tmp_path, "lying.mp4")
    ffmpeg.run(["-display_rotation", "90", "-i", "lying.mp4", "-c", "copy", "turned.mp4"], cwd=tmp_path)

    found = probe(tmp_path / "turned.mp4")

    assert (found.width, found.height) == (180, 320)
    assert found.rotation in (90, 270)


@pytest.mark.slow
def test_a_rate_that_varies_is_told_from_one_that_does_not(tmp_path: Path) -> None:
    uneven = ("-vf", "select='not(eq(mod(n,5),3))'", "-fps_mode", "vfr")

    assert probe(footage.video(tmp_path, "even.webm", fps="25")).variable_rate is False
    assert probe(footage.video(tmp_path, "ntsc.mp4", fps="30000/1001")).fps == Fraction(30000, 1001)
    assert probe(footage.video(tmp_path, "uneven.mp4", more=uneven)).variable_rate is True


def test_a_probe_apart_sees_the_same(tmp_path: Path) -> None:
    path = footage.video(tmp_path)

    assert probe_apart(path) == probe(path)


def test_a_frame_is_found_by_its_time(tmp_path: Path) -> None:
    with encode.Encoder(tmp_path / "count.mp4", width=64, height=64, fps=30) as encoder:
        for number in range(90):
            encoder.write(np.full((64, 64, 3), number * 2, np.uint8))

    for number in (0, 1, 47, 61, 89):
        grey = np.asarray(picture.frame_at(tmp_path / "count.mp4", number / 30))[32, 32, 0]
        assert round(grey / 2) == number
    assert picture.frame_at(tmp_path / "count.mp4", 99).size == (64, 64)


@settings(max_examples=30, deadline=None)
@given(aspect=st.sampled_from(sorted(shapes.ASPECTS)), short=st.integers(64, 2160))
def test_delivery_sizes_are_even_and_true_to_their_aspect(aspect: str, short: int) -> None:
    width, height = shapes.delivery_size(aspect, short)

    assert width % 2 == height % 2 == 0
    assert abs(min(width, height) - short) <= 1
    assert abs(width / height - float(shapes.ASPECTS[aspect])) < 4 / short


def test_delivery_sizes_at_720() -> None:
    sizes = {aspect: shapes.delivery_size(aspect) for aspect in shapes.ASPECTS}

    assert sizes == {
        "16:9": (1280, 720),
        "9:16": (720, 1280),
        "1:1": (720, 720),
        "4:3": (960, 720),
        "3:4": (720, 960),
        "21:9": (1680, 720),
    }


def test_the_chinese_font_is_there() -> None:
    assert fonts.CJK.read_bytes()[:4] == b"OTTO"
