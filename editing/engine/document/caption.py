"""Words on the picture, in one of the styles of `editing.engine.text.captions`."""

from dataclasses import dataclass

from editing.engine.catalogue.styles import STYLES
from editing.engine.document.interval import read_interval
from editing.engine.fields import Fields

MOST_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Caption:
    """`start` and `end` in seconds of the edit."""

    text: str
    start: float
    end: float
    style: str = "subtitle"


def read_caption(fields: Fields, most: float) -> Caption:
    start, end = read_interval(fields, most)
    text = fields.text("text", MOST_LETTERS)
    caption = Caption(text, start, end, fields.choice("style", tuple(STYLES), default="subtitle"))
    fields.end()
    return caption
