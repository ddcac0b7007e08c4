"""Native frames in, frames of the delivered shape and rate out, one at a time. The encoder scales them."""

from collections.abc import Iterator
from math import floor

from generation.runner.chain.timeline import Rates
from generation.runner.frames import canvas
from generation.runner.frames.canvas import Frame, Size
from generation.runner.frames.motion import Between
from generation.runner.frames.super_resolution import Upscaler

__all__ = ["Rates", "deliver"]


def deliver(
    native: Iterator[Frame], *, rates: Rates, numbers: range, shape: Size, upscaler: Upscaler, first: int = 0
) -> Iterator[Frame]:
    """The delivered frames `numbers`, in the shape of `shape` (width, height), of `native` from `first` on.

    Holds two native frames whatever the length. Where `native` ends early, its last frame stays."""
    film = _Film(native, upscaler, first)
    for number in numbers:
        position = rates.position(number)
        film.wind(floor(position))
        yield canvas.crop(film.between(float(position - floor(position))), shape)


class _Film:
    """Two neighbouring native frames, enlarged, and the motion between them; each fetched when it is asked
    for, as the next one may be the first of a segment that is yet to be made."""

    def __init__(self, native: Iterator[Frame], upscaler: Upscaler, first: int) -> None:
        self._native, self._upscaler, self._index = native, upscaler, first - 1
        self._now: tuple[Frame, Frame] | None = None
        self._then: tuple[Frame, Frame] | None = None
        self._motion: Between | None = None

    def wind(self, index: int) -> None:
        while self._index < index:
            self._index += 1
            self._now, self._then, self._motion = self._then or self._next() or self._now, None, None

    def between(self, time: float) -> Frame:
        if self._now is None:
            raise ValueError("There is no frame to deliver.")
        if time >= 1e-6:
            self._then = self._then or self._next()
        if time < 1e-6 or self._then is None:
            return self._now[1]
        if self._motion is None:
            self._motion = Between(self._now[0], self._then[0], (self._now[1], self._then[1]))
        return self._motion.at(time)

    def _next(self) -> tuple[Frame, Frame] | None:
        frame = next(self._native, None)
        return None if frame is None else (frame, self._upscaler(frame))
