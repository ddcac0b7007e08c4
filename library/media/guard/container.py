"""Opening media in this process, as the one plain kind its first bytes say it is."""

from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from library.media.errors import StillOnly, Unreadable
from library.media.guard import ffmpeg
from library.media.kinds import JPEG, PNG
from library.media.sniff import sniff

MAX_PROBE_BYTES = 32 << 20


def open_container(path: Path) -> InputContainer:
    """`path` opened for reading: no playlist, no other protocol, no other demuxer than its own.

    Raises UnknownKind, StillOnly or Unreadable. Close it, or use it in `with`."""
    kind = sniff(path)
    if not kind.demuxer:
        raise StillOnly(kind=kind.name, accepted=", ".join((JPEG.name, PNG.name)))
    limits = {"max_pixels": str(ffmpeg.MAX_PIXELS)}  # for every decoder, those that only look in as well
    options: dict[str, Any] = {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(ffmpeg.DEMUXERS),
        "max_streams": str(ffmpeg.MAX_STREAMS),
        "probesize": str(MAX_PROBE_BYTES),
    }
    try:
        container = av.open(
            ffmpeg.file_url(path), "r", format=kind.demuxer, options=limits, container_options=options
        )
    except (av.FFmpegError, ValueError) as broken:
        raise Unreadable() from broken
    for stream in container.streams.video:
        if stream.codec_context is not None:
            stream.codec_context.options = limits
    return container
