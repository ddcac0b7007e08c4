"""A picture laid over the edit for a while."""

from dataclasses import dataclass

from editing.engine.document.interval import read_interval
from editing.engine.fields import Fields

WIDTHS = (0.01, 2.0)


@dataclass(frozen=True, slots=True)
class Sticker:
    """A still from `start` to `end` seconds of the edit, its middle at `x`, `y` (0..1 of the canvas),
    `width` a part of the canvas's; its height follows its own aspect. `opacity` 0..1."""

    still: str
    start: float
    end: float
    x: float = 0.5
    y: float = 0.5
    width: float = 0.25
    opacity: float = 1.0


def read_sticker(fields: Fields, most: float) -> Sticker:
    start, end = read_interval(fields, most)
    sticker = Sticker(
        fields.text("still", 500),
        start,
        end,
        fields.number("x", 0, 1, default=0.5),
        fields.number("y", 0, 1, default=0.5),
        fields.number("width", *WIDTHS, default=0.25),
        fields.number("opacity", 0, 1, default=1.0),
    )
    fields.end()
    return sticker
