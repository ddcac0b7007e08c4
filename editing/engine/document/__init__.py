"""The edit document: what the clip shall be, in frozen values. It says what, never how.

Times are seconds. What lies in a clip or a track (`start`, `end`) counts from its own beginning; what lies on
the edit (captions, stickers, `music.at`, `cover`) from the edit's. One file for each part of a document, each
with its reading from JSON; what only the parts together can get wrong is in `checks`.
"""

from editing.engine.catalogue.styles import STYLES
from editing.engine.document.canvas import (
    INTERPOLATIONS,
    LOUDNESS,
    MOST_PIXELS_LONG,
    UPSCALERS,
    Canvas,
    Delivery,
    scaled,
)
from editing.engine.document.caption import Caption
from editing.engine.document.checks import MOST_SECONDS
from editing.engine.document.cut import GAINS, LONGEST_CLIP, Cut
from editing.engine.document.effect import Effect
from editing.engine.document.music import Music
from editing.engine.document.reframe import MODES, Focus, Reframe
from editing.engine.document.speed import SPEEDS, Point
from editing.engine.document.sticker import Sticker
from editing.engine.document.transition import Transition
from editing.engine.document.whole import VERSION, Document, check, dump, parse
from editing.engine.errors import refuse
from editing.engine.timing.exact import exact, nearest

__all__ = [
    "GAINS",
    "INTERPOLATIONS",
    "LONGEST_CLIP",
    "LOUDNESS",
    "MODES",
    "MOST_PIXELS_LONG",
    "MOST_SECONDS",
    "SPEEDS",
    "STYLES",
    "UPSCALERS",
    "VERSION",
    "Canvas",
    "Caption",
    "Cut",
    "Delivery",
    "Document",
    "Effect",
    "Focus",
    "Music",
    "Point",
    "Reframe",
    "Sticker",
    "Transition",
    "check",
    "dump",
    "exact",
    "nearest",
    "parse",
    "refuse",
    "scaled",
]
