"""An upload whose clock begins anew midway, copied to a file that has one clock."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from library.media.guard import ffmpeg
from library.media.ingest.encode import encode
from library.media.ingest.inspection import InspectedFile
from library.media.probe import probe_apart
from library.media.sniff import sniff

COPYING = 600.0  # seconds


def on_one_clock(
    source: Path, folder: Path, found: InspectedFile, check: Callable[[], None]
) -> tuple[Path, InspectedFile]:
    """`source` and what was `found`, or those of a copy in `folder` if its clock begins anew.

    Raises FFmpegFailed, FFmpegTooSlow, and what `probe_apart` raises."""
    if found.probe is None or not found.probe.restarts:
        return source, found
    target = folder / "one-clock.mkv"
    heard = () if found.probe.audio_index is None else ("-map", f"0:{found.probe.audio_index}")
    streams = ("-map", f"0:{found.probe.video_index}", *heard, "-c", "copy", "-map_metadata", "-1")
    encode(
        [*ffmpeg.safe_input(source, demuxer=found.kind.demuxer), *streams, "-f", "matroska", target.name],
        target,
        COPYING,
        check=check,
    )
    return target, replace(found, kind=sniff(target), probe=probe_apart(target))
