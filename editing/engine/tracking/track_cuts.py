"""The cuts of a document that ask to follow their subject: found, or shown whole where nobody is sure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from editing.engine.document import Cut, Document
from editing.engine.geometry import same_aspect
from editing.engine.render.source import Source, Sources
from editing.engine.timing.exact import exact
from editing.engine.timing.timeline import Span, spans, window
from editing.engine.tracking.crop_track import CropTrack
from editing.engine.tracking.plan import Check, follow

FALLBACK = "blur"  # the mode that shows the whole picture


@dataclass(frozen=True, slots=True)
class Followed:
    """`document`, in which those cuts that nobody is sure of ask for the whole picture instead; what was
    found in each that asked, by its index; and of these the `crops` to be drawn."""

    document: Document
    found: Mapping[int, CropTrack]

    @property
    def crops(self) -> dict[int, CropTrack]:
        return {index: one for index, one in self.found.items() if one.sure}

    @property
    def told(self) -> list[dict[str, Any]]:
        """What became of each cut that asked, as JSON."""
        return [_told(index, one) for index, one in self.found.items()]


def followed(
    document: Document,
    sources: Sources,
    *,
    on_frame: Callable[[int], None] | None = None,
    check: Check | None = None,
) -> Followed:
    """Look for the subject of every cut that asks for it. `on_frame` hears how many frames were watched in
    all, of about `to_watch`; `check` may raise."""
    found: dict[int, CropTrack] = {}
    for index, span in _asking(document, sources):
        before = sum(len(one.times) for one in found.values())
        source, told = sources[span.cut.clip], _counting_on(on_frame, before)
        start, end = _shown(span, source, document.canvas.fps)
        found[index] = follow(source, document.canvas.size, start=start, end=end, on_frame=told, check=check)
    unsure = {index for index, one in found.items() if not one.sure}
    cuts = (_whole(cut) if index in unsure else cut for index, cut in enumerate(document.clips))
    return Followed(replace(document, clips=tuple(cuts)), found)


def to_watch(document: Document, sources: Sources) -> int:
    """About how many frames `followed` looks at; 0 where no cut asks."""
    asking = [(span.cut, sources[span.cut.clip].probe.fps) for _, span in _asking(document, sources)]
    return sum(max(1, round((cut.end - cut.start) * fps)) for cut, fps in asking)


def _asking(document: Document, sources: Sources) -> list[tuple[int, Span]]:
    return [
        (index, span)
        for index, span in enumerate(spans(document))
        if span.cut.reframe.mode == "track"
        and not same_aspect(sources[span.cut.clip].size, document.canvas.size)
    ]


def _shown(span: Span, source: Source, fps: int) -> tuple[float, float]:
    """From when to when the render shows frames of the source: one at least."""
    read, frame = window(span, source, fps), 1 / Fraction(source.probe.fps or fps)
    least = read.seek + read.lead + frame / 2
    return float(read.seek), float(max(exact(span.cut.end) - frame / 2, least))


def _counting_on(on_frame: Callable[[int], None] | None, before: int) -> Callable[[int], None] | None:
    return None if on_frame is None else lambda frames: on_frame(before + frames)


def _whole(cut: Cut) -> Cut:
    return replace(cut, reframe=replace(cut.reframe, mode=FALLBACK))


def _told(index: int, found: CropTrack) -> dict[str, Any]:
    return {
        "cut": index,
        "shown": "track" if found.sure else FALLBACK,
        "trust": round(found.trust, 3),
        "moves": [scene.move for scene in found.scenes],
        "led_by": sorted({scene.led_by for scene in found.scenes}),
    }
