"""Neon city, festival street, river, foggy car park, old coast: each a function of (bg, rng)."""

from __future__ import annotations

import numpy as np

from training.world.backgrounds.background import MARGIN, Background
from training.world.canvas import Canvas, Colour, shade


def neon_city(bg: Background, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.1, 0.1)
    bg.gradient((16, 12, 44), (92, 36, 110), y1=bg.y(0.7))
    lights = ((255, 64, 150), (60, 220, 240), (255, 196, 70), (150, 96, 255))
    for k, tall in enumerate(rng.uniform(0.3, 0.62, 8)):
        x0 = bg.x(-0.2 + k * 0.19 + shift)
        x1 = x0 + bg.x(0.16)
        bg.canvas.rectangle(x0, bg.y(0.7 - tall), x1, bg.y(0.7), (34, 28, 72) if k % 2 else (46, 34, 88))
        for row in range(4):
            y = bg.y(0.7 - tall) + 0.05 + row * 0.085
            if y < bg.y(0.64):
                bg.canvas.rectangle(x0 + bg.x(0.025), y, x0 + bg.x(0.065), y + 0.035, lights[(k + row) % 4])
                bg.canvas.rectangle(
                    x0 + bg.x(0.095),
                    y,
                    x0 + bg.x(0.135),
                    y + 0.035,
                    shade(lights[(k + row) % 4], -0.45),
                )
    bg.gradient((42, 26, 76), (24, 18, 48), bg.y(0.7))
    for k in range(7):
        x = bg.x(-0.1 + k * 0.2 + shift)
        bg.canvas.stroke(
            [(x, bg.y(0.73)), (x + 0.01, bg.y(0.93))],
            0.035,
            shade(lights[k % 4], -0.35),
            0.01,
        )
    for k, share in enumerate((0.12, 0.52, 0.9)):
        x = bg.x(share + shift)
        bg.canvas.rectangle(x - 0.05, bg.y(0.3), x + 0.05, bg.y(0.3) + 0.24, lights[k])
        for row in range(3):
            bg.canvas.rectangle(
                x - 0.025,
                bg.y(0.3) + 0.03 + 0.07 * row,
                x + 0.025,
                bg.y(0.3) + 0.07 + 0.07 * row,
                (255, 244, 250),
            )


