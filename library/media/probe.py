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

from library.media import codecs, colour, command_line
from library.media.broadcast_clock import BroadcastClock
from library.media.clean_aperture import clean_size
from library.media.display_matrix import orientation
from library.media.errors import NoPicture, TooManyPixels, UnknownCodec, Unreadable
from library.media.guard import apart, ffmpeg, process
from library.media.guard.container import open_container
from library.media.interlacing import FieldsFinder
from library.media.movie_box import movie_box
from library.media.sniff import sniff
from library.media.streams import SoundStream, codec_of, find_sound, picture_stream, sound_refusal

MAX_PACKETS = 2_000_000
STEADY = 0.003  # seconds two frame intervals may differ in a constant rate: Matroska counts milliseconds
APART = process.Limits(seconds=10, memory=3 * process.GIB, file_bytes=1 << 20, data=process.GIB // 2)

Ends = tuple[float, float]  # when something begins and ends, in seconds on the file's own clock


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
    picture: Ends | None = None
    sound: Ends | None = None
    declared_end: float = 0.0  # on the same clock, what the header of a Matroska file says
    restarts: bool = False  # whether its clock begins anew midway; all times here are as if it had gone on
    interlaced: bool = False  # whether pictures of it are two fields
    mirrored: bool = False  # whether `rotation` was undone with top and bottom exchanged
    colours: colour.Tags = colour.DELIVERED  # what is said of them


def probe(path: Path) -> Probe:
    """Read every packet of `path`, decode its first picture and the first of its sound. Raises UnknownKind,
    UnknownCodec, UnknownVariant, NoPicture, Unreadable or, before a picture is decoded, TooManyPixels.

    Runs in this process: for files of strangers use `probe_apart`."""
    with open_container(path) as container:
        try:
            return _probe(container, path)
        except (av.FFmpegError, ValueError, OverflowError) as broken:
            raise Unreadable() from broken


def probe_apart(path: Path) -> Probe:
    """`probe` in a child with hard limits: a hostile file harms nobody. Raises as `probe` does."""
    answer = apart.ask("library.media.probe", str(path.absolute()), limits=APART)
    ends = {name: tuple(answer[name]) for name in ("picture", "sound") if answer[name]}
    colours = answer["colours"]
    tags = colour.Tags(**colours | {"size": tuple(colours["size"])})
    return Probe(**answer | {"fps": Fraction(answer["fps"]), "colours": tags} | ends)


Times = list[tuple[float, float]]  # (start, duration) in seconds of each packet shown, in order of showing


def _probe(container: InputContainer, path: Path) -> Probe:
    video, heard = picture_stream(container), find_sound(path)
    _require_decoder(video, heard)
    audio = next((s for s in container.streams.audio if heard and s.index == heard.index), None)
    if video is None and audio is None:
        raise Unreadable() if container.streams.audio else NoPicture()
    if video and video.codec_context.width * video.codec_context.height > ffmpeg.MAX_PIXELS:
        raise TooManyPixels(most=ffmpeg.MAX_PIXELS // 1_000_000)
    container_says = _colours(video) if video else colour.DELIVERED
    clock = BroadcastClock(container)
    fields = FieldsFinder(video)
    pictures, sounds, first = _read(container, clock, fields, video, audio)
    times = pictures if video else sounds
    if not times:
        raise Unreadable()
    seconds = _length(times)
    return Probe(
        **(_look(video, first, path) if video and first else NO_PICTURE),
        fps=_rate(video, len(times), seconds) if video else Fraction(0),
        frames=len(pictures),
        seconds=round(seconds, 6),
        video_codec=codec_of(video) if video else None,
        audio_codec=heard.codec if heard else None,
        has_audio=audio is not None,
        container=sniff(path).container,
        variable_rate=bool(video) and _is_variable(times),
        streams=len(container.streams),
        video_index=video.index if video else None,
        audio_index=audio.index if audio else None,
        audio_layout=heard.layout if heard else "",
        picture=_ends(pictures),
        sound=_ends(sounds),
        declared_end=_declared_end(container),
        interlaced=fields.found or bool(first and first.interlaced_frame),
        restarts=clock.began_anew,
        colours=colour.together(_colours(video), container_says) if video else colour.DELIVERED,
    )


def _require_decoder(video: VideoStream | None, sound: SoundStream | None) -> None:
    """Raises UnknownCodec where the picture, or the sound of a file without one, cannot be decoded."""
    if video and not codec_of(video):
        raise UnknownCodec(codec="", accepted=codecs.video_names())
    if not video and sound and sound.index is None:
        raise sound_refusal(sound.codec)


def _read(
    container: InputContainer,
    clock: BroadcastClock,
    fields: FieldsFinder,
    video: VideoStream | None,
    audio: AudioStream | None,
) -> tuple[Times, Times, av.VideoFrame | None]:
    """When each packet of the picture and of the sound is shown, and the first picture."""
    times: dict[int, Times] = {stream.index: [] for stream in (video, audio) if stream}
    first: av.VideoFrame | None = None
    for packet in container.demux(*(stream for stream in (video, audio) if stream)):
        if first is None and video and packet.stream_index == video.index:
            first = _first_picture(packet)
        if video and packet.stream_index == video.index:
            fields.look(packet)
        clock.follow(packet)
        if packet.pts is None or packet.is_discard:
            continue
        shown, lasts = times[packet.stream_index], float((packet.duration or 0) * packet.time_base)
        shown.append((float(packet.pts * packet.time_base) + clock.offset, lasts))
        if len(shown) > MAX_PACKETS:
            raise Unreadable()
    fields.finish()
    if video and first is None:
        raise Unreadable()  # not one picture could be decoded
    pictures, sounds = (sorted(times[stream.index]) if stream else [] for stream in (video, audio))
    return pictures, sounds, first


def _first_picture(packet: av.Packet) -> av.VideoFrame | None:
    """The first picture this packet decodes to; None if there is none yet."""
    return next((frame for frame in packet.decode() if isinstance(frame, av.VideoFrame)), None)


NO_PICTURE: dict[str, Any] = {"width": 0, "height": 0, "rotation": 0}


def _look(video: VideoStream, first: av.VideoFrame, path: Path) -> dict[str, Any]:
    """What of a Probe one picture tells."""
    coded = video.codec_context.width, video.codec_context.height
    movie = movie_box(path) if "mov" in video.container.format.name else b""
    upright = orientation(first, movie, video.id)
    width, height = _upright(video, clean_size(movie, coded), upright.rotation)
    return {
        "width": width,
        "height": height,
        "rotation": upright.rotation,
        "mirrored": upright.mirrored,
    }


def _upright(video: VideoStream, seen: tuple[int, int], rotation: int) -> tuple[int, int]:
    square = video.sample_aspect_ratio or 1  # 0 or None: not said, so square
    size = (round(seen[0] * square), seen[1])
    return size if rotation % 180 == 0 else (size[1], size[0])


def _colours(video: VideoStream) -> colour.Tags:
    # Matroska keeps the alpha plane of VP8 and VP9 beside the picture, and says so in a tag of the stream
    return colour.tags_of(video.codec_context, alpha=video.metadata.get("alpha_mode") == "1")


def _ends(times: Times) -> Ends | None:
    return (round(times[0][0], 6), round(times[0][0] + _length(times), 6)) if times else None


def _length(times: Times) -> float:
    """Seconds from the first to the end of the last, which lasts as long as the others do if nothing says."""
    first, (last, duration) = times[0][0], times[-1]
    if not duration and len(times) > 1:
        duration = (last - first) / (len(times) - 1)
    return last + duration - first


def _declared_end(container: InputContainer) -> float:
    """Matroska does not say how long a picture is shown. Where the last one stays, as that of a recorded
    screen on which nothing happens any more, only the length of the whole file tells."""
    return round((container.duration or 0) / av.time_base, 6) if "matroska" in container.format.name else 0.0


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
