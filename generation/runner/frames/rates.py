"""Native and delivered frame rate: which instant of the native frames a delivered frame shows."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor


@dataclass(frozen=True, slots=True)
class Rates:
    """Frames a second. Delivered frame n shows the instant n / `delivered` of the native clock."""

    native: float
    delivered: int

    def position(self, number: int) -> Fraction:
        """Where the delivered frame `number` lies, in native frames."""
        return Fraction(number, self.delivered) * Fraction(self.native)

    def count(self, native_frames: int) -> int:
        """How many delivered frames can be drawn from the first `native_frames` native ones."""
        return floor(Fraction(native_frames - 1) / Fraction(self.native) * self.delivered) + 1
