"""Strangers' media: what is let in, and how it is made anew, so that only our own encodes are ever served."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from library.media import errors
from library.media.guard import ffmpeg, process
from library.media.h264.encode import MASTER_X264
from library.media.probe import Probe, probe, probe_apart
from library.media.progress import SILENT, Progress, Stage
from library.media.shapes import FRAME_RATE, even
from library.media.sniff import Kind, sniff
from library.media.still import make_still

VIDEO_CODECS = ("h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "prores")
SOUND_CODECS = ("aac", "mp3", "opus", "vorbis", "alac", "flac", "ac3")  # and every plain PCM
DECODERS = (*VIDEO_CODECS, "libdav1d", *SOUND_CODECS, "mp3float", "libopus", "libvorbis")
PCM = tuple(
    f"pcm_{layout}" for layout in ("u8", "s16le", "s16be", "s24le", "s24be", "s32le", "f32le", "f64le")
)
HDR = {"smpte2084", "arib-std-b67"}
TONE_MAP = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=mobius:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,"
)
MASTER_SHORT = 1080
FRAME_PIXELS = 4096 * 2304  # of a video: 4K. None may begin smaller and grow on the way
MEMORY = 6 * process.GIB


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


def video(
    source: Path,
    target: Path,
    found: InspectedFile,
    *,
    progress: Progress = SILENT,
) -> Probe:
    """Encode `source` anew as the master `target`: 30 fps constant, bt709, sound at 48 kHz, no metadata."""
    width, height, frames = found.master
    progress.stage(Stage.INGESTING, frames)
    seconds = f"{frames / FRAME_RATE:.6f}"
    args = [
        *("-codec_whitelist", ",".join((*DECODERS, *PCM))),
        *("-threads", "4", *ffmpeg.safe_input(source, pixels=FRAME_PIXELS)),
        *("-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn", "-map_chapters", "-1"),
        *("-vf", _filters(width, height, found.probe)),
        *("-frames:v", str(frames), "-t", seconds, *MASTER_X264, "-threads", "4", "-f", "mp4", target.name),
    ]
    _encode(args, target, 60 + 20 * frames / FRAME_RATE, check=progress.check, on_frame=progress.step)
    return probe(target)


def sound(source: Path, target: Path, *, limits: UploadLimits, progress: Progress = SILENT) -> Probe:
    """Encode `source` anew as AAC in MP4, 48 kHz stereo, 160 kbit/s, without metadata or cover art."""
    progress.stage(Stage.INGESTING)
    args = [
        *("-codec_whitelist", ",".join((*DECODERS, *PCM)), *ffmpeg.safe_input(source)),
        *("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-t", str(limits.seconds), "-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-ac", "2"),
        *("-movflags", "+faststart", "-f", "mp4", target.name),
    ]
    _encode(args, target, 60 + limits.seconds, check=progress.check)
    return probe(target)


def still(source: Path, target: Path, *, limits: UploadLimits) -> tuple[int, int]:
    """Encode a picture anew: upright, sRGB, no metadata; PNG stays PNG. Returns its (width, height)."""
    return make_still(source, target, pixels=limits.still_pixels, least_side=limits.least_side)


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


def _filters(width: int, height: int, found: Probe | None) -> str:
    """Constant rate from time zero, padded by its last frame: exactly as many frames as were promised."""
    tone = TONE_MAP if found and found.transfer in HDR else ""
    return (
        f"fps={FRAME_RATE}:start_time=0,tpad=stop_mode=clone:stop_duration=2,{tone}"
        f"scale={width}:{height}:flags=lanczos:out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p,"
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    )


def _encode(
    args: list[str],
    target: Path,
    seconds: float,
    *,
    check: Callable[[], None],
    on_frame: Callable[[int], None] | None = None,
) -> None:
    """Run ffmpeg beside `target`; a failure leaves nothing there."""
    try:
        ffmpeg.run(args, cwd=target.parent, timeout=seconds, check=check, on_frame=on_frame, memory=MEMORY)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _millions(pixels: int) -> int:
    return pixels // 1_000_000
