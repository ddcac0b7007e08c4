"""Which of a file's streams are its picture and its sound, wherever they stand among others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from library.media import codecs
from library.media.errors import UnknownCodec, UnknownVariant
from library.media.guard.container import open_container

TRIES = 200  # packets of a sound that may be damaged before the first that is heard


@dataclass(frozen=True)
class SoundStream:
    """The sound that is heard: its stream's index in the file, its codec as ffmpeg names it ("" where it is
    not known), and the layout of its channels, such as "mono" or "5.1(side)". `index` None: there are sounds,
    and none can be decoded."""

    index: int | None
    codec: str
    layout: str = ""


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The moving picture: one whose codec is taken before others, then one that its file shows by default,
    then the first. Cover art attached to a sound is none, nor are the thumbnails of chapters."""
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    return max(moving, key=lambda s: (codec_of(s) in codecs.VIDEO_CODECS, *_order(s)), default=None)


def find_sound(path: Path) -> SoundStream | None:
    """The sound of the file at `path` that is heard, by the same order, among those that can be decoded:
    reads packets until one is. None where there is no sound, or only streams without packets."""
    with open_container(path) as container:
        sounds = sorted(container.streams.audio, key=_sound_order, reverse=True)
        decoders = [stream for stream in sounds if _has_decoder(stream)]
        if best := _first_decoded(container, decoders):
            return best
        refused = [codec_of(s) for s in sounds if s not in decoders or not codecs.is_sound_taken(codec_of(s))]
    return SoundStream(None, refused[0]) if refused else None


def sound_refusal(codec: str) -> UnknownCodec | UnknownVariant:
    """Why a sound that is coded as `codec` cannot be taken: nobody knows it, or not in the variant it is."""
    if codecs.is_sound_taken(codec):
        return UnknownVariant(codec=codecs.SOUND_CODECS.get(codec, "PCM"))
    return UnknownCodec(codec=codec, accepted=codecs.sound_names())


def sound_frames(container: InputContainer, index: int) -> Iterator[AudioFrame]:
    """The frames of the sound in stream `index` of `container`, decoded."""
    for frame in container.decode(container.streams[index]):
        if isinstance(frame, AudioFrame):
            yield frame


def codec_of(stream: AudioStream | VideoStream) -> str:
    """Its codec as ffmpeg names it, "" where nothing here decodes it."""
    return stream.codec_context.codec.canonical_name if stream.codec_context is not None else ""


def _order(stream: AudioStream | VideoStream) -> tuple[bool, int]:
    return bool(stream.disposition & Disposition.default), -stream.index


def _sound_order(stream: AudioStream) -> tuple[bool, bool, int]:
    return codecs.is_sound_taken(codec_of(stream)), *_order(stream)


def _has_decoder(stream: AudioStream) -> bool:
    """Whether its codec is known here, in the variant that it is (ambisonics of Opus may be projected)."""
    if stream.codec_context is None:
        return False
    try:
        stream.codec_context.open(strict=False)
    except (av.FFmpegError, ValueError):
        return False
    return True


def _first_decoded(container: InputContainer, streams: list[AudioStream]) -> SoundStream | None:
    """The foremost of `streams` that gives a frame; those before it may be empty, or fail `TRIES` times."""
    heard: dict[int, SoundStream] = {}
    failed = dict.fromkeys((s.index for s in streams), 0)
    by_index = {s.index: s for s in streams}
    for packet in container.demux(*streams) if streams else ():
        at = packet.stream.index
        if at in heard or failed[at] >= TRIES:
            continue
        failed[at] += 1
        if layout := _layout_in(packet):
            heard[at] = SoundStream(at, codec_of(by_index[at]), layout)
        if found := _foremost(streams, heard, failed):
            return found
    return next((heard[s.index] for s in streams if s.index in heard), None)


def _layout_in(packet: av.Packet) -> str:
    """The layout of the first frame this packet decodes to, "" if there is none."""
    try:
        frames: Iterable[object] = packet.decode()
    except (av.FFmpegError, ValueError):
        return ""
    return next((str(frame.layout.name) for frame in frames if isinstance(frame, AudioFrame)), "")


def _foremost(
    streams: Iterable[AudioStream], heard: dict[int, SoundStream], failed: dict[int, int]
) -> SoundStream | None:
    """The first stream that was heard, once all before it have failed."""
    for stream in streams:
        if stream.index in heard:
            return heard[stream.index]
        if failed[stream.index] < TRIES:
            return None
    return None
