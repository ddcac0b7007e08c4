"""The labelled master: the words are burned into the opening, everything after it stays as it was.

Only the first closed GOPs are encoded again; the rest is copied packet by packet behind them. That is
allowed only if one decoder set-up fits both halves, and kept only if every frame is still in its place;
otherwise the whole picture is encoded again.
"""

import heapq
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from library.media.guard import ffmpeg
from library.media.guard.container import open_container
from library.media.h264 import splice
from library.media.h264.encode import MASTER_X264
from library.media.h264.splice import FramesLost, frame_times, packets, same_decoder, time_scale
from library.media.probe import Probe
from publishing.packaging.label import Label, burn

logger = logging.getLogger("publishing.packaging")

Heard = Callable[[int], None]
Check = Callable[[], None]
TAGGED = {"movflags": "+faststart+use_metadata_tags"}  # without the second flag the AIGC key is dropped


def labelled(
    source: Path, *, label: Label, shape: Probe, folder: Path, on_frame: Heard, check: Check
) -> Path:
    """`source` with its label burned in and its AIGC tag, as an MP4 in `folder`. Raises FramesLost."""
    times, target = frame_times(source), folder / "labelled.mp4"
    words = burn(label, short=min(shape.width, shape.height), fps=shape.fps, folder=folder)
    burner = Burner(source, words, on_frame, check, timeout=patience(shape.seconds))
    if cut := _cut(source, label.frames(shape.fps)):
        head = burner.opening(cut, folder / "head.mp4")
        if same_decoder(head, source) and _join(head, source, cut, target, label.metadata, check) == times:
            return target
        logger.info("the opening of %s cannot be replaced alone: encoding all of it", source.name)
    if frame_times(burner.whole(target, label.metadata)) != times:
        raise FramesLost(f"{source.name}: {len(times)} frames became {len(frame_times(target))}.")
    return target


@dataclass(frozen=True)
class Burner:
    """Encodes `source` again with `words` (a filter) on it, frame for frame and on the same clock."""

    source: Path
    words: str
    on_frame: Heard
    check: Check
    timeout: float

    def opening(self, frames: int, target: Path) -> Path:
        """The first `frames`, without sound."""
        return self._run(["-frames:v", str(frames), "-an"], target)

    def whole(self, target: Path, metadata: dict[str, str]) -> Path:
        """All of it, the sound copied."""
        tags = [part for key, value in metadata.items() for part in ("-metadata", f"{key}={value}")]
        return self._run(["-map", "0:a:0?", "-c:a", "copy", *tags, "-movflags", TAGGED["movflags"]], target)

    def _run(self, outward: list[str], target: Path) -> Path:
        clock = ["-fps_mode", "passthrough", "-video_track_timescale", str(time_scale(self.source))]
        picture = ["-map", "0:v:0", "-vf", self.words, *MASTER_X264, *clock]
        args = [*ffmpeg.safe_input(self.source), *picture, *outward, target.name]
        ffmpeg.run(args, cwd=target.parent, on_frame=self.on_frame, check=self.check, timeout=self.timeout)
        return target


def patience(seconds: float) -> float:
    """How long one pass over so much video may take, on a slow machine."""
    return 600 + 60 * seconds


def _cut(source: Path, frames: int) -> int | None:
    """The first frame at or after `frames` from which on everything decodes alone, or None."""
    return next((at for at in splice.entries(splice.marks(source)) if at >= frames), None)


def _join(
    head: Path, source: Path, cut: int, target: Path, metadata: dict[str, str], check: Check
) -> list[Fraction]:
    """Write the pictures of `head`, those of `source` from `cut` on, all its sound. Returns frame times."""
    with (
        open_container(head) as opening,
        open_container(source) as pictures,
        open_container(source) as sounds,
        av.open(str(target), "w", options=TAGGED) as joined,
    ):
        joined.metadata.update(metadata)
        picture = joined.add_stream_from_template(pictures.streams.video[0])
        tracks: list[tuple[av.stream.Stream, Iterator[av.Packet]]] = [
            (picture, packets(opening.demux(video=0))),
            (picture, _after(cut, packets(pictures.demux(video=0)))),
        ]
        if sounds.streams.audio:
            sound = joined.add_stream_from_template(sounds.streams.audio[0])
            tracks += [(sound, packets(sounds.demux(audio=0)))]
        for packet in heapq.merge(*(_for(stream, some) for stream, some in tracks), key=splice.decoded_at):
            check()
            joined.mux(packet)
    return frame_times(target)


def _after(cut: int, packets: Iterator[av.Packet]) -> Iterator[av.Packet]:
    return (packet for number, packet in enumerate(packets) if number >= cut)


def _for(stream: av.stream.Stream, packets: Iterator[av.Packet]) -> Iterator[av.Packet]:
    for packet in packets:
        packet.stream = stream
        yield packet
