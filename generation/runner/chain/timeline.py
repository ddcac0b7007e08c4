"""Which delivered frames the native ones make, and where each segment's encoded part ends."""

from dataclasses import dataclass
from math import floor

from generation.runner.frames.rates import Rates
from library.media.h264.encode import GOP


@dataclass(frozen=True, slots=True)
class Timeline:
    """The chain of segments in frames. `new_frames`: native frames that each segment adds. `frames`: those of
    the whole video, as delivered.

    The video begins with `source_frames` delivered frames of the one that is extended, if there is one; its
    next frame is the native clock's delivered frame `first_number`. Its first `blended` frames depend on the
    picture they begin from, and are made in one go. A part ends where a group of pictures does, so that a
    joined video has its key frames where one that is encoded in one go has them. Segments begin with up to
    `max_conditioning_frames` native frames of the one before.
    """

    rates: Rates
    new_frames: tuple[int, ...]
    frames: int
    source_frames: int = 0
    first_number: int = 0
    blended: int = 0
    max_conditioning_frames: int = 1

    @property
    def segments(self) -> int:
        """How many there are."""
        return len(self.new_frames)

    def native_frames(self, segment: int) -> int:
        """Native frames there are once `segment` is made."""
        return sum(self.new_frames[: segment + 1])

    def end(self, segment: int) -> int:
        """Frames of the video that the parts up to that of `segment` hold; 0 for segment -1."""
        if segment == self.segments - 1:
            return self.frames
        drawn = self.rates.count(self.native_frames(segment)) - self.first_number if segment >= 0 else 0
        whole = min(self.source_frames + drawn, self.frames) // GOP * GOP
        return whole if whole >= self.blended else 0

    def first_needed(self, segment: int) -> int:
        """The first native frame that the frames behind the part of `segment` are drawn from."""
        position = floor(self.rates.position(self.number(self.end(segment))))
        return max(0, min(position, self.native_frames(segment) - 1))

    def number(self, frame: int) -> int:
        """The native clock's number of the video's `frame`; 0 for the first, with which blending begins."""
        return frame - self.source_frames + self.first_number if frame else 0

    def carried(self, segment: int) -> int:
        """How many of the last native frames the frames behind the part of `segment` are drawn from."""
        return self.native_frames(segment) - self.first_needed(segment)

    def tail(self, segment: int) -> int:
        """How many of the last native frames must be kept to go on behind `segment`."""
        return max(self.max_conditioning_frames, self.carried(segment))
