"""A sound of a stranger made anew as a track."""

from pathlib import Path

from library.media import errors, stereo
from library.media.codecs import DECODERS, PCM
from library.media.guard import ffmpeg
from library.media.ingest.encode import encode
from library.media.ingest.inspection import UploadLimits
from library.media.probe import Probe, probe, probe_apart
from library.media.progress import SILENT, Progress, Stage
from library.media.sniff import sniff


def sound(source: Path, target: Path, *, limits: UploadLimits, progress: Progress = SILENT) -> Probe:
    """Encode `source` anew as AAC in MP4, 48 kHz stereo, 160 kbit/s, without metadata or cover art.

    Raises what `inspect` raises."""
    progress.stage(Stage.INGESTING)
    kind, found = sniff(source), probe_apart(source)
    if found.audio_index is None:
        raise errors.NoSound()
    args = [
        *("-codec_whitelist", ",".join((*DECODERS, *PCM))),
        *ffmpeg.safe_input(source, demuxer=kind.demuxer),
        *("-map", f"0:{found.audio_index}", "-af", stereo.filters(found.audio_layout)),
        *("-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-t", str(limits.seconds), "-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-ac", "2"),
        *("-movflags", "+faststart", "-f", "mp4", target.name),
    ]
    encode(args, target, 60 + limits.seconds, check=progress.check)
    return probe(target)
