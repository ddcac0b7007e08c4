"""Short clips as HLS: every segment holds picture and sound, and every flash keeps its beep."""

import re
from pathlib import Path

import av
import pytest

from library.media.h264.encode import MASTER_X264
from library.media.probe import probe
from publishing.packaging.ladder import write_hls
from publishing.packaging.media_playlist import segments
from tests.library import flashes


def hls(folder: Path, *, frames: int, size: str = "160x90") -> Path:
    """The playlist of the only rung of a clip that flashes and beeps."""
    clip = flashes.film(folder, "clip.mp4", seconds=frames / 30, size=size, more=MASTER_X264)
    shape = probe(clip)
    assert shape.frames == frames
    write_hls(clip, folder, shape=shape, metadata={}, on_frame=lambda _: None, check=lambda: None)
    return folder / "top/index.m3u8"


@pytest.mark.parametrize(
    ("frames", "lengths", "target"),
    [
        (1, [1 / 30], 1),
        (9, [0.3], 1),
        (59, [59 / 30], 2),
        (60, [2], 2),
        (61, [61 / 30], 2),  # one picture is no segment
        (67, [67 / 30], 2),
        (68, [2, 8 / 30], 2),
        (121, [2, 61 / 30], 2),
    ],
)
def test_every_segment_is_worth_fetching(
    tmp_path: Path, frames: int, lengths: list[float], target: int
) -> None:
    playlist = hls(tmp_path, frames=frames)

    found = segments(playlist)
    assert [one.seconds for one in found] == pytest.approx(lengths, abs=1e-3)
    assert re.findall("#EXT-X-TARGETDURATION:(.*)", playlist.read_text()) == [str(target)]
    assert sorted(playlist.parent.glob("*.m4s")) == sorted(one.path for one in found)
    for one in found:
        pictures, sounds = _packets(playlist.parent / "init.mp4", one.path)
        assert pictures == round(one.seconds * 30)
        assert sounds * 1024 / 48_000 > one.seconds / 2


def test_every_flash_keeps_its_beep_from_segment_to_segment(tmp_path: Path) -> None:
    playlist = hls(tmp_path, frames=125)
    whole = playlist.with_name("whole.mp4")
    whole.write_bytes(b"".join(map(Path.read_bytes, [playlist.with_name("init.mp4"), *_paths(playlist)])))

    seen, heard = flashes.seen(whole), flashes.heard(whole)

    assert len(seen) == len(heard) == 4
    assert heard == pytest.approx(seen, abs=0.02)


def _paths(playlist: Path) -> list[Path]:
    return [one.path for one in segments(playlist)]


def _packets(init: Path, segment: Path) -> tuple[int, int]:
    """How many packets of picture and of sound a segment holds."""
    alone = segment.with_suffix(".mp4")
    alone.write_bytes(init.read_bytes() + segment.read_bytes())
    with av.open(str(alone)) as media:
        kinds = [packet.stream.type for packet in media.demux() if packet.size]
    return kinds.count("video"), kinds.count("audio")
