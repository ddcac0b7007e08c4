"""The lines of a text in a picture, as large as its style says or as much smaller as they must be to fit."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from editing.engine.catalogue.styles import Style
from editing.engine.typesetting.lines import broken, height, paragraphs, written
from editing.engine.typesetting.runs import Run, runs

MARGIN = 0.08  # of the height and the width: left free at the edges
LEAST = 1 / 40  # of the short side: an em that can still be read, 18 pixels at 720p
PREFERRED = 8  # pixels: as small as a style gets by itself
STEP = 0.95  # from one size that is tried to the next

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of runs from the top, to be drawn with an em of so many pixels."""

    lines: tuple[tuple[Run, ...], ...]
    em: float


@lru_cache(maxsize=512)
def block(text: str, style: Style, size: Size) -> Block:
    """`text` for a picture of `size` pixels: at the size of `style`, or at the largest below it that fits."""
    sizes = list(_sizes(style, size))
    fitting = bisect_left(sizes, True, key=lambda tried: _fits(text, style, size, tried))
    em = sizes[min(fitting, len(sizes) - 1)]
    most = _room(style, size, em)[0] / em
    lines = (written(line, paragraph) for paragraph in paragraphs(text) for line in broken(paragraph, most))
    return Block(tuple(tuple(runs(line)) for line in lines), em)


def too_many(text: str, style: Style, size: Size) -> int:
    """How many of the last letters of `text` have no room, even as small as can be read; 0: it fits."""
    return _beyond(text, style, size, _least(size))


def em(style: Style, size: Size) -> float:
    """Of the style, in pixels of a picture of `size`."""
    return max(PREFERRED, round(style.scale * min(size)))


def border(style: Style, em: float) -> tuple[float, float]:
    """How far the outline reaches beyond the letters, or the box; and the shadow beyond that. In pixels."""
    return (em / 4, 0.0) if style.boxed else (em / 16, em / 40)


def _least(size: Size) -> float:
    return LEAST * min(size)


def _sizes(style: Style, size: Size) -> Iterator[float]:
    """Every em that is tried, in pixels, the largest first."""
    tried, least = em(style, size), _least(size)
    while tried > least:
        yield tried
        tried *= STEP
    yield least


def _room(style: Style, size: Size, em: float) -> tuple[float, float]:
    """Width and height that letters may take, in pixels."""
    edge = sum(border(style, em))
    across, down = (side * (1 - 2 * MARGIN) - 2 * edge for side in size)
    return across, down


def _fits(text: str, style: Style, size: Size, em: float) -> bool:
    return not _beyond(text, style, size, em)


def _beyond(text: str, style: Style, size: Size, em: float) -> int:
    """How many letters of `text` come too late, or are wider than the picture, with this em."""
    across, down = _room(style, size, em)
    fitting, filled = 0, 0.0
    for paragraph in paragraphs(text):
        for line in broken(paragraph, across / em):
            filled += height(line) * em
            if filled > down or any(letter.width * em > across for letter in line):
                return max(1, len(text) - fitting)
            fitting += sum(len(letter.text) for letter in line)
    return 0
