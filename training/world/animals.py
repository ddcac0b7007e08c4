"""Animals, balloons and fish of the drawn world.

A subject stands on y = 0, is about one unit tall (y points down), looks to the right and is a function of
(canvas, phase, colour): `phase`, in cycles, drives legs, tails and fins. It is drawn twice, outline first.
"""

from __future__ import annotations

from math import cos, pi, sin

from training.world.canvas import Canvas, Colour, shade

INK: Colour = (38, 32, 48)
SNOW: Colour = (250, 250, 246)
LEAF: tuple[Colour, ...] = ((58, 142, 62), (92, 172, 66), (42, 112, 70))


def wave(phase: float, offset: float = 0.0) -> float:
    """A sine of `phase` and `offset`, both in cycles."""
    return sin(2 * pi * (phase + offset))


def eye(canvas: Canvas, x: float, y: float, size: float = 0.04) -> None:
    canvas.ellipse(x, y, size, size * 1.15, SNOW)
    canvas.ellipse(x + size * 0.3, y, size * 0.6, size * 0.7, INK)


def legs(
    canvas: Canvas, phase: float, colour: Colour, feet: tuple[float, ...], top: float, width: float
) -> None:
    for index, x in enumerate(feet):
        swing = 0.09 * wave(phase, 0.5 * (index % 2) + 0.1 * index)
        lift = 0.05 * max(0.0, wave(phase, 0.25 + 0.5 * (index % 2) + 0.1 * index))
        canvas.stroke([(x, top), (x + swing, -width / 2 - lift)], width, colour)


def dog(canvas: Canvas, phase: float, colour: Colour) -> None:
    dark, light = shade(colour, -0.28), shade(colour, 0.45)
    canvas.stroke([(-0.36, -0.5), (-0.5, -0.62), (-0.56 + 0.06 * wave(phase * 2), -0.8)], 0.11, colour, 0.06)
    legs(canvas, phase, dark, (-0.24, 0.3), -0.3, 0.12)
    legs(canvas, phase + 0.3, colour, (-0.32, 0.22), -0.3, 0.13)
    canvas.ellipse(-0.02, -0.44, 0.42, 0.2, colour)
    canvas.ellipse(0.02, -0.34, 0.28, 0.09, light)
    canvas.stroke([(0.28, -0.5), (0.4, -0.7)], 0.24, colour)
    canvas.ellipse(0.42, -0.76, 0.2, 0.18, colour)
    canvas.ellipse(0.58, -0.7, 0.13, 0.09, light)
    canvas.ellipse(0.69, -0.74, 0.045, 0.04, INK)
    canvas.stroke([(0.3, -0.86), (0.22, -0.62)], 0.13, dark, 0.15)
    canvas.stroke([(0.24, -0.56), (0.44, -0.54)], 0.05, (240, 205, 60) if colour[2] > 90 else (60, 110, 210))
    eye(canvas, 0.47, -0.8)


def cat(canvas: Canvas, phase: float, colour: Colour) -> None:
    dark, light = shade(colour, -0.25), shade(colour, 0.5)
    tip = 0.1 * wave(phase)
    canvas.stroke(
        [(-0.3, -0.42), (-0.52, -0.5), (-0.56 + tip, -0.74), (-0.44 + tip, -0.98)], 0.09, colour, 0.07
    )
    legs(canvas, phase, dark, (-0.18, 0.24), -0.28, 0.09)
    legs(canvas, phase + 0.3, colour, (-0.26, 0.16), -0.28, 0.1)
    canvas.ellipse(-0.04, -0.4, 0.36, 0.17, colour)
    for x in (-0.2, -0.06, 0.08):
        canvas.stroke([(x, -0.56), (x + 0.02, -0.42)], 0.045, dark)
    canvas.polygon([(0.16, -0.72), (0.18, -1.0), (0.34, -0.84)], dark)
    canvas.polygon([(0.36, -0.84), (0.52, -1.0), (0.55, -0.72)], colour)
    canvas.ellipse(0.36, -0.68, 0.23, 0.19, colour)
    canvas.ellipse(0.42, -0.6, 0.11, 0.07, light)
    canvas.polygon([(0.39, -0.66), (0.46, -0.66), (0.425, -0.62)], (230, 110, 120))
    eye(canvas, 0.3, -0.71, 0.045)
    eye(canvas, 0.48, -0.71, 0.045)


def monkey(canvas: Canvas, phase: float, colour: Colour) -> None:
    dark, face = shade(colour, -0.3), (240, 208, 172)
    curl = 0.05 * wave(phase)
    tail = [(-0.14, -0.2), (-0.4, -0.14), (-0.52, -0.36 + curl), (-0.4, -0.52 + curl), (-0.32, -0.4 + curl)]
    canvas.stroke(tail, 0.07, dark, 0.05)
    legs(canvas, phase, dark, (-0.1, 0.12), -0.24, 0.12)
    canvas.stroke([(-0.14, -0.54), (-0.3, -0.42 + curl), (-0.26, -0.24 + curl)], 0.1, dark)
    canvas.ellipse(0, -0.4, 0.2, 0.25, colour)
    canvas.ellipse(0.04, -0.36, 0.12, 0.16, face)
    canvas.ellipse(-0.22, -0.8, 0.09, 0.1, face)
    canvas.ellipse(0.24, -0.8, 0.09, 0.1, face)
    canvas.ellipse(0.01, -0.8, 0.22, 0.21, colour)
    canvas.ellipse(-0.04, -0.82, 0.09, 0.1, face)
    canvas.ellipse(0.1, -0.82, 0.09, 0.1, face)
    canvas.ellipse(0.04, -0.71, 0.15, 0.09, face)
    canvas.ellipse(-0.03, -0.83, 0.032, 0.042, INK)
    canvas.ellipse(0.11, -0.83, 0.032, 0.042, INK)
    canvas.stroke([(-0.03, -0.69), (0.04, -0.665), (0.11, -0.69)], 0.022, (150, 70, 60))
    canvas.stroke([(0.14, -0.54), (0.32, -0.46 - 2 * curl), (0.38, -0.56 - 2 * curl)], 0.1, colour)


