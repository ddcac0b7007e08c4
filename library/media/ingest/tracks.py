"""A sound of a stranger made anew as a track."""

import tempfile
from pathlib import Path

from library.media import errors
from library.media.ingest.decoded_sound import decode_sound, sound_input
from library.media.ingest.encode import encode
from library.media.ingest.inspection import UploadLimits
from library.media.ingest.timing import GAPLESS
from library.media.probe import Probe, probe, probe_apart
from library.media.progress import SILENT, Progress, Stage

FROM_FIRST_SAMPLE = "asetpts=PTS-STARTPTS"  # packets before it hold only what the codec needs to begin


def sound(source: Path, target: Path, *, limits: UploadLimits, progress: Progress = SILENT) -> Probe:
    """Encode `source` anew as AAC in MP4, 48 kHz stereo, 160 kbit/s, from its first sample on and
    without holes, metadata or cover art. Raises what `inspect` raises."""
    progress.stage(Stage.INGESTING)
    found = probe_apart(source)
    if found.sound is None:
        raise errors.NoSound()
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        decoded = decode_sound(
            source, Path(folder), found, origin=found.sound[0], seconds=limits.seconds, check=progress.check
        )
        if decoded is None:
            raise errors.Unreadable()
        args = [
            *(*sound_input(decoded), "-af", f"{FROM_FIRST_SAMPLE},{GAPLESS}", "-t", str(limits.seconds)),
            *("-c:a", "aac", "-b:a", "160k", "-movflags", "+faststart", "-f", "mp4", target.name),
        ]
        encode(args, target, 60 + limits.seconds, check=progress.check)
    return probe(target)
