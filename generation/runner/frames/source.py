"""Pictures and videos that a generation begins from, as frames."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray
from PIL import ExifTags

from generation.runner.frames.canvas import Frame
from library.media import srgb
from library.media.guard.container import open_container
from library.media.ingest import pictures

WHITE = (255, 255, 255)
LYING = {5, 6, 7, 8}  # orientations of EXIF by a quarter turn


def picture(path: Path) -> Frame:
    """The picture at `path`: sRGB, upright, white where it is transparent: what was erased stays away."""
    with pictures.opened(path) as image:
        return np.asarray(srgb.over(WHITE, srgb.upright_srgb(image)))


def picture_size(path: Path) -> tuple[int, int]:
    """(width, height) in pixels of the picture at `path`, upright. Reads its header only."""
    with pictures.opened(path) as image:
        turned = image.getexif().get(ExifTags.Base.Orientation, 1) in LYING
        return image.size[::-1] if turned else image.size


def frames(path: Path) -> Iterator[Frame]:
    """Every frame of the video at `path`, in order."""
    return (frame for _, frame in timed(path))


def timed(path: Path) -> Iterator[tuple[Fraction, Frame]]:
    """Every frame of the video at `path`, in order, each with the second it is shown at."""
    with open_container(path) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            yield _instant(frame), _rgb(frame)


def tail(path: Path, count: int, fps: float) -> list[Frame]:
    """The last `count` frames of the master at `path`, 1/`fps` s apart, the very last one included.

    A master shorter than that gives its first frame again."""
    shown = _last_seconds(path, (count - 1) / fps)
    end = shown[-1][0]
    wanted = [end - index / Fraction(fps) for index in reversed(range(count))]
    return [_rgb(min(shown, key=lambda each: abs(each[0] - time))[1]) for time in wanted]


def _last_seconds(path: Path, seconds: float) -> list[tuple[Fraction, av.VideoFrame]]:
    """The frames of the last `seconds` and a little more, each with the second it is shown at."""
    with open_container(path) as container:
        stream = container.streams.video[0]
        length = Fraction(container.duration or 0, av.time_base)
        container.seek(max(0, int((float(length) - seconds - 1) * av.time_base)))
        shown = [(_instant(frame), frame) for frame in container.decode(stream)]
    end = shown[-1][0]
    return [(time, frame) for time, frame in shown if time >= end - Fraction(seconds) - Fraction(1, 10)]


def _instant(frame: av.VideoFrame) -> Fraction:
    """When it is shown, in seconds."""
    return (frame.pts or 0) * Fraction(frame.time_base or 0)


def _rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """Masters are bt709, limited range."""
    rgb = frame.reformat(
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return np.asarray(rgb.to_ndarray(), np.uint8)


def count(path: Path) -> int:
    """How many frames the master at `path` says it has."""
    with open_container(path) as container:
        return container.streams.video[0].frames
