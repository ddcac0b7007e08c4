"""People, the dragon boat and the lion of the drawn world. Same conventions as `animals`."""

from __future__ import annotations

from training.world.animals import INK, SNOW, eye, legs, wave
from training.world.canvas import Canvas, Colour, shade

SKIN: Colour = (246, 208, 176)
HAIR: Colour = (48, 34, 36)
GOLD: Colour = (246, 196, 62)
WOOD: Colour = (140, 86, 48)


def _walk(canvas: Canvas, phase: float, colour: Colour, hip: float, width: float = 0.08) -> None:
    for side in (0.0, 0.5):
        step = 0.14 * wave(phase, side)
        canvas.stroke([(0, hip), (step * 0.5, hip / 2), (step, -0.04)], width, colour)
        canvas.stroke([(step - 0.01, -0.025), (step + 0.09, -0.025)], 0.055, INK)


def woman(canvas: Canvas, phase: float, colour: Colour) -> None:
    swing = 0.1 * wave(phase)
    canvas.ellipse(-0.05, -0.82, 0.15, 0.18, HAIR)
    canvas.stroke([(-0.08, -0.84), (-0.16, -0.66), (-0.2 - 0.02 * wave(phase), -0.54)], 0.15, HAIR, 0.08)
    _walk(canvas, phase, SKIN, -0.3)
    canvas.stroke([(-0.03, -0.64), (-0.12 - swing, -0.5), (-0.16 - swing, -0.36)], 0.07, shade(colour, -0.3))
    dress = [
        (-0.1, -0.68),
        (0.1, -0.68),
        (0.09, -0.5),
        (0.27 + swing * 0.3, -0.17),
        (-0.27 + swing * 0.3, -0.17),
        (-0.1, -0.5),
    ]
    canvas.polygon(dress, colour)
    canvas.polygon(
        [(0.02, -0.5), (0.09, -0.5), (0.27 + swing * 0.3, -0.17), (0.1 + swing * 0.3, -0.17)],
        shade(colour, -0.16),
    )
    canvas.rectangle(-0.1, -0.52, 0.095, -0.48, shade(colour, -0.4))
    canvas.stroke([(0.0, -0.7), (0.01, -0.76)], 0.07, SKIN)
    canvas.ellipse(0.03, -0.85, 0.11, 0.125, SKIN)
    canvas.polygon(
        [(-0.12, -0.82), (-0.1, -0.98), (0.04, -1.0), (0.14, -0.93), (0.02, -0.91), (-0.05, -0.82)], HAIR
    )
    canvas.stroke([(0.03, -0.87), (0.14, -0.87)], 0.05, INK)
    canvas.ellipse(0.1, -0.785, 0.03, 0.016, (214, 40, 50))
    canvas.stroke([(0.06, -0.64), (0.14 + swing, -0.5), (0.2 + swing, -0.37)], 0.065, SKIN)
    canvas.rectangle(0.13 + swing, -0.37, 0.3 + swing, -0.24, INK)


def balloon_man(canvas: Canvas, phase: float, colour: Colour) -> None:
    swing, sway = 0.1 * wave(phase), 0.02 * wave(phase, 0.2)
    suit = (62, 70, 92)
    _walk(canvas, phase, shade(suit, -0.3), -0.32, 0.1)
    canvas.stroke([(-0.06, -0.52), (-0.14 - swing, -0.4), (-0.17 - swing, -0.27)], 0.085, shade(suit, -0.2))
    canvas.polygon([(-0.13, -0.58), (0.13, -0.58), (0.12, -0.26), (-0.12, -0.26)], suit)
    canvas.polygon([(-0.05, -0.58), (0.07, -0.58), (0.01, -0.42)], SNOW)
    canvas.polygon([(-0.01, -0.56), (0.03, -0.56), (0.04, -0.42), (0.01, -0.38), (-0.02, -0.42)], colour)
    canvas.stroke([(0.08, -0.52), (0.16 + swing, -0.4), (0.2 + swing, -0.28)], 0.085, suit)
    canvas.stroke([(0.01, -0.58), (0.01 + sway, -0.64)], 0.025, SNOW)
    canvas.ellipse(0.01 + sway, -0.83, 0.21, 0.21, colour)
    canvas.polygon([(-0.04 + sway, -0.6), (0.06 + sway, -0.6), (0.01 + sway, -0.66)], shade(colour, -0.3))
    if not canvas.outline:
        canvas.ellipse(-0.07 + sway, -0.91, 0.04, 0.065, shade(colour, 0.75), 0.5)
        canvas.ellipse(0.08 + sway, -0.85, 0.022, 0.03, INK)
        canvas.ellipse(-0.03 + sway, -0.85, 0.022, 0.03, INK)


