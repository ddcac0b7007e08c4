"""The shapes clips are delivered in."""

from fractions import Fraction
from math import log

import errors

ASPECTS: dict[str, Fraction] = {
    "16:9": Fraction(16, 9),
    "9:16": Fraction(9, 16),
    "1:1": Fraction(1),
    "4:3": Fraction(4, 3),
    "3:4": Fraction(3, 4),
    "21:9": Fraction(21, 9),
}
FRAME_RATE = 30


class UnknownAspect(errors.Invalid):
    code = "aspect"
    message = "{aspect} is not an aspect we deliver. Accepted: {accepted}."


def delivery_size(aspect: str, short: int = 720) -> tuple[int, int]:
    """(width, height) in pixels, both even, of `aspect` with `short` pixels on its short side.

    Raises UnknownAspect."""
    if aspect not in ASPECTS:
        raise UnknownAspect(field="aspect", aspect=aspect, accepted=", ".join(ASPECTS))
    ratio = ASPECTS[aspect]
    wide = ratio >= 1
    return (even(short * ratio), even(short)) if wide else (even(short), even(short / ratio))


def nearest_aspect(width: int, height: int) -> str:
    """The aspect we deliver that cuts least from a picture of `width` × `height`."""
    return min(ASPECTS, key=lambda name: abs(log(width / height / ASPECTS[name])))


def even(length: float | Fraction) -> int:
    """The nearest even number of pixels: 4:2:0 chroma covers two by two."""
    return max(2, 2 * round(length / 2))
