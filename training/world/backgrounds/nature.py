"""Coast, jungle, park, snow mountains, starry night: each a function of (bg, rng).

What is taken from `rng` does not depend on the picture's size: a clip is the same one at every size.
"""

from __future__ import annotations

import numpy as np

from training.world.backgrounds.background import MARGIN, Background
from training.world.canvas import Canvas, Colour, shade


def _palm(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.stroke(
        [(x, y), (x + 0.04 * size, y - 0.3 * size), (x + 0.1 * size, y - 0.56 * size)],
        0.06 * size,
        (136, 96, 58),
        0.04 * size,
    )
    for dx, dy in (
        (-0.3, -0.02),
        (-0.22, -0.16),
        (0.0, -0.22),
        (0.22, -0.14),
        (0.28, 0.02),
        (0.14, 0.1),
        (-0.14, 0.1),
    ):
        x0, y0 = x + 0.1 * size, y - 0.57 * size
        canvas.stroke(
            [
                (x0, y0),
                (x0 + dx * 0.6 * size, y0 + dy * size - 0.05 * size),
                (x0 + dx * size, y0 + dy * size + 0.05 * size),
            ],
            0.07 * size,
            (52, 140, 76),
            0.015,
        )


def coast(bg: Background, rng: np.random.Generator) -> None:
    shift, sun = rng.uniform(-0.12, 0.12), rng.uniform(0.6, 0.85)
    bg.gradient((86, 178, 236), (206, 238, 250), y1=bg.y(0.46))
    bg.canvas.ellipse(bg.x(sun), bg.y(0.16), 0.09, 0.09, (255, 240, 160))
    bg.cloud(bg.x(0.3 + shift), bg.y(0.14), 1.0)
    bg.gradient((28, 120, 186), (88, 200, 208), bg.y(0.46), bg.y(0.72))
    for row, share in enumerate((0.52, 0.58, 0.64)):
        for k in range(4):
            x = bg.x((k + 0.5 * (row % 2)) / 3.4 + shift)
            bg.canvas.stroke(
                [
                    (x - 0.07, bg.y(share)),
                    (x, bg.y(share) - 0.012),
                    (x + 0.07, bg.y(share)),
                ],
                0.014,
                (190, 232, 240),
            )
    bg.hills(bg.y(0.73), 0.022, 5.0, shift * 20, (240, 250, 250))
    bg.hills(bg.y(0.755), 0.022, 5.0, shift * 20, (244, 220, 164))
    _palm(bg.canvas, bg.x(0.06) + shift * 0.5, bg.y(0.84), 1.0)


def jungle(bg: Background, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.1, 0.1)
    bg.gradient((170, 214, 120), (60, 132, 66), y1=bg.y(0.75))
    for k in range(7):
        x = bg.x(-0.15 + 0.22 * k + shift)
        bg.canvas.stroke(
            [(x, -MARGIN), (x + 0.03, bg.y(0.4)), (x, bg.y(0.8))],
            0.07 + 0.03 * (k % 2),
            (70, 84, 52) if k % 2 else (92, 88, 54),
        )
    bg.hills(bg.y(0.78), 0.09, 9.0, shift * 30, (38, 112, 58))
    for k in range(8):
        x, y = bg.x(-0.12 + 0.18 * k + shift), bg.y(0.02)
        bg.canvas.ellipse(x, y, 0.2, 0.15, (30, 104, 52) if k % 2 else (46, 130, 60))
    for k in range(4):
        x = bg.x(0.1 + 0.3 * k - shift)
        bg.canvas.stroke([(x, -MARGIN), (x + 0.02, bg.y(0.2)), (x - 0.02, bg.y(0.34))], 0.018, (26, 84, 44))
    bg.gradient((96, 150, 62), (52, 100, 44), bg.y(0.8))
    for x0 in (-0.02, 0.98):
        for dx, dy in ((-0.2, -0.12), (-0.1, -0.24), (0.02, -0.27), (0.13, -0.22), (0.22, -0.1)):
            x = bg.x(x0) + shift
            bg.canvas.stroke([(x, bg.y(0.98)), (x + dx, bg.y(0.98) + dy)], 0.08, (36, 124, 58), 0.01)


def _tree(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.stroke([(x, y), (x, y - 0.3 * size)], 0.07 * size, (128, 86, 54))
    for dx, dy, r, tint in (
        (-0.1, -0.36, 0.14, (70, 150, 70)),
        (0.1, -0.36, 0.14, (70, 150, 70)),
        (0, -0.48, 0.17, (98, 180, 82)),
    ):
        canvas.ellipse(x + dx * size, y + dy * size, r * size, r * size, tint)


def park(bg: Background, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.12, 0.12)
    bg.gradient((128, 200, 246), (222, 242, 250), y1=bg.y(0.62))
    bg.cloud(bg.x(0.5 + shift), bg.y(0.13), 1.0)
    bg.hills(bg.y(0.64), 0.08, 3.0, shift * 20, (158, 210, 120))
    bg.gradient((142, 204, 98), (96, 170, 76), bg.y(0.66))
    for share, size in ((0.08, 1.05), (0.9, 1.15), (0.3, 0.66), (0.68, 0.7)):
        _tree(bg.canvas, bg.x(share + 0.4 * shift), bg.y(0.7), size)
    x, y = bg.x(0.5 + shift), bg.y(0.72)
    for dy in (-0.12, -0.07):
        bg.canvas.rectangle(x - 0.16, y + dy, x + 0.16, y + dy + 0.03, (168, 104, 62))
    bg.canvas.stroke([(x - 0.13, y - 0.04), (x - 0.13, y + 0.04)], 0.025, (96, 66, 50))
    bg.canvas.stroke([(x + 0.13, y - 0.04), (x + 0.13, y + 0.04)], 0.025, (96, 66, 50))
    for k in range(6):
        bg.canvas.ellipse(
            bg.x(0.05 + 0.18 * k + shift),
            bg.y(0.94 - 0.05 * (k % 2)),
            0.018,
            0.018,
            ((250, 120, 150), (255, 236, 120))[k % 2],
        )


def _peak(canvas: Canvas, x: float, base: float, tall: float, half: float, rock: Colour) -> None:
    top = base - tall
    canvas.polygon([(x - half, base), (x, top), (x + half, base)], rock)
    canvas.polygon([(x, top), (x + half, base), (x + 0.25 * half, base)], shade(rock, -0.2))
    q = 0.42
    canvas.polygon(
        [
            (x - q * half, top + q * tall),
            (x, top),
            (x + q * half, top + q * tall),
            (x + 0.2 * half, top + 0.33 * tall),
            (x, top + 0.46 * tall),
            (x - 0.2 * half, top + 0.34 * tall),
        ],
        (250, 252, 255),
    )


def snow_mountains(bg: Background, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.12, 0.12)
    bg.gradient((104, 158, 222), (226, 238, 250), y1=bg.y(0.7))
    for share, tall, half in ((0.16, 0.42, 0.36), (0.86, 0.46, 0.4), (0.5, 0.56, 0.46)):
        _peak(
            bg.canvas,
            bg.x(share + shift * 0.6),
            bg.y(0.7),
            bg.y(tall),
            half * min(bg.width, 1.5),
            (112, 126, 164),
        )
    bg.hills(bg.y(0.74), 0.06, 4.0, shift * 25, (214, 228, 244))
    bg.gradient((238, 244, 252), (198, 216, 240), bg.y(0.76))
    for k in range(6):
        x = bg.x(-0.04 + 0.21 * k + shift * 0.5)
        for step in range(3):
            y = bg.y(0.75) - 0.055 * step
            bg.canvas.polygon(
                [(x - 0.07 + 0.015 * step, y), (x, y - 0.1), (x + 0.07 - 0.015 * step, y)], (52, 102, 92)
            )


def starry_night(bg: Background, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.1, 0.1)
    bg.gradient((8, 14, 52), (62, 74, 142), y1=bg.y(0.74))
    for k, (x, y) in enumerate(rng.uniform(0, 1, (18, 2))):
        size = 0.011 + 0.005 * (k % 3)
        bg.canvas.ellipse(bg.x(-0.2 + 1.4 * x), bg.y(-0.3 + 0.85 * y), size, size, (255, 250, 214))
    moon = bg.x(0.78 + shift)
    bg.canvas.ellipse(moon, bg.y(0.18), 0.1, 0.1, (255, 242, 190))
    bg.canvas.ellipse(moon - 0.045, bg.y(0.165), 0.085, 0.085, (22, 28, 72))
    bg.hills(bg.y(0.74), 0.13, 3.0, shift * 25, (30, 40, 86))
    bg.gradient((28, 52, 70), (16, 34, 50), bg.y(0.76))
    bg.hills(bg.y(0.8), 0.03, 5.0, shift * 15, (32, 60, 76))
