"""What a background is painted on: the frame with a margin around it, over which the camera may move.

Coordinates: the frame's shorter side is 1, x runs over 0…width, y (down) over 0…height; the picture reaches
`MARGIN` beyond the frame on each side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.world.canvas import Canvas, Colour

MARGIN = 0.42
GROUND = 0.86  # share of the frame's height where feet stand


@dataclass(frozen=True)
class Background:
    """A canvas and the size of its frame, both in units of the frame's shorter side."""

    canvas: Canvas
    width: float
    height: float

    @property
    def left(self) -> float:
        return -MARGIN

    @property
    def right(self) -> float:
        return self.width + MARGIN

    def y(self, share: float) -> float:
        return share * self.height

    def x(self, share: float) -> float:
        return share * self.width

    def gradient(self, top: Colour, bottom: Colour, y0: float = -9.0, y1: float | None = None) -> None:
        """A vertical gradient from y0 to y1 (the picture's end unless given); below y1 its last colour goes
        on."""
        matrix, image = self.canvas.matrix, self.canvas.image
        scale, shift = matrix[1, 1], matrix[1, 2]
        first = int(np.clip(round(y0 * scale + shift), 0, image.shape[0]))
        last = image.shape[0]
        start, end = max(y0, -MARGIN), (self.height + MARGIN if y1 is None else y1)
        rows = (np.arange(first, last) + 0.5 - shift) / scale
        share = np.clip((rows - start) / (end - start), 0, 1)[:, None]
        image[first:last] = (np.array(top) * (1 - share) + np.array(bottom) * share)[:, None].round()

    def hills(self, base: float, height: float, waves: float, phase: float, colour: Colour) -> None:
        xs = np.linspace(self.left, self.right, 40)
        ys = base - height * (
            0.6 + 0.4 * np.sin(xs * waves + phase) + 0.25 * np.sin(xs * waves * 2.3 + 2 * phase)
        )
        bottom = self.height + MARGIN
        self.canvas.polygon([(self.left, bottom), *zip(xs, ys, strict=False), (self.right, bottom)], colour)

    def cloud(self, x: float, y: float, size: float, colour: Colour = (255, 255, 255)) -> None:
        for dx, dy, r in ((-0.16, 0.02, 0.09), (0.0, -0.02, 0.13), (0.16, 0.02, 0.1), (0.0, 0.05, 0.13)):
            self.canvas.ellipse(x + dx * size, y + dy * size, r * 1.3 * size, r * 0.75 * size, colour)
