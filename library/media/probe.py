"""What a media file really holds: counted and timed from its packets, not from what its header claims.

`python -m library.media.probe FILE` prints it as JSON.
"""

import sys
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from library.media import colour
from library.media.errors import TooManyPixels, Unreadable
from library.media.guard import apart, ffmpeg, process
from library.media.guard.container import open_container
from library.media.sniff import sniff

MAX_PACKETS = 2_000_000
STEADY = 0.003  # seconds two frame intervals may differ in a constant rate: Matroska counts milliseconds
APART = process.Limits(seconds=10, memory=3 * process.GIB, file_bytes=1 << 20, data=process.GIB // 2)


@dataclass(frozen=True)
class Probe:
    """A media file: size in square pixels, upright; frames a second; seconds (of the picture, else of the
    sound), rotation in degrees that was undone, and which codecs it uses. Sound only: size and rate are 0."""

    width: int
    height: int
    fps: Fraction
    frames: int
    seconds: float
    video_codec: str | None
    audio_codec: str | None
    rotation: int
    has_audio: bool
    container: str
    variable_rate: bool
    streams: int = 1
    colours: colour.Tags = colour.DELIVERED  # what is said of them


def probe(path: Path) -> Probe:
    """Read every packet of `path` and decode its first picture. Raises UnknownKind, Unreadable or, before
    anything is decoded, TooManyPixels.

    Runs in this process: for files of strangers use `probe_apart`."""
    with open_container(path) as container:
        try:
            return _probe(container, sniff(path).container)
        except (av.FFmpegError, ValueError, OverflowError) as broken:
            raise Unreadable() from broken


def probe_apart(path: Path) -> Probe:
    """`probe` in a child with hard limits: a hostile file harms nobody. Raises as `probe` does."""
    answer = apart.ask("library.media.probe", str(path.absolute()), limits=APART)
    colours = answer["colours"]
    tags = colour.Tags(**colours | {"size": tuple(colours["size"])})
    return Probe(**answer | {"fps": Fraction(answer["fps"]), "colours": tags})


Times = list[tuple[float, float]]  # (start, duration) in seconds of each packet shown, in order of showing


def _probe(container: InputContainer, kind: str) -> Probe:
    video, audio = _picture_stream(container), next(iter(container.streams.audio), None)
    timed = video or audio
    if timed is None:
        raise Unreadable()
    if video and video.codec_context.width * video.codec_context.height > ffmpeg.MAX_PIXELS:
        raise TooManyPixels(most=ffmpeg.MAX_PIXELS // 1_000_000)
    container_says = _colours(video) if video else colour.DELIVERED
    times, rotation = _read(container, timed)
    if not times:
        raise Unreadable()
    width, height = _upright(video, rotation) if video else (0, 0)
    seconds = _length(times)
    return Probe(
        width=width,
        height=height,
        fps=_rate(video, len(times), seconds) if video else Fraction(0),
        frames=len(times) if video else 0,
        seconds=round(seconds, 6),
        video_codec=video.codec_context.codec.canonical_name if video else None,
        audio_codec=audio.codec_context.codec.canonical_name if audio else None,
        rotation=rotation,
        has_audio=audio is not None,
        container=kind,
        variable_rate=bool(video) and _is_variable(times),
        streams=len(container.streams),
        colours=colour.together(_colours(video), container_says) if video else colour.DELIVERED,
    )


def _picture_stream(container: InputContainer) -> VideoStream | None:
    """The first moving picture; cover art attached to a sound file is not one."""
    moving = (s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic)
    return next((s for s in moving if s.codec_context is not None), None)


def _read(container: InputContainer, stream: VideoStream | AudioStream) -> tuple[Times, int]:
    """When each packet of `stream` is shown, and the picture's rotation."""
    times: Times = []
    rotation: int | None = 0 if isinstance(stream, AudioStream) else None
    for packet in container.demux(stream):
        if rotation is None:
            rotation = _rotation_in(packet)
        if packet.pts is None or packet.is_discard:
            continue
        times.append((float(packet.pts * packet.time_base), float((packet.duration or 0) * packet.time_base)))
        if len(times) > MAX_PACKETS:
            raise Unreadable()
    if rotation is None:
        raise Unreadable()  # not one picture could be decoded
    return sorted(times), rotation


def _rotation_in(packet: av.Packet) -> int | None:
    """Degrees, in quarter turns, of the first picture this packet decodes to; None if there is none yet."""
    for frame in packet.decode():
        return round(frame.rotation / 90) * 90 % 360
    return None


def _upright(video: VideoStream, rotation: int) -> tuple[int, int]:
    square = video.sample_aspect_ratio or 1  # 0 or None: not said, so square
    size = (round(video.codec_context.width * square), video.codec_context.height)
    return size if rotation % 180 == 0 else (size[1], size[0])


def _colours(video: VideoStream) -> colour.Tags:
    # Matroska keeps the alpha plane of VP8 and VP9 beside the picture, and says so in a tag of the stream
    return colour.tags_of(video.codec_context, alpha=video.metadata.get("alpha_mode") == "1")


def _length(times: Times) -> float:
    first, (last, duration) = times[0][0], times[-1]
    if not duration and len(times) > 1:
        duration = (last - first) / (len(times) - 1)
    return last + duration - first


def _rate(video: VideoStream, frames: int, seconds: float) -> Fraction:
    """Frames a second: what was counted, snapped to the declared rate where the two agree."""
    counted = Fraction(frames / seconds).limit_denominator(1001) if seconds > 0 else Fraction(0)
    declared = video.average_rate or video.guessed_rate or counted
    return Fraction(declared) if abs(declared - counted) <= max(counted, Fraction(1)) / 50 else counted


def _is_variable(times: Times) -> bool:
    steps = [later[0] - earlier[0] for earlier, later in pairwise(times)]
    return bool(steps) and max(steps) - min(steps) > STEADY


def _as_json(found: Probe) -> dict[str, Any]:
    return asdict(found) | {"fps": str(found.fps)}


def main(path: str) -> int:
    """Print the probe of `path`, or the name of its error, as one JSON object."""
    return apart.answer(lambda: _as_json(probe(Path(path))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
