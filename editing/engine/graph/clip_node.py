"""One cut with all that is known about it when the graph is built."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import ffmpeg

from editing.engine.document import Cut, Document
from editing.engine.geometry import Size
from editing.engine.render.source import Source
from editing.engine.timing.timeline import Span, Window, spans, window
from editing.engine.tracking import CropTrack
from library.media.guard.ffmpeg import safe_input_kwargs

Stream = Any  # ffmpeg-python has no types


@dataclass(frozen=True, slots=True)
class ClipNode:
    """The `index`-th cut, from `source` onto a `canvas` delivered as `target` (pixels) at `fps` a second.

    `opened` is its input, an own one for every cut; `crop` is how it follows its subject, if it does."""

    index: int
    span: Span
    source: Source
    window: Window
    canvas: Size
    target: Size
    fps: int
    opened: Stream
    interpolation: str = "none"
    crop: CropTrack | None = None

    @property
    def cut(self) -> Cut:
        return self.span.cut

    @property
    def drops_frames(self) -> bool:
        """Whether the source shows more frames a second than the edit: then pace comes before the picture,
        whose filters see the clock of the cut as it plays; otherwise that of the source, from `seek` on."""
        return Fraction(self.source.probe.fps) * self.cut.fastest > self.fps

    @property
    def interpolated(self) -> bool:
        """Whether pictures are drawn between those of the source, which shows too few a second."""
        shown = Fraction(self.source.probe.fps) * min(step.speed for step in self.cut.steps)
        return self.interpolation == "motion" and self.cut.freeze is None and shown < self.fps

    @property
    def heard(self) -> bool:
        return self.source.probe.has_audio and not self.cut.silent


def shots(
    document: Document, sources: Mapping[str, Source], crops: Mapping[int, CropTrack]
) -> tuple[ClipNode, ...]:
    laid = (_shot(document, sources, index, span) for index, span in enumerate(spans(document)))
    return tuple(replace(shot, crop=crops.get(shot.index)) for shot in laid)


def _shot(document: Document, sources: Mapping[str, Source], index: int, span: Span) -> ClipNode:
    source, fps = sources[span.cut.clip], document.canvas.fps
    read = window(span, source, fps)
    opened = _opened(source, index, read)
    sizes = document.canvas.size, document.size
    return ClipNode(index, span, source, read, *sizes, fps, opened, document.delivery.interpolation)


def _opened(source: Source, index: int, read: Window) -> Stream:
    """An input of its own for every cut. ffmpeg-python takes equal inputs for one, whose frames would then
    be held for the second cut until the first is done: hence the microseconds by which they differ."""
    times = {"t": seconds(read.seconds + Fraction(index, 10**6))}
    if read.seek:
        times["ss"] = seconds(read.seek)
    return ffmpeg.input(**safe_input_kwargs(source.path), **times)


def seconds(value: Fraction) -> str:
    """Seconds as ffmpeg reads them, to the microsecond it counts in."""
    return f"{float(value):.6f}"
