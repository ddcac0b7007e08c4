"""Time in exact fractions: a count of frames must never depend on binary rounding."""

import math
from fractions import Fraction

LEAST_DECIMALS = 4
FLOAT_ERROR = Fraction(1, 10**9)  # seconds


def exact(number: float) -> Fraction:
    """The fraction that the shortest decimal form of `number` stands for: 0.1 is a tenth."""
    return Fraction(repr(float(number)))


def nearest(number: Fraction) -> int:
    """The nearest whole number, halves upward, so that steps of one or more never round to nothing."""
    return math.floor(number + Fraction(1, 2))


def at_least(number: Fraction) -> float:
    """`number` as it is told for the least, and then taken for it: rounded down, to four decimals. A
    thirtieth of a second is told as 0.0333; and nobody can write one, in decimals or as a float."""
    return math.floor(number * 10**LEAST_DECIMALS) / 10**LEAST_DECIMALS


def is_below(number: Fraction, told: float) -> bool:
    """Whether `number` is less than what was told, by more than a float of it may be off."""
    return number < exact(told) - FLOAT_ERROR


def at_most(number: float | Fraction, decimals: int = 3) -> float:
    """`number` as it is told for the most: rounded down, so that what is told is not too much."""
    return math.floor(number * 10**decimals) / 10**decimals
