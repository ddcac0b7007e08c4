"""Time in exact fractions: a count of frames must never depend on binary rounding."""

import math
from fractions import Fraction


def exact(number: float) -> Fraction:
    """The fraction that the shortest decimal form of `number` stands for: 0.1 is a tenth."""
    return Fraction(repr(float(number)))


def nearest(number: Fraction) -> int:
    """The nearest whole number, halves upward, so that steps of one or more never round to nothing."""
    return math.floor(number + Fraction(1, 2))
