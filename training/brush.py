"""Anti-aliased flat drawing in local coordinates: a brush is an image and a 2×3 matrix.

Everything is a filled polygon with sub-pixel corners, so a picture is the same at every size but for its
resolution.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

Colour = tuple[int, int, int]
_FRACTION = 4  # sub-pixel bits of cv2's fixed-point corners
_ANGLES = np.linspace(0, 2 * np.pi, 20, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)


def shade(colour: Colour, by: float) -> Colour:
    """`colour` towards black (by < 0, −1 is black) or white (by > 0, 1 is white)."""
    goal = 255 if by > 0 else 0
    red, green, blue = (round(c + (goal - c) * abs(by)) for c in colour)
    return red, green, blue


@dataclass(frozen=True)
class Brush:
    """`image` is uint8 (height, width, 3); `matrix` (2, 3) maps local coordinates to pixels.

    With `rim` set, every shape is drawn that much wider (local units at this matrix's scale) in `ink`: the
    first of two passes that give a figure one clean outline.
    """

    image: np.ndarray
    matrix: np.ndarray
    rim: float = 0.0
    ink: Colour = (38, 32, 48)

    def placed(
        self, x: float, y: float, size: float = 1.0, wide: float = 1.0, tall: float = 1.0, lean: float = 0.0
    ):
        """A brush whose origin lies at (x, y), scaled by `size` (and `wide`, negative to mirror), turned by
        `lean`."""
        cos, sin = np.cos(lean), np.sin(lean)
        turn = np.array([[cos * wide, -sin * tall], [sin * wide, cos * tall]]) * size
        moved = self.matrix[:, :2] @ np.array([x, y]) + self.matrix[:, 2]
        return replace(self, matrix=np.column_stack([self.matrix[:, :2] @ turn, moved]))

    def outlined(self, rim: float) -> Brush:
        return replace(self, rim=rim)

    def shape(self, points, colour: Colour) -> None:
        """Fill a polygon of (n, 2) local points."""
        corners = np.asarray(points, dtype=np.float64)
        if self.rim:
            self._edge(corners)
            colour = self.ink
        self._fill(corners, colour)

    def blob(self, x: float, y: float, rx: float, ry: float, colour: Colour, lean: float = 0.0) -> None:
        """Fill an ellipse with half-axes rx and ry."""
        rx, ry = rx + self.rim, ry + self.rim
        points = _CIRCLE * (rx, ry)
        if lean:
            cos, sin = np.cos(lean), np.sin(lean)
            points = points @ np.array([[cos, sin], [-sin, cos]])
        self._fill(points + np.array([x, y]), self.ink if self.rim else colour)

    def stroke(self, points, width: float, colour: Colour, end: float | None = None) -> None:
        """A line through `points` that tapers from `width` to `end`, with round ends."""
        path = np.asarray(points, dtype=np.float64)
        colour = self.ink if self.rim else colour
        widths = np.linspace(width, width if end is None else end, len(path)) / 2 + self.rim
        steps = np.diff(path, axis=0)
        normals = np.stack([-steps[:, 1], steps[:, 0]], axis=1)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        normals = np.concatenate([normals[:1], (normals[:-1] + normals[1:]) / 2, normals[-1:]])
        side = normals * widths[:, None]
        self._fill(np.concatenate([path + side, (path - side)[::-1]]), colour)
        for point, radius in ((path[0], widths[0]), (path[-1], widths[-1])):
            self._fill(_CIRCLE[::2] * radius + point, colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        self.shape([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)

    def _edge(self, corners: np.ndarray) -> None:
        centre = corners.mean(axis=0)
        away = corners - centre
        length = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
        self._fill(centre + away * (1 + 1.5 * self.rim / length), self.ink)

    def _fill(self, points: np.ndarray, colour: Colour) -> None:
        pixels = points @ self.matrix[:, :2].T + self.matrix[:, 2]
        # cv2 puts integer coordinates at pixel centres; half a pixel keeps sizes aligned with each other.
        fixed = np.round((pixels - 0.5) * (1 << _FRACTION)).astype(np.int32)
        cv2.fillPoly(self.image, [fixed], colour, lineType=cv2.LINE_AA, shift=_FRACTION)
