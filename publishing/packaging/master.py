"""The labelled master: the label is burned into the opening, everything after it is copied.

Only the first closed GOPs are encoded again; the other packets are copied behind them. That is done only if
one decoder configuration fits both parts, and the result is used only if every frame is still shown at its
time; otherwise the whole video is encoded again.
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

OnFrame = Callable[[int], None]
Check = Callable[[], None]
TAGGED = {"movflags": "+faststart+use_metadata_tags"}  # without the second flag the AIGC key is dropped


def labelled(
    source: Path, *, label: Label, shape: Probe, folder: Path, on_frame: OnFrame, check: Check
) -> Path:
    """`source` with its label burned in and its AIGC tag, as an MP4 in `folder`. Raises FramesLost."""
    times, target = frame_times(source), folder / "labelled.mp4"
    words = burn(label, short=min(shape.width, shape.height), fps=shape.fps, folder=folder)
    burner = Burner(source, words, on_frame, check, timeout=time_limit(shape.seconds))
    if cut := _cut(source, label.frames(shape.fps)):
        head = burner.opening(cut, folder / "head.mp4")
        if same_decoder(head, source) and _join(head, source, cut, target, label.metadata, check) == times:
            return target
        logger.info("only the opening of %s cannot be replaced: encoding all of it", source.name)
    if frame_times(burner.whole(target, label.metadata)) != times:
        raise FramesLost(f"{source.name}: {len(times)} frames became {len(frame_times(target))}.")
    return target


@dataclass(frozen=True)
class Burner:
    """Encodes `source` again with the filter `words`, frame for frame and with the same timestamps."""

    source: Path
    words: str
    on_frame: OnFrame
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


def time_limit(seconds: float) -> float:
    """Seconds that one pass over so many seconds of video may take, on a slow machine."""
    return 600 + 60 * seconds


def _cut(source: Path, frames: int) -> int | None:
    """The first frame at or after `frames` from which on everything decodes alone, or None."""
    return next((at for at in splice.entries(splice.marks(source)) if at >= frames), None)


def _join(
    head: Path, source: Path, cut: int, target: Path, metadata: dict[str, str], check: Check
) -> list[Fraction]:
    """Write the frames of `head`, then those of `source` from number `cut` on, and all its sound.

    Returns the time at which each frame is shown, in seconds.
    """
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
            (picture, _from(cut, packets(pictures.demux(video=0)))),
        ]
        if sounds.streams.audio:
            sound = joined.add_stream_from_template(sounds.streams.audio[0])
            tracks += [(sound, packets(sounds.demux(audio=0)))]
        for packet in heapq.merge(*(_for(stream, some) for stream, some in tracks), key=splice.decoded_at):
            check()
            joined.mux(packet)
    return frame_times(target)


def _from(cut: int, packets: Iterator[av.Packet]) -> Iterator[av.Packet]:
    return (packet for number, packet in enumerate(packets) if number >= cut)


def _for(stream: av.stream.Stream, packets: Iterator[av.Packet]) -> Iterator[av.Packet]:
    for packet in packets:
        packet.stream = stream
        yield packet
