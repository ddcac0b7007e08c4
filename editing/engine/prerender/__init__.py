"""What no filter can do, done picture by picture before the one encode.

A stretch of a source comes out as lossless film on the source's own timeline, so that the compiler takes it
for the source itself and every cut, caption and sound stays where it was.
"""

from pathlib import Path

from editing.engine.document import Document
from editing.engine.prerender import effects, upscale
from editing.engine.prerender.intermediate import Watch
from editing.engine.render.source import Sources
from library.media.progress import SILENT, Progress, Stage

__all__ = ["prepared"]


def prepared(
    document: Document, sources: Sources, *, workdir: Path, progress: Progress = SILENT
) -> tuple[Document, Sources]:
    """The document and the sources as the compiler can take them: effects drawn, pictures enlarged."""
    if drawing := effects.frames(document, sources):
        progress.stage(Stage.EFFECTS, drawing)
        document, sources = effects.drawn(document, sources, workdir=workdir, watch=Watch(progress))
    if enlarging := upscale.frames(document, sources):
        progress.stage(Stage.ENLARGE, enlarging)
        sources = upscale.enlarged(document, sources, workdir=workdir, watch=Watch(progress))
    return document, sources
