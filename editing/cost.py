"""What rendering a document costs: megapixels of each kind of work, and CPU seconds for one of each.

Seconds were measured on a two-core AMD EPYC in November 2026, by `rusage` of a process and its children, over
renders of `testsrc2` with noise from 180p to 2160p.
"""

from collections.abc import Mapping

from editing.engine.catalogue.effects import MOVIEPY
from editing.engine.document import Cut, Document
from editing.engine.render.preview import preview_document, preview_frames
from jobs.cost import Cost
from library.media.progress import Stage
from library.models import Clip

Megapixels = dict[str, float]

SECONDS: Megapixels = {  # CPU seconds a megapixel
    "encoded": 0.027,  # of the result: filters that every render has, and x264
    "previewed": 0.008,  # the same, by x264's fastest preset
    "interpolated": 0.42,  # of the result: minterpolate
    "enlarged": 19.0,  # of the source: the network of the AI upscaler, for both factors
    "followed": 0.06,  # of the source: saliency and faces, for a tracked crop
    "decoded": 0.004,  # of the source
    "filtered": 0.02,  # of the canvas, for each effect and sticker
    "drawn": 0.15,  # of the source, for each effect that MoviePy draws frame by frame
}
# in their order; what is in no entry of STAGE_OF is done while it renders
STAGES = (
    Stage.FETCH,
    Stage.EFFECTS,
    Stage.ENLARGE,
    Stage.FOLLOW,
    Stage.RENDER,
    Stage.STORE,
)
STAGE_OF = {"drawn": Stage.EFFECTS, "enlarged": Stage.ENLARGE, "followed": Stage.FOLLOW}
STARTING = 2.0  # seconds: fetching, probing, starting processes
BYTES = 20_000  # a megapixel of the result


def megapixels(document: Document, clips: Mapping[str, Clip], *, preview: bool = False) -> Megapixels:
    """How much of each kind of work there is in the render of `document`, whose `clips` are found by id."""
    shown = preview_document(document) if preview else document
    frames = preview_frames(document) if preview else document.frames
    result = shown.size[0] * shown.size[1] * frames / 1e6
    work = {"previewed" if preview else "encoded": result}
    if shown.delivery.interpolation == "motion":
        work["interpolated"] = result
    for cut in shown.clips:
        _add(work, _of_cut(cut, clips[cut.clip], shown))
    _add(work, {"filtered": len(shown.stickers) * result})
    return work


def estimate(work: Megapixels) -> Cost:
    """CPU seconds of one core, and bytes of the master."""
    stages: dict[str, float] = dict.fromkeys(STAGES, 0.0)
    stages |= {Stage.FETCH: STARTING / 2, Stage.STORE: STARTING / 2}
    for kind, amount in work.items():
        stages[STAGE_OF.get(kind, Stage.RENDER)] += SECONDS[kind] * amount
    size = round(BYTES * (work.get("encoded", 0.0) + work.get("previewed", 0.0)))
    return Cost(sum(stages.values()), size, stages)


def _of_cut(cut: Cut, clip: Clip, document: Document) -> Megapixels:
    width, height = document.canvas.size
    read = clip.width * clip.height * clip.fps * max(0.0, cut.end - cut.start) / 1e6
    drawn = sum(effect.name in MOVIEPY for effect in cut.effects)
    canvas = float(width * height * document.canvas.fps * cut.seconds) / 1e6
    work = {"decoded": read, "drawn": drawn * read, "filtered": (len(cut.effects) - drawn) * canvas}
    if document.delivery.upscaler == "ai":
        work["enlarged"] = read
    if cut.reframe.mode == "track":
        work["followed"] = read
    return work


def _add(work: Megapixels, more: Megapixels) -> None:
    for kind, amount in more.items():
        if amount:
            work[kind] = work.get(kind, 0.0) + amount
