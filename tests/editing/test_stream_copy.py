"""A plain trim: whole GOPs are copied, and every frame is nevertheless the right one."""

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from editing.engine.document import parse
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264
from library.media.h264.splice import Mark, decode_times, entries, frame_times, seams
from tests.editing.material import cut, document, numbered, numbers, pictures
from tests.progress import Recorder

pytestmark = pytest.mark.slow

FRAMES, CUTS = 240, 6  # `python -m bench trim` makes fifty of them, on a clip of two minutes
BT709 = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
GROUPS = {
    "closed": list(MASTER_X264),
    "open": ["-c:v", "libx264", "-x264-params", "open-gop=1:keyint=30:bframes=3", *BT709],
    "long": [
        "-c:v",
        "libx264",
        "-x264-params",
        "keyint=250:scenecut=0:bframes=8:b-pyramid=normal:ref=5",
        *BT709,
    ],
    "pyramid": ["-c:v", "libx264", "-x264-params", "keyint=48:bframes=5:b-pyramid=normal:ref=4", *BT709],
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    """The same numbered frames in GOPs of several kinds, with a tone under them."""
    folder = tmp_path_factory.mktemp("sources")
    plain = numbered(folder / "plain.mp4", frames=FRAMES, size=(96, 64))
    tone = ["-f", "lavfi", "-i", f"sine=440:r=48000:d={FRAMES / 30}", "-map", "0:v", "-map", "1:a"]
    for name, coding in GROUPS.items():
        args = [*ffmpeg.safe_input(plain), *tone, *coding, "-pix_fmt", "yuv420p", f"{name}.mp4"]
        ffmpeg.run(args, cwd=folder)
    return {name: open_source(folder / f"{name}.mp4") for name in GROUPS}


def trimmed(source: Source, first: int, last: int, out: Path, **more: Any) -> Path:
    value = document(cut(first / 30, last / 30, **more), canvas={"size": [96, 64]})
    render(parse(value), {"a": source}, out, workdir=out.parent)
    return out


def coded(path: Path) -> list[bytes]:
    with av.open(str(path)) as media:
        return [bytes(packet) for packet in media.demux(video=0) if packet.size]


def copied(out: Path, source: Source) -> int:
    """How many coded frames of `out` are those of the source bit for bit."""
    theirs = set(coded(source.path))
    return sum(frame in theirs for frame in coded(out))


@pytest.mark.parametrize("kind", GROUPS)
def test_any_trim_shows_exactly_its_frames_evenly_spaced(
    sources: dict[str, Source], tmp_path: Path, kind: str
) -> None:
    dice, source = random.Random(kind), sources[kind]
    for _ in range(CUTS):
        first = dice.randrange(FRAMES - 5)
        last = dice.randrange(first + 2, FRAMES)
        out = trimmed(source, first, last, tmp_path / "out.mp4")

        assert numbers(out) == list(range(first, last)), (first, last)
        assert frame_times(out) == pytest.approx([n / 30 for n in range(last - first)], abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "first", "last", "least"), [("closed", 50, 200, 120), ("pyramid", 40, 150, 96)]
)
def test_whole_gops_are_copied_bit_for_bit(
    sources: dict[str, Source], tmp_path: Path, kind: str, first: int, last: int, least: int
) -> None:
    out = trimmed(sources[kind], first, last, tmp_path / "out.mp4")

    assert copied(out, sources[kind]) >= least
    theirs = pictures(sources[kind].path)[first:last]
    off = [np.abs(one.astype(int) - other).mean() for one, other in zip(pictures(out), theirs, strict=True)]
    assert off.count(0) >= least
    assert max(off) < 8


def test_a_trim_to_the_whole_clip_copies_all_of_it(sources: dict[str, Source], tmp_path: Path) -> None:
    out = trimmed(sources["closed"], 0, FRAMES, tmp_path / "out.mp4")

    assert coded(out) == coded(sources["closed"].path)


def test_the_number_of_copied_frames_is_reported(sources: dict[str, Source], tmp_path: Path) -> None:
    recorder, out = Recorder(), tmp_path / "out.mp4"
    edit = parse(document(cut(50 / 30, 200 / 30), canvas={"size": [96, 64]}))

    render(edit, {"a": sources["closed"]}, out, workdir=tmp_path, progress=recorder)

    assert recorder.of("copied") == [{"frames": copied(out, sources["closed"])}]


def test_the_sound_of_a_trim_lasts_as_long_as_its_picture(sources: dict[str, Source], tmp_path: Path) -> None:
    with av.open(str(trimmed(sources["closed"], 50, 200, tmp_path / "out.mp4"))) as media:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in media.decode(audio=0)])

    assert abs(len(sound) / 48_000 - 5) <= 1024 / 48_000
    assert np.sqrt(np.mean(sound[:2000] ** 2)) > 0.05  # from its first sample on


@pytest.mark.parametrize("more", [{"speed": 2}, {"mute": True}, {"effects": [{"name": "mirror"}]}])
def test_anything_beyond_a_trim_is_encoded(
    sources: dict[str, Source], tmp_path: Path, more: dict[str, Any]
) -> None:
    assert (
        copied(trimmed(sources["pyramid"], 0, FRAMES, tmp_path / "out.mp4", **more), sources["pyramid"]) == 0
    )


def test_a_stream_of_another_encoder_is_encoded_and_still_exact(
    sources: dict[str, Source], tmp_path: Path
) -> None:
    strange = tmp_path / "strange.mp4"
    silent = "filter_units=remove_types=6"  # without the SEI in which x264 states its settings
    args = [*ffmpeg.safe_input(sources["pyramid"].path), "-c", "copy", "-bsf:v", silent, str(strange)]
    ffmpeg.run(args, cwd=tmp_path)
    out = trimmed(open_source(strange), 40, 150, tmp_path / "out.mp4")

    assert copied(out, sources["pyramid"]) == 0
    assert numbers(out) == list(range(40, 150))


def test_a_trimmed_clip_can_be_trimmed_again(sources: dict[str, Source], tmp_path: Path) -> None:
    once = trimmed(sources["closed"], 50, 230, tmp_path / "once.mp4")
    twice = trimmed(open_source(once), 5, 140, tmp_path / "twice.mp4")

    assert numbers(twice) == list(range(55, 190))
    assert copied(twice, sources["closed"]) >= 60


def test_seams_and_entries_of_a_stream_with_open_gops() -> None:
    order = [0, 3, 1, 2, 6, 4, 5, 7]  # I P B B I(open GOP: 4 and 5 refer back) B B P
    frames = [Mark(Fraction(time), time in (0, 6)) for time in order]

    assert seams(frames) == [0, 1, 4, 7, 8]
    assert entries(frames) == [0]


def test_decode_times_increase_and_never_exceed_presentation_times() -> None:
    shown = [0, 30, 10, 20, 60, 40, 50]

    due = decode_times(shown)
    assert due == sorted(set(due))
    assert all(decoded <= when for decoded, when in zip(due, shown, strict=True))
