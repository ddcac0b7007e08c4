"""Native frames in, delivered frames out: size, shape and rate, one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from generation.runner import canvas
from generation.runner.canvas import Frame, Size
from generation.runner.motion import Between
from generation.runner.superres import Upscaler


@dataclass(frozen=True, slots=True)
class Rates:
    """Delivered frame n shows the instant n / delivered of the native clock."""

    native: float
    delivered: int

    def position(self, number: int) -> Fraction:
        """Where the delivered frame lies, in native frames."""
        return Fraction(number, self.delivered) * Fraction(self.native)


def deliver(
    native: Iterator[Frame], *, rates: Rates, count: int, size: Size, upscaler: Upscaler
) -> Iterator[Frame]:
    """Exactly `count` frames of `size` (width, height); holds two native frames whatever the length.

    Where `native` ends early, its last frame stays."""
    film = _Film(native, upscaler)
    for number in range(count):
        position = rates.position(number)
        film.wind(floor(position))
        frame = film.between(float(position - floor(position)))
        yield canvas.resize(canvas.crop(frame, size), size)


class _Film:
    """Two neighbouring native frames, enlarged, and the motion between them once it is asked for."""

    def __init__(self, native: Iterator[Frame], upscaler: Upscaler) -> None:
        self._native, self._upscaler, self._index = native, upscaler, 0
        self._now = self._next()
        self._then = self._next() if self._now else None
        self._motion: Between | None = None

    def wind(self, index: int) -> None:
        while self._index < index:
            self._index += 1
            self._now, self._then, self._motion = self._then or self._now, self._next(), None

    def between(self, time: float) -> Frame:
        if self._now is None:
            raise ValueError("There is no frame to deliver.")
        if time < 1e-6 or self._then is None:
            return self._now[1]
        if self._motion is None:
            self._motion = Between(self._now[0], self._then[0], (self._now[1], self._then[1]))
        return self._motion.at(time)

    def _next(self) -> tuple[Frame, Frame] | None:
        frame = next(self._native, None)
        return None if frame is None else (frame, self._upscaler(frame))