def fish(canvas: Canvas, phase: float, colour: Colour) -> None:
    dark, light = shade(colour, -0.3), shade(colour, 0.5)
    flap = 0.1 * wave(phase * 1.5)
    tail = [(-0.3, -0.5), (-0.66, -0.76 + flap), (-0.56, -0.5 + flap / 2), (-0.66, -0.24 + flap)]
    canvas.polygon(tail, dark)
    canvas.polygon([(-0.14, -0.7), (0.04, -0.93), (0.24, -0.68)], dark)
    canvas.polygon([(-0.04, -0.28), (-0.08, -0.1), (0.14, -0.28)], dark)
    canvas.ellipse(0.06, -0.5, 0.44, 0.26, colour)
    canvas.ellipse(0.1, -0.4, 0.3, 0.1, light)
    for x in (-0.16, 0.02):
        canvas.stroke([(x, -0.68), (x + 0.07, -0.5), (x, -0.32)], 0.045, light)
    canvas.polygon([(0.02, -0.48), (-0.18, -0.4 + flap), (-0.02, -0.36)], dark)
    eye(canvas, 0.34, -0.56, 0.065)
    canvas.stroke([(0.4, -0.42), (0.48, -0.45)], 0.03, INK)


def balloon(canvas: Canvas, phase: float, colour: Colour) -> None:
    sway = 0.05 * wave(phase * 0.7)
    canvas.stroke([(0, -0.36), (sway, -0.24), (-sway, -0.12), (sway, 0.0)], 0.028, (250, 250, 250))
    canvas.polygon([(-0.05, -0.32), (0.05, -0.32), (0, -0.4)], shade(colour, -0.3))
    canvas.ellipse(0, -0.7, 0.31, 0.34, colour)
    if not canvas.outline:
        canvas.ellipse(0.08, -0.58, 0.18, 0.16, shade(colour, -0.1))
        canvas.ellipse(0.0, -0.72, 0.25, 0.26, colour)
        canvas.ellipse(-0.12, -0.84, 0.06, 0.1, shade(colour, 0.75), 0.5)


def _elephant(canvas: Canvas, phase: float, colour: Colour, dark: Colour) -> None:
    swing = 0.06 * wave(phase)
    canvas.stroke([(-0.5, -0.62), (-0.6, -0.46), (-0.58 + swing, -0.3)], 0.05, dark)
    legs(canvas, phase, dark, (-0.22, 0.26), -0.34, 0.19)
    legs(canvas, phase + 0.3, colour, (-0.36, 0.12), -0.34, 0.2)
    canvas.ellipse(-0.1, -0.58, 0.46, 0.31, colour)
    trunk = [(0.52, -0.66), (0.68, -0.48), (0.68, -0.24), (0.74 + swing, -0.1), (0.86 + swing, -0.12)]
    canvas.stroke(trunk, 0.2, colour, 0.09)
    canvas.ellipse(0.44, -0.72, 0.25, 0.25, colour)


def elephant(canvas: Canvas, phase: float, colour: Colour) -> None:
    dark = shade(colour, -0.25)
    _elephant(canvas, phase, colour, dark)
    canvas.stroke([(0.54, -0.54), (0.68, -0.42), (0.8, -0.44)], 0.07, SNOW, 0.03)
    canvas.ellipse(0.26 - 0.02 * wave(phase), -0.7, 0.17, 0.24, dark)
    canvas.ellipse(0.27 - 0.02 * wave(phase), -0.7, 0.1, 0.16, shade(colour, 0.35))
    eye(canvas, 0.52, -0.8)


_LEAVES = (
    *tuple(
        (-0.1 + 0.42 * r * cos(a), -0.58 + 0.28 * r * sin(a), a)
        for r, n in ((1.0, 11), (0.55, 7), (0.0, 1))
        for a in (2 * pi * k / n for k in range(n))
    ),
    (0.36, -0.9, 0.4),
    (0.52, -0.92, 1.0),
    (0.62, -0.74, 2.0),
    (0.4, -0.6, 0.7),
    (0.64, -0.5, 1.4),
    (0.68, -0.3, 1.7),
    (-0.36, -0.2, 1.5),
    (0.12, -0.2, 1.4),
    (-0.22, -0.24, 1.7),
    (0.26, -0.26, 1.6),
)


def leaf_elephant(canvas: Canvas, phase: float, colour: Colour) -> None:
    _elephant(canvas, phase, LEAF[0], LEAF[2])
    for index, (x, y, angle) in enumerate(_LEAVES):
        tint = shade(colour, 0.05) if index % 2 else LEAF[1]
        canvas.ellipse(x, y, 0.115, 0.055, tint, angle + 0.12 * wave(phase, index / 5))
    canvas.ellipse(0.26, -0.72, 0.17, 0.22, LEAF[2])
    canvas.ellipse(0.26, -0.72, 0.11, 0.16, colour)
    eye(canvas, 0.52, -0.8)
