"""The cuts of a document whose reframe mode is "track": their subject is found, or the whole picture is shown
where the analysis is not confident."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from editing.engine.document import Cut, Document
from editing.engine.exact import exact
from editing.engine.geometry import same_aspect
from editing.engine.source import Source, Sources
from editing.engine.timing.timeline import Span, spans, window
from editing.engine.tracking.crop_track import CropTrack
from editing.engine.tracking.track_subject import Check, track_subject

FALLBACK = "blur"  # the reframe mode that shows the whole picture


@dataclass(frozen=True, slots=True)
class TrackedCuts:
    """`document`, in which cuts without a confident track have the mode FALLBACK instead; and the `tracks` of
    all cuts that were analysed, by their index."""

    document: Document
    tracks: Mapping[int, CropTrack]

    @property
    def crops(self) -> dict[int, CropTrack]:
        """The confident tracks, which the graph renders."""
        return {index: track for index, track in self.tracks.items() if track.confident}

    @property
    def report(self) -> list[dict[str, Any]]:
        """What became of each cut that was analysed, as JSON."""
        return [_report(index, track) for index, track in self.tracks.items()]


def track_cuts(
    document: Document,
    sources: Sources,
    *,
    on_frame: Callable[[int], None] | None = None,
    check: Check | None = None,
) -> TrackedCuts:
    """Find the subject of every cut that is to be tracked. `on_frame` gets the number of frames analysed so
    far, of about `frames_to_analyse`; `check` may raise to stop."""
    tracks: dict[int, CropTrack] = {}
    for index, span in _tracked_spans(document, sources):
        done = sum(len(track.times) for track in tracks.values())
        source, size = sources[span.cut.clip], document.canvas.size
        start, end = _shown(span, source, document.canvas.fps)
        counted = _counted_from(done, on_frame)
        tracks[index] = track_subject(source, size, start=start, end=end, on_frame=counted, check=check)
    uncertain = {index for index, track in tracks.items() if not track.confident}
    cuts = (_shown_whole(cut) if index in uncertain else cut for index, cut in enumerate(document.clips))
    return TrackedCuts(replace(document, clips=tuple(cuts)), tracks)


def frames_to_analyse(document: Document, sources: Sources) -> int:
    """About how many frames `track_cuts` decodes; 0 where no cut is to be tracked."""
    tracked = [(span.cut, sources[span.cut.clip].probe.fps) for _, span in _tracked_spans(document, sources)]
    return sum(max(1, round((cut.end - cut.start) * fps)) for cut, fps in tracked)


def _tracked_spans(document: Document, sources: Sources) -> list[tuple[int, Span]]:
    return [
        (index, span)
        for index, span in enumerate(spans(document))
        if span.cut.reframe.mode == "track"
        and not same_aspect(sources[span.cut.clip].size, document.canvas.size)
    ]


def _shown(span: Span, source: Source, fps: int) -> tuple[float, float]:
    """From when to when, in seconds of the source, the render shows frames of it: one frame at least."""
    read, frame = window(span, source, fps), 1 / Fraction(source.probe.fps or fps)
    least = read.seek + read.lead + frame / 2
    return float(read.seek), float(max(exact(span.cut.end) - frame / 2, least))


def _counted_from(done: int, on_frame: Callable[[int], None] | None) -> Callable[[int], None] | None:
    return None if on_frame is None else lambda frames: on_frame(done + frames)


def _shown_whole(cut: Cut) -> Cut:
    return replace(cut, reframe=replace(cut.reframe, mode=FALLBACK))


def _report(index: int, track: CropTrack) -> dict[str, Any]:
    return {
        "cut": index,
        "shown": "track" if track.confident else FALLBACK,
        "trust": round(track.confidence, 3),
        "moves": [scene.move for scene in track.scenes],
        "led_by": sorted({scene.led_by for scene in track.scenes}),
    }
