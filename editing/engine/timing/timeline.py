"""Seconds to frames: which frames of the result each cut fills, and which part of its source is read."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from editing.engine import errors
from editing.engine.document import Cut, Document
from editing.engine.document.frame_grid import frame_ranges
from editing.engine.exact import exact, nearest
from editing.engine.source import Source

VARIABLE_RATE_LEAD = 5  # seconds decoded before the start, to find the picture on screen at the start


@dataclass(frozen=True, slots=True)
class Span:
    """`frames` frames of the result from frame `first` on, made from `cut`; the first `overlap` of them are
    shared with the cut before, in a transition."""

    cut: Cut
    first: int
    frames: int
    overlap: int = 0

    @property
    def last(self) -> int:
        """The frame after its last one."""
        return self.first + self.frames


@dataclass(frozen=True, slots=True)
class Window:
    """What is read of a source, in seconds: `seconds` from `seek` on; the cut begins `lead` after `seek`."""

    seek: Fraction
    lead: Fraction
    seconds: Fraction


def spans(document: Document) -> tuple[Span, ...]:
    """The cuts on the frame grid."""
    ranges = frame_ranges(document.clips, document.canvas.fps)
    return tuple(
        Span(cut, filled.first, filled.last - filled.first, filled.overlap)
        for cut, filled in zip(document.clips, ranges, strict=True)
    )


def window(span: Span, source: Source, fps: int) -> Window:
    """What to read of `source` for `span`, in an edit of `fps` frames a second.

    At a constant rate the start snaps to the nearest source frame and the seek goes half a frame before it:
    no rounding, of timestamps or of seconds, can then take a neighbouring frame."""
    start, rate = exact(span.cut.start), Fraction(source.probe.fps)
    if source.probe.variable_rate:
        lead = min(start, Fraction(VARIABLE_RATE_LEAD))
    else:
        frame = min(nearest(start * rate), max(source.probe.frames - 1, 0))
        start = frame / rate
        lead = min(start, 1 / (2 * rate))
    played = exact(span.cut.end) - exact(span.cut.start)
    rounding = span.cut.fastest / fps
    return Window(start - lead, lead, lead + played + rounding + 2 / rate + Fraction(1, 10))


def reference_errors(
    document: Document, *, clips: Mapping[str, float], stills: Container[str], tracks: Mapping[str, float]
) -> Iterator[errors.FieldError]:
    """Where the document names a clip, still or track that is not among those given, or reaches past the end
    of one. `clips` and `tracks`: lengths in seconds by id."""
    yield from _clip_errors(document, clips)
    for index, sticker in enumerate(document.stickers):
        if sticker.still not in stills:
            yield errors.StillNotFound(field=f"stickers[{index}].still")
    for index, music in enumerate(document.music):
        if music.track not in tracks:
            yield errors.TrackNotFound(field=f"music[{index}].track")
        elif music.start >= tracks[music.track]:
            seconds = round(tracks[music.track], 3)
            yield errors.BeyondTrack(seconds=seconds, field=f"music[{index}].start")


def _clip_errors(document: Document, clips: Mapping[str, float]) -> Iterator[errors.FieldError]:
    tolerance = Fraction(1, document.canvas.fps)
    for index, cut in enumerate(document.clips):
        seconds = clips.get(cut.clip)
        field = "start" if cut.freeze is not None else "end"
        if seconds is None:
            yield errors.ClipNotFound(field=f"clips[{index}].clip")
        elif exact(cut.end) > exact(seconds) + tolerance:
            yield errors.BeyondClip(seconds=round(seconds, 3), field=f"clips[{index}].{field}")
