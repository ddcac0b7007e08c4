"""Neon city, festival street, river, foggy car park, old coast. A painter takes (stage, rng)."""

from __future__ import annotations

import numpy as np

from training.backdrops.stage import MARGIN, Stage
from training.brush import Brush, Colour, shade


def neon_city(stage: Stage, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.1, 0.1)
    stage.sky((16, 12, 44), (92, 36, 110), y1=stage.y(0.7))
    lights = ((255, 64, 150), (60, 220, 240), (255, 196, 70), (150, 96, 255))
    for k, tall in enumerate(rng.uniform(0.3, 0.62, 8)):
        x0 = stage.x(-0.2 + k * 0.19 + shift)
        x1 = x0 + stage.x(0.16)
        stage.brush.box(x0, stage.y(0.7 - tall), x1, stage.y(0.7), (34, 28, 72) if k % 2 else (46, 34, 88))
        for row in range(4):
            y = stage.y(0.7 - tall) + 0.05 + row * 0.085
            if y < stage.y(0.64):
                stage.brush.box(x0 + stage.x(0.025), y, x0 + stage.x(0.065), y + 0.035, lights[(k + row) % 4])
                stage.brush.box(
                    x0 + stage.x(0.095),
                    y,
                    x0 + stage.x(0.135),
                    y + 0.035,
                    shade(lights[(k + row) % 4], -0.45),
                )
    stage.sky((42, 26, 76), (24, 18, 48), stage.y(0.7))
    for k in range(7):
        x = stage.x(-0.1 + k * 0.2 + shift)
        stage.brush.stroke(
            [(x, stage.y(0.73)), (x + 0.01, stage.y(0.93))], 0.035, shade(lights[k % 4], -0.35), 0.01
        )
    for k, share in enumerate((0.12, 0.52, 0.9)):
        x = stage.x(share + shift)
        stage.brush.box(x - 0.05, stage.y(0.3), x + 0.05, stage.y(0.3) + 0.24, lights[k])
        for row in range(3):
            stage.brush.box(
                x - 0.025,
                stage.y(0.3) + 0.03 + 0.07 * row,
                x + 0.025,
                stage.y(0.3) + 0.07 + 0.07 * row,
                (255, 244, 250),
            )


def lantern(brush: Brush, x: float, y: float, size: float) -> None:
    brush.stroke([(x, y - 0.14 * size), (x, y)], 0.014 * size, (120, 50, 30))
    brush.blob(x, y, 0.105 * size, 0.085 * size, (226, 44, 38))
    brush.blob(x, y, 0.05 * size, 0.085 * size, (246, 92, 60))
    brush.box(x - 0.045 * size, y - 0.1 * size, x + 0.045 * size, y - 0.075 * size, (246, 196, 62))
    brush.box(x - 0.045 * size, y + 0.075 * size, x + 0.045 * size, y + 0.1 * size, (246, 196, 62))
    brush.stroke([(x, y + 0.1 * size), (x, y + 0.17 * size)], 0.026 * size, (246, 196, 62))


