"""Still pictures out of a video."""

import io
import os
from pathlib import Path

import av
from PIL import Image

from library.media.errors import NoPicture
from library.media.guard.container import open_container

COVER_QUALITY = 88


def frame_at(path: Path, seconds: float) -> Image.Image:
    """The frame on screen at `seconds` (the last one, if the video is over by then), as RGB.

    The rotation a camera wrote beside the picture is not applied: masters are upright. Raises NoPicture."""
    with open_container(path) as container:
        if not container.streams.video:
            raise NoPicture()
        stream = container.streams.video[0]
        container.seek(max(0, int(seconds / (stream.time_base or 1))), stream=stream)
        shown: av.VideoFrame | None = None
        for frame in container.decode(stream):
            if shown is not None and frame.time is not None and frame.time > seconds + 1e-6:
                break
            shown = frame
    if shown is None:
        raise NoPicture()
    return _as_rgb(shown)


def write_cover(path: Path, target_jpg: Path, seconds: float = 0) -> None:
    """Write the frame at `seconds` of `path` to `target_jpg`; the file appears whole or not at all."""
    buffer = io.BytesIO()
    frame_at(path, seconds).save(buffer, "JPEG", quality=COVER_QUALITY, optimize=True)
    part = target_jpg.with_name(f"{target_jpg.name}.{os.getpid()}.part")
    part.write_bytes(buffer.getvalue())
    part.replace(target_jpg)


def _as_rgb(frame: av.VideoFrame) -> Image.Image:
    """Limited-range bt709 unless the frame says otherwise."""
    return frame.to_image()
