"""MoviePy's own effects on the pictures of one cut: its classes, our frames, no encode of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from editing.engine.catalogue.moviepy import FIXED, MOVIEPY, PREFIX
from editing.engine.document import Cut, Document, Effect
from editing.engine.prerender.intermediate import Picture, Stretch, Watch, develop, film_in
from editing.engine.render.source import Sources


def drawn(document: Document, sources: Sources, *, workdir: Path, watch: Watch) -> tuple[Document, Sources]:
    """The document without MoviePy's effects, and sources in which they are drawn already.

    A cut with such an effect gets a source of its own: another cut of the same clip may have none."""
    cuts, made = list(document.clips), dict(sources)
    for index, cut in _with_effects(document):
        name, source = f"{cut.clip} of cut {index}", sources[cut.clip]
        stretch = Stretch(cut.start, cut.end)
        made[name] = develop(
            source,
            film_in(workdir, "effects", source, stretch, cut.effects),
            stretches=(stretch,),
            size=source.even,
            change=_Moviepy(cut, stretch),
            watch=watch,
        )
        cuts[index] = replace(cut, clip=name, effects=_ours(cut))
    return replace(document, clips=tuple(cuts)), made


def frames(document: Document, sources: Sources) -> int:
    """About how many pictures `drawn` has to draw."""
    cuts = [cut for _, cut in _with_effects(document)]
    return sum(Stretch(cut.start, cut.end).frames(sources[cut.clip]) for cut in cuts)


def _with_effects(document: Document) -> Iterator[tuple[int, Cut]]:
    for index, cut in enumerate(document.clips):
        if any(effect.name in MOVIEPY for effect in cut.effects):
            yield index, cut


def _ours(cut: Cut) -> tuple[Effect, ...]:
    return tuple(effect for effect in cut.effects if effect.name not in MOVIEPY)


class _Moviepy:
    """A change for `develop`: MoviePy sees a clip as long as the stretch whose picture is always the one at
    hand. Only classes the catalogue names are looked up, with the numbers the document's reading bounded."""

    def __init__(self, cut: Cut, stretch: Stretch) -> None:
        self._effects = [effect for effect in cut.effects if effect.name in MOVIEPY]
        self._stretch, self._shown = stretch, np.zeros((2, 2, 3), np.uint8)
        self._clip: Any = None

    def __call__(self, picture: Picture, seconds: float) -> Picture:
        self._shown = picture
        if self._clip is None:
            self._clip = self._affected()
        within = min(max(seconds - self._stretch.start, 0), self._stretch.end - self._stretch.start)
        changed = np.asarray(self._clip.get_frame(within))
        return np.ascontiguousarray(changed.clip(0, 255).astype(np.uint8))

    def _affected(self) -> Any:
        from moviepy import VideoClip, vfx  # a second to import: only where it is asked for

        length = max(self._stretch.end - self._stretch.start, 1e-3)
        clip: Any = VideoClip(lambda _: self._shown, duration=length)
        for effect in self._effects:
            name = effect.name.removeprefix(PREFIX)
            fixed: Mapping[str, Any] = FIXED.get(name, {})
            clip = getattr(vfx, name)(**dict(effect.settings), **fixed).apply(clip)
        return clip
