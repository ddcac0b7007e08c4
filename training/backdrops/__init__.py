"""The ten backgrounds: one still painting each, and what moves in it by itself."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sin

import numpy as np

from training.backdrops.nature import coast, jungle, park, snow_mountains, starry_night
from training.backdrops.stage import GROUND, MARGIN, Stage
from training.backdrops.town import festival_street, foggy_car_park, lantern, neon_city, old_coast, river

__all__ = ["GROUND", "MARGIN", "PAINTERS", "Stage", "life"]

PAINTERS: dict[str, Callable[[Stage, np.random.Generator], None]] = {
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


def life(background: str, stage: Stage, seconds: float) -> None:
    """What moves in the background by itself: glints on water, swaying lanterns, twinkling, a neon sign."""
    if background in ("coast", "river", "old coast"):
        for k in range(3):
            x = stage.x((0.2 + 0.33 * k + 0.05 * seconds) % 1.1)
            y = stage.y({"coast": 0.55, "river": 0.62, "old coast": 0.4}[background] + 0.05 * (k % 2))
            stage.brush.stroke([(x - 0.06, y), (x + 0.06, y)], 0.014, (244, 252, 252))
    elif background == "festival street":
        for k, share in enumerate((0.12, 0.88)):
            lantern(
                stage.brush,
                stage.x(share) + 0.02 * sin(2 * pi * (0.5 * seconds + 0.3 * k)),
                stage.y(0.5),
                1.25,
            )
    elif background == "starry night":
        for k, share in enumerate((0.15, 0.4, 0.62)):
            size = 0.014 + 0.01 * sin(2 * pi * (0.6 * seconds + 0.35 * k))
            stage.brush.blob(stage.x(share), stage.y(0.12 + 0.1 * (k % 2)), size, size, (255, 255, 240))