def lion_dancer(canvas: Canvas, phase: float, colour: Colour) -> None:
    dark, nod = shade(colour, -0.3), 0.04 * wave(phase * 1.5)
    trousers = GOLD if colour[2] > 100 or colour[1] < 100 else (214, 50, 46)
    legs(canvas, phase, trousers, (-0.42, -0.28), -0.3, 0.12)
    legs(canvas, phase + 0.25, trousers, (0.14, 0.28), -0.3, 0.12)
    canvas.stroke([(-0.56, -0.52), (-0.68, -0.62), (-0.7 + nod, -0.78)], 0.12, SNOW, 0.05)
    canvas.stroke([(-0.5, -0.46), (-0.24, -0.56), (0.1, -0.54)], 0.36, colour)
    for x in (-0.5, -0.34, -0.18, -0.02):
        canvas.polygon([(x - 0.08, -0.34), (x + 0.08, -0.34), (x + 0.02, -0.22)], SNOW)
        canvas.ellipse(x, -0.54, 0.055, 0.055, GOLD)
    canvas.ellipse(0.34, -0.66 + nod, 0.33, 0.31, SNOW)
    canvas.ellipse(0.35, -0.67 + nod, 0.28, 0.26, colour)
    canvas.polygon([(0.2, -0.9 + nod), (0.34, -1.1 + nod), (0.44, -0.92 + nod)], GOLD)
    canvas.ellipse(0.46, -0.52 + nod, 0.2, 0.11, dark)
    canvas.ellipse(0.47, -0.5 + nod + abs(nod), 0.14, 0.05, SNOW)
    for x in (0.26, 0.5):
        canvas.ellipse(x, -0.76 + nod, 0.1, 0.1, GOLD)
        eye(canvas, x, -0.76 + nod, 0.07)
    canvas.ellipse(0.42, -0.62 + nod, 0.07, 0.045, GOLD)


def dragon_boat(canvas: Canvas, phase: float, colour: Colour) -> None:
    """Twice as long as tall: hull, dragon's head and tail, five rowers in stroke, a drummer, a flag."""
    dark, bob = shade(colour, -0.3), 0.015 * wave(phase)
    canvas.stroke(
        [(-0.9, -0.22), (-1.06, -0.36), (-1.08, -0.56 + bob), (-0.98, -0.66 + bob)], 0.13, colour, 0.05
    )
    canvas.stroke([(-0.84, -0.24), (-0.84, -0.86)], 0.035, WOOD)
    flag = 0.05 * wave(phase * 1.5)
    canvas.polygon([(-0.84, -0.88), (-0.54, -0.82 + flag), (-0.84, -0.66)], GOLD)
    reach = 0.1 * wave(phase)
    for index in range(5):
        x = -0.6 + 0.25 * index
        canvas.ellipse(x + reach * 0.5, -0.36, 0.085, 0.14, SNOW if index % 2 else shade(colour, 0.35))
        canvas.ellipse(x + 0.03 + reach * 0.7, -0.56, 0.085, 0.085, SKIN)
        canvas.stroke([(x - 0.05 + reach * 0.7, -0.6), (x + 0.11 + reach * 0.7, -0.6)], 0.05, (214, 50, 46))
    canvas.ellipse(0.62, -0.33, 0.11, 0.1, (200, 46, 42))
    canvas.ellipse(0.62, -0.4, 0.1, 0.035, (250, 236, 200))
    hull = [
        (-1.0, -0.3),
        (-0.8, -0.22),
        (0.75, -0.22),
        (0.95, -0.32),
        (0.86, -0.06),
        (0.7, 0.02),
        (-0.75, 0.02),
        (-0.9, -0.06),
    ]
    canvas.polygon(hull, colour)
    canvas.polygon([(-0.94, -0.12), (0.9, -0.12), (0.88, -0.06), (-0.9, -0.06)], GOLD)
    for index in range(6):
        canvas.ellipse(-0.68 + 0.26 * index, -0.165, 0.045, 0.03, dark)
    for index in range(5):
        x = -0.58 + 0.25 * index
        canvas.stroke([(x + reach, -0.42), (x - 0.04 - 1.4 * reach, 0.07)], 0.035, WOOD, 0.07)
    _dragon_head(canvas.transformed(0.92, -0.3 + bob), colour)


