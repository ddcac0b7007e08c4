"""How fast a cut plays: at one speed, or along a curve.

A curve is a list of points; between two of them the speed changes evenly, and two points at one moment are a
jump. It is played in steps of constant speed, the same for picture and sound, so that its length is an exact
fraction: Σ length / speed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from editing.engine import errors
from editing.engine.fields import Fields
from editing.engine.timing.exact import exact, nearest

SPEEDS = (0.25, 4.0)
MOST_POINTS = 16
RAMP_STEPS = 16  # of constant speed between two points that differ
FINENESS = 1000  # a step's speed is a whole number of thousandths


@dataclass(frozen=True, slots=True)
class Point:
    """`speed` at `at`, a part of the cut as it plays: 0 its beginning, 1 its end."""

    at: float
    speed: float


Speed = float | tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """`length` seconds of the clip, played at `speed`."""

    length: Fraction
    speed: Fraction

    @property
    def seconds(self) -> Fraction:
        return self.length / self.speed


def steps(speed: Speed, length: Fraction) -> tuple[Step, ...]:
    """The constant speeds in which `length` seconds of a clip are played, first to last."""
    if not isinstance(speed, tuple):
        return (Step(length, exact(speed)),)
    return tuple(step for a, b in pairwise(speed) for step in _between(a, b, length))


def read_speed(fields: Fields) -> Speed:
    """A number, or a list of points from 0 to 1."""
    if not fields.holds_list("speed"):
        return fields.number("speed", *SPEEDS, default=1.0)
    before = len(fields.problems)
    points = tuple(_point(one) for one in fields.objects("speed", 2, MOST_POINTS))
    moments = [point.at for point in points]
    if len(fields.problems) == before and (
        moments != sorted(moments) or moments[:: len(moments) - 1] != [0, 1]
    ):
        fields.note(errors.CurveUneven(field=fields.at("speed")))
    return points or 1.0


def _point(fields: Fields) -> Point:
    point = Point(fields.number("at", 0, 1), fields.number("speed", *SPEEDS))
    fields.end()
    return point


def _between(a: Point, b: Point, length: Fraction) -> Iterator[Step]:
    part = (exact(b.at) - exact(a.at)) * length
    count = RAMP_STEPS if a.speed != b.speed else 1
    for step in range(count if part else 0):
        middle = Fraction(2 * step + 1, 2 * count)
        speed = exact(a.speed) + (exact(b.speed) - exact(a.speed)) * middle
        yield Step(part / count, Fraction(max(1, nearest(speed * FINENESS)), FINENESS))
