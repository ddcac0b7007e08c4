"""Native frames in, frames of the delivered shape and rate out, one at a time. The encoder scales them."""

from collections.abc import Iterator
from math import floor

from generation.runner.chain.timeline import Rates
from generation.runner.frames import canvas
from generation.runner.frames.canvas import Frame, Size
from generation.runner.frames.motion import FrameInterpolator
from generation.runner.frames.super_resolution import Upscaler

__all__ = ["Rates", "deliver"]


def deliver(
    native_frames: Iterator[Frame],
    *,
    rates: Rates,
    numbers: range,
    shape: Size,
    upscaler: Upscaler,
    first: int = 0,
) -> Iterator[Frame]:
    """The delivered frames `numbers`, in the shape of `shape` (width, height).

    `native_frames` begin with number `first`. Holds two of them whatever the length. Where they end early,
    the last one stays."""
    pair = _FramePair(native_frames, upscaler, first)
    for number in numbers:
        position = rates.position(number)
        pair.seek(floor(position))
        yield canvas.crop(pair.at(float(position - floor(position))), shape)


class _FramePair:
    """Two neighbouring native frames, enlarged, and the motion between them; each fetched when it is asked
    for, as the next one may be the first of a segment that is yet to be made."""

    def __init__(self, native_frames: Iterator[Frame], upscaler: Upscaler, first: int) -> None:
        self._frames, self._upscaler, self._index = native_frames, upscaler, first - 1
        self._current: tuple[Frame, Frame] | None = None  # as it is, and enlarged
        self._following: tuple[Frame, Frame] | None = None
        self._between: FrameInterpolator | None = None

    def seek(self, index: int) -> None:
        """Make the native frame `index` the first of the pair; seeking goes forward only."""
        while self._index < index:
            self._index += 1
            self._current = self._following or self._next() or self._current
            self._following, self._between = None, None

    def at(self, time: float) -> Frame:
        """The enlarged frame at `time` between the two, 0 ≤ time < 1."""
        if self._current is None:
            raise ValueError("There is no frame to deliver.")
        if time >= 1e-6:
            self._following = self._following or self._next()
        if time < 1e-6 or self._following is None:
            return self._current[1]
        if self._between is None:
            (before, large_before), (after, large_after) = self._current, self._following
            self._between = FrameInterpolator(before, after, (large_before, large_after))
        return self._between.at(time)

    def _next(self) -> tuple[Frame, Frame] | None:
        frame = next(self._frames, None)
        return None if frame is None else (frame, self._upscaler(frame))
