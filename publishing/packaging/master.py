"""The labelled master: the words are burned into the opening, everything after it stays as it was.

Only the first closed GOPs are encoded again; the rest is copied packet by packet behind them. That is
allowed only if one decoder set-up fits both halves, and kept only if every frame is still in its place;
otherwise the whole picture is encoded again.
"""

import heapq
import logging
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av

from library.media import ffmpeg
from library.media.encode import MASTER_X264
from library.media.opened import opened
from library.media.probe import Probe
from publishing.packaging.label import Label, burn

logger = logging.getLogger("publishing.packaging")

Heard = Callable[[int], None]
Check = Callable[[], None]
TAGGED = {"movflags": "+faststart+use_metadata_tags"}  # without the second flag the AIGC key is dropped


class FramesLost(RuntimeError):
    """The labelled file does not hold the frames of its source."""


def labelled(
    source: Path, *, label: Label, shape: Probe, folder: Path, on_frame: Heard, check: Check
) -> Path:
    """`source` with its label burned in and its AIGC tag, as an MP4 in `folder`. Raises FramesLost."""
    times = frame_times(source)
    words = burn(label, short=min(shape.width, shape.height), fps=shape.fps, folder=folder)
    cut = _cut(source, label.frames(shape.fps))
    target = folder / "labelled.mp4"
    if cut:
        head = _encode(source, words, folder / "head.mp4", on_frame, check, first=cut)
        if _same_decoder(head, source) and _join(head, source, cut, target, label.metadata, check) == times:
            return target
        logger.info("the opening of %s cannot be replaced alone: encoding all of it", source.name)
    _encode(source, words, target, on_frame, check, metadata=label.metadata)
    if frame_times(target) != times:
        raise FramesLost(f"{source.name}: {len(times)} frames became {len(frame_times(target))}.")
    return target


def frame_times(path: Path) -> list[Fraction]:
    """When each frame of the picture is shown, in seconds, in order; read without decoding."""
    with opened(path) as media:
        return sorted(_shown_at(packet) for packet in _packets(media.demux(video=0)))


def _cut(source: Path, frames: int) -> int | None:
    """The first frame at or after `frames` from which on everything decodes alone, or None.

    Counted in decoding order: before it lie exactly the frames shown before it.
    """
    with opened(source) as media:
        packets = [(_shown_at(packet), packet.is_keyframe) for packet in _packets(media.demux(video=0))]
    earliest_from = list(packets)
    for index in range(len(packets) - 2, -1, -1):
        earliest_from[index] = min(packets[index], earliest_from[index + 1])
    latest = Fraction(-1)
    for index, (shown_at, is_key) in enumerate(packets):
        if is_key and index >= frames and latest < shown_at == earliest_from[index][0]:
            return index
        latest = max(latest, shown_at)
    return None


def _time_scale(source: Path) -> int:
    with opened(source) as media:
        return Fraction(media.streams.video[0].time_base or 0).denominator


def _encode(
    source: Path,
    words: str,
    target: Path,
    on_frame: Heard,
    check: Check,
    *,
    first: int | None = None,
    metadata: dict[str, str] | None = None,
) -> Path:
    """Burn `words` into all of `source`, or into its `first` frames without sound."""
    some = ["-frames:v", str(first), "-an"] if first else ["-map", "0:a:0?", "-c:a", "copy"]
    tags = [part for key, value in (metadata or {}).items() for part in ("-metadata", f"{key}={value}")]
    picture = ["-map", "0:v:0", "-vf", words, "-fps_mode", "passthrough", *MASTER_X264]
    clock = ["-video_track_timescale", str(_time_scale(source))]
    outward = [*some, *tags, *clock, "-movflags", TAGGED["movflags"], target.name]
    args = [*ffmpeg.safe_input(source), *picture, *outward]
    ffmpeg.run(args, cwd=target.parent, on_frame=on_frame, check=check)
    return target


def _same_decoder(head: Path, source: Path) -> bool:
    """Do both need the very same parameter sets? An MP4 track announces them once."""
    with opened(head) as one, opened(source) as other:
        contexts = [media.streams.video[0].codec_context for media in (one, other)]
        return contexts[0].extradata == contexts[1].extradata


def _join(
    head: Path, source: Path, cut: int, target: Path, metadata: dict[str, str], check: Check
) -> list[Fraction]:
    """Write the pictures of `head`, those of `source` from `cut` on, all its sound. Returns frame times."""
    with (
        opened(head) as opening,
        opened(source) as pictures,
        opened(source) as sounds,
        av.open(str(target), "w", options=TAGGED) as joined,
    ):
        joined.metadata.update(metadata)
        picture = joined.add_stream_from_template(pictures.streams.video[0])
        tracks: list[tuple[av.stream.Stream, Iterator[av.Packet]]] = [
            (picture, _packets(opening.demux(video=0))),
            (picture, _after(cut, _packets(pictures.demux(video=0)))),
        ]
        if sounds.streams.audio:
            sound = joined.add_stream_from_template(sounds.streams.audio[0])
            tracks += [(sound, _packets(sounds.demux(audio=0)))]
        for packet in heapq.merge(*(_for(stream, packets) for stream, packets in tracks), key=_decoded_at):
            check()
            joined.mux(packet)
    return frame_times(target)


def _packets(demuxed: Iterable[av.Packet]) -> Iterator[av.Packet]:
    return (packet for packet in demuxed if packet.size)  # the last of a stream is an empty flush


def _after(cut: int, packets: Iterator[av.Packet]) -> Iterator[av.Packet]:
    return (packet for number, packet in enumerate(packets) if number >= cut)


def _for(stream: av.stream.Stream, packets: Iterator[av.Packet]) -> Iterator[av.Packet]:
    for packet in packets:
        packet.stream = stream
        yield packet


def _decoded_at(packet: av.Packet) -> Fraction:
    return _seconds(packet.dts, packet)


def _shown_at(packet: av.Packet) -> Fraction:
    return _seconds(packet.pts, packet)


def _seconds(ticks: int | None, packet: av.Packet) -> Fraction:
    if ticks is None or packet.time_base is None:
        raise FramesLost("A frame of it has no time.")
    return ticks * packet.time_base
