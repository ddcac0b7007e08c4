"""The preview of an edit: its first seconds, small, by the same graph and a faster encode."""

from dataclasses import replace

from editing.engine.document import Delivery, Document
from editing.engine.timing.timeline import spans

SHORT_SIDE = 480  # pixels, at most
SECONDS = 5
PRESET = "ultrafast"  # of x264


def preview_frames(document: Document) -> int:
    """How many frames of the edit its preview shows."""
    return min(document.frames, SECONDS * document.canvas.fps)


def preview_document(document: Document) -> Document:
    """The document without what comes after the preview, delivered small: by lanczos, its loudness as it is,
    without a cover."""
    kept = tuple(span.cut for span in spans(document) if span.first < preview_frames(document))
    return replace(
        document,
        clips=kept,
        captions=tuple(one for one in document.captions if one.start < SECONDS),
        stickers=tuple(one for one in document.stickers if one.start < SECONDS),
        music=tuple(one for one in document.music if one.at < SECONDS),
        delivery=Delivery(short_side=min(SHORT_SIDE, *document.size)),
        cover=None,
    )
