"""When things are shown: which delivered frames the native ones make, and where each segment's part ends."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from library.media.h264.encode import GOP


@dataclass(frozen=True, slots=True)
class Rates:
    """Delivered frame n shows the instant n / delivered of the native clock."""

    native: float
    delivered: int

    def position(self, number: int) -> Fraction:
        """Where the delivered frame lies, in native frames."""
        return Fraction(number, self.delivered) * Fraction(self.native)

    def shown_by(self, natives: int) -> int:
        """How many delivered frames can be drawn from the first `natives` native ones."""
        return floor(Fraction(natives - 1) / Fraction(self.native) * self.delivered) + 1


@dataclass(frozen=True, slots=True)
class Timeline:
    """`fresh`: native frames that each segment adds. `frames`: of the whole video, as delivered.

    The video begins with `before` frames of another one, which goes on with the native clock's delivered
    frame number `known`. Its first `leaning` frames are made in one go. A part ends where a group of pictures
    does, so that a joined video has its key frames where one that is encoded in one go has them. Segments
    begin with up to `lead` native frames of the one before.
    """

    rates: Rates
    fresh: tuple[int, ...]
    frames: int
    before: int = 0
    known: int = 0
    leaning: int = 0
    lead: int = 1

    def natives(self, segment: int) -> int:
        """Native frames there are once `segment` is made."""
        return sum(self.fresh[: segment + 1])

    def end(self, segment: int) -> int:
        """Frames of the video that the parts up to that of `segment` hold; 0 for segment -1."""
        if segment == len(self.fresh) - 1:
            return self.frames
        drawn = self.rates.shown_by(self.natives(segment)) - self.known if segment >= 0 else 0
        whole = min(self.before + drawn, self.frames) // GOP * GOP
        return whole if whole >= self.leaning else 0

    def first_needed(self, segment: int) -> int:
        """The first native frame that what comes behind the part of `segment` is drawn from."""
        position = floor(self.rates.position(self.number(self.end(segment))))
        return max(0, min(position, self.natives(segment) - 1))

    def number(self, frame: int) -> int:
        """What the native clock calls the video's `frame`; with the first begins what leans on it."""
        return frame - self.before + self.known if frame else 0

    def carried(self, segment: int) -> int:
        """How many of the last native frames what comes behind the part of `segment` is drawn from."""
        return self.natives(segment) - self.first_needed(segment)

    def tail(self, segment: int) -> int:
        """How many of them must be kept to go on behind `segment`."""
        return max(self.lead, self.carried(segment))
