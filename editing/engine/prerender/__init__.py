"""What no filter can do, done frame by frame before the one encode.

The part of a source that a cut needs is rendered to a lossless intermediate on the source's own timeline. The
graph then reads the intermediate as if it were the source: cuts, captions and sound stay where they were.
"""

from pathlib import Path

from editing.engine.document import Document
from editing.engine.prerender import colours, effects, stickers, upscale
from editing.engine.prerender.intermediate import Counter
from editing.engine.source import Sources
from library.media.progress import SILENT, Progress, Stage

__all__ = ["prerender"]


def prerender(
    document: Document, sources: Sources, *, workdir: Path, progress: Progress = SILENT
) -> tuple[Document, Sources]:
    """`document` and `sources` as the graph takes them: stickers scaled, MoviePy's effects rendered, pictures
    upscaled.

    Intermediates lie in `workdir`; another attempt reuses those that are whole. Raises what
    `progress.check` raises."""
    document, sources = stickers.scale_stickers(document, sources, workdir=workdir)
    touched = [*effects.clips(document), *upscale.plan_upscale(document, sources)]
    sources = colours.in_bt709(sources, touched, workdir=workdir, counter=Counter(progress))
    if frames := effects.frame_count(document, sources):
        progress.stage(Stage.EFFECTS, frames)
        counter = Counter(progress)
        document, sources = effects.render_effects(document, sources, workdir=workdir, counter=counter)
    if frames := upscale.frame_count(document, sources):
        progress.stage(Stage.ENLARGE, frames)
        sources = upscale.upscale(document, sources, workdir=workdir, counter=Counter(progress))
    return document, sources
