"""How the subjects of the drawn world move, and the chess table of the word "play"."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from training.brush import Brush

RIM = 0.022  # an outline's width, in shares of the frame's shorter side


@dataclass(frozen=True)
class Pose:
    """Where a motion puts the figure: shifts in frame units, `size` a factor, `wide`/`tall` a squash."""

    x: float = 0.0
    y: float = 0.0
    size: float = 1.0
    wide: float = 1.0
    tall: float = 1.0
    faces: int = 1
    pace: float = 1.1  # beats a second


def pose(motion: str, seconds: float, share: float, length: float, faces: int, wide: float) -> Pose:
    travel = min(
        0.24 + 0.1 * length, 0.62 * wide
    )  # slower on longer clips, so that the subject stays in the picture
    along = (share - 0.5) * travel
    if motion == "left":
        return Pose(x=-along, faces=-1)
    if motion == "right":
        return Pose(x=along, faces=1)
    if motion == "race":
        return Pose(x=along * 1.2, faces=1, pace=1.5)
    if motion == "rise":
        return Pose(y=-0.34 * share, faces=faces, pace=0.7)
    if motion == "toward":
        near = min(share, 1.0)  # and stays there, where a take goes on
        return Pose(y=0.1 * near, size=0.55 + 0.75 * near, faces=faces)
    if motion == "bounce":
        hop = abs(sin(pi * 1.1 * seconds))
        return Pose(y=-0.22 * hop, wide=1.1 - 0.12 * hop, tall=0.9 + 0.12 * hop, faces=faces, pace=0.8)
    if motion == "turn":
        facing = cos(pi * 0.9 * seconds)
        return Pose(wide=max(abs(facing), 0.12), faces=faces * (1 if facing >= 0 else -1), pace=0.4)
    return Pose(faces=faces, pace=0.8)


def wrapped(place: float, low: float, high: float) -> float:
    """What leaves on one side of low…high comes in on the other."""
    return low + (place - low) % (high - low)


def chess(brush: Brush, seconds: float) -> None:
    """A little table with a board; one piece wanders from square to square."""
    dark, light = (110, 66, 42), (246, 226, 186)
    for pass_ in (brush.outlined(RIM / 2), brush):
        pass_.stroke([(0, -0.18), (0, -0.01)], 0.045, dark)
        pass_.stroke([(-0.09, 0.0), (0.09, 0.0)], 0.03, dark)
        pass_.shape([(-0.15, -0.27), (0.15, -0.27), (0.2, -0.17), (-0.2, -0.17)], light)
    for row in range(2):
        for k in range(4):
            if (k + row) % 2:
                y, half = -0.265 + 0.047 * row, 0.15 + 0.022 * row
                x0, x1 = -half + half * k / 2, -half + half * (k + 1) / 2
                brush.shape(
                    [(x0, y), (x1, y), (x1 + 0.01 * (k - 1), y + 0.047), (x0 + 0.01 * (k - 2), y + 0.047)],
                    dark,
                )
    step = 0.5 + 0.5 * sin(2 * pi * 0.5 * seconds)
    for x, colour in ((-0.09, (40, 40, 48)), (0.1, (250, 250, 250)), (-0.04 + 0.09 * step, (206, 48, 44))):
        brush.stroke([(x, -0.225), (x, -0.31 - 0.03 * (x > -0.05 and x < 0.06))], 0.045, colour, 0.02)
        brush.blob(x, -0.315 - 0.03 * (x > -0.05 and x < 0.06), 0.026, 0.026, colour)