def _dragon_head(canvas: Canvas, colour: Colour) -> None:
    canvas.stroke([(-0.04, 0.02), (0.06, -0.22), (0.08, -0.34)], 0.17, colour)
    for index, (x, y) in enumerate(((-0.1, -0.1), (-0.06, -0.24), (-0.02, -0.38))):
        canvas.polygon([(x + 0.06, y - 0.05), (x + 0.05, y + 0.08), (x - 0.09, y - 0.04 * index)], GOLD)
    canvas.stroke([(0.0, -0.5), (-0.1, -0.64), (-0.2, -0.66)], 0.05, GOLD, 0.03)
    canvas.ellipse(0.1, -0.42, 0.15, 0.13, colour)
    canvas.stroke([(0.16, -0.42), (0.34, -0.41)], 0.13, colour, 0.1)
    canvas.stroke([(0.14, -0.31), (0.31, -0.29)], 0.06, shade(colour, -0.25), 0.05)
    canvas.polygon([(0.22, -0.36), (0.3, -0.36), (0.26, -0.3)], SNOW)
    canvas.ellipse(0.36, -0.47, 0.04, 0.035, GOLD)
    canvas.stroke([(0.36, -0.4), (0.48, -0.34), (0.5, -0.24)], 0.025, GOLD)
    eye(canvas, 0.14, -0.47, 0.05)


_FOLK = (
    (-0.5, 0.92, (84, 120, 190), HAIR),
    (-0.17, 1.0, (230, 150, 60), (205, 205, 205)),
    (0.17, 0.98, (110, 170, 110), HAIR),
    (0.5, 0.86, (230, 120, 150), (92, 56, 40)),
)


def family(canvas: Canvas, phase: float, colour: Colour) -> None:
    """Four people behind a laid table; the cloth takes the colour."""
    for index, (x, tall, shirt, hair) in enumerate(_FOLK):
        nod = 0.02 * wave(phase, index / 4)
        canvas.ellipse(x, -0.48, 0.15, 0.22, shirt)
        canvas.ellipse(x, -tall + 0.13 + nod, 0.125, 0.14, hair)
        canvas.ellipse(x, -tall + 0.17 + nod, 0.105, 0.11, SKIN)
        if not canvas.outline:
            canvas.ellipse(x - 0.04, -tall + 0.15 + nod, 0.016, 0.022, INK)
            canvas.ellipse(x + 0.04, -tall + 0.15 + nod, 0.016, 0.022, INK)
            canvas.stroke(
                [(x - 0.04, -tall + 0.21 + nod), (x, -tall + 0.225 + nod), (x + 0.04, -tall + 0.21 + nod)],
                0.016,
                (190, 70, 70),
            )
    for index, (x, _, shirt, _) in enumerate(_FOLK):
        lift = 0.1 * max(0.0, wave(phase * 0.8, index / 4))
        canvas.stroke([(x + 0.12, -0.5), (x + 0.17, -0.42 - lift)], 0.07, shirt)
        canvas.stroke([(x + 0.17, -0.42 - lift), (x + 0.08, -0.36 - lift * 1.5)], 0.018, WOOD)
    canvas.polygon(
        [(-0.74, -0.36), (0.74, -0.36), (0.84, -0.26), (0.78, 0.0), (-0.78, 0.0), (-0.84, -0.26)],
        shade(colour, -0.22),
    )
    canvas.ellipse(0, -0.32, 0.82, 0.1, colour)
    for x, food in (
        (-0.5, (236, 140, 60)),
        (-0.17, (120, 180, 80)),
        (0.17, (200, 90, 60)),
        (0.5, (240, 214, 120)),
    ):
        canvas.ellipse(x, -0.33, 0.13, 0.045, SNOW)
        canvas.ellipse(x, -0.355, 0.08, 0.035, food)
