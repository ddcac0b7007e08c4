"""Time in exact numbers: a count of frames must never hang on a binary fraction."""

import math
from fractions import Fraction


def exact(number: float) -> Fraction:
    """The number its shortest decimal form says: 0.1 is a tenth."""
    return Fraction(repr(float(number)))


def nearest(number: Fraction) -> int:
    """The nearest whole number, halves upward, so that steps of one or more never round to nothing."""
    return math.floor(number + Fraction(1, 2))
