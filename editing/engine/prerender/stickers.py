"""Stickers at the size they are shown at.

Filters scale colour and transparency apart, so that what is hidden under a transparent edge comes out as a
ring; ffmpeg 9 lays premultiplied pictures over 4:2:0 wrongly. Here a sticker is scaled premultiplied, and a
picture that was never uploaded is read as an upload would read it.
"""

from dataclasses import replace
from pathlib import Path

from editing.engine.document import Document
from editing.engine.prerender.intermediate import intermediate_path
from editing.engine.source import Source, Sources, open_source
from library.media.sticker import sticker


def scale_stickers(document: Document, sources: Sources, *, workdir: Path) -> tuple[Document, Sources]:
    """`document` and `sources` with a still of its own for every size at which one is shown.

    Raises Unreadable, TooManyPixels."""
    shown, scaled = list(document.stickers), dict(sources)
    for index, one in enumerate(shown):
        still = sources[one.still]
        target = one.size(still.size, document.size)
        name = f"{one.still} at {target[0]}×{target[1]}"
        if name not in scaled:
            scaled[name] = _scaled(still, target, workdir)
        shown[index] = replace(one, still=name)
    return replace(document, stickers=tuple(shown)), scaled


def _scaled(still: Source, target: tuple[int, int], workdir: Path) -> Source:
    path = intermediate_path(workdir, "sticker", still, target).with_suffix(".png")
    if not path.exists():
        part = path.with_suffix(".part.png")
        sticker(still.path, part, target)
        part.replace(path)
    return open_source(path)
