"""Anti-aliased flat drawing in local coordinates: a canvas is an image and a 2×3 affine matrix.

Everything is a filled polygon with sub-pixel corners, so a picture is the same at every size but for its
resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]] | NDArray[np.float64]
_FRACTION_BITS = 4  # sub-pixel bits of cv2's fixed-point corners
_ANGLES = np.linspace(0, 2 * np.pi, 20, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)


def shade(colour: Colour, by: float) -> Colour:
    """`colour` towards black (by < 0, −1 is black) or white (by > 0, 1 is white)."""
    target = 255 if by > 0 else 0
    red, green, blue = (round(c + (target - c) * abs(by)) for c in colour)
    return red, green, blue


@dataclass(frozen=True)
class Canvas:
    """`image` is uint8 (height, width, 3); `matrix` (2, 3) maps local coordinates to pixels.

    With `outline` set, every shape is drawn that much wider (local units at this matrix's scale) in
    `outline_colour`: the first of two passes that give a subject one clean outline.
    """

    image: NDArray[np.uint8]
    matrix: NDArray[np.float64]
    outline: float = 0.0
    outline_colour: Colour = (38, 32, 48)

    def transformed(
        self,
        x: float,
        y: float,
        scale: float = 1.0,
        scale_x: float = 1.0,
        scale_y: float = 1.0,
        angle: float = 0.0,
    ) -> Canvas:
        """A canvas whose origin lies at (x, y), scaled by `scale` (and `scale_x`, negative to mirror), turned
        by `angle` radians."""
        cos, sin = np.cos(angle), np.sin(angle)
        linear = np.array([[cos * scale_x, -sin * scale_y], [sin * scale_x, cos * scale_y]]) * scale
        origin = self.matrix[:, :2] @ np.array([x, y]) + self.matrix[:, 2]
        return replace(self, matrix=np.column_stack([self.matrix[:, :2] @ linear, origin]))

    def outlined(self, width: float) -> Canvas:
        return replace(self, outline=width)

    def polygon(self, points: Points, colour: Colour) -> None:
        """Fill a polygon of (n, 2) local points."""
        corners = np.asarray(points, dtype=np.float64)
        if self.outline:
            self._fill_widened(corners)
            colour = self.outline_colour
        self._fill(corners, colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour, angle: float = 0.0) -> None:
        """Fill an ellipse with half-axes rx and ry."""
        rx, ry = rx + self.outline, ry + self.outline
        points = _CIRCLE * (rx, ry)
        if angle:
            cos, sin = np.cos(angle), np.sin(angle)
            points = points @ np.array([[cos, sin], [-sin, cos]])
        self._fill(points + np.array([x, y]), self.outline_colour if self.outline else colour)

    def stroke(self, points: Points, width: float, colour: Colour, end: float | None = None) -> None:
        """A line through `points` that tapers from `width` to `end`, with round ends."""
        path = np.asarray(points, dtype=np.float64)
        colour = self.outline_colour if self.outline else colour
        widths = np.linspace(width, width if end is None else end, len(path)) / 2 + self.outline
        steps = np.diff(path, axis=0)
        normals = np.stack([-steps[:, 1], steps[:, 0]], axis=1)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        normals = np.concatenate([normals[:1], (normals[:-1] + normals[1:]) / 2, normals[-1:]])
        side = normals * widths[:, None]
        self._fill(np.concatenate([path + side, (path - side)[::-1]]), colour)
        for point, radius in ((path[0], widths[0]), (path[-1], widths[-1])):
            self._fill(_CIRCLE[::2] * radius + point, colour)

    def rectangle(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)

    def _fill_widened(self, corners: NDArray[np.float64]) -> None:
        centre = corners.mean(axis=0)
        away = corners - centre
        length = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
        self._fill(centre + away * (1 + 1.5 * self.outline / length), self.outline_colour)

    def _fill(self, points: NDArray[np.float64], colour: Colour) -> None:
        pixels = points @ self.matrix[:, :2].T + self.matrix[:, 2]
        # cv2 puts integer coordinates at pixel centres; half a pixel keeps sizes aligned with each other.
        fixed = np.round((pixels - 0.5) * (1 << _FRACTION_BITS)).astype(np.int32)
        cv2.fillPoly(self.image, [fixed], colour, lineType=cv2.LINE_AA, shift=_FRACTION_BITS)
