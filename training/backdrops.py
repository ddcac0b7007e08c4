"""The ten backgrounds. Each paints one still picture, larger than the frame so that the camera can move over it.

A painter takes (stage, rng). Coordinates: the frame's shorter side is 1, x runs over 0…wide, y (down) over 0…high;
the picture reaches `MARGIN` beyond the frame on each side. Random draws never depend on the size in pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sin

import numpy as np

from training.brush import Brush, Colour, shade

MARGIN = 0.42
GROUND = 0.86  # share of the frame's height where feet stand


@dataclass(frozen=True)
class Stage:
    brush: Brush
    wide: float
    high: float

    @property
    def left(self) -> float:
        return -MARGIN

    @property
    def right(self) -> float:
        return self.wide + MARGIN

    def y(self, share: float) -> float:
        return share * self.high

    def x(self, share: float) -> float:
        return share * self.wide

    def sky(self, top: Colour, bottom: Colour, y0: float = -9.0, y1: float | None = None) -> None:
        """A vertical gradient from y0 to y1 (the picture's end unless given); below y1 its last colour goes on."""
        matrix, image = self.brush.matrix, self.brush.image
        scale, shift = matrix[1, 1], matrix[1, 2]
        first = int(np.clip(round(y0 * scale + shift), 0, image.shape[0]))
        last = image.shape[0]
        start, end = max(y0, -MARGIN), (self.high + MARGIN if y1 is None else y1)
        share = np.clip(((np.arange(first, last) + 0.5 - shift) / scale - start) / (end - start), 0, 1)[:, None]
        image[first:last] = (np.array(top) * (1 - share) + np.array(bottom) * share)[:, None].round()

    def band(self, y0: float, colour: Colour, y1: float | None = None) -> None:
        self.brush.box(self.left, y0, self.right, self.high + MARGIN if y1 is None else y1, colour)

    def hills(self, base: float, height: float, waves: float, phase: float, colour: Colour) -> None:
        xs = np.linspace(self.left, self.right, 40)
        ys = base - height * (0.6 + 0.4 * np.sin(xs * waves + phase) + 0.25 * np.sin(xs * waves * 2.3 + 2 * phase))
        self.brush.shape([(self.left, self.high + MARGIN), *zip(xs, ys), (self.right, self.high + MARGIN)], colour)

    def cloud(self, x: float, y: float, size: float, colour: Colour = (255, 255, 255)) -> None:
        for dx, dy, r in ((-0.16, 0.02, 0.09), (0.0, -0.02, 0.13), (0.16, 0.02, 0.1), (0.0, 0.05, 0.13)):
            self.brush.blob(x + dx * size, y + dy * size, r * 1.3 * size, r * 0.75 * size, colour)


def _palm(brush: Brush, x: float, y: float, size: float) -> None:
    brush.stroke([(x, y), (x + 0.04 * size, y - 0.3 * size), (x + 0.1 * size, y - 0.56 * size)], 0.06 * size, (136, 96, 58), 0.04 * size)
    for dx, dy in ((-0.3, -0.02), (-0.22, -0.16), (0.0, -0.22), (0.22, -0.14), (0.28, 0.02), (0.14, 0.1), (-0.14, 0.1)):
        x0, y0 = x + 0.1 * size, y - 0.57 * size
        brush.stroke([(x0, y0), (x0 + dx * 0.6 * size, y0 + dy * size - 0.05 * size), (x0 + dx * size, y0 + dy * size + 0.05 * size)], 0.07 * size, (52, 140, 76), 0.015)


def coast(stage: Stage, rng: np.random.Generator) -> None:
    shift, sun = rng.uniform(-0.12, 0.12), rng.uniform(0.6, 0.85)
    stage.sky((86, 178, 236), (206, 238, 250), y1=stage.y(0.46))
    stage.brush.blob(stage.x(sun), stage.y(0.16), 0.09, 0.09, (255, 240, 160))
    stage.cloud(stage.x(0.3 + shift), stage.y(0.14), 1.0)
    stage.sky((28, 120, 186), (88, 200, 208), stage.y(0.46), stage.y(0.72))
    for row, share in enumerate((0.52, 0.58, 0.64)):
        for k in range(4):
            x = stage.x((k + 0.5 * (row % 2)) / 3.4 + shift)
            stage.brush.stroke([(x - 0.07, stage.y(share)), (x, stage.y(share) - 0.012), (x + 0.07, stage.y(share))], 0.014, (190, 232, 240))
    stage.hills(stage.y(0.73), 0.022, 5.0, shift * 20, (240, 250, 250))
    stage.hills(stage.y(0.755), 0.022, 5.0, shift * 20, (244, 220, 164))
    _palm(stage.brush, stage.x(0.06) + shift * 0.5, stage.y(0.84), 1.0)


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
                stage.brush.box(x0 + stage.x(0.095), y, x0 + stage.x(0.135), y + 0.035, shade(lights[(k + row) % 4], -0.45))
    stage.sky((42, 26, 76), (24, 18, 48), stage.y(0.7))
    for k in range(7):
        x = stage.x(-0.1 + k * 0.2 + shift)
        stage.brush.stroke([(x, stage.y(0.73)), (x + 0.01, stage.y(0.93))], 0.035, shade(lights[k % 4], -0.35), 0.01)
    for k, share in enumerate((0.12, 0.52, 0.9)):
        x = stage.x(share + shift)
        stage.brush.box(x - 0.05, stage.y(0.3), x + 0.05, stage.y(0.3) + 0.24, lights[k])
        for row in range(3):
            stage.brush.box(x - 0.025, stage.y(0.3) + 0.03 + 0.07 * row, x + 0.025, stage.y(0.3) + 0.07 + 0.07 * row, (255, 244, 250))


def jungle(stage: Stage, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.1, 0.1)
    stage.sky((170, 214, 120), (60, 132, 66), y1=stage.y(0.75))
    for k in range(7):
        x = stage.x(-0.15 + 0.22 * k + shift)
        stage.brush.stroke([(x, -MARGIN), (x + 0.03, stage.y(0.4)), (x, stage.y(0.8))], 0.07 + 0.03 * (k % 2), (70, 84, 52) if k % 2 else (92, 88, 54))
    stage.hills(stage.y(0.78), 0.09, 9.0, shift * 30, (38, 112, 58))
    for k in range(8):
        x, y = stage.x(-0.12 + 0.18 * k + shift), stage.y(0.02)
        stage.brush.blob(x, y, 0.2, 0.15, (30, 104, 52) if k % 2 else (46, 130, 60))
    for k in range(4):
        x = stage.x(0.1 + 0.3 * k - shift)
        stage.brush.stroke([(x, -MARGIN), (x + 0.02, stage.y(0.2)), (x - 0.02, stage.y(0.34))], 0.018, (26, 84, 44))
    stage.sky((96, 150, 62), (52, 100, 44), stage.y(0.8))
    for x0 in (-0.02, 0.98):
        for dx, dy in ((-0.2, -0.12), (-0.1, -0.24), (0.02, -0.27), (0.13, -0.22), (0.22, -0.1)):
            x = stage.x(x0) + shift
            stage.brush.stroke([(x, stage.y(0.98)), (x + dx, stage.y(0.98) + dy)], 0.08, (36, 124, 58), 0.01)


def _tree(brush: Brush, x: float, y: float, size: float) -> None:
    brush.stroke([(x, y), (x, y - 0.3 * size)], 0.07 * size, (128, 86, 54))
    for dx, dy, r, tint in ((-0.1, -0.36, 0.14, (70, 150, 70)), (0.1, -0.36, 0.14, (70, 150, 70)), (0, -0.48, 0.17, (98, 180, 82))):
        brush.blob(x + dx * size, y + dy * size, r * size, r * size, tint)


def park(stage: Stage, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.12, 0.12)
    stage.sky((128, 200, 246), (222, 242, 250), y1=stage.y(0.62))
    stage.cloud(stage.x(0.5 + shift), stage.y(0.13), 1.0)
    stage.hills(stage.y(0.64), 0.08, 3.0, shift * 20, (158, 210, 120))
    stage.sky((142, 204, 98), (96, 170, 76), stage.y(0.66))
    for share, size in ((0.08, 1.05), (0.9, 1.15), (0.3, 0.66), (0.68, 0.7)):
        _tree(stage.brush, stage.x(share + 0.4 * shift), stage.y(0.7), size)
    x, y = stage.x(0.5 + shift), stage.y(0.72)
    for dy in (-0.12, -0.07):
        stage.brush.box(x - 0.16, y + dy, x + 0.16, y + dy + 0.03, (168, 104, 62))
    stage.brush.stroke([(x - 0.13, y - 0.04), (x - 0.13, y + 0.04)], 0.025, (96, 66, 50))
    stage.brush.stroke([(x + 0.13, y - 0.04), (x + 0.13, y + 0.04)], 0.025, (96, 66, 50))
    for k in range(6):
        stage.brush.blob(stage.x(0.05 + 0.18 * k + shift), stage.y(0.94 - 0.05 * (k % 2)), 0.018, 0.018, ((250, 120, 150), (255, 236, 120))[k % 2])


def _peak(brush: Brush, x: float, base: float, tall: float, half: float, rock: Colour) -> None:
    top = base - tall
    brush.shape([(x - half, base), (x, top), (x + half, base)], rock)
    brush.shape([(x, top), (x + half, base), (x + 0.25 * half, base)], shade(rock, -0.2))
    q = 0.42
    brush.shape([(x - q * half, top + q * tall), (x, top), (x + q * half, top + q * tall), (x + 0.2 * half, top + 0.33 * tall),
                 (x, top + 0.46 * tall), (x - 0.2 * half, top + 0.34 * tall)], (250, 252, 255))


def snow_mountains(stage: Stage, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.12, 0.12)
    stage.sky((104, 158, 222), (226, 238, 250), y1=stage.y(0.7))
    for share, tall, half in ((0.16, 0.42, 0.36), (0.86, 0.46, 0.4), (0.5, 0.56, 0.46)):
        _peak(stage.brush, stage.x(share + shift * 0.6), stage.y(0.7), stage.y(tall), half * min(stage.wide, 1.5), (112, 126, 164))
    stage.hills(stage.y(0.74), 0.06, 4.0, shift * 25, (214, 228, 244))
    stage.sky((238, 244, 252), (198, 216, 240), stage.y(0.76))
    for k in range(6):
        x = stage.x(-0.04 + 0.21 * k + shift * 0.5)
        for step in range(3):
            y = stage.y(0.75) - 0.055 * step
            stage.brush.shape([(x - 0.07 + 0.015 * step, y), (x, y - 0.1), (x + 0.07 - 0.015 * step, y)], (52, 102, 92))


def lantern(brush: Brush, x: float, y: float, size: float) -> None:
    brush.stroke([(x, y - 0.14 * size), (x, y)], 0.014 * size, (120, 50, 30))
    brush.blob(x, y, 0.105 * size, 0.085 * size, (226, 44, 38))
    brush.blob(x, y, 0.05 * size, 0.085 * size, (246, 92, 60))
    brush.box(x - 0.045 * size, y - 0.1 * size, x + 0.045 * size, y - 0.075 * size, (246, 196, 62))
    brush.box(x - 0.045 * size, y + 0.075 * size, x + 0.045 * size, y + 0.1 * size, (246, 196, 62))
    brush.stroke([(x, y + 0.1 * size), (x, y + 0.17 * size)], 0.026 * size, (246, 196, 62))


def _eaves(brush: Brush, x0: float, x1: float, y: float, roof: Colour) -> None:
    brush.shape([(x0 - 0.07, y + 0.01), (x0 - 0.04, y - 0.02), (x0 + 0.04, y - 0.13), (x1 - 0.04, y - 0.13), (x1 + 0.04, y - 0.02),
                 (x1 + 0.07, y + 0.01), (x1, y + 0.02), (x0, y + 0.02)], roof)
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
        _eaves(stage.brush, a, b, y, (66, 88, 96))
    stage.sky((214, 178, 140), (170, 128, 104), stage.y(0.72))
    for k in range(5):
        stage.brush.stroke([(stage.x(0.1 + 0.2 * k), stage.y(0.73)), (stage.x(0.5 + 2.0 * (0.2 * k - 0.4)), stage.high + 0.3)], 0.012, (150, 110, 90))
    xs = np.linspace(stage.left, stage.right, 24)
    sag = stage.y(0.1) + 0.05 * np.cos((xs - stage.x(0.5 + shift)) * 4.2)
    stage.brush.stroke(list(zip(xs, sag)), 0.014, (120, 50, 30))
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
    stage.brush.box(stage.x(0.72 + shift), stage.y(0.33), stage.x(0.72 + shift) + 0.16, stage.y(0.47), (196, 90, 66))
    _eaves(stage.brush, stage.x(0.72 + shift) - 0.02, stage.x(0.72 + shift) + 0.18, stage.y(0.33), (74, 88, 92))
    stage.sky((92, 182, 196), (36, 116, 158), stage.y(0.49))
    for row in range(5):
        for k in range(5):
            x, y = stage.x((k + 0.5 * (row % 2)) / 4.2 - 0.1 + shift), stage.y(0.54 + 0.095 * row)
            stage.brush.stroke([(x - 0.08, y), (x, y - 0.014), (x + 0.08, y)], 0.015, (166, 222, 226))


def _car(brush: Brush, x: float, y: float, paint: Colour) -> None:
    brush.shape([(x - 0.12, y - 0.11), (x - 0.07, y - 0.2), (x + 0.08, y - 0.2), (x + 0.13, y - 0.11)], shade(paint, -0.12))
    brush.shape([(x - 0.08, y - 0.12), (x - 0.05, y - 0.18), (x + 0.06, y - 0.18), (x + 0.09, y - 0.12)], (206, 220, 226))
    brush.box(x - 0.2, y - 0.12, x + 0.2, y - 0.025, paint)
    for dx in (-0.11, 0.11):
        brush.blob(x + dx, y - 0.025, 0.045, 0.045, (70, 74, 80))


def foggy_car_park(stage: Stage, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.1, 0.1)
    stage.sky((196, 204, 208), (222, 226, 226), y1=stage.y(0.6))
    for x0, x1, top in ((-0.3, 0.2, 0.32), (0.24, 0.6, 0.22), (0.66, 1.3, 0.36)):
        stage.brush.box(stage.x(x0 + shift), stage.y(top), stage.x(x1 + shift), stage.y(0.6), (184, 192, 198))
    stage.brush.stroke([(stage.x(0.42 + shift), stage.y(0.24)), (stage.x(0.42 + shift), stage.y(0.02))], 0.06, (190, 198, 202))
    for k, paint in enumerate(((150, 164, 176), (178, 150, 146), (158, 170, 156), (170, 168, 180))):
        _car(stage.brush, stage.x(0.02 + 0.32 * k + shift), stage.y(0.64), paint)
    stage.sky((168, 174, 178), (128, 134, 140), stage.y(0.635))
    for k in range(6):
        x = stage.x(-0.1 + 0.24 * k + shift)
        stage.brush.stroke([(x, stage.y(0.66)), (x + 0.9 * (x - stage.x(0.5)), stage.high + 0.2)], 0.018, (224, 226, 222), 0.04)
    for share in (0.16, 0.84):
        x = stage.x(share + shift)
        stage.brush.stroke([(x, stage.y(0.66)), (x, stage.y(0.14)), (x + 0.1, stage.y(0.12))], 0.024, (140, 148, 154))
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
    shore = stage.y(0.42) + 0.34 * stage.high * (xs - stage.left) / (stage.right - stage.left) + 0.03 * np.sin(xs * 7 + shift * 20)
    stage.brush.shape([(stage.left, stage.high + MARGIN), *zip(xs, shore - 0.03), (stage.right, stage.high + MARGIN)], (246, 244, 230))
    stage.brush.shape([(stage.left, stage.high + MARGIN), *zip(xs, shore), (stage.right, stage.high + MARGIN)], (166, 176, 108))
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
    stage.brush.shape([(tower - 0.05, stage.y(0.3)), (tower, stage.y(0.3) - 0.1), (tower + 0.05, stage.y(0.3))], (190, 84, 60))


def starry_night(stage: Stage, rng: np.random.Generator) -> None:
    shift = rng.uniform(-0.1, 0.1)
    stage.sky((8, 14, 52), (62, 74, 142), y1=stage.y(0.74))
    for k, (x, y) in enumerate(rng.uniform(0, 1, (18, 2))):
        size = 0.011 + 0.005 * (k % 3)
        stage.brush.blob(stage.x(-0.2 + 1.4 * x), stage.y(-0.3 + 0.85 * y), size, size, (255, 250, 214))
    moon = stage.x(0.78 + shift)
    stage.brush.blob(moon, stage.y(0.18), 0.1, 0.1, (255, 242, 190))
    stage.brush.blob(moon - 0.045, stage.y(0.165), 0.085, 0.085, (22, 28, 72))
    stage.hills(stage.y(0.74), 0.13, 3.0, shift * 25, (30, 40, 86))
    stage.sky((28, 52, 70), (16, 34, 50), stage.y(0.76))
    stage.hills(stage.y(0.8), 0.03, 5.0, shift * 15, (32, 60, 76))


PAINTERS: dict[str, Callable[[Stage, np.random.Generator], None]] = {
    "coast": coast, "neon city": neon_city, "jungle": jungle, "park": park, "snow mountains": snow_mountains,
    "festival street": festival_street, "river": river, "foggy car park": foggy_car_park, "old coast": old_coast,
    "starry night": starry_night,
}


def life(background: str, stage: Stage, seconds: float) -> None:
    """What moves in the background by itself: glints on water, swaying lanterns, twinkling, a neon sign."""
    if background in ("coast", "river", "old coast"):
        for k in range(3):
            x = stage.x((0.2 + 0.33 * k + 0.05 * seconds) % 1.1)
            y = stage.y({"coast": 0.55, "river": 0.62, "old coast": 0.4}[background] + 0.05 * (k % 2))
            stage.brush.stroke([(x - 0.06, y), (x + 0.06, y)], 0.014, (244, 252, 252))
    elif background == "festival street":
        for k, share in enumerate((0.12, 0.88)):
            lantern(stage.brush, stage.x(share) + 0.02 * sin(2 * pi * (0.5 * seconds + 0.3 * k)), stage.y(0.5), 1.25)
    elif background == "starry night":
        for k, share in enumerate((0.15, 0.4, 0.62)):
            size = 0.014 + 0.01 * sin(2 * pi * (0.6 * seconds + 0.35 * k))
            stage.brush.blob(stage.x(share), stage.y(0.12 + 0.1 * (k % 2)), size, size, (255, 255, 240))