def eaves(brush: Brush, x0: float, x1: float, y: float, roof: Colour) -> None:
    brush.shape(
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
    brush.box(x0 + 0.02, y - 0.155, x1 - 0.02, y - 0.125, shade(roof, 0.2))


def festival_street(stage: Stage, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.08, 0.08)
    stage.sky((250, 178, 110), (255, 232, 186), y1=stage.y(0.72))
    for x0, x1, top in ((-0.25, 0.06, 0.3), (0.72, 1.04, 0.32), (0.06, 0.3, 0.4), (1.04, 1.3, 0.42)):
        a, b, y = stage.x(x0 + shift), stage.x(x1 + shift), stage.y(top)
        stage.brush.box(a, y, b, stage.y(0.72), (192, 84, 62))
        for k in range(2):
            c = a + (b - a) * (0.28 + 0.44 * k)
            stage.brush.box(c - 0.05, y + 0.08, c + 0.05, y + 0.22, (255, 222, 140))
        stage.brush.box(a + 0.03, stage.y(0.58), b - 0.03, stage.y(0.72), (112, 48, 44))
        eaves(stage.brush, a, b, y, (66, 88, 96))
    stage.sky((214, 178, 140), (170, 128, 104), stage.y(0.72))
    for k in range(5):
        stage.brush.stroke(
            [
                (stage.x(0.1 + 0.2 * k), stage.y(0.73)),
                (stage.x(0.5 + 2.0 * (0.2 * k - 0.4)), stage.high + 0.3),
            ],
            0.012,
            (150, 110, 90),
        )
    xs = np.linspace(stage.left, stage.right, 24)
    sag = stage.y(0.1) + 0.05 * np.cos((xs - stage.x(0.5 + shift)) * 4.2)
    stage.brush.stroke(list(zip(xs, sag, strict=False)), 0.014, (120, 50, 30))
    for k in range(7):
        x = stage.x(0.5 + shift) + 0.3 * (k - 3)
        lantern(stage.brush, x, stage.y(0.1) + 0.05 * np.cos(0.3 * (k - 3) * 4.2) + 0.13, 1.0)


def river(stage: Stage, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.12, 0.12)
    stage.sky((150, 208, 240), (240, 246, 236), y1=stage.y(0.45))
    stage.hills(stage.y(0.46), 0.17, 2.6, 1.0 + shift * 15, (150, 186, 186))
    stage.hills(stage.y(0.48), 0.09, 4.4, shift * 20, (98, 158, 118))
    for k in range(5):
        x = stage.x(0.02 + 0.24 * k + shift)
        stage.brush.blob(x, stage.y(0.45), 0.09, 0.07, (70, 138, 84))
    stage.brush.box(
        stage.x(0.72 + shift), stage.y(0.33), stage.x(0.72 + shift) + 0.16, stage.y(0.47), (196, 90, 66)
    )
    eaves(
        stage.brush, stage.x(0.72 + shift) - 0.02, stage.x(0.72 + shift) + 0.18, stage.y(0.33), (74, 88, 92)
    )
    stage.sky((92, 182, 196), (36, 116, 158), stage.y(0.49))
    for row in range(5):
        for k in range(5):
            x, y = stage.x((k + 0.5 * (row % 2)) / 4.2 - 0.1 + shift), stage.y(0.54 + 0.095 * row)
            stage.brush.stroke([(x - 0.08, y), (x, y - 0.014), (x + 0.08, y)], 0.015, (166, 222, 226))


def _car(brush: Brush, x: float, y: float, paint: Colour) -> None:
    brush.shape(
        [(x - 0.12, y - 0.11), (x - 0.07, y - 0.2), (x + 0.08, y - 0.2), (x + 0.13, y - 0.11)],
        shade(paint, -0.12),
    )
    brush.shape(
        [(x - 0.08, y - 0.12), (x - 0.05, y - 0.18), (x + 0.06, y - 0.18), (x + 0.09, y - 0.12)],
        (206, 220, 226),
    )
    brush.box(x - 0.2, y - 0.12, x + 0.2, y - 0.025, paint)
    for dx in (-0.11, 0.11):
        brush.blob(x + dx, y - 0.025, 0.045, 0.045, (70, 74, 80))


def foggy_car_park(stage: Stage, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.1, 0.1)
    stage.sky((196, 204, 208), (222, 226, 226), y1=stage.y(0.6))
    for x0, x1, top in ((-0.3, 0.2, 0.32), (0.24, 0.6, 0.22), (0.66, 1.3, 0.36)):
        stage.brush.box(stage.x(x0 + shift), stage.y(top), stage.x(x1 + shift), stage.y(0.6), (184, 192, 198))
    stage.brush.stroke(
        [(stage.x(0.42 + shift), stage.y(0.24)), (stage.x(0.42 + shift), stage.y(0.02))],
        0.06,
        (190, 198, 202),
    )
    for k, paint in enumerate(((150, 164, 176), (178, 150, 146), (158, 170, 156), (170, 168, 180))):
        _car(stage.brush, stage.x(0.02 + 0.32 * k + shift), stage.y(0.64), paint)
    stage.sky((168, 174, 178), (128, 134, 140), stage.y(0.635))
    for k in range(6):
        x = stage.x(-0.1 + 0.24 * k + shift)
        stage.brush.stroke(
            [(x, stage.y(0.66)), (x + 0.9 * (x - stage.x(0.5)), stage.high + 0.2)],
            0.018,
            (224, 226, 222),
            0.04,
        )
    for share in (0.16, 0.84):
        x = stage.x(share + shift)
        stage.brush.stroke(
            [(x, stage.y(0.66)), (x, stage.y(0.14)), (x + 0.1, stage.y(0.12))], 0.024, (140, 148, 154)
        )
        stage.brush.blob(x + 0.12, stage.y(0.125), 0.06, 0.03, (250, 244, 214))


def old_coast(stage: Stage, rng: np.random.Generator) -> None:
    """Seen from above: a bay of white and ochre houses climbing a slope, the sea beyond."""
    shift = rng.uniform(-0.1, 0.1)
    stage.sky((120, 190, 240), (232, 244, 250), y1=stage.y(0.24))
    stage.sky((30, 116, 184), (72, 196, 206), stage.y(0.24))
    for row in range(4):
        for k in range(4):
            x, y = stage.x((k + 0.5 * (row % 2)) / 4.0 + shift - 0.1), stage.y(0.31 + 0.08 * row)
            stage.brush.stroke([(x - 0.05, y), (x + 0.05, y)], 0.012, (160, 222, 232))
    xs = np.linspace(stage.left, stage.right, 40)
    shore = (
        stage.y(0.42)
        + 0.34 * stage.high * (xs - stage.left) / (stage.right - stage.left)
        + 0.03 * np.sin(xs * 7 + shift * 20)
    )
    stage.brush.shape(
        [
            (stage.left, stage.high + MARGIN),
            *zip(xs, shore - 0.03, strict=False),
            (stage.right, stage.high + MARGIN),
        ],
        (246, 244, 230),
    )
    stage.brush.shape(
        [
            (stage.left, stage.high + MARGIN),
            *zip(xs, shore, strict=False),
            (stage.right, stage.high + MARGIN),
        ],
        (166, 176, 108),
    )
    walls = ((250, 240, 220), (240, 206, 150), (252, 250, 244), (230, 170, 130))
    for k in range(11):
        x = stage.x(-0.16 + 0.085 * k + shift) if k < 7 else stage.x(-0.1 + 0.12 * (k - 7) + shift)
        y = float(np.interp(x, xs, shore)) + (0.17 if k < 7 else 0.36) + 0.03 * (k % 3)
        stage.brush.box(x - 0.065, y - 0.13, x + 0.065, y, walls[k % 4])
        stage.brush.shape([(x - 0.08, y - 0.125), (x, y - 0.2), (x + 0.08, y - 0.125)], (204, 96, 66))
        stage.brush.box(x - 0.035, y - 0.09, x - 0.005, y - 0.05, (96, 120, 150))
        stage.brush.box(x + 0.015, y - 0.09, x + 0.045, y - 0.05, (96, 120, 150))
    tower = stage.x(0.2 + shift)
    stage.brush.box(tower - 0.035, stage.y(0.3), tower + 0.035, stage.y(0.6), (250, 246, 236))
    stage.brush.shape(
        [(tower - 0.05, stage.y(0.3)), (tower, stage.y(0.3) - 0.1), (tower + 0.05, stage.y(0.3))],
        (190, 84, 60),
    )
