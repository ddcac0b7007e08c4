"""MoviePy's own effects on the pictures of one cut: its classes, our frames, no encode of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from editing.engine.catalogue.effects import FIXED, MOVIEPY, PREFIX
from editing.engine.document import Cut, Document, Effect
from editing.engine.prerender.intermediate import (
    Counter,
    Picture,
    TimeRange,
    intermediate_path,
    render_intermediate,
)
from editing.engine.source import Sources


def render_effects(
    document: Document, sources: Sources, *, workdir: Path, counter: Counter
) -> tuple[Document, Sources]:
    """The document without MoviePy's effects, and sources that already show them.

    A cut with such an effect gets a source of its own: another cut of the same clip may have none."""
    cuts, rendered = list(document.clips), dict(sources)
    for index, cut in _with_effects(document):
        name, source = f"{cut.clip} of cut {index}", sources[cut.clip]
        part = TimeRange(cut.start, cut.end)
        rendered[name] = render_intermediate(
            source,
            intermediate_path(workdir, "effects", source, part, cut.effects),
            ranges=(part,),
            size=source.even_size,
            transform=_MoviepyEffects(cut, part),
            counter=counter,
        )
        cuts[index] = replace(cut, clip=name, effects=_without_moviepy(cut))
    return replace(document, clips=tuple(cuts)), rendered


def clips(document: Document) -> list[str]:
    """The clips of cuts with such effects."""
    return [cut.clip for _, cut in _with_effects(document)]


def frame_count(document: Document, sources: Sources) -> int:
    """About how many frames `render_effects` renders."""
    cuts = [cut for _, cut in _with_effects(document)]
    return sum(TimeRange(cut.start, cut.end).frame_count(sources[cut.clip]) for cut in cuts)


def _with_effects(document: Document) -> Iterator[tuple[int, Cut]]:
    for index, cut in enumerate(document.clips):
        if any(effect.name in MOVIEPY for effect in cut.effects):
            yield index, cut


def _without_moviepy(cut: Cut) -> tuple[Effect, ...]:
    return tuple(effect for effect in cut.effects if effect.name not in MOVIEPY)


class _MoviepyEffects:
    """A transform: MoviePy gets a clip as long as `part` whose frame is always the current picture. Only
    classes named in the catalogue are looked up, with numbers within its bounds."""

    def __init__(self, cut: Cut, part: TimeRange) -> None:
        self._effects = [effect for effect in cut.effects if effect.name in MOVIEPY]
        self._part, self._current = part, np.zeros((2, 2, 3), np.uint8)
        self._clip: Any = None

    def __call__(self, picture: Picture, seconds: float) -> Picture:
        self._current = picture
        if self._clip is None:
            self._clip = self._with_effects()
        within = min(max(seconds - self._part.start, 0), self._part.end - self._part.start)
        changed = np.asarray(self._clip.get_frame(within))
        return np.ascontiguousarray(changed.clip(0, 255).astype(np.uint8))

    def _with_effects(self) -> Any:
        from moviepy import VideoClip, vfx  # takes a second to import: only where it is asked for

        length = max(self._part.end - self._part.start, 1e-3)
        clip: Any = VideoClip(lambda _: self._current, duration=length)
        for effect in self._effects:
            name = effect.name.removeprefix(PREFIX)
            fixed: Mapping[str, Any] = FIXED.get(name, {})
            clip = getattr(vfx, name)(**dict(effect.settings), **fixed).apply(clip)
        return clip
