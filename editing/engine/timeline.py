"""Seconds to frames: which frames of the result each cut fills, and which of its source it begins with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from editing.engine import errors
from editing.engine.document import Cut, Document, exact, nearest
from editing.engine.source import Source

VARIABLE_RATE_LEAD = 5  # seconds decoded before the start, to find the picture on screen at the start


@dataclass(frozen=True, slots=True)
class Span:
    """`frames` frames of the result from frame `first` on, made from `cut`."""

    cut: Cut
    first: int
    frames: int


@dataclass(frozen=True, slots=True)
class Window:
    """What is read of a source: from `seek` on, `seconds` long; the cut begins `lead` after `seek`."""

    seek: Fraction
    lead: Fraction
    seconds: Fraction


def spans(document: Document) -> tuple[Span, ...]:
    """The cuts on the frame grid. Boundaries are rounded, not lengths: errors never add up."""
    ends = accumulate((cut.seconds for cut in document.clips), initial=Fraction(0))
    grid = [nearest(end * document.canvas.fps) for end in ends]
    return tuple(
        Span(cut, first, last - first)
        for cut, (first, last) in zip(document.clips, pairwise(grid), strict=True)
    )


def window(span: Span, source: Source, fps: int) -> Window:
    """Where to read. A constant rate snaps the start to the nearest source frame and seeks half a frame
    before it, so that neither rounding of timestamps nor of seconds can take the neighbour."""
    start, rate = exact(span.cut.start), Fraction(source.probe.fps)
    if source.probe.variable_rate:
        lead = min(start, Fraction(VARIABLE_RATE_LEAD))
    else:
        frame = min(nearest(start * rate), max(source.probe.frames - 1, 0))
        start = frame / rate
        lead = min(start, 1 / (2 * rate))
    played = Fraction(span.frames, fps) * exact(span.cut.speed)
    return Window(start - lead, lead, lead + played + 2 / rate + Fraction(1, 10))


def beyond(document: Document, lengths: Mapping[str, float]) -> Iterable[errors.Problem]:
    """Cuts that name an unknown clip or reach past the end of theirs. `lengths`: id → seconds."""
    slack = Fraction(1, document.canvas.fps)
    for index, cut in enumerate(document.clips):
        seconds = lengths.get(cut.clip)
        if seconds is None:
            yield errors.ClipUnknown(field=f"clips[{index}].clip")
        elif exact(cut.end) > exact(seconds) + slack:
            yield errors.BeyondClip(seconds=round(seconds, 3), field=f"clips[{index}].end")
