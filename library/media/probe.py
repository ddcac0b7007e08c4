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

from library.media import codecs, command_line
from library.media.errors import NoPicture, TooManyPixels, UnknownCodec, Unreadable
from library.media.guard import apart, ffmpeg, process
from library.media.guard.container import open_container
from library.media.sniff import sniff
from library.media.streams import SoundStream, codec_of, find_sound, picture_stream, sound_refusal

MAX_PACKETS = 2_000_000
STEADY = 0.003  # seconds two frame intervals may differ in a constant rate: Matroska counts milliseconds
APART = process.Limits(seconds=10, memory=3 * process.GIB, file_bytes=1 << 20, data=process.GIB // 2)


@dataclass(frozen=True)
class Probe:
    """A media file: size in square pixels, upright; frames a second; seconds (of the picture, else of the
    sound), rotation in degrees that was undone, and which codecs it uses. Sound only: size and rate are 0.

    `video_index` and `audio_index` are the streams of the picture and of the sound, None where there is none.
    A sound that cannot be decoded has a codec and no index; its codec is "" if it is not known."""

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
    video_index: int | None = None
    audio_index: int | None = None
    audio_layout: str = ""  # of its channels, as ffmpeg names it
    transfer: str = ""  # the transfer function, as ffmpeg names it, if it is said: tells HDR from SDR


def probe(path: Path) -> Probe:
    """Read every packet of `path`, decode its first picture and the first of its sound. Raises UnknownKind,
    UnknownCodec, UnknownVariant, NoPicture, Unreadable or, before a picture is decoded, TooManyPixels.

    Runs in this process: for files of strangers use `probe_apart`."""
    with open_container(path) as container:
        try:
            return _probe(container, find_sound(path), sniff(path).container)
        except (av.FFmpegError, ValueError, OverflowError) as broken:
            raise Unreadable() from broken


def probe_apart(path: Path) -> Probe:
    """`probe` in a child with hard limits: a hostile file harms nobody. Raises as `probe` does."""
    answer = apart.ask("library.media.probe", str(path.absolute()), limits=APART)
    return Probe(**answer | {"fps": Fraction(answer["fps"])})


Times = list[tuple[float, float]]  # (start, duration) in seconds of each packet shown, in order of showing


def _probe(container: InputContainer, sound: SoundStream | None, kind: str) -> Probe:
    video, heard = picture_stream(container), sound.index if sound else None
    timed = video or (container.streams[heard] if heard is not None else None)
    _require_decoder(video, sound)
    if not isinstance(timed, VideoStream | AudioStream):
        raise Unreadable() if container.streams.audio else NoPicture()
    if video and video.codec_context.width * video.codec_context.height > ffmpeg.MAX_PIXELS:
        raise TooManyPixels(most=ffmpeg.MAX_PIXELS // 1_000_000)
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
        video_codec=codec_of(video) if video else None,
        audio_codec=sound.codec if sound else None,
        rotation=rotation,
        has_audio=heard is not None,
        container=kind,
        variable_rate=bool(video) and _is_variable(times),
        streams=len(container.streams),
        video_index=video.index if video else None,
        audio_index=heard,
        audio_layout=sound.layout if sound else "",
        transfer=_transfer(video) if video else "",
    )


def _require_decoder(video: VideoStream | None, sound: SoundStream | None) -> None:
    """Raises UnknownCodec where the picture, or the sound of a file without one, cannot be decoded."""
    if video and not codec_of(video):
        raise UnknownCodec(codec="", accepted=codecs.video_names())
    if not video and sound and sound.index is None:
        raise sound_refusal(sound.codec)


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


def _transfer(video: VideoStream) -> str:
    return {16: "smpte2084", 18: "arib-std-b67", 1: "bt709"}.get(int(video.codec_context.color_trc), "")


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
    parser = command_line.Parser(prog="python -m library.media.probe", description=main.__doc__)
    parser.add_argument("path", metavar="FILE")
    asked = parser.parse_args()
    sys.exit(command_line.status_of(lambda: main(asked.path)))
