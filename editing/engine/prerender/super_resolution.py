"""The AI upscaler: realesr-animevideov3, an SRVGG network for drawn pictures, run by ncnn on the CPU.

It works tile by tile: memory does not grow with the picture, and what does not change costs nothing.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np

from editing.engine.prerender.intermediate import Picture

WEIGHTS = Path(__file__).parent / "weights" / "realesr-animevideov3"
OUTPUTS = {2: "output", 4: "112"}  # by factor: the network enlarges four times, its last layer halves that
RECEPTIVE_RADIUS = 20  # pixels: eighteen 3×3 convolutions and a resize depend on no others
MAX_TILE = 384  # pixels of a tile's side


class SuperResolutionNet:
    """Enlarges a picture `factor` times: 2 or 4."""

    def __init__(self, factor: int) -> None:
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read on import; else idle threads spin
        import ncnn  # large, and only a worker needs it

        self.factor, self._ncnn = factor, ncnn
        self._net = ncnn.Net()
        self._net.load_param(f"{WEIGHTS}.param")
        self._net.load_model(f"{WEIGHTS}.bin")

    def __call__(self, picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        pixels: Any = self._ncnn.Mat.from_pixels(
            np.ascontiguousarray(picture), self._ncnn.Mat.PixelType.PIXEL_RGB, width, height
        )
        pixels.substract_mean_normalize([], [1 / 255] * 3)  # ncnn's own spelling
        run = self._net.create_extractor()
        run.input("data", pixels)
        _, large = run.extract(OUTPUTS[self.factor])
        values = np.array(large).transpose(1, 2, 0).clip(0, 1)
        return np.asarray((values * 255).round(), np.uint8)


@dataclass(frozen=True, slots=True)
class Tile:
    """Along one axis, in pixels: what a tile fills (`start` to `end`), and what the network has to see for
    it."""

    start: int
    end: int
    seen_from: int
    seen_to: int


class TiledUpscaler:
    """Runs `enlarge`, which makes a picture `factor` times larger and whose output depends on pixels at most
    `radius` away, on tiles.

    A tile that shows what it showed in the picture before is not enlarged again. The result equals that of
    the whole picture at once.
    """

    def __init__(self, enlarge: Callable[[Picture], Picture], *, factor: int, radius: int) -> None:
        self._enlarge, self._factor, self._radius = enlarge, factor, radius
        self._last: dict[tuple[Tile, Tile], tuple[Picture, Picture]] = {}

    def __call__(self, picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        large = np.empty((height * self._factor, width * self._factor, 3), np.uint8)
        for down, across in product(tiles(height, self._radius), tiles(width, self._radius)):
            seen = picture[down.seen_from : down.seen_to, across.seen_from : across.seen_to]
            large[self._filled(down), self._filled(across)] = self._tile(down, across, seen)
        return large

    def _tile(self, down: Tile, across: Tile, seen: Picture) -> Picture:
        before, enlarged = self._last.get((down, across), (None, None))
        if before is None or enlarged is None or not np.array_equal(before, seen):
            enlarged = self._enlarge(seen)[self._within(down), self._within(across)]
            self._last[down, across] = (seen.copy(), enlarged)
        return enlarged

    def _filled(self, tile: Tile) -> slice:
        return slice(tile.start * self._factor, tile.end * self._factor)

    def _within(self, tile: Tile) -> slice:
        return slice((tile.start - tile.seen_from) * self._factor, (tile.end - tile.seen_from) * self._factor)


def tiles(side: int, radius: int) -> Iterator[Tile]:
    """`side` pixels in equal parts of at most MAX_TILE, each with `radius` pixels more on either side."""
    count = -(-side // MAX_TILE)
    edges = [side * index // count for index in range(count + 1)]
    for start, end in pairwise(edges):
        yield Tile(start, end, max(0, start - radius), min(side, end + radius))
