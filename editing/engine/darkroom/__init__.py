"""What no filter can do, done picture by picture before the one encode.

A stretch of a source comes out as lossless film on the source's own timeline, so that the compiler takes it
for the source itself and every cut, caption and sound stays where it was.
"""

from collections.abc import Callable
from pathlib import Path

from editing.engine.darkroom import effects, enlarge
from editing.engine.darkroom.film import Watch
from editing.engine.document import Document
from editing.engine.source import Sources

__all__ = ["prepared"]

OnStage = Callable[[str, int], None]  # hears the name of what begins and how many frames it takes


def prepared(
    document: Document,
    sources: Sources,
    *,
    workdir: Path,
    on_stage: OnStage | None = None,
    on_frame: Callable[[int], None] | None = None,
    check: Callable[[], None] | None = None,
) -> tuple[Document, Sources]:
    """The document and the sources as the compiler can take them: effects drawn, pictures enlarged."""
    drawing = effects.frames(document, sources)
    if drawing:
        _tell(on_stage, "effects", drawing)
        watch = Watch(on_frame, check)
        document, sources = effects.drawn(document, sources, workdir=workdir, watch=watch)
    enlarging = enlarge.frames(document, sources)
    if enlarging:
        _tell(on_stage, "enlarge", enlarging)
        sources = enlarge.enlarged(document, sources, workdir=workdir, watch=Watch(on_frame, check))
    return document, sources


def _tell(on_stage: OnStage | None, name: str, frames: int) -> None:
    if on_stage:
        on_stage(name, frames)
