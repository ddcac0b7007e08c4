"""The ten backgrounds: one still picture each, and what moves in it by itself."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sin

import numpy as np

from training.world.backgrounds.background import GROUND, MARGIN, Background
from training.world.backgrounds.nature import coast, jungle, park, snow_mountains, starry_night
from training.world.backgrounds.town import (
    festival_street,
    foggy_car_park,
    lantern,
    neon_city,
    old_coast,
    river,
)

__all__ = ["DRAW", "GROUND", "MARGIN", "Background", "draw_ambient_motion"]

DRAW: dict[str, Callable[[Background, np.random.Generator], None]] = {
    "coast": coast,
    "neon city": neon_city,
    "jungle": jungle,
    "park": park,
    "snow mountains": snow_mountains,
    "festival street": festival_street,
    "river": river,
    "foggy car park": foggy_car_park,
    "old coast": old_coast,
    "starry night": starry_night,
}


def draw_ambient_motion(name: str, bg: Background, seconds: float) -> None:
    """What moves in a background by itself: glints on water, swaying lanterns, twinkling stars."""
    x, y, canvas = bg.x, bg.y, bg.canvas
    if name in ("coast", "river", "old coast"):
        surface = {"coast": 0.55, "river": 0.62, "old coast": 0.4}[name]
        for k in range(3):
            left, top = x((0.2 + 0.33 * k + 0.05 * seconds) % 1.1), y(surface + 0.05 * (k % 2))
            canvas.stroke([(left - 0.06, top), (left + 0.06, top)], 0.014, (244, 252, 252))
    elif name == "festival street":
        for k, share in enumerate((0.12, 0.88)):
            swing = 0.02 * sin(2 * pi * (0.5 * seconds + 0.3 * k))
            lantern(canvas, x(share) + swing, y(0.5), 1.25)
    elif name == "starry night":
        for k, share in enumerate((0.15, 0.4, 0.62)):
            size = 0.014 + 0.01 * sin(2 * pi * (0.6 * seconds + 0.35 * k))
            canvas.ellipse(x(share), y(0.12 + 0.1 * (k % 2)), size, size, (255, 255, 240))
