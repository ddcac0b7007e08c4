"""A quick look at an edit: its first seconds, small, by the same graph and a faster encode."""

from dataclasses import replace

from editing.engine.document import Delivery, Document
from editing.engine.timing.timeline import spans

SHORT_SIDE = 480  # pixels, at most
SECONDS = 5
PRESET = "ultrafast"


def frames(document: Document) -> int:
    """How many frames of the edit are shown."""
    return min(document.frames, SECONDS * document.canvas.fps)


def proxied(document: Document) -> Document:
    """The document without what comes later, delivered small: by lanczos, as loud as it is, with no cover."""
    kept = tuple(span.cut for span in spans(document) if span.first < frames(document))
    return replace(
        document,
        clips=kept,
        captions=tuple(one for one in document.captions if one.start < SECONDS),
        stickers=tuple(one for one in document.stickers if one.start < SECONDS),
        music=tuple(one for one in document.music if one.at < SECONDS),
        delivery=Delivery(short_side=min(SHORT_SIDE, *document.size)),
        cover=None,
    )
