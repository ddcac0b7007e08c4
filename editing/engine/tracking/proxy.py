"""A clip looked at small and seldom: every frame for cuts, a few a second for where the subject is."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from editing.engine.render.source import Source
from library.media.guard.container import open_container
from library.media.shapes import even

LONG = 320  # pixels on the long side of what is looked at
THUMB = (32, 18)  # of every frame: enough to tell one scene from the next
LOOKS = 5  # a second
MOST_LOOKS = 1500  # of one clip: longer ones are looked at less often

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame shown at `seconds` of the clip: its thumb, (18, 32, 3), and, if it is one of those looked at,
    its `picture`, (height, width, 3). Both uint8 RGB, upright."""

    seconds: float
    thumb: Picture
    picture: Picture | None


def watch(
    source: Source, start: float, end: float, *, check: Callable[[], None] | None = None
) -> Iterator[Seen]:
    """Every frame shown from `start` to `end` (not included). `check` is called at each and may raise."""
    step, size = _step(source, end - start), _size(source)
    for number, (seconds, frame) in enumerate(_frames(source, start, end)):
        if check:
            check()
        looked = number % step == 0
        yield Seen(seconds, _rgb(frame, THUMB, source), _rgb(frame, size, source) if looked else None)


def _step(source: Source, seconds: float) -> int:
    """Every how many frames one is looked at."""
    fps = float(source.probe.fps)
    return max(1, round(fps / LOOKS), math.ceil(fps * seconds / MOST_LOOKS))


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
    shrink = LONG / max(source.size)
    width, height = (max(32, even(side * shrink)) for side in source.size)
    return width, height


def _rgb(frame: av.VideoFrame, size: tuple[int, int], source: Source) -> Picture:
    turned = source.probe.rotation % 180 != 0
    width, height = size[::-1] if turned else size
    small = frame.reformat(width, height, format="rgb24", interpolation=Interpolation.AREA)
    return np.ascontiguousarray(np.rot90(small.to_ndarray(), source.probe.rotation // 90))
