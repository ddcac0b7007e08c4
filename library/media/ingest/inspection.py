"""What of strangers' media is let in."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from library.media import errors
from library.media.ingest.codecs import PCM, SOUND_CODECS, VIDEO_CODECS
from library.media.probe import Probe, probe_apart
from library.media.shapes import FRAME_RATE, even
from library.media.sniff import Kind, sniff

MASTER_SHORT = 1080
FRAME_PIXELS = 4096 * 2304  # of a video: 4K. None may begin smaller and grow on the way


@dataclass(frozen=True)
class UploadLimits:
    """The most that is taken: seconds, pixels of a video frame and of a still, frames a second, streams."""

    seconds: float = 600
    frame_pixels: int = FRAME_PIXELS
    still_pixels: int = 52_000_000
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
    def master(self) -> tuple[int, int, int]:
        """(width, height, frames) of the master it becomes: upright, even, ≤1080 on its short side."""
        assert self.probe is not None
        shrink = min(Fraction(1), Fraction(MASTER_SHORT, min(self.probe.width, self.probe.height)))
        frames = max(1, round(self.probe.seconds * FRAME_RATE))
        return even(self.probe.width * shrink), even(self.probe.height * shrink), frames


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
    if found.seconds > limits.seconds:
        raise errors.TooLong(seconds=round(found.seconds), most=round(limits.seconds))
    if found.seconds < limits.least_seconds:
        raise errors.TooShort(seconds=round(found.seconds, 2), least=limits.least_seconds)
    if kind.medium == "video":
        _admit_picture(found, limits)
    elif found.audio_codec is None:
        raise errors.NoSound()
    if found.audio_codec and found.audio_codec not in (*SOUND_CODECS, *PCM):
        raise errors.UnknownCodec(codec=found.audio_codec, accepted=", ".join((*SOUND_CODECS, "pcm")))


def _admit_picture(found: Probe, limits: UploadLimits) -> None:
    if found.video_codec is None:
        raise errors.NoPicture()
    if found.video_codec not in VIDEO_CODECS:
        raise errors.UnknownCodec(codec=found.video_codec, accepted=", ".join(VIDEO_CODECS))
    if found.width * found.height > limits.frame_pixels:
        raise errors.TooManyPixels(most=_millions(limits.frame_pixels))
    if min(found.width, found.height) < limits.least_side:
        raise errors.TooSmall(width=found.width, height=found.height, least=limits.least_side)
    if found.fps > limits.fps:
        raise errors.TooFast(fps=round(float(found.fps)), most=limits.fps)


def _millions(pixels: int) -> int:
    return pixels // 1_000_000
