"""How fast a cut plays: at one speed, or along a curve.

A curve is a list of points; between two of them the speed changes evenly, and two points at one moment are a
jump. It is played in steps of constant speed, the same for picture and sound, so that its length is an exact
fraction: Σ length / speed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag

from editing.engine import errors
from editing.engine.document.types import Between, Items, Part, Share, fail
from editing.engine.exact import exact, nearest

SPEEDS = (0.25, 4.0)
MOST_POINTS = 16
RAMP_STEPS = 16  # of constant speed between two points that differ
FINENESS = 1000  # a step's speed is a whole number of thousandths

Factor = Annotated[float, Between(*SPEEDS)]


@dataclass(frozen=True, slots=True)
class Point(Part):
    """`speed` at `at`, a part of the cut as it plays: 0 its beginning, 1 its end."""

    at: Share
    speed: Factor


def _in_order(points: tuple[Point, ...]) -> tuple[Point, ...]:
    moments = [point.at for point in points]
    if moments != sorted(moments) or moments[:: len(moments) - 1] != [0, 1]:
        fail(errors.CurveUneven())
    return points


def _kind(value: Any) -> str:
    return "<array>" if isinstance(value, list | tuple) else "<number>"


Curve = Annotated[tuple[Point, ...], Items(2, MOST_POINTS), AfterValidator(_in_order), Tag("<array>")]
Speed = Annotated[
    Annotated[Factor, Tag("<number>")] | Curve,
    Discriminator(_kind),
    Field(
        description="One speed, or a curve: points from 0 (the cut begins) to 1 (it ends), in order; between "
        "two it changes evenly, and two at one moment are a jump."
    ),
]


@dataclass(frozen=True, slots=True)
class Step:
    """`length` seconds of the clip, played at `speed`."""

    length: Fraction
    speed: Fraction

    @property
    def seconds(self) -> Fraction:
        return self.length / self.speed


@lru_cache(maxsize=1024)
def played(speed: float | tuple[Point, ...], length: Fraction) -> Fraction:
    """How long `length` seconds of a clip play. Kept: a document asks for it many times."""
    return sum((step.seconds for step in steps(speed, length)), start=Fraction(0))


@lru_cache(maxsize=256)
def steps(speed: float | tuple[Point, ...], length: Fraction) -> tuple[Step, ...]:
    """The constant speeds in which `length` seconds of a clip are played, first to last. Kept too."""
    if not isinstance(speed, tuple):
        return (Step(length, exact(speed)),)
    return tuple(step for a, b in pairwise(speed) for step in _between(a, b, length))


def _between(a: Point, b: Point, length: Fraction) -> Iterator[Step]:
    part = (exact(b.at) - exact(a.at)) * length
    count = RAMP_STEPS if a.speed != b.speed else 1
    for step in range(count if part else 0):
        middle = Fraction(2 * step + 1, 2 * count)
        speed = exact(a.speed) + (exact(b.speed) - exact(a.speed)) * middle
        yield Step(part / count, Fraction(max(1, nearest(speed * FINENESS)), FINENESS))
