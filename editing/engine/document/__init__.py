"""The edit document: what the clip shall be, in frozen values. It says what, never how.

Times are seconds. What lies in a clip or a track (`start`, `end`) counts from its own beginning; what lies on
the edit (captions, stickers, `music.at`, `cover`) from the edit's.

| file | what is in it |
|---|---|
| `types` | the kinds of values, with their bounds |
| `cut`, `effect`, `speed` | a piece of a clip, what is done to its picture, how fast it plays |
| `overlay` | captions, stickers, music |
| `whole` | the document, its canvas and its delivery |
| `checks` | what only the parts together can get wrong |
| `reading`, `problems` | JSON to a document and back; what is wrong with it, and what would be accepted |
"""

from editing.engine.catalogue.styles import STYLES
from editing.engine.document.cut import MODES, Cut, Focus, Reframe, Transition
from editing.engine.document.effect import Effect
from editing.engine.document.overlay import Caption, Music, Sticker
from editing.engine.document.reading import VERSION, check, dump, json_schema, parse
from editing.engine.document.speed import SPEEDS, Point
from editing.engine.document.types import GAINS, LONGEST_CLIP, MOST_SECONDS
from editing.engine.document.whole import (
    INTERPOLATIONS,
    LOUDNESS,
    MOST_PIXELS_LONG,
    UPSCALERS,
    Canvas,
    Delivery,
    Document,
    scaled,
)

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
    "json_schema",
    "parse",
    "scaled",
]
