"""A clip's frames, small: a thumbnail of every one to find cuts, a larger sample a few times a second to find
the subject."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from editing.engine.source import Source
from library.media.guard.container import open_container
from library.media.shapes import even

LONG_SIDE = 320  # pixels of a sample
THUMBNAIL = (32, 18)  # pixels: enough to tell one scene from the next
SAMPLES_PER_SECOND = 5
MAX_SAMPLES = 1500  # of one clip: longer ones are sampled less often

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FrameSample:
    """A frame shown at `seconds` of the clip: its `thumbnail`, (18, 32, 3), and, if it is one of those that
    are sampled, its `picture`, (height, width, 3). Both uint8 RGB, upright."""

    seconds: float
    thumbnail: Picture
    picture: Picture | None


def sample_frames(
    source: Source, start: float, end: float, *, check: Callable[[], None] | None = None
) -> Iterator[FrameSample]:
    """Every frame shown from `start` to `end` (not included), in seconds. `check` is called before each and
    may raise to stop."""
    step, size = _step(source, end - start), _size(source)
    for number, (seconds, frame) in enumerate(_frames(source, start, end)):
        if check:
            check()
        sampled = number % step == 0
        picture = _rgb(frame, size, source) if sampled else None
        yield FrameSample(seconds, _rgb(frame, THUMBNAIL, source), picture)


def _step(source: Source, seconds: float) -> int:
    """One frame in so many is sampled."""
    fps = float(source.probe.fps)
    return max(1, round(fps / SAMPLES_PER_SECOND), math.ceil(fps * seconds / MAX_SAMPLES))


def _frames(source: Source, start: float, end: float) -> Iterator[tuple[float, av.VideoFrame]]:
    with open_container(source.path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        began = float((stream.start_time or 0) * Fraction(stream.time_base or 1))
        container.seek(int(max(start + began, 0) * av.time_base))
        for frame in container.decode(stream):
            if frame.time - began >= end:
                return
            if frame.time - began >= start:
                yield frame.time - began, frame


def _size(source: Source) -> tuple[int, int]:
    shrink = LONG_SIDE / max(source.size)
    width, height = (max(32, even(side * shrink)) for side in source.size)
    return width, height


def _rgb(frame: av.VideoFrame, size: tuple[int, int], source: Source) -> Picture:
    turned = source.probe.rotation % 180 != 0
    width, height = size[::-1] if turned else size
    small = frame.reformat(width, height, format="rgb24", interpolation=Interpolation.AREA)
    return np.ascontiguousarray(np.rot90(small.to_ndarray(), source.probe.rotation // 90))
