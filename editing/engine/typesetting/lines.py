"""A text measured, and broken into lines. Lengths are in em."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from editing.engine.typesetting.line_breaks import clusters_and_breaks
from editing.engine.typesetting.runs import runs, tidy

LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"


@dataclass(frozen=True, slots=True)
class Letter:
    """A grapheme cluster: its width, how far its font reaches, and whether a line may end before it."""

    text: str
    width: float
    ascent: float
    descent: float
    may_break: bool


Letters = tuple[Letter, ...]


@lru_cache(maxsize=512)
def paragraphs(text: str) -> tuple[Letters, ...]:
    """What stands between the line ends of `text`."""
    return tuple(tuple(_measured(tidy(line))) for line in text.splitlines())


def broken(paragraph: Letters, most: float) -> Iterator[Letters]:
    """Its lines, at most `most` wide where a break can make them so; a word that is longer is broken between
    two clusters."""
    begins, filled, last_break = 0, 0.0, 0
    for at, letter in enumerate(paragraph):
        last_break = at if letter.may_break else last_break
        if at > begins and filled + letter.width > most and not letter.text.isspace():
            end = last_break if last_break > begins else at
            yield paragraph[begins:end]
            begins, filled = end, sum(one.width for one in paragraph[end:at])
        filled += letter.width
    yield paragraph[begins:]


def written(line: Letters, paragraph: Letters) -> str:
    """The text of a line. It keeps the direction of its paragraph, whatever it begins with itself."""
    text = "".join(letter.text for letter in line).strip()
    backwards = _is_backwards(paragraph)
    mixed = backwards or any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    return (RIGHT_TO_LEFT if backwards else LEFT_TO_RIGHT) + text if mixed else text


def height(line: Letters) -> float:
    letters = line or paragraphs("x")[0]
    return max(one.ascent for one in letters) + max(one.descent for one in letters)


def _measured(line: str) -> Iterator[Letter]:
    drawn = [(width, run.font) for run in runs(line) for width in run.font.advances(run.text)]
    ends = list(accumulate((width for width, _ in drawn), initial=0.0))
    at = 0
    for text, may_break in clusters_and_breaks(line):
        font, end = drawn[at][1], at + len(text)
        yield Letter(text, ends[end] - ends[at], font.ascent, font.descent, may_break)
        at = end


def _is_backwards(paragraph: Letters) -> bool:
    """Whether the first letter with a direction is written from right to left (UAX 9, P2 and P3)."""
    kinds = (unicodedata.bidirectional(letter) for one in paragraph for letter in one.text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"
