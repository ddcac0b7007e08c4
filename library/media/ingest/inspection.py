"""What of strangers' media is let in."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from library.media import codecs, errors, kinds
from library.media.ingest import pictures
from library.media.ingest.pictures import Picture
from library.media.ingest.shape import Shape
from library.media.ingest.timing import Timing
from library.media.kinds import Kind
from library.media.probe import Probe, probe_apart
from library.media.sniff import sniff
from library.media.streams import sound_refusal

FRAME_PIXELS = 4096 * 2304  # of a video: 4K. None may begin smaller and grow on the way

SENSOR_TOLERANCE = 0.02  # of a rate: the clock of a sensor that is said to film 240 pictures a second


@dataclass(frozen=True)
class UploadLimits:
    """The most that is taken: seconds, pixels of a video frame, of a still and of all frames of a moving
    picture, frames a second, streams."""

    seconds: float = 600
    frame_pixels: int = FRAME_PIXELS
    still_pixels: int = 52_000_000
    moving_pixels: int = 400_000_000
    fps: int = 240
    streams: int = 32  # sixteen microphones beside as many tracks of data; each takes memory to look into
    least_side: int = 16
    least_seconds: float = 0.1


@dataclass(frozen=True)
class InspectedFile:
    """What a file turned out to be: its kind, whose medium its streams have decided; its probe, if that is a
    video or a sound; and the kind of picture it is `kept` as, if it is a still. Stills are measured when they
    are made anew, not here."""

    kind: Kind
    probe: Probe | None
    kept: Kind = kinds.PNG

    @property
    def is_animation(self) -> bool:
        """Whether it is a picture that moves."""
        return self.kind.animates and self.probe is not None

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
    errors.UnknownVariant,
    errors.Unreadable,
    errors.TooLong,
    errors.TooShort,
    errors.TooManyPixels,
    errors.MovingTooLarge,
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
        return _picture(path, kind, limits)
    try:
        found = probe_apart(path)
    except errors.TooManyPixels:
        raise errors.TooManyPixels(most=_millions(limits.frame_pixels)) from None
    # A phone's recorder writes sound into MP4, Ogg may hold a film: the streams say what a file is.
    kind = replace(kind, medium="sound" if found.video_codec is None else "video")
    _admit(found, kind, limits)
    return InspectedFile(kind, found)


def _picture(path: Path, kind: Kind, limits: UploadLimits) -> InspectedFile:
    """A still, or a video where it moves. What PNG and JPEG hold is seen when they are made anew."""
    if kind in (kinds.PNG, kinds.JPEG):
        return InspectedFile(kind, None, kept=kind)
    found = pictures.look(path, pixels=limits.moving_pixels, seconds=limits.seconds)
    if found.frames == 1:
        return InspectedFile(kind, None, kept=found.kept(kind))
    shown = _as_video(found, kind)
    moving = replace(kind, medium="video")
    _admit(shown, moving, limits)
    return InspectedFile(moving, shown)


def _as_video(found: Picture, kind: Kind) -> Probe:
    return Probe(
        width=found.width,
        height=found.height,
        fps=Fraction(found.frames / found.seconds).limit_denominator(1001),
        frames=found.frames,
        seconds=found.seconds,
        video_codec=kind.container,
        audio_codec=None,
        rotation=0,
        has_audio=False,
        container=kind.container,
        variable_rate=True,
        video_index=0,
        picture=(0.0, found.seconds),
    )


def _admit(found: Probe, kind: Kind, limits: UploadLimits) -> None:
    if found.streams > limits.streams:
        raise errors.TooManyStreams(streams=found.streams, most=limits.streams)
    _admit_length(Timing.of(found).seconds if kind.medium == "video" else found.seconds, limits)
    if kind.medium == "video":
        _admit_picture(found, limits)
    elif not found.has_audio:
        raise errors.NoSound()
    codec = found.audio_codec
    if codec is not None and not (found.has_audio and codecs.is_sound_taken(codec)):
        raise sound_refusal(codec)


def _admit_length(seconds: float, limits: UploadLimits) -> None:
    if seconds > limits.seconds:
        raise errors.TooLong(seconds=round(seconds), most=round(limits.seconds))
    if seconds < limits.least_seconds:
        raise errors.TooShort(seconds=round(seconds, 2), least=limits.least_seconds)


def _admit_picture(found: Probe, limits: UploadLimits) -> None:
    if found.video_codec not in codecs.VIDEO_CODECS and found.container not in _ANIMATED:
        raise errors.UnknownCodec(codec=found.video_codec, accepted=codecs.video_names())
    if found.width * found.height > limits.frame_pixels:
        raise errors.TooManyPixels(most=_millions(limits.frame_pixels))
    if min(found.width, found.height) < limits.least_side:
        raise errors.TooSmall(width=found.width, height=found.height, least=limits.least_side)
    if found.fps > limits.fps * (1 + SENSOR_TOLERANCE):
        raise errors.TooFast(fps=round(float(found.fps)), most=limits.fps)


_ANIMATED = {kind.container for kind in kinds.KINDS if kind.animates}


def _millions(pixels: int) -> int:
    return pixels // 1_000_000
