"""How the subjects of the drawn world move, and the chess table of the word "play"."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from training.world.canvas import Canvas

OUTLINE = 0.022  # an outline's width, in shares of the frame's shorter side


@dataclass(frozen=True)
class Pose:
    """Where a motion puts the subject at one moment.

    `x`, `y` are shifts in units of the frame's shorter side, `scale`, `scale_x` and `scale_y` factors,
    `facing` is 1 to the right and −1 to the left, `frequency` counts cycles of legs, tails and fins a second.
    """

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    facing: int = 1
    frequency: float = 1.1


def pose_at(
    motion: str, *, seconds: float, progress: float, clip_seconds: float, facing: int, width: float
) -> Pose:
    """The pose of `motion` after `seconds`, which is `progress` of a clip of `clip_seconds` (beyond 1: behind
    its end), in a frame of `width`."""
    # Slower on longer clips, so that the subject stays in the picture.
    travel = min(0.24 + 0.1 * clip_seconds, 0.62 * width)
    along = (progress - 0.5) * travel
    if motion == "left":
        return Pose(x=-along, facing=-1)
    if motion == "right":
        return Pose(x=along, facing=1)
    if motion == "race":
        return Pose(x=along * 1.2, facing=1, frequency=1.5)
    if motion == "rise":
        return Pose(y=-0.34 * progress, facing=facing, frequency=0.7)
    if motion == "toward":
        near = min(progress, 1.0)  # and stays there, where a clip is continued
        return Pose(y=0.1 * near, scale=0.55 + 0.75 * near, facing=facing)
    if motion == "bounce":
        hop = abs(sin(pi * 1.1 * seconds))
        stretch = {"scale_x": 1.1 - 0.12 * hop, "scale_y": 0.9 + 0.12 * hop}
        return Pose(y=-0.22 * hop, facing=facing, frequency=0.8, **stretch)
    if motion == "turn":
        turn = cos(pi * 0.9 * seconds)
        side = 1 if turn >= 0 else -1
        return Pose(scale_x=max(abs(turn), 0.12), facing=facing * side, frequency=0.4)
    return Pose(facing=facing, frequency=0.8)


def wrap(position: float, low: float, high: float) -> float:
    """What leaves on one side of low…high comes in on the other."""
    return low + (position - low) % (high - low)


def draw_chess_table(canvas: Canvas, seconds: float) -> None:
    """A little table with a board; one piece moves from square to square."""
    dark, light = (110, 66, 42), (246, 226, 186)
    for layer in (canvas.outlined(OUTLINE / 2), canvas):
        layer.stroke([(0, -0.18), (0, -0.01)], 0.045, dark)
        layer.stroke([(-0.09, 0.0), (0.09, 0.0)], 0.03, dark)
        layer.polygon([(-0.15, -0.27), (0.15, -0.27), (0.2, -0.17), (-0.2, -0.17)], light)
    for row in range(2):
        for k in range(4):
            if (k + row) % 2:
                y, half = -0.265 + 0.047 * row, 0.15 + 0.022 * row
                x0, x1 = -half + half * k / 2, -half + half * (k + 1) / 2
                canvas.polygon(
                    [(x0, y), (x1, y), (x1 + 0.01 * (k - 1), y + 0.047), (x0 + 0.01 * (k - 2), y + 0.047)],
                    dark,
                )
    step = 0.5 + 0.5 * sin(2 * pi * 0.5 * seconds)
    for x, colour in ((-0.09, (40, 40, 48)), (0.1, (250, 250, 250)), (-0.04 + 0.09 * step, (206, 48, 44))):
        canvas.stroke([(x, -0.225), (x, -0.31 - 0.03 * (x > -0.05 and x < 0.06))], 0.045, colour, 0.02)
        canvas.ellipse(x, -0.315 - 0.03 * (x > -0.05 and x < 0.06), 0.026, 0.026, colour)
