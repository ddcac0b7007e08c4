"""The sound of an upload, decoded apart from its picture.

Rate and channels of a sound may change midway: broadcasts turn from stereo to six channels, and the second
half of an AAC stream is found only once it is decoded. ffmpeg then begins its filters anew, and those that
count from the beginning (what fills holes, what pads to a length) count wrong. So nothing here counts: what
comes out is of one kind, each sample at its time, and the filters that count read that.
"""

from collections.abc import Callable
from pathlib import Path

from library.media import stereo
from library.media.codecs import DECODERS, PCM
from library.media.guard import ffmpeg
from library.media.h264.encode import AUDIO_RATE
from library.media.ingest.encode import encode
from library.media.kinds import DEMUXER_OF
from library.media.probe import Probe

NAME, CONTAINER = "sound.nut", "nut"  # NUT keeps every time stamp to the sample, and holes
AS_PCM = f"aresample={AUDIO_RATE},aformat=sample_fmts=s16:channel_layouts=stereo"
HEADER = 1024  # bytes: a file of no more holds no sound


def decode_sound(
    source: Path,
    folder: Path,
    found: Probe,
    *,
    origin: float,
    seconds: float,
    check: Callable[[], None],
) -> Path | None:
    """The sound that was `found` in `source`, as stereo PCM at 48 kHz in `folder`: `seconds` from `origin`
    (on its own clock) on, which becomes zero. None where not one sample can be decoded. Raises
    FFmpegFailed, FFmpegTooSlow."""
    target = folder / NAME
    placed = f"asetpts=PTS-{origin:.6f}/TB,atrim=start=0:end={seconds:.6f}"
    args = [
        # What cannot be decoded is a hole, not the end.
        *("-codec_whitelist", ",".join((*DECODERS, *PCM)), "-copyts", "-max_error_rate", "1"),
        *ffmpeg.safe_input(source, demuxer=DEMUXER_OF[found.container]),
        *("-map", f"0:{found.audio_index}", "-af", f"{placed},{stereo.filters(found.audio_layout)},{AS_PCM}"),
        *("-c:a", "pcm_s16le", "-map_metadata", "-1", "-f", CONTAINER, target.name),
    ]
    encode(args, target, 60 + seconds, check=check)
    return target if target.stat().st_size > HEADER else None


def sound_input(sound: Path) -> tuple[str, ...]:
    """The arguments that open what `decode_sound` has written."""
    return ("-protocol_whitelist", "file", "-format_whitelist", CONTAINER, "-i", ffmpeg.file_url(sound))
