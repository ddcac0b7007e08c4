"""What of strangers' media is let in."""

from dataclasses import dataclass
from pathlib import Path

from library.media import errors
from library.media.ingest.codecs import PCM, SOUND_CODECS, VIDEO_CODECS
from library.media.ingest.shape import Shape
from library.media.ingest.timing import Timing
from library.media.probe import Probe, probe_apart
from library.media.sniff import Kind, sniff

FRAME_PIXELS = 4096 * 2304  # of a video: 4K. None may begin smaller and grow on the way

SENSOR_TOLERANCE = 0.02  # of a rate: the clock of a sensor that is said to film 240 pictures a second


@dataclass(frozen=True)
class UploadLimits:
    """The most that is taken: seconds, pixels of a video frame and of a still, frames a second, streams."""

    seconds: float = 600
    frame_pixels: int = FRAME_PIXELS
    still_pixels: int = 40_000_000
    fps: int = 240
    streams: int = 8
    least_side: int = 16
    least_seconds: float = 0.1


@dataclass(frozen=True)
class InspectedFile:
    """What a file turned out to be; pictures are measured when they are made anew, not here."""

    kind: Kind
    probe: Probe | None

    @property
    def timing(self) -> Timing:
        assert self.probe is not None
        return Timing.of(self.probe)

    @property
    def shape(self) -> Shape:
        assert self.probe is not None
        return Shape.of(self.probe)


INSPECTION_ERRORS = (
    errors.UnknownKind,
    errors.UnknownCodec,
    errors.Unreadable,
    errors.TooLong,
    errors.TooShort,
    errors.TooManyPixels,
    errors.TooSmall,
    errors.TooFast,
    errors.TooManyStreams,
    errors.NoPicture,
    errors.NoSound,
)


def inspect(path: Path, limits: UploadLimits) -> InspectedFile:
    """What `path` is, if it is let in. Reads it in a child with hard limits.

    Raises one of INSPECTION_ERRORS."""
    kind = sniff(path)
    if kind.medium == "picture":
        return InspectedFile(kind, None)
    try:
        found = probe_apart(path)
    except errors.TooManyPixels:
        raise errors.TooManyPixels(most=_millions(limits.frame_pixels)) from None
    _admit(found, kind, limits)
    return InspectedFile(kind, found)


def _admit(found: Probe, kind: Kind, limits: UploadLimits) -> None:
    if found.streams > limits.streams:
        raise errors.TooManyStreams(streams=found.streams, most=limits.streams)
    _admit_length(Timing.of(found).seconds if kind.medium == "video" else found.seconds, limits)
    if kind.medium == "video":
        _admit_picture(found, limits)
    elif found.audio_codec is None:
        raise errors.NoSound()
    if found.audio_codec and found.audio_codec not in (*SOUND_CODECS, *PCM):
        raise errors.UnknownCodec(codec=found.audio_codec, accepted=", ".join((*SOUND_CODECS, "pcm")))


def _admit_length(seconds: float, limits: UploadLimits) -> None:
    if seconds > limits.seconds:
        raise errors.TooLong(seconds=round(seconds), most=round(limits.seconds))
    if seconds < limits.least_seconds:
        raise errors.TooShort(seconds=round(seconds, 2), least=limits.least_seconds)


def _admit_picture(found: Probe, limits: UploadLimits) -> None:
    if found.video_codec is None:
        raise errors.NoPicture()
    if found.video_codec not in VIDEO_CODECS:
        raise errors.UnknownCodec(codec=found.video_codec, accepted=", ".join(VIDEO_CODECS))
    if found.width * found.height > limits.frame_pixels:
        raise errors.TooManyPixels(most=_millions(limits.frame_pixels))
    if min(found.width, found.height) < limits.least_side:
        raise errors.TooSmall(width=found.width, height=found.height, least=limits.least_side)
    if found.fps > limits.fps * (1 + SENSOR_TOLERANCE):
        raise errors.TooFast(fps=round(float(found.fps)), most=limits.fps)


def _millions(pixels: int) -> int:
    return pixels // 1_000_000
