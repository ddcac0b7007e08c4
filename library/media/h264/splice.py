"""Joining H.264 packet by packet: where a stream may be cut, whether two fit one decoder, when frames show.

Frames are numbered in decoding order unless said otherwise. Nothing here decodes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from library.media.guard.container import open_container


class FramesLost(RuntimeError):
    """A joined file does not hold the frames of its source."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A frame of a file: when it is shown, in seconds, and whether it is a keyframe."""

    shown: Fraction
    key: bool


def marks(path: Path) -> list[Mark]:
    """Every frame of `path`, in decoding order; pre-roll is marked too."""
    with open_container(path) as media:
        return [Mark(shown_at(packet), packet.is_keyframe) for packet in packets(media.demux(video=0))]


def seams(frames: Sequence[Mark]) -> list[int]:
    """Where a file may end and another begin: before each of these frames lie exactly those that are shown
    before it. The end of the file is the last of them."""
    earliest, found = _earliest_from(frames), []
    latest: Fraction | None = None
    for index, mark in enumerate(frames):
        if latest is None or latest < earliest[index]:
            found.append(index)
        latest = mark.shown if latest is None else max(latest, mark.shown)
    return [*found, len(frames)]


def entries(frames: Sequence[Mark]) -> list[int]:
    """The seams from which on everything decodes alone: a keyframe, and nothing is shown before it that
    comes after it."""
    earliest = _earliest_from(frames)
    return [at for at in seams(frames)[:-1] if frames[at].key and frames[at].shown == earliest[at]]


def _earliest_from(frames: Sequence[Mark]) -> list[Fraction]:
    """For each frame, when the first is shown of it and all that come after it."""
    found = [mark.shown for mark in frames]
    for index in range(len(frames) - 2, -1, -1):
        found[index] = min(found[index], found[index + 1])
    return found


def frame_times(path: Path) -> list[Fraction]:
    """When each frame is shown, in seconds, in order, read without decoding; pre-roll is not shown."""
    with open_container(path) as media:
        return sorted(shown_at(packet) for packet in packets(media.demux(video=0)) if not packet.is_discard)


def decode_times(shown: Sequence[int]) -> list[int]:
    """When each frame is to be decoded, given when it is shown (ticks, in decoding order): at the times the
    frames are shown at, as late as keeps every frame in time."""
    order = sorted(shown)
    rank = {time: place for place, time in enumerate(order)}
    ahead = max((index - rank[time] for index, time in enumerate(shown)), default=0)
    step = order[1] - order[0] if len(order) > 1 else 1
    before = [order[0] - step * back for back in range(ahead, 0, -1)]
    return [*before, *order][: len(shown)]


def time_scale(path: Path) -> int:
    """Ticks a second of the picture."""
    with open_container(path) as media:
        return Fraction(media.streams.video[0].time_base or 0).denominator


def same_decoder(one: Path, other: Path) -> bool:
    """Do both need the very same parameter sets? An MP4 track announces them once."""
    with open_container(one) as first, open_container(other) as second:
        contexts = [media.streams.video[0].codec_context for media in (first, second)]
        return contexts[0].extradata == contexts[1].extradata


def packets(demuxed: Iterable[av.Packet]) -> Iterator[av.Packet]:
    """Those that hold anything: the last of a stream is an empty flush."""
    return (packet for packet in demuxed if packet.size)


def shown_at(packet: av.Packet) -> Fraction:
    return _seconds(packet.pts, packet)


def decoded_at(packet: av.Packet) -> Fraction:
    return _seconds(packet.dts, packet)


def _seconds(ticks: int | None, packet: av.Packet) -> Fraction:
    if ticks is None or packet.time_base is None:
        raise FramesLost("A frame of it has no time.")
    return ticks * packet.time_base
