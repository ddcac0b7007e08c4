"""Which frames of the edit each cut fills: every cut at least one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from editing.engine.document.cut import Cut
from editing.engine.exact import exact, nearest


@dataclass(frozen=True, slots=True)
class FrameRange:
    """Frames `first` to `last` (not included) of the edit; `overlap` of them, the first ones, are shared with
    the cut before, in a transition."""

    first: int
    last: int
    overlap: int


def frame_ranges(cuts: Iterable[Cut], fps: int) -> Iterator[FrameRange]:
    """Those of each cut. Boundaries are rounded, not lengths, so that errors never add up. A cut that begins
    and ends before the same frame, because its length was given as a rounded thirtieth, keeps one."""
    end, last = Fraction(0), 0
    for cut in cuts:
        start = end - (exact(cut.transition.seconds) if cut.transition else 0)
        overlap = nearest(end * fps) - nearest(start * fps)
        first, end = last - overlap, start + cut.seconds
        last = max(nearest(end * fps), first + 1)
        yield FrameRange(first, last, overlap)