def lantern(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.stroke([(x, y - 0.14 * size), (x, y)], 0.014 * size, (120, 50, 30))
    canvas.ellipse(x, y, 0.105 * size, 0.085 * size, (226, 44, 38))
    canvas.ellipse(x, y, 0.05 * size, 0.085 * size, (246, 92, 60))
    canvas.rectangle(x - 0.045 * size, y - 0.1 * size, x + 0.045 * size, y - 0.075 * size, (246, 196, 62))
    canvas.rectangle(x - 0.045 * size, y + 0.075 * size, x + 0.045 * size, y + 0.1 * size, (246, 196, 62))
    canvas.stroke([(x, y + 0.1 * size), (x, y + 0.17 * size)], 0.026 * size, (246, 196, 62))


def eaves(canvas: Canvas, x0: float, x1: float, y: float, roof: Colour) -> None:
    canvas.polygon(
        [
            (x0 - 0.07, y + 0.01),
            (x0 - 0.04, y - 0.02),
            (x0 + 0.04, y - 0.13),
            (x1 - 0.04, y - 0.13),
            (x1 + 0.04, y - 0.02),
            (x1 + 0.07, y + 0.01),
            (x1, y + 0.02),
            (x0, y + 0.02),
        ],
        roof,
    )
    canvas.rectangle(x0 + 0.02, y - 0.155, x1 - 0.02, y - 0.125, shade(roof, 0.2))


def festival_street(bg: Background, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.08, 0.08)
    bg.gradient((250, 178, 110), (255, 232, 186), y1=bg.y(0.72))
    for x0, x1, top in ((-0.25, 0.06, 0.3), (0.72, 1.04, 0.32), (0.06, 0.3, 0.4), (1.04, 1.3, 0.42)):
        a, b, y = bg.x(x0 + shift), bg.x(x1 + shift), bg.y(top)
        bg.canvas.rectangle(a, y, b, bg.y(0.72), (192, 84, 62))
        for k in range(2):
            c = a + (b - a) * (0.28 + 0.44 * k)
            bg.canvas.rectangle(c - 0.05, y + 0.08, c + 0.05, y + 0.22, (255, 222, 140))
        bg.canvas.rectangle(a + 0.03, bg.y(0.58), b - 0.03, bg.y(0.72), (112, 48, 44))
        eaves(bg.canvas, a, b, y, (66, 88, 96))
    bg.gradient((214, 178, 140), (170, 128, 104), bg.y(0.72))
    for k in range(5):
        bg.canvas.stroke(
            [
                (bg.x(0.1 + 0.2 * k), bg.y(0.73)),
                (bg.x(0.5 + 2.0 * (0.2 * k - 0.4)), bg.height + 0.3),
            ],
            0.012,
            (150, 110, 90),
        )
    xs = np.linspace(bg.left, bg.right, 24)
    sag = bg.y(0.1) + 0.05 * np.cos((xs - bg.x(0.5 + shift)) * 4.2)
    bg.canvas.stroke(list(zip(xs, sag, strict=False)), 0.014, (120, 50, 30))
    for k in range(7):
        x = bg.x(0.5 + shift) + 0.3 * (k - 3)
        lantern(bg.canvas, x, bg.y(0.1) + 0.05 * np.cos(0.3 * (k - 3) * 4.2) + 0.13, 1.0)


def river(bg: Background, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.12, 0.12)
    bg.gradient((150, 208, 240), (240, 246, 236), y1=bg.y(0.45))
    bg.hills(bg.y(0.46), 0.17, 2.6, 1.0 + shift * 15, (150, 186, 186))
    bg.hills(bg.y(0.48), 0.09, 4.4, shift * 20, (98, 158, 118))
    for k in range(5):
        x = bg.x(0.02 + 0.24 * k + shift)
        bg.canvas.ellipse(x, bg.y(0.45), 0.09, 0.07, (70, 138, 84))
    bg.canvas.rectangle(
        bg.x(0.72 + shift),
        bg.y(0.33),
        bg.x(0.72 + shift) + 0.16,
        bg.y(0.47),
        (196, 90, 66),
    )
    eaves(
        bg.canvas,
        bg.x(0.72 + shift) - 0.02,
        bg.x(0.72 + shift) + 0.18,
        bg.y(0.33),
        (74, 88, 92),
    )
    bg.gradient((92, 182, 196), (36, 116, 158), bg.y(0.49))
    for row in range(5):
        for k in range(5):
            x, y = bg.x((k + 0.5 * (row % 2)) / 4.2 - 0.1 + shift), bg.y(0.54 + 0.095 * row)
            bg.canvas.stroke([(x - 0.08, y), (x, y - 0.014), (x + 0.08, y)], 0.015, (166, 222, 226))


def _car(canvas: Canvas, x: float, y: float, paint: Colour) -> None:
    canvas.polygon(
        [(x - 0.12, y - 0.11), (x - 0.07, y - 0.2), (x + 0.08, y - 0.2), (x + 0.13, y - 0.11)],
        shade(paint, -0.12),
    )
    canvas.polygon(
        [(x - 0.08, y - 0.12), (x - 0.05, y - 0.18), (x + 0.06, y - 0.18), (x + 0.09, y - 0.12)],
        (206, 220, 226),
    )
    canvas.rectangle(x - 0.2, y - 0.12, x + 0.2, y - 0.025, paint)
    for dx in (-0.11, 0.11):
        canvas.ellipse(x + dx, y - 0.025, 0.045, 0.045, (70, 74, 80))


def foggy_car_park(bg: Background, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.1, 0.1)
    bg.gradient((196, 204, 208), (222, 226, 226), y1=bg.y(0.6))
    for x0, x1, top in ((-0.3, 0.2, 0.32), (0.24, 0.6, 0.22), (0.66, 1.3, 0.36)):
        bg.canvas.rectangle(
            bg.x(x0 + shift),
            bg.y(top),
            bg.x(x1 + shift),
            bg.y(0.6),
            (184, 192, 198),
        )
    bg.canvas.stroke(
        [(bg.x(0.42 + shift), bg.y(0.24)), (bg.x(0.42 + shift), bg.y(0.02))],
        0.06,
        (190, 198, 202),
    )
    for k, paint in enumerate(((150, 164, 176), (178, 150, 146), (158, 170, 156), (170, 168, 180))):
        _car(bg.canvas, bg.x(0.02 + 0.32 * k + shift), bg.y(0.64), paint)
    bg.gradient((168, 174, 178), (128, 134, 140), bg.y(0.635))
    for k in range(6):
        x = bg.x(-0.1 + 0.24 * k + shift)
        bg.canvas.stroke(
            [(x, bg.y(0.66)), (x + 0.9 * (x - bg.x(0.5)), bg.height + 0.2)],
            0.018,
            (224, 226, 222),
            0.04,
        )
    for share in (0.16, 0.84):
        x = bg.x(share + shift)
        bg.canvas.stroke(
            [(x, bg.y(0.66)), (x, bg.y(0.14)), (x + 0.1, bg.y(0.12))],
            0.024,
            (140, 148, 154),
        )
        bg.canvas.ellipse(x + 0.12, bg.y(0.125), 0.06, 0.03, (250, 244, 214))


def old_coast(bg: Background, rng: np.random.Generator) -> None:
    """Seen from above: a bay of white and ochre houses climbing a slope, the sea beyond."""
    shift = rng.uniform(-0.1, 0.1)
    bg.gradient((120, 190, 240), (232, 244, 250), y1=bg.y(0.24))
    bg.gradient((30, 116, 184), (72, 196, 206), bg.y(0.24))
    for row in range(4):
        for k in range(4):
            x, y = bg.x((k + 0.5 * (row % 2)) / 4.0 + shift - 0.1), bg.y(0.31 + 0.08 * row)
            bg.canvas.stroke([(x - 0.05, y), (x + 0.05, y)], 0.012, (160, 222, 232))
    xs = np.linspace(bg.left, bg.right, 40)
    shore = (
        bg.y(0.42)
        + 0.34 * bg.height * (xs - bg.left) / (bg.right - bg.left)
        + 0.03 * np.sin(xs * 7 + shift * 20)
    )
    bg.canvas.polygon(
        [
            (bg.left, bg.height + MARGIN),
            *zip(xs, shore - 0.03, strict=False),
            (bg.right, bg.height + MARGIN),
        ],
        (246, 244, 230),
    )
    bg.canvas.polygon(
        [
            (bg.left, bg.height + MARGIN),
            *zip(xs, shore, strict=False),
            (bg.right, bg.height + MARGIN),
        ],
        (166, 176, 108),
    )
    walls = ((250, 240, 220), (240, 206, 150), (252, 250, 244), (230, 170, 130))
    for k in range(11):
        x = bg.x(-0.16 + 0.085 * k + shift) if k < 7 else bg.x(-0.1 + 0.12 * (k - 7) + shift)
        y = float(np.interp(x, xs, shore)) + (0.17 if k < 7 else 0.36) + 0.03 * (k % 3)
        bg.canvas.rectangle(x - 0.065, y - 0.13, x + 0.065, y, walls[k % 4])
        bg.canvas.polygon([(x - 0.08, y - 0.125), (x, y - 0.2), (x + 0.08, y - 0.125)], (204, 96, 66))
        bg.canvas.rectangle(x - 0.035, y - 0.09, x - 0.005, y - 0.05, (96, 120, 150))
        bg.canvas.rectangle(x + 0.015, y - 0.09, x + 0.045, y - 0.05, (96, 120, 150))
    tower = bg.x(0.2 + shift)
    bg.canvas.rectangle(tower - 0.035, bg.y(0.3), tower + 0.035, bg.y(0.6), (250, 246, 236))
    bg.canvas.polygon(
        [
            (tower - 0.05, bg.y(0.3)),
            (tower, bg.y(0.3) - 0.1),
            (tower + 0.05, bg.y(0.3)),
        ],
        (190, 84, 60),
    )
